"""What two like matters are proposed to be, and what a merger asks for."""

from datetime import date

import pytest

from rules import duplicates as rules
from rules.case_terms import SameKind
from rules.duplicates import COUNTED, EFFECTS, Keys, Matter, Shared
from rules.terms import CaseState, Purpose

ZHANG, LI, PHONE, OTHER_PHONE = b"zhang", b"li", b"138", b"139"


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ([Keys(ZHANG, None)], [Keys(ZHANG, PHONE)], True),
        ([Keys(ZHANG, PHONE)], [Keys(LI, PHONE)], True),
        ([Keys(ZHANG, PHONE)], [Keys(ZHANG, OTHER_PHONE)], None),
        ([Keys(ZHANG, PHONE)], [Keys(LI, OTHER_PHONE)], False),
        ([Keys(LI, None), Keys(ZHANG, None)], [Keys(ZHANG, None)], True),
        ([Keys(None, PHONE)], [Keys(ZHANG, OTHER_PHONE)], None),
        ([Keys(None, PHONE)], [Keys(None, PHONE)], True),
        ([Keys(None, None)], [Keys(None, None)], None),
        ([], [Keys(ZHANG, None)], None),
    ],
)
def test_one_of_both_is_enough_and_what_is_unknown_stays_open(
    ours: list[Keys], theirs: list[Keys], same: bool | None
) -> None:
    assert rules.same_person(ours, theirs) is same
    assert rules.same_person(theirs, ours) is same


@pytest.mark.parametrize(
    ("person", "day", "channel", "likeness", "kind"),
    [
        (True, True, True, 80, SameKind.DOUBLE),
        (True, True, True, 79, SameKind.REPEAT),
        (True, True, False, 100, SameKind.REPEAT),
        (True, False, True, 100, SameKind.REPEAT),
        (True, False, False, 40, SameKind.REPEAT),
        (True, True, True, 39, SameKind.OTHER),
        (False, True, True, 100, SameKind.SHARED),
        (False, False, False, 80, SameKind.SHARED),
        (False, True, True, 79, SameKind.OTHER),
        (None, True, True, 95, SameKind.DOUBLE),
        (None, False, True, 95, SameKind.REPEAT),
        (None, True, True, 94, SameKind.SHARED),
        (None, True, True, 79, SameKind.OTHER),
    ],
)
def test_the_kind_proposed_follows_from_what_is_shared(
    person: bool | None, day: bool, channel: bool, likeness: int, kind: SameKind
) -> None:
    found = rules.proposed(Shared(person, day, channel, likeness), percent=80)

    assert found.kind is kind
    assert f"相似 {likeness}%" in found.why


def test_what_came_later_is_told_by_its_day_then_by_its_id() -> None:
    assert rules.later_first((date(2026, 3, 2), 1), (date(2026, 3, 1), 9))
    assert rules.later_first((date(2026, 3, 1), 9), (date(2026, 3, 1), 1))
    assert not rules.later_first((date(2026, 3, 1), 9), (date(2026, 3, 2), 1))


@pytest.mark.parametrize(
    ("later", "earlier", "why"),
    [
        (
            Matter("乙", CaseState.SIGNED_OFF, None),
            Matter("甲", CaseState.ACCEPTED, None),
            "撤销销号",
        ),
        (
            Matter("乙", CaseState.CLOSED, None, True),
            Matter("甲", CaseState.CLOSED, None),
            "撤销销号",
        ),
        (
            Matter("乙", CaseState.RECEIVED, Purpose.ACCUSATION),
            Matter("甲", CaseState.RECEIVED, None),
            "检举控告",
        ),
        (
            Matter("乙", CaseState.RECEIVED, None),
            Matter("甲", CaseState.RECEIVED, Purpose.ACCUSATION),
            "检举控告",
        ),
    ],
)
def test_a_merger_is_refused_for_a_reason_and_no_other_kind_is(
    later: Matter, earlier: Matter, why: str
) -> None:
    (problem,) = rules.decision_problems(SameKind.DOUBLE, later, earlier)

    assert why in problem.message
    assert rules.decision_problems(SameKind.REPEAT, later, earlier) == []


def test_a_case_may_be_merged_into_one_that_is_signed_off() -> None:
    later = Matter("乙", CaseState.ACCEPTED, Purpose.ACCUSATION)
    earlier = Matter("甲", CaseState.SIGNED_OFF, Purpose.ACCUSATION, signing=True)

    assert rules.decision_problems(SameKind.DOUBLE, later, earlier) == []


def test_merged_cases_count_for_nothing() -> None:
    assert set(CaseState) - set(COUNTED) == {CaseState.MERGED}
    people = [(CaseState.ACCEPTED, 3), (CaseState.MERGED, 50), (CaseState.SIGNED_OFF, 4)]
    assert rules.people_of(people) == 7


def test_every_kind_says_what_deciding_it_does() -> None:
    assert set(EFFECTS) == set(SameKind)


def test_a_merged_case_names_the_kept_one_only_to_whom_it_may_be_named() -> None:
    assert "000000-2026-000001" in rules.merged("000000-2026-000001")
    assert "请由联席办" in rules.merged(None)
