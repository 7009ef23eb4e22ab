"""What units file: once, by themselves, zero or counts; the grid of 63 townships and of 嘉荫."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from db.commands import sweep_rounds, sweep_rules, sweeps
from db.commands.sweeps import Doubtful
from db.engine import Store
from db.models.sweeps import SweepCorrection, SweepReport, SweepRound
from db.queries import sweep_desk
from db.queries import sweeps as queries
from db.queries.sweep_items import Entered
from db.queries.sweeps import GridFilter
from rules.errors import Conflict, Invalid, Missing, RuleError
from rules.permissions import Actor
from rules.rates import shown_rate
from rules.sweep_figures import total
from rules.sweep_setting import Asked
from rules.sweep_terms import Cadence, RoundKind, SlotState
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.sweeps import at, jiayin, keep_up

MakeUnit = Callable[..., int]
LEADER = Actor(None, "李县长", frozenset({Role.LEADER}))
DAY = timedelta(days=1)


def township(ids: dict[str, int], name: str) -> Actor:
    """The account of a township, with its villages in sight."""
    own = {each for unit, each in ids.items() if unit.startswith(name)}
    return Actor(None, f"{name}小王", frozenset({Role.UNIT}), ids[name], frozenset(own))


@pytest.fixture
def ids(store: Store, make_unit: MakeUnit) -> dict[str, int]:
    """The units of 嘉荫, their rounds made."""
    found = jiayin(make_unit)
    keep_up(store)
    return found


def running(store: Store, level: UnitKind = UnitKind.TOWNSHIP) -> SweepRound:
    with store.reading(OFFICE) as session:
        return session.scalars(
            select(SweepRound).where(SweepRound.level == level, SweepRound.first_on <= TODAY)
        ).one()


def test_a_zero_report_is_kept_with_name_and_time(store: Store, ids: dict[str, int]) -> None:
    each = running(store)
    with store.writing(township(ids, "第1乡")) as session:
        sweeps.file_zero(session, each.id, ids["第1乡"], today=TODAY, now=NOW)

    with store.reading(OFFICE) as session:
        (row,) = session.scalars(select(SweepReport)).all()
    assert (row.zero, row.filed_by, row.filed_at) == (True, "第1乡小王", NOW)
    assert row.unit_name == "第1乡"


def test_a_unit_files_for_itself_and_below_and_for_nobody_else(
    store: Store, ids: dict[str, int]
) -> None:
    each = running(store)
    with (
        store.writing(township(ids, "第1乡")) as session,
        pytest.raises(Missing, match="不在您的范围内"),
    ):
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=NOW)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=NOW)

    with store.reading(township(ids, "第1乡")) as session:
        assert session.scalar(select(func.count()).select_from(SweepReport)) == 0
        rows = queries.grid(session, GridFilter(2026, UnitKind.TOWNSHIP), today=TODAY, now=NOW).rows
        with pytest.raises(Missing):
            sweep_desk.desk(session, ids["第2乡"], today=TODAY, now=NOW)
    assert [row.name for row in rows] == ["第1乡"]
    with store.reading(LEADER) as session:
        assert session.scalar(select(func.count()).select_from(SweepReport)) == 1


def test_a_report_is_changed_while_open_and_keeps_its_first_time(
    store: Store, ids: dict[str, int]
) -> None:
    each, unit = running(store), ids["第1乡"]
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, unit, today=TODAY, now=NOW)
    later = each.due_at + timedelta(hours=1)
    with store.writing(OFFICE) as session:
        sweeps.file_report(
            session,
            each.id,
            unit,
            version=1,
            found=3,
            resolved=1,
            note="补登一件",
            today=later.date(),
            now=later,
        )

    with store.reading(OFFICE) as session:
        slot = sweep_desk.report(session, each.id, unit, now=later)
    assert slot is not None
    assert (slot.state, slot.found, slot.filed_at) == (SlotState.REPORTED, 3, NOW)
    assert (slot.changed_at, slot.changed_by) == (later, OFFICE.name)


@pytest.mark.parametrize("version", [None, 7])
def test_the_second_of_two_reporters_is_told_and_overwrites_nothing(
    store: Store, ids: dict[str, int], version: int | None
) -> None:
    each, unit = running(store), ids["第1乡"]
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, unit, today=TODAY, now=NOW)

    with store.writing(OFFICE) as session, pytest.raises(Conflict, match="刚刚已由"):
        sweeps.file_report(
            session,
            each.id,
            unit,
            version=version,
            found=3,
            resolved=0,
            today=TODAY,
            now=NOW,
        )


@pytest.mark.parametrize(("minutes", "state"), [(0, SlotState.ZERO), (1, SlotState.LATE)])
def test_a_report_of_one_minute_too_late_is_late(
    store: Store, ids: dict[str, int], minutes: int, state: SlotState
) -> None:
    each, unit = running(store), ids["第1乡"]
    moment = each.due_at + timedelta(minutes=minutes)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, unit, today=moment.date(), now=moment)

    with store.reading(OFFICE) as session:
        slot = sweep_desk.report(session, each.id, unit, now=moment)
    assert slot is not None
    assert slot.state is state


def test_a_closed_round_takes_no_report_even_where_nobody_has_looked(
    store: Store, ids: dict[str, int]
) -> None:
    each = running(store)

    with store.writing(OFFICE) as session, pytest.raises(RuleError, match="已经关闭"):
        sweeps.file_zero(
            session, each.id, ids["第1乡"], today=each.closes_at.date(), now=each.closes_at
        )


def test_a_round_that_has_not_begun_and_one_of_others_take_no_report(
    store: Store, ids: dict[str, int]
) -> None:
    with store.reading(OFFICE) as session:
        future = session.scalars(
            select(SweepRound.id).where(SweepRound.name == "2026年12月上半月")
        ).one()
    with store.writing(OFFICE) as session:
        with pytest.raises(RuleError, match="还不能报送"):
            sweeps.file_zero(session, future, ids["第1乡"], today=TODAY, now=NOW)
        with pytest.raises(RuleError, match="不要求"):
            sweeps.file_zero(session, running(store).id, ids["嘉荫县"], today=TODAY, now=NOW)
        with pytest.raises(Missing):
            sweeps.file_zero(session, 999, ids["第1乡"], today=TODAY, now=NOW)


def test_counts_that_cannot_be_are_refused_together(store: Store, ids: dict[str, int]) -> None:
    with store.writing(OFFICE) as session, pytest.raises(Invalid) as refused:
        sweeps.file_report(
            session,
            running(store).id,
            ids["第1乡"],
            found=-1,
            resolved=-1,
            note="字" * 501,
            today=TODAY,
            now=NOW,
        )

    assert [problem.field for problem in refused.value.problems] == ["found", "resolved", "note"]


def test_who_found_nothing_new_may_report_what_it_resolved(
    store: Store, ids: dict[str, int]
) -> None:
    each = running(store)
    with store.writing(township(ids, "第1乡")) as session:
        sweeps.file_report(
            session, each.id, ids["第1乡"], found=0, resolved=2, today=TODAY, now=NOW
        )
    with store.writing(OFFICE) as session, pytest.raises(Invalid, match="零报告"):
        sweeps.file_report(
            session, each.id, ids["第2乡"], found=0, resolved=0, today=TODAY, now=NOW
        )

    with store.reading(OFFICE) as session:
        slot = sweep_desk.report(session, each.id, ids["第1乡"], now=NOW)
    assert slot is not None
    assert (slot.state, slot.found, slot.resolved) == (SlotState.REPORTED, 0, 2)


def test_a_zero_report_is_asked_about_where_villages_found_something(
    store: Store, ids: dict[str, int]
) -> None:
    weekly = Asked(
        cadence=Cadence.WEEK,
        due_days=0,
        due_time=at(TODAY, 18).timetz(),
        rolls=False,
        clause="本县",
    )
    with store.writing(OFFICE) as session:
        sweep_rules.set_rule(session, "village", weekly, valid_from=TODAY, today=TODAY, now=NOW)
    keep_up(store)
    village = running(store, UnitKind.VILLAGE)
    clerk, each = township(ids, "第1乡"), running(store)
    with store.writing(clerk) as session:
        sweeps.file_report(
            session, village.id, ids["第1乡3村"], found=2, resolved=0, today=TODAY, now=NOW
        )

    with store.writing(clerk) as session, pytest.raises(Doubtful, match="已登记 2 件"):
        sweeps.file_zero(session, each.id, ids["第1乡"], today=TODAY, now=NOW)
    with store.reading(clerk) as session:
        desk = sweep_desk.desk(session, ids["第1乡"], today=TODAY, now=NOW)
    assert [slot.entered for slot in desk.open] == [Entered(2, 0)]
    with store.writing(clerk) as session:
        sweeps.file_zero(session, each.id, ids["第1乡"], sure=True, today=TODAY, now=NOW)
    # What another township's villages found is none of its concern.
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=NOW)


def test_a_correction_stands_beside_a_closed_round_that_does_not_change(
    store: Store, ids: dict[str, int]
) -> None:
    each, unit = running(store), ids["第1乡"]
    clerk = township(ids, "第1乡")
    with store.writing(clerk) as session, pytest.raises(RuleError, match="还没有关闭"):
        sweeps.correct(session, each.id, unit, text="应为 3 件", reason="漏登", now=NOW)
    keep_up(store, today=each.closes_at.date(), now=each.closes_at)
    with store.writing(clerk) as session:
        with pytest.raises(Invalid, match="理由"):
            sweeps.correct(session, each.id, unit, text="应为 3 件", reason="", now=NOW)
        sweeps.correct(session, each.id, unit, text="应为 3 件", reason="漏登", now=NOW)
        with pytest.raises(Missing):
            sweeps.correct(session, each.id, ids["第2乡"], text="一", reason="二", now=NOW)

    with store.reading(OFFICE) as session:
        (row,) = sweep_desk.corrections(session, unit_id=unit)
        found = queries.grid(
            session, GridFilter(2026, UnitKind.TOWNSHIP), today=TODAY, now=each.closes_at
        )
        assert session.scalar(select(func.count()).select_from(SweepCorrection)) == 1
    assert (row.text, row.reason, row.actor, row.at) == ("应为 3 件", "漏登", "第1乡小王", NOW)
    assert found.corrected == {(each.id, unit)}
    assert found.states[SlotState.MISSING] == 9


def test_the_desk_shows_the_most_urgent_first_and_what_was_filed(
    store: Store, ids: dict[str, int]
) -> None:
    unit = ids["第1乡"]
    with store.writing(OFFICE) as session:
        urgent = sweep_rounds.open_round(
            session,
            name="防汛隐患",
            kind=RoundKind.AD_HOC,
            first_on=TODAY,
            last_on=TODAY,
            due_at=at(TODAY, 17),
            unit_ids=[unit],
            today=TODAY,
            now=NOW,
        )
    each = running(store)
    with store.reading(OFFICE) as session:
        desk = sweep_desk.desk(session, unit, today=TODAY, now=NOW)
    assert [slot.round.id for slot in desk.open] == [urgent, each.id]

    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, urgent, unit, today=TODAY, now=NOW)
    closing = each.closes_at
    keep_up(store, today=closing.date(), now=closing)

    with store.reading(OFFICE) as session:
        desk = sweep_desk.desk(session, unit, today=closing.date(), now=closing)
    assert [slot.round.name for slot in desk.open] == ["2026年12月上半月"]
    assert {slot.round.name: slot.state for slot in desk.past} == {
        "防汛隐患": SlotState.ZERO,
        "2026年11月下半月": SlotState.MISSING,
    }


def test_the_villages_of_jiayin_report_once_each_when_they_are_asked(
    store: Store, ids: dict[str, int]
) -> None:
    monthly = Asked(
        cadence=Cadence.MONTH,
        due_days=0,
        due_time=at(TODAY, 18).timetz(),
        rolls=True,
        clause="本县",
    )
    with store.writing(OFFICE) as session:
        sweep_rules.set_rule(session, "village", monthly, valid_from=TODAY, today=TODAY, now=NOW)
    keep_up(store, until=TODAY)

    with store.reading(OFFICE) as session:
        found = queries.grid(
            session, GridFilter(2026, UnitKind.VILLAGE, ahead=True), today=TODAY, now=NOW
        )
        of_one = queries.grid(
            session,
            GridFilter(2026, UnitKind.VILLAGE, township_id=ids["第1乡"]),
            today=TODAY,
            now=NOW,
        )
    assert (len(found.rows), len(of_one.rows)) == (73, 9)
    assert [each.name for each in found.rounds] == ["2026年11月20日至30日", "2026年12月"]
    assert all(None not in row.cells for row in found.rows)
    assert found.states[SlotState.PENDING] == 2 * 73


def test_a_year_of_63_townships_is_one_grid_and_its_rates_are_exact(
    store: Store, make_unit: MakeUnit
) -> None:
    county = make_unit("嘉荫县", kind=UnitKind.COUNTY)
    towns = [make_unit(f"第{n}乡", parent=county, kind=UnitKind.TOWNSHIP) for n in range(63)]
    begun = date(2025, 12, 31)
    keep_up(store, today=begun, until=date(2026, 12, 31))
    with store.reading(OFFICE) as session:
        found = session.scalars(
            select(SweepRound)
            .where(SweepRound.level == UnitKind.TOWNSHIP, SweepRound.last_on >= date(2026, 1, 1))
            .order_by(SweepRound.first_on)
        ).all()
    # The first township files everything, the second one round a minute too late, the rest nothing.
    for place, each in enumerate(found):
        with store.writing(OFFICE) as session:
            for unit, moment in (
                (towns[0], each.due_at),
                (towns[1], each.due_at + timedelta(minutes=place == 5)),
            ):
                sweeps.file_zero(session, each.id, unit, today=each.last_on, now=moment)
    year_end = at(date(2027, 2, 1))

    with store.reading(OFFICE) as session:
        grid = queries.grid(
            session, GridFilter(2026, UnitKind.TOWNSHIP), today=date(2027, 2, 1), now=year_end
        )
        late = queries.grid(
            session,
            GridFilter(2026, UnitKind.TOWNSHIP, state=SlotState.LATE),
            today=date(2027, 2, 1),
            now=year_end,
        )
    assert (len(grid.rows), len(grid.rounds)) == (63, 24)
    assert all(len(row.cells) == 24 and None not in row.cells for row in grid.rows)
    assert [row.unit_id for row in late.rows] == [towns[1]]
    one, two = grid.rows[0].punctuality, grid.rows[1].punctuality
    assert shown_rate(one.in_time, one.owed) == "100.0%（24/24）"
    assert shown_rate(two.in_time, two.owed) == "95.8%（23/24）"
    whole = total(row.punctuality for row in grid.rows)
    assert shown_rate(whole.filed, whole.owed) == "3.2%（48/1512）"
    assert grid.states == {
        SlotState.REPORTED: 0,
        SlotState.ZERO: 47,
        SlotState.LATE: 1,
        SlotState.MISSING: 1464,
        SlotState.PENDING: 0,
    }


def test_the_list_of_rounds_tells_what_is_filed_in_each(store: Store, ids: dict[str, int]) -> None:
    each = running(store)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第1乡"], today=TODAY, now=NOW)

    with store.reading(OFFICE) as session:
        rows = {row.round.id: row for row in queries.rounds(session, year=2026, now=NOW)}
        years = queries.years(session)
    with store.reading(township(ids, "第1乡")) as session:
        own = queries.rounds(session, year=2026, now=NOW)
    assert {row.round.level for row in own} == {UnitKind.TOWNSHIP}
    states = rows[each.id].states
    assert (states[SlotState.ZERO], states[SlotState.PENDING]) == (1, 8)
    assert years == [2026]
