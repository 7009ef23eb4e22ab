"""Rounds in the store: made, moved, opened by hand, closed; a closed one never changes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.commands import office, sweep_rounds, sweep_rules, sweeps
from db.commands import units as unit_commands
from db.engine import Store
from db.models.disputes import Dispute
from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit
from db.queries import office as office_queries
from db.queries import sweep_desk, sweep_plan
from db.queries import sweep_rules as rule_queries
from db.queries import sweeps as queries
from db.queries.sweeps import GridFilter
from rules.errors import Conflict, Invalid, RuleError
from rules.permissions import SYSTEM
from rules.sweep_setting import Asked
from rules.sweep_terms import Cadence, RoundKind, SlotState
from rules.terms import UnitKind
from rules.workdays import SpecialDay
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.sweeps import CLOCK, at, jiayin, keep_up

MakeUnit = Callable[..., int]
DAY = timedelta(days=1)
NOVEMBER = "2026年11月下半月"


def named(store: Store, name: str) -> SweepRound:
    with store.reading(OFFICE) as session:
        return session.scalars(
            select(SweepRound).where(SweepRound.name == name, SweepRound.level == UnitKind.TOWNSHIP)
        ).one()


def names(store: Store) -> list[str]:
    with store.reading(OFFICE) as session:
        return list(
            session.scalars(
                select(SweepRound.name)
                .where(SweepRound.level == UnitKind.TOWNSHIP)
                .order_by(SweepRound.first_on)
            )
        )


def asked(cadence: Cadence) -> Asked:
    return Asked(
        cadence=cadence, due_days=0, due_time=at(TODAY, 12).timetz(), rolls=True, clause="本县"
    )


def open_round(store: Store, *unit_ids: int, **changed: object) -> int:
    values: dict[str, object] = {
        "name": "欠薪专项排查",
        "kind": RoundKind.CAMPAIGN,
        "first_on": TODAY,
        "last_on": TODAY + timedelta(days=9),
        "due_at": at(TODAY + timedelta(days=9), 18),
        "unit_ids": unit_ids,
        "today": TODAY,
        "now": NOW,
    }
    with store.writing(OFFICE) as session:
        return sweep_rounds.open_round(session, **{**values, **changed})  # type: ignore[arg-type]


def test_the_first_look_makes_the_round_that_runs_and_those_of_a_month(store: Store) -> None:
    keep_up(store)

    assert names(store) == [NOVEMBER, "2026年12月上半月", "2026年12月下半月"]
    assert named(store, NOVEMBER).due_at == at(date(2026, 11, 30), 18)


def test_looking_again_changes_nothing(store: Store) -> None:
    keep_up(store)

    assert keep_up(store) == sweep_rounds.Kept(0, 0, 0, 0)
    with store.reading(SYSTEM) as session:
        found = sweep_plan.difference(session, until=TODAY, today=TODAY, now=NOW, clock=CLOCK)
    assert not found


def test_a_button_makes_a_year_and_says_which_calendar_is_missing(store: Store) -> None:
    until = TODAY + sweep_plan.YEAR
    with store.reading(SYSTEM) as session:
        found = sweep_plan.difference(session, until=until, today=TODAY, now=NOW, clock=CLOCK)

    keep_up(store, until=until)

    assert len(names(store)) == 25
    assert found.unknown == (2027,)


def test_months_nobody_looked_are_made_up_without_a_gap(store: Store) -> None:
    keep_up(store, until=TODAY)

    keep_up(store, today=date(2027, 2, 20), until=date(2027, 2, 20))

    assert names(store)[1:] == [
        "2026年12月上半月",
        "2026年12月下半月",
        "2027年1月上半月",
        "2027年1月下半月",
        "2027年2月上半月",
        "2027年2月下半月",
    ]


def test_a_holiday_told_later_moves_what_is_not_due(store: Store) -> None:
    keep_up(store)
    with store.writing(OFFICE) as session:
        office.set_day(session, date(2026, 11, 30), workday=False, name="县庆")

    kept = keep_up(store)

    assert kept.moved == 3  # townships, departments, the county
    assert named(store, NOVEMBER).due_at == at(date(2026, 12, 1), 18)


def test_a_holiday_told_after_the_due_time_moves_nothing(store: Store) -> None:
    keep_up(store)
    with store.writing(OFFICE) as session:
        office._set_days(session, [SpecialDay(date(2026, 11, 30), False, "县庆")])

    keep_up(store, today=date(2026, 12, 1))

    assert named(store, NOVEMBER).due_at == at(date(2026, 11, 30), 18)


def test_a_new_cadence_replaces_the_rounds_that_have_not_begun(store: Store) -> None:
    keep_up(store)
    with store.writing(OFFICE) as session:
        sweep_rules.set_rule(
            session,
            "township",
            asked(Cadence.MONTH),
            valid_from=date(2026, 12, 1),
            today=TODAY,
            now=NOW,
        )

    keep_up(store)

    assert names(store) == [NOVEMBER, "2026年12月"]
    assert named(store, "2026年12月").due_at == at(date(2026, 12, 31), 12)


def test_a_special_period_opens_daily_rounds_and_its_end_takes_them_away(
    store: Store, make_unit: MakeUnit
) -> None:
    county = make_unit("嘉荫县", kind=UnitKind.COUNTY)
    town = make_unit("红光乡", parent=county, kind=UnitKind.TOWNSHIP)
    with store.writing(OFFICE) as session:
        office.add_period(
            session, name="两会", first_on=TODAY - DAY, last_on=TODAY + 2 * DAY, note=""
        )
    keep_up(store)
    daily = [name for name in names(store) if name.startswith("两会")]
    assert daily == ["两会 2026年11月20日", "两会 2026年11月21日", "两会 2026年11月22日"]
    today_round = named(store, daily[0])
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, today_round.id, town, today=TODAY, now=NOW)
        (period,) = office_queries.periods(session)
        office.remove_period(session, period.id, version=period.version)

    keep_up(store)

    assert [name for name in names(store) if name.startswith("两会")] == daily[:1]


def test_a_round_closes_itself_and_writes_down_who_did_not_report(
    store: Store, make_unit: MakeUnit
) -> None:
    ids = jiayin(make_unit)
    keep_up(store)
    row = named(store, NOVEMBER)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, row.id, ids["第1乡"], today=TODAY, now=NOW)
    last = row.closes_at

    assert keep_up(store, today=last.date(), now=last - timedelta(minutes=1)).closed == 0
    keep_up(store, today=last.date(), now=last)

    with store.reading(OFFICE) as session:
        rows = session.scalars(select(SweepReport).where(SweepReport.round_id == row.id)).all()
        found = queries.grid(session, GridFilter(2026, UnitKind.TOWNSHIP), today=TODAY, now=last)
    assert len(rows) == 9
    assert named(store, NOVEMBER).closed_by == "系统"
    states = {line.name: cell.state for line in found.rows if (cell := line.cells[0])}
    assert states.pop("第1乡") is SlotState.ZERO
    assert set(states.values()) == {SlotState.MISSING}
    assert len(states) == 8


def test_a_closed_round_stays_as_it_was_when_its_townships_merge(
    store: Store, make_unit: MakeUnit
) -> None:
    ids = jiayin(make_unit)
    keep_up(store)
    row = named(store, NOVEMBER)
    first, second = ids["第1乡"], ids["第2乡"]
    with store.writing(OFFICE) as session:
        sweeps.file_report(session, row.id, first, found=2, resolved=1, today=TODAY, now=NOW)
    end = row.closes_at
    keep_up(store, today=end.date(), now=end)
    with store.writing(SYSTEM) as session:
        for name, unit_id in ids.items():
            if name.startswith("第2乡") and unit_id != second:
                _change(session, unit_id, parent_id=first)
        _change(session, second, valid_to=end.date())
        _change(session, first, name="新合乡")

    later = date(2026, 12, 20)
    keep_up(store, today=later)

    with store.reading(OFFICE) as session:
        slot = sweep_desk.report(session, row.id, first, now=at(later))
        found = queries.grid(
            session, GridFilter(2026, UnitKind.TOWNSHIP), today=later, now=at(later)
        )
    assert slot is not None
    assert (slot.unit_name, slot.found) == ("第1乡", 2)
    by_name = {line.name: [cell and cell.state for cell in line.cells] for line in found.rows}
    assert by_name["新合乡"][0] is SlotState.REPORTED
    assert by_name["第2乡"] == [SlotState.MISSING, None, None]


def _change(session: Session, unit_id: int, **given: Any) -> None:
    """Change a unit as its screen does; what is not given stays."""
    unit = session.get_one(Unit, unit_id)
    values = {
        name: getattr(unit, name)
        for name in ("name", "kind", "parent_id", "valid_from", "valid_to")
    }
    unit_commands.change_unit(session, unit_id, version=unit.version, **{**values, **given})
    session.flush()


def test_a_township_that_is_split_leaves_its_past_and_shares_what_comes(
    store: Store, make_unit: MakeUnit
) -> None:
    ids = jiayin(make_unit)
    keep_up(store)
    row = named(store, NOVEMBER)
    village = ids["第1乡9村"]
    with store.writing(OFFICE) as session:
        sweeps.file_report(session, row.id, ids["第1乡"], found=3, resolved=0, today=TODAY, now=NOW)
    before = d.add(store, village, found_on=TODAY)
    end = row.closes_at
    keep_up(store, today=end.date(), now=end)
    with store.writing(SYSTEM) as session:
        new = unit_commands.add_unit(
            session,
            "新分乡",
            UnitKind.TOWNSHIP,
            parent_id=ids["嘉荫县"],
            valid_from=end.date(),
        )
        _change(session, village, parent_id=new)
    after = d.add(store, village, found_on=TODAY)

    later = date(2026, 12, 20)
    keep_up(store, today=later)

    with store.reading(OFFICE) as session:
        slot = sweep_desk.report(session, row.id, ids["第1乡"], now=at(later))
        found = queries.grid(
            session, GridFilter(2026, UnitKind.TOWNSHIP), today=later, now=at(later)
        )
        township = {
            number: session.get_one(Unit, unit_id).name
            for number, unit_id in session.execute(select(Dispute.number, Dispute.township_id))
        }
    assert slot is not None
    assert (slot.unit_name, slot.found) == ("第1乡", 3)
    by_name = {line.name: [cell and cell.state for cell in line.cells] for line in found.rows}
    assert by_name["第1乡"] == [SlotState.REPORTED, SlotState.MISSING, SlotState.PENDING]
    assert by_name["新分乡"] == [None, SlotState.MISSING, SlotState.PENDING]
    assert township == {before.number: "第1乡", after.number: "新分乡"}


def test_the_store_itself_refuses_to_change_a_closed_round(
    store: Store, make_unit: MakeUnit
) -> None:
    ids = jiayin(make_unit)
    keep_up(store)
    row = named(store, NOVEMBER)
    keep_up(store, today=row.closes_at.date(), now=row.closes_at)

    for statement in (
        "UPDATE sweep_reports SET note = '补' WHERE round_id = :round",
        "DELETE FROM sweep_reports WHERE round_id = :round",
        "INSERT INTO sweep_reports (round_id, unit_id, unit_name, zero, found, resolved, note, "
        "filed_by, version) VALUES (:round, :unit, '', false, 0, 0, '', '', 1)",
        "UPDATE sweep_rounds SET due_reason = '补' WHERE id = :round",
        "DELETE FROM sweep_rounds WHERE id = :round",
    ):
        with (
            store.engine.connect() as connection,
            pytest.raises(DBAPIError, match="closed round"),
        ):
            connection.execute(text(statement), {"round": row.id, "unit": ids["第1乡1村"]})


def test_a_round_by_hand_asks_the_chosen_units(store: Store, make_unit: MakeUnit) -> None:
    ids = jiayin(make_unit)
    round_id = open_round(store, ids["第1乡"], ids["第2乡1村"])

    with store.reading(OFFICE) as session:
        found = queries.open_slots(session, today=TODAY, now=NOW)
    assert [(slot.round.id, slot.unit_name) for slot in found] == [
        (round_id, "第1乡"),
        (round_id, "第2乡1村"),
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"unit_ids": ()}, "请选择要报送的单位"),
        ({"name": " "}, "名称"),
        ({"last_on": TODAY - timedelta(days=1)}, "早于开始日期"),
        ({"due_at": at(TODAY, 18)}, "早于结束日期"),
        ({"last_on": TODAY, "due_at": at(TODAY, 9, 59)}, "已经过去"),
        ({"unit_ids": (999,)}, "不在用"),
        ({"kind": RoundKind.REGULAR}, "手工发起"),
        ({"first_on": None}, "请填写"),
    ],
)
def test_a_round_by_hand_that_cannot_be_is_refused_with_the_reason(
    store: Store, make_unit: MakeUnit, changed: dict[str, object], words: str
) -> None:
    ids = jiayin(make_unit)

    with pytest.raises(Invalid, match=words):
        open_round(store, ids["第1乡"], **changed)


def test_a_moved_due_time_needs_a_reason_and_is_kept_from_the_rules(store: Store) -> None:
    keep_up(store)
    row = named(store, NOVEMBER)
    later = at(date(2026, 12, 3), 12)
    with store.writing(OFFICE) as session, pytest.raises(Invalid, match="理由"):
        sweep_rounds.move_due(
            session, row.id, version=1, due_at=later, reason="", today=TODAY, now=NOW
        )
    with store.writing(OFFICE) as session:
        sweep_rounds.move_due(
            session, row.id, version=1, due_at=later, reason="停电", today=TODAY, now=NOW
        )

    keep_up(store)

    assert named(store, NOVEMBER).due_at == later


def test_late_stays_late_no_due_time_is_moved_afterwards(store: Store) -> None:
    keep_up(store)
    row = named(store, NOVEMBER)
    past = row.due_at + timedelta(minutes=1)

    with store.writing(OFFICE) as session, pytest.raises(RuleError, match="已经过去"):
        sweep_rounds.move_due(
            session,
            row.id,
            version=1,
            due_at=past + timedelta(days=1),
            reason="补",
            today=past.date(),
            now=past,
        )


def test_a_round_is_closed_by_hand_only_after_its_due_time(store: Store) -> None:
    keep_up(store)
    row = named(store, NOVEMBER)
    with store.writing(OFFICE) as session, pytest.raises(RuleError, match="还没有到截止时间"):
        sweep_rounds.close_round(session, row.id, version=1, now=NOW)

    with store.writing(OFFICE) as session:
        sweep_rounds.close_round(session, row.id, version=1, now=row.due_at + timedelta(minutes=1))

    assert named(store, NOVEMBER).closed_by == OFFICE.name


def test_a_rival_change_of_a_round_is_a_conflict(store: Store) -> None:
    keep_up(store)
    row = named(store, NOVEMBER)

    with store.writing(OFFICE) as session, pytest.raises(Conflict):
        sweep_rounds.close_round(session, row.id, version=7, now=NOW)


def test_only_a_round_by_hand_without_a_report_is_taken_away(
    store: Store, make_unit: MakeUnit
) -> None:
    ids = jiayin(make_unit)
    keep_up(store)
    regular = named(store, NOVEMBER)
    empty, reported = open_round(store, ids["第1乡"]), open_round(store, ids["第1乡"])
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, reported, ids["第1乡"], today=TODAY, now=NOW)
        sweep_rounds.remove_round(session, empty, version=1)
        for kept in (regular.id, reported):
            with pytest.raises(RuleError, match="不能删除"):
                sweep_rounds.remove_round(session, kept, version=1)

    with store.reading(OFFICE) as session:
        assert session.get(SweepRound, empty) is None


def test_a_cadence_is_laid_from_today_on_and_taken_back_before_it_begins(store: Store) -> None:
    with store.writing(OFFICE) as session:
        with pytest.raises(Invalid, match="已经过去"):
            sweep_rules.set_rule(
                session,
                "village",
                asked(Cadence.WEEK),
                valid_from=TODAY - timedelta(days=1),
                today=TODAY,
                now=NOW,
            )
        for since in (TODAY, TODAY + timedelta(days=1)):
            sweep_rules.set_rule(
                session, "village", asked(Cadence.WEEK), valid_from=since, today=TODAY, now=NOW
            )
        with pytest.raises(Invalid, match="已经施行"):
            sweep_rules.take_back(session, "village", valid_from=TODAY, today=TODAY)
        sweep_rules.take_back(session, "village", valid_from=TODAY + timedelta(days=1), today=TODAY)

    with store.reading(OFFICE) as session:
        lines = {line.code: line for line in rule_queries.lines(session, on=TODAY)}
    assert lines["village"].current.cadence is Cadence.WEEK
    assert [each.rule.valid_from for each in lines["village"].own] == [TODAY]
