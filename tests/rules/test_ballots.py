"""票决: the boundary of two thirds, abstention, ties, and what makes a count whole."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import ballots as rules
from rules.ballots import Electorate, Tally
from rules.evaluation_terms import Choice, PassRule, Verdict

TWO_THIRDS = Fraction(2, 3)


def electorate(present: int, *, members: int = 9, rule: PassRule = PassRule.PRESENT) -> Electorate:
    return Electorate(members, present, rule, TWO_THIRDS)


@pytest.mark.parametrize(
    ("satisfied", "dissatisfied", "abstained", "present", "passed"),
    [
        (6, 3, 0, 9, True),  # exactly two thirds
        (5, 4, 0, 9, False),
        (5, 0, 4, 9, False),  # who abstains is not in favour
        (5, 2, 0, 7, True),
        (4, 3, 0, 7, False),  # 4/7 is more than half and less than two thirds
        (5, 3, 0, 8, False),  # 5/8 = 62.5 %
        (6, 2, 0, 8, True),
        (5, 0, 0, 9, False),  # four codes nobody used: over those present all the same
        (0, 0, 9, 9, False),
    ],
)
def test_two_thirds_of_those_present(
    satisfied: int, dissatisfied: int, abstained: int, present: int, passed: bool
) -> None:
    tally = Tally(satisfied, dissatisfied, abstained)

    found = rules.verdict(tally, electorate(present))

    assert found is (Verdict.SATISFIED if passed else Verdict.DISSATISFIED)


@pytest.mark.parametrize(("satisfied", "passed"), [(4, False), (5, True)])
def test_more_than_half_of_all_members(satisfied: int, passed: bool) -> None:
    """Of nine members seven came: five are more than half of nine, four are not."""
    chosen = electorate(7, rule=PassRule.MEMBERS)

    found = rules.verdict(Tally(satisfied, 7 - satisfied, 0), chosen)

    assert (found is Verdict.SATISFIED) is passed


def test_half_of_an_even_panel_is_not_more_than_half() -> None:
    chosen = electorate(8, members=8, rule=PassRule.MEMBERS)

    assert rules.verdict(Tally(4, 0, 4), chosen) is Verdict.DISSATISFIED


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 2)])
def test_a_tie_never_passes(share: Fraction) -> None:
    chosen = Electorate(8, 8, PassRule.PRESENT, share)

    assert rules.verdict(Tally(4, 4, 0), chosen) is Verdict.DISSATISFIED
    assert rules.verdict(Tally(5, 3, 0), chosen) is Verdict.SATISFIED


@given(st.integers(7, 11), st.data())
def test_a_vote_more_never_turns_satisfied_to_dissatisfied(
    present: int, data: st.DataObject
) -> None:
    satisfied = data.draw(st.integers(0, present - 1))
    dissatisfied = data.draw(st.integers(0, present - 1 - satisfied))
    rest = present - satisfied - dissatisfied
    for rule in PassRule:
        chosen = electorate(present, members=present, rule=rule)
        before = rules.verdict(Tally(satisfied, dissatisfied, rest), chosen)
        after = rules.verdict(Tally(satisfied + 1, dissatisfied, rest - 1), chosen)
        assert not (before is Verdict.SATISFIED and after is Verdict.DISSATISFIED)


@given(st.lists(st.sampled_from(list(Choice)), max_size=15))
def test_every_ballot_is_counted_once_whatever_their_order(choices: list[Choice]) -> None:
    found = rules.count(choices)

    assert found == rules.count(reversed(choices))
    assert found.total == len(choices)


def test_the_verdict_says_its_numbers() -> None:
    assert rules.reasoning(Tally(6, 2, 1), electorate(9)) == (
        "满意 6 票、不满意 2 票、弃权 1 票；须达到实到 9 人的 2/3，达到，评价结果为“满意”"
    )
    assert rules.reasoning(Tally(4, 3, 0), electorate(7, rule=PassRule.MEMBERS)) == (
        "满意 4 票、不满意 3 票、弃权 0 票；须超过全体成员 9 人的半数，未达到，评价结果为“不满意”"
    )


def test_a_teller_who_keys_8_of_9_is_told_what_is_missing() -> None:
    (found,) = rules.count_problems(Tally(5, 2, 1), present=9)

    assert "三项合计 8 票，实到 9 人，差 1 票" in found.message
    assert "多 1 票" in rules.count_problems(Tally(8, 2, 0), present=9)[0].message
    assert rules.count_problems(Tally(9, 1, -1), present=9)
    assert rules.count_problems(Tally(6, 2, 1), present=9) == []


def test_tellers_who_differ_are_not_told_by_what() -> None:
    assert rules.tellers_problem(Tally(6, 2, 1), Tally(6, 2, 1)) is None
    told = rules.tellers_problem(Tally(6, 2, 1), Tally(5, 3, 1))
    assert told is not None
    assert not any(figure in told for figure in "653")


def test_codes_are_all_different_and_read_back_however_typed() -> None:
    codes = rules.new_codes(50)

    assert len(set(codes)) == 50
    assert all(len(code) == rules.CODE_LENGTH and code.isdigit() for code in codes)
    assert rules.cleaned_code(f" {rules.shown_code(codes[0])}\n") == codes[0]
