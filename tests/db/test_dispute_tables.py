"""The standard form in the store: one count for each cell, frozen for good, and the early finds."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from db.commands import dispute_classes, dispute_tables
from db.commands.cases import Opened
from db.engine import Store
from db.models.dispute_tables import DisputeTable
from db.models.disputes import Dispute
from db.models.units import Unit
from db.queries import dispute_tables as queries
from db.queries import disputes
from db.queries.disputes import DisputeFilter
from rules.dispute_progress import Early
from rules.dispute_table import Form, Period, TableColumn, TableLevel, TableSpan, differences
from rules.dispute_terms import DisputeStep, Facet
from rules.errors import Conflict, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Make = Callable[..., Any]
NOVEMBER = Period(TableSpan.MONTH, date(2026, 11, 1))
OCTOBER = Period(TableSpan.MONTH, date(2026, 10, 1))
LEADER = Actor(None, "张县长", frozenset({Role.LEADER}), leader_id=None)
C = TableColumn


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _live(store: Store, period: Period = NOVEMBER, actor: Actor = OFFICE) -> Form:
    with store.reading(actor) as session:
        return queries.live(session, period)


def _count(store: Store, actor: Actor = OFFICE, **wanted: Any) -> int:
    with store.reading(actor) as session:
        return disputes.listing(session, DisputeFilter(**wanted), page=1, today=TODAY).total


def _mixed(store: Store, place: d.County) -> None:
    """Some of each: a village's resolved in part and wholly, a town's, one removed, one of October."""
    partly = d.add(store, place.village)
    d.handle(store, partly, place.town)
    d.step(store, partly, DisputeStep.PARTLY, text="一方接受")
    d.resolve(store, d.add(store, place.village, title="水渠改道"), place.town)
    d.add(store, place.town, title="征地补偿", class_id=d.class_id(store, "征地拆迁"))
    gone = d.add(store, place.village, title="误报一件")
    d.step(store, gone, DisputeStep.REMOVE, reason="误报")
    d.add(store, place.county, title="企业改制", found_on=date(2026, 10, 9))


def test_each_cell_counts_what_its_list_shows(store: Store, place: d.County) -> None:
    _mixed(store, place)

    form = _live(store)

    whole = form.total.cells
    assert [whole[c].found for c in C] == [0, 1, 2, 3, 4]
    village = whole[C.VILLAGE]
    assert (village.mediated, village.resolved, village.partly) == (2, 1, 1)
    days = {"first": NOVEMBER.first_on, "last": NOVEMBER.last_on}
    for row in form.rows:
        for level in TableLevel:
            cell = row.cells[C.of(level.value)]
            of: dict[str, Any] = {**days, "class_id": row.class_id, "found_by": level}
            assert cell.found == _count(store, **of)
            assert cell.mediated == _count(store, **of, facet=Facet.MEDIATED)
            assert cell.passed_on == _count(store, **of, facet=Facet.PASSED_ON)


def test_a_smaller_class_opens_and_counts_with_the_one_above(store: Store, place: d.County) -> None:
    above = d.class_id(store)
    with store.writing(OFFICE) as session:
        small = dispute_classes.add_class(session, "宅基地界线", parent_id=above)
    d.add(store, place.village, class_id=small)

    row = next(r for r in _live(store).rows if r.class_id == above)

    assert row.cells[C.VILLAGE].found == 1 == _count(store, class_id=above)


def test_a_frozen_form_stays_whatever_becomes_of_its_rows(store: Store, place: d.County) -> None:
    found = d.add(store, place.village, found_on=date(2026, 10, 9))
    with store.writing(OFFICE) as session:
        dispute_tables.freeze(session, OCTOBER, today=TODAY, now=NOW)
    d.step(store, found, DisputeStep.REMOVE, reason="误报")
    late = d.add(store, place.town, title="补登的一件", found_on=date(2026, 10, 30))
    d.resolve(store, late, place.town)

    with store.reading(OFFICE) as session:
        frozen = queries.frozen(session, OCTOBER)

    assert frozen is not None
    assert (frozen.by, frozen.at) == (OFFICE.name, NOW)
    assert frozen.form.total.cells[C.SUBTOTAL].found == 1
    told = {
        (x.column, x.what, x.frozen, x.now) for x in differences(frozen.form, _live(store, OCTOBER))
    }
    assert (C.VILLAGE, "排查数", 1, 0) in told
    assert (C.TOWNSHIP, "成功数", 0, 1) in told


def test_the_store_refuses_to_change_a_frozen_form(store: Store, place: d.County) -> None:
    with store.writing(OFFICE) as session:
        dispute_tables.freeze(session, OCTOBER, today=TODAY, now=NOW)

    for statement in (update(DisputeTable).values(found=9), delete(DisputeTable)):
        with pytest.raises(Conflict), store.writing(OFFICE) as session:
            session.execute(statement)
    with store.reading(OFFICE) as session:
        assert session.scalars(select(DisputeTable.found)).all() == [0]


def test_a_period_that_runs_and_one_that_is_frozen_are_not_frozen(
    store: Store, place: d.County
) -> None:
    with pytest.raises(RuleError, match="结束以后才能定稿"), store.writing(OFFICE) as session:
        dispute_tables.freeze(session, NOVEMBER, today=TODAY, now=NOW)
    with store.writing(OFFICE) as session:
        dispute_tables.freeze(session, OCTOBER, today=TODAY, now=NOW)
    with pytest.raises(RuleError, match="已经定稿"), store.writing(OFFICE) as session:
        dispute_tables.freeze(session, OCTOBER, today=TODAY, now=NOW)


def _entered(store: Store, opened: Opened, *, days_ago: int) -> None:
    with store.writing(OFFICE) as session:
        session.get_one(Dispute, opened.id).created_at = NOW - timedelta(days_ago)


@pytest.mark.parametrize(("today", "frozen"), [(5, []), (6, ["2026年11月"])])
def test_the_first_look_days_after_the_end_freezes_by_itself(
    store: Store, place: d.County, today: int, frozen: list[str]
) -> None:
    d.add(store, place.village)

    with store.writing(SYSTEM) as session:
        count = dispute_tables.keep_up(session, today=date(2026, 12, today), now=NOW)

    with store.reading(OFFICE) as session:
        assert [period.name for period in queries.frozen_periods(session)] == frozen
        assert count == len(frozen)
        found = queries.frozen(session, NOVEMBER)
    assert found is None or found.by == ""


def test_what_was_over_before_the_ledger_was_begun_is_frozen_by_hand_alone(
    store: Store, place: d.County
) -> None:
    _entered(store, d.add(store, place.village, found_on=date(2026, 3, 1)), days_ago=40)

    with store.reading(SYSTEM) as session:
        due = queries.due(session, today=TODAY)
        offered = queries.offered(session, TableSpan.MONTH, today=TODAY)

    assert [period.name for period in due] == ["2026年10月"]
    assert (offered[0].name, offered[-1].name) == ("2026年11月", "2026年3月")


def test_an_empty_ledger_owes_no_form(store: Store, place: d.County) -> None:
    with store.reading(SYSTEM) as session:
        assert queries.due(session, today=TODAY) == []
        assert [p.name for p in queries.offered(session, TableSpan.YEAR, today=TODAY)] == ["2026年"]


def test_the_county_is_counted_for_office_and_leaders_and_its_own_for_a_unit(
    store: Store, place: d.County
) -> None:
    d.add(store, place.village)
    d.add(store, place.other_town, title="征地补偿")
    town = d.member(store, place.town)

    counts = [
        _live(store, actor=actor).total.cells[C.SUBTOTAL].found for actor in (OFFICE, LEADER, town)
    ]
    assert counts == [2, 2, 1]
    with store.writing(OFFICE) as session:
        dispute_tables.freeze(session, OCTOBER, today=TODAY, now=NOW)
    for actor, seen in ((LEADER, True), (town, False)):
        with store.reading(actor) as session:
            assert (queries.frozen(session, OCTOBER) is not None) is seen


def test_a_dispute_is_early_only_when_resolved_before_the_petition(
    store: Store, place: d.County, make_case: Make
) -> None:
    alone = d.add(store, place.village)
    d.resolve(store, alone, place.town)
    d.add(store, place.village, title="还没有化解")
    for title, received in (("先信访", TODAY), ("后信访", TODAY)):
        opened = d.add(store, place.village, title=title)
        d.resolve(store, opened, place.town)
        case = make_case(title=title, received_on=received)
        with store.writing(OFFICE) as session:
            row = session.get_one(Dispute, opened.id)
            row.case_id = case.id
            row.resolved_on = TODAY - timedelta(1 if title == "后信访" else 0)

    with store.reading(OFFICE) as session:
        found = queries.early(session, first=NOVEMBER.first_on, last=NOVEMBER.last_on)
    kind = d.class_id(store)
    assert found == [Early(None, "合计", 4, 2), Early(kind, "房屋宅基地", 4, 2)]
    assert _count(store, class_id=kind, facet=Facet.EARLY) == 2


def test_a_township_that_ends_in_mid_year_stays_in_the_frozen_form(
    store: Store, place: d.County
) -> None:
    d.add(store, place.other_town, found_on=date(2026, 10, 9))
    with store.writing(OFFICE) as session:
        dispute_tables.freeze(session, OCTOBER, today=TODAY, now=NOW)
    with store.writing(OFFICE) as session:
        session.get_one(Unit, place.other_town).valid_to = TODAY

    with store.reading(OFFICE) as session:
        frozen = queries.frozen(session, OCTOBER)
    assert frozen is not None
    assert frozen.form.total.cells[C.TOWNSHIP].found == 1
    assert differences(frozen.form, _live(store, OCTOBER)) == []
