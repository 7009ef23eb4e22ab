"""The steps of a dispute: which follow which, whose they are, and how disputes are counted."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dispute_procedure import (
    Facts,
    Seat,
    after,
    blocked,
    offers,
    step_problems,
    tallied,
    tally_of,
)
from rules.dispute_steps import RULES, UNCOUNTED, Hand
from rules.dispute_terms import DisputeOutcome, DisputeState, DisputeStep, Tally, Tier

DAY = date(2026, 11, 20)
OFFICE = Seat(office=True)
S, R = DisputeState, DisputeOutcome


def at(state: DisputeState, outcome: DisputeOutcome = R.UNRESOLVED, **more: Any) -> Facts:
    return Facts(
        **{"state": state, "outcome": outcome, "tier": Tier.VILLAGE, "found_on": DAY, **more}
    )


def test_the_way_from_the_village_to_the_sign_off() -> None:
    facts = at(S.REGISTERED)
    for step in (
        DisputeStep.SUBMIT,
        DisputeStep.ASSIGN,
        DisputeStep.START,
        DisputeStep.PARTLY,
        DisputeStep.RESOLVE,
        DisputeStep.REVISIT,
        DisputeStep.REQUEST,
        DisputeStep.SIGN_OFF,
    ):
        assert blocked(step, facts, OFFICE) is None
        facts = after(step, facts, {}, on=DAY)

    assert (facts.state, facts.outcome) == (S.SIGNED_OFF, R.RESOLVED)


def test_what_is_resolved_in_part_is_never_asked_to_be_signed_off() -> None:
    partly = at(S.PARTLY, R.PARTLY)

    for step in (DisputeStep.REVISIT, DisputeStep.REQUEST, DisputeStep.SIGN_OFF):
        assert "部分化解" in (blocked(step, partly, OFFICE) or "")
    assert tally_of(R.PARTLY) is Tally.PARTLY


def test_a_rebound_takes_the_outcome_away() -> None:
    facts = after(DisputeStep.REBOUND, at(S.SIGNED_OFF, R.RESOLVED), {}, on=DAY)

    assert (facts.state, facts.outcome) == (S.REBOUNDED, R.UNRESOLVED)


def test_elevation_leaves_what_was_resolved_in_part_in_its_column() -> None:
    values = {"tier": Tier.TOWNSHIP}
    facts = after(DisputeStep.ELEVATE, at(S.PARTLY, R.PARTLY), values, on=DAY)

    assert (facts.state, facts.outcome, facts.tier) == (S.ELEVATED, R.PARTLY, Tier.TOWNSHIP)


@given(st.lists(st.lists(st.integers(0, 50), max_size=25), max_size=15))
def test_what_was_found_is_always_the_sum_of_the_four_columns(walks: list[list[int]]) -> None:
    """Whatever legal steps many disputes take, 排查 = 化解 + 部分 + 未化解 + 转出."""
    ends = []
    for walk in walks:
        facts = at(S.REGISTERED)
        for choice in walk:
            legal = [step for step in RULES if blocked(step, facts, OFFICE) is None]
            if not legal:
                break
            step = legal[choice % len(legal)]
            facts = after(step, facts, {"tier": Tier.COUNTY}, on=DAY)
        ends.append(facts)

    counted = [facts for facts in ends if facts.state not in UNCOUNTED]
    tally = tallied((facts.state, facts.outcome, 1) for facts in ends)

    assert tally.found == len(counted)
    assert tally[Tally.PARTLY] == sum(facts.outcome is R.PARTLY for facts in counted)
    assert tally[Tally.RESOLVED] == sum(facts.outcome is R.RESOLVED for facts in counted)
    assert all(f.outcome in (R.RESOLVED, R.ROUTED) for f in ends if f.state is S.SIGNED_OFF)
    assert tally.found == sum(tally[column] for column in Tally)


def test_removed_and_merged_disputes_count_nowhere() -> None:
    tally = tallied(
        [(S.REMOVED, R.UNRESOLVED, 3), (S.MERGED, R.PARTLY, 2), (S.HANDLING, R.PARTLY, 1)]
    )

    assert (tally.found, tally[Tally.PARTLY]) == (1, 1)


VILLAGE = Seat(village=True, found_it=True)
TOWNSHIP = Seat(found_it=True)
DUTY = Seat(duty=True)


@pytest.mark.parametrize(
    ("seat", "hands"),
    [
        (VILLAGE, {Hand.ENTRY}),
        (TOWNSHIP, {Hand.ENTRY, Hand.REVIEW, Hand.DUTY}),
        (DUTY, {Hand.DUTY}),
        (Seat(), set()),
        (OFFICE, set(Hand)),
    ],
)
def test_whose_step_is_whose(seat: Seat, hands: set[Hand]) -> None:
    assert {hand for hand in Hand if seat.takes(hand)} == hands


def test_a_village_neither_assigns_nor_removes_what_it_found() -> None:
    assert {o.step for o in offers(at(S.SUBMITTED), VILLAGE)} == set()
    assert {o.step for o in offers(at(S.SUBMITTED), TOWNSHIP)} == {
        DisputeStep.RETURN,
        DisputeStep.REMOVE,
        DisputeStep.ASSIGN,
        DisputeStep.ROUTE,
    }
    assert "上级单位" in (blocked(DisputeStep.ASSIGN, at(S.SUBMITTED), VILLAGE) or "")


def test_a_step_names_all_it_lacks_and_what_is_wrong_with_its_days() -> None:
    facts = at(S.SUBMITTED, moved_on=DAY + timedelta(3))
    found = step_problems(
        DisputeStep.ASSIGN, {}, facts, on=DAY + timedelta(2), today=DAY + timedelta(9)
    )

    assert {problem.field for problem in found} == {"unit_id", "until", "happened_on"}
    late = step_problems(
        DisputeStep.ASSIGN,
        {"unit_id": 1, "until": DAY},
        at(S.SUBMITTED),
        on=DAY + timedelta(1),
        today=DAY,
    )
    assert [problem.field for problem in late] == ["happened_on", "until"]


def test_an_extension_goes_beyond_the_day_it_replaces_and_names_who_approved_it() -> None:
    facts = at(S.HANDLING, due_on=DAY)
    given = {"until": DAY, "reason": "补充鉴定"}
    found = step_problems(DisputeStep.EXTEND, given, facts, on=DAY, today=DAY)

    assert {problem.field for problem in found} == {"approver", "until"}


def test_elevation_goes_up_and_ends_at_the_county() -> None:
    facts = at(S.HANDLING)
    given = {"tier": Tier.VILLAGE, "reason": "谈不拢"}

    assert [
        p.field for p in step_problems(DisputeStep.ELEVATE, given, facts, on=DAY, today=DAY)
    ] == ["tier"]
    assert "县级" in (blocked(DisputeStep.ELEVATE, at(S.HANDLING, tier=Tier.COUNTY), OFFICE) or "")
