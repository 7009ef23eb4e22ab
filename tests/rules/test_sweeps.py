"""Where a unit stands in a round, who is counted how, and whom to remind."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from rules.rates import shown_rate
from rules.sweep_figures import Punctuality, punctuality, reminder_text, reminders, total
from rules.sweep_terms import RoundKind, SlotState
from rules.sweeps import Filing, Round, SweepUnit, answering, slots, standing
from rules.terms import UnitKind
from tests.sweeps import CLOCK, at

DUE = at(date(2026, 11, 16), 18)
ROUND = Round(
    id=1,
    name="2026年11月上半月",
    kind=RoundKind.REGULAR,
    level=UnitKind.TOWNSHIP,
    first_on=date(2026, 11, 1),
    last_on=date(2026, 11, 15),
    due_at=DUE,
    closes_at=at(date(2026, 11, 23), 18),
)
BEFORE, AFTER = at(date(2026, 11, 16), 9), at(date(2026, 11, 17), 9)


def unit(number: int, kind: UnitKind = UnitKind.TOWNSHIP, **span: date | None) -> SweepUnit:
    return SweepUnit(number, f"第{number}乡", kind, None, "", **span)


def filing(number: int, filed_at: datetime | None, *, zero: bool = False) -> Filing:
    return Filing(1, number, f"第{number}乡", zero, 0 if zero else 2, 1, filed_at, "小李")


@pytest.mark.parametrize(
    ("filed_at", "zero", "state"),
    [
        (at(date(2026, 11, 16), 18, 0, 59), False, SlotState.REPORTED),
        (at(date(2026, 11, 16), 18, 0), True, SlotState.ZERO),
        (at(date(2026, 11, 16), 18, 1), False, SlotState.LATE),
        (at(date(2026, 11, 16), 18, 1), True, SlotState.LATE),
    ],
)
def test_one_minute_after_the_due_time_is_late(
    filed_at: datetime, zero: bool, state: SlotState
) -> None:
    assert standing(DUE, filing(1, filed_at, zero=zero), now=AFTER) is state


def test_who_has_not_filed_is_missing_only_after_the_due_time() -> None:
    assert standing(DUE, None, now=at(date(2026, 11, 16), 18, 0, 59)) is SlotState.PENDING
    assert standing(DUE, None, now=at(date(2026, 11, 16), 18, 1)) is SlotState.MISSING


def test_a_unit_that_began_later_ended_earlier_or_is_of_another_level_owes_nothing() -> None:
    units = [
        unit(1),
        unit(2, valid_from=date(2026, 11, 15)),
        unit(3, valid_from=date(2026, 11, 16)),
        unit(4, valid_to=date(2026, 11, 16)),
        unit(5, valid_to=date(2026, 11, 15)),
        unit(6, UnitKind.DEPARTMENT),
    ]

    assert [slot.unit_id for slot in slots([ROUND], units, (), now=BEFORE)] == [1, 2, 4]


def test_a_round_by_hand_asks_its_own_units_of_any_level() -> None:
    by_hand = replace(ROUND, level=None, unit_ids=frozenset({2, 6}))
    units = [unit(1), unit(2), unit(6, UnitKind.DEPARTMENT)]

    assert [slot.unit_id for slot in slots([by_hand], units, (), now=BEFORE)] == [2, 6]


def test_a_closed_round_is_told_from_its_own_rows_alone() -> None:
    closed = replace(ROUND, closed_at=AFTER)
    kept = [replace(filing(9, BEFORE), unit_name="老河乡"), filing(1, None)]

    found = slots([closed], [unit(1), unit(2)], kept, now=AFTER)

    assert [(slot.unit_name, slot.state) for slot in found] == [
        ("老河乡", SlotState.REPORTED),
        ("第1乡", SlotState.MISSING),
    ]


def test_a_report_filed_before_its_unit_ended_stands() -> None:
    ended = unit(1, valid_to=date(2026, 11, 10))

    (slot,) = slots([ROUND], [ended], [filing(1, BEFORE)], now=BEFORE)

    assert slot.state is SlotState.REPORTED


def test_rates_count_rounds_that_are_due_and_are_exact() -> None:
    future = replace(ROUND, id=2, due_at=at(date(2026, 12, 1), 18))
    late = at(date(2026, 11, 16), 18, 1)
    kept = [filing(1, BEFORE), filing(2, BEFORE, zero=True), filing(3, late, zero=True)]

    counted = punctuality(
        slots([ROUND, future], [unit(n) for n in (1, 2, 3, 4)], kept, now=AFTER), now=AFTER
    )

    assert counted == {
        1: Punctuality(1, 1, 1, 1, 0),
        2: Punctuality(2, 1, 1, 1, 1),
        3: Punctuality(3, 1, 1, 0, 1),
        4: Punctuality(4, 1, 0, 0, 0),
    }
    whole = total(counted.values())
    assert shown_rate(whole.filed, whole.owed) == "75.0%（3/4）"
    assert shown_rate(whole.in_time, whole.owed) == "50.0%（2/4）"
    assert total([]) == Punctuality(0)


def test_reminded_are_the_overdue_and_what_is_due_within_hours() -> None:
    far = replace(ROUND, id=2, due_at=at(date(2026, 11, 30), 18))
    overdue = replace(ROUND, id=3, name="11月10日", due_at=at(date(2026, 11, 10), 18))
    closed = replace(ROUND, id=4, closed_at=BEFORE)
    units = [unit(1), unit(2)]
    listed = slots([ROUND, far, overdue, closed], units, [filing(1, BEFORE)], now=BEFORE)

    found = reminders(listed, now=BEFORE, ahead_hours=48)

    assert [(each.round.id, each.overdue, each.units) for each in found] == [
        (3, True, ("第1乡", "第2乡")),
        (1, False, ("第2乡",)),
    ]
    assert reminder_text(found[0], clock=CLOCK) == (
        "11月10日矛盾纠纷排查已于 11月10日 18:00 截止，以下单位尚未报送，请立即补报，"
        "没有排查到的也请作零报告（2 个）：第1乡、第2乡。"
    )
    assert "请按时报送" in reminder_text(found[1], clock=CLOCK)


def test_nobody_is_reminded_when_everybody_filed() -> None:
    listed = slots([ROUND], [unit(1)], [filing(1, BEFORE)], now=AFTER)

    assert reminders(listed, now=AFTER, ahead_hours=48) == []


@pytest.mark.parametrize(
    ("path", "answers"),
    [
        ("劳动", True),
        ("劳动/工资", True),
        ("劳动/工资/拖欠工资", True),
        ("劳动/工资/拖欠工资/建筑", True),
        ("劳动/工资/克扣", False),
        ("劳动保护", False),
        ("", False),
    ],
)
def test_a_class_answers_to_one_above_below_or_the_same(path: str, answers: bool) -> None:
    assert answering(path, ["民政", "劳动/工资/拖欠工资"]) is answers
