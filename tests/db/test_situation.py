"""Every figure of a situation on a store of noise, held against SQL written here alone."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, text, update

from db.commands import office
from db.commands.cases import Opened
from db.engine import Store
from db.models.batches import Batch, BatchCase
from db.queries import situation as queries
from db.queries import situation_behind as behind
from db.queries.disputes import DisputeFilter
from db.queries.situation_cases import FORMULAS, Side
from db.queries.situation_scope import Asked
from db.queries.visit_lists import VisitFilter
from rules.dispute_terms import DisputeOutcome
from rules.errors import Missing, NotAllowed
from rules.figures import REGISTRY
from rules.periods import read_days
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import VisitOutcome
from rules.terms import Channel, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.situation_sql import (
    BATCHES,
    CASES,
    DUE_LOOK,
    IN,
    OPINION,
    PLAIN,
    TOLD,
    WAITING,
    values,
)
from tests.db.situations import WHEN, read

# Those beside the formulas whose rows are cases, one for each.
OF_CASES = ("turned_repeat", "resolved_at_once", "call_back_rate", "lead_resolution")
# What superiors told stands in the test itself.
ENTERED = {
    "city_batches": 110,
    "city_visits": 1731,
    "province_batches": None,
    "province_visits": None,
    "capital_batches": 0,
    "capital_visits": 0,
}


@pytest.mark.parametrize("period", ["2026H1", "2026-11", "2026-02-10..2026-09-03"])
def test_every_figure_is_what_plain_sql_says(noisy: tuple[Store, list[int]], period: str) -> None:
    store, _ = noisy
    days = read_days(period)

    found = read(store, Asked(days))

    expected = values(store, days)
    told = {code: each for code, each in found.items() if code in PLAIN}
    assert told == expected
    assert set(REGISTRY) == {*PLAIN, *ENTERED}
    if period == "2026H1":
        assert {code: found[code][0] for code in ENTERED} == ENTERED
        assert expected["received"][0] > 20


def test_a_unit_and_a_township_are_counted_with_what_stands_under_them(
    noisy: tuple[Store, list[int]],
) -> None:
    store, (town, housing, _, under) = noisy
    days = read_days("2026H1")
    for asked, where in (
        (Asked(days, unit_id=town), f"AND c.unit_id IN ({town}, {under})"),
        (Asked(days, township_id=town), f"AND c.township_id IN ({town}, {under})"),
        (
            Asked(days, unit_id=housing, township_id=town),
            f"AND c.unit_id = {housing} AND c.township_id IN ({town}, {under})",
        ),
    ):
        found, expected = read(store, asked), values(store, days, where)
        codes = [code for code, pair in PLAIN.items() if "{where}" in pair[0] and code != "per_10k"]
        assert {code: found[code] for code in codes} == {code: expected[code] for code in codes}


def test_what_is_beside_the_cases_is_narrowed_as_well(noisy: tuple[Store, list[int]]) -> None:
    store, (town, housing, _, under) = noisy
    days = read_days("2026H1")
    codes = [
        *(code for code in PLAIN if code.startswith("dispute")),
        *("sweep_reporting", "sweep_punctuality"),
        *("batches_held", "batch_resolution", "batch_settlement"),
    ]
    county = read(store, Asked(days))
    for unit, held in ((town, f"({town}, {under})"), (housing, f"({housing})")):
        found = read(store, Asked(days, unit_id=unit))
        handed = BATCHES.format(of_batches=f"AND b.unit_id IN {held}")
        expected = values(
            store,
            days,
            of_disputes=f"AND d.unit_id IN {held}",
            of_batches=f"AND b.unit_id IN {held}",
            held_of=f"AND m.id IN (SELECT b.batch_id {handed})",
            of_reports=f"AND p.unit_id IN {held}",
        )
        assert {code: found[code] for code in codes} == {code: expected[code] for code in codes}
        less = [code for code in codes if code != "batches_held"]
        assert all(found[code] != county[code] for code in less)

    found = read(store, Asked(days, township_id=town))
    lies = f"AND d.township_id = {town}"
    expected = values(
        store, days, of_disputes=lies, of_reports=f"AND p.unit_id IN ({town}, {under})"
    )
    there = [code for code in codes if not code.startswith("batch")]
    assert {code: found[code] for code in there} == {code: expected[code] for code in there}
    assert all(found[code] != county[code] for code in there)
    assert {found[code] for code in codes if code not in there} == {(None, None)}


def test_a_unit_with_no_case_in_a_batch_has_none(noisy: tuple[Store, list[int]]) -> None:
    store, (_, _, school, _) = noisy
    with store.writing(SYSTEM) as session:
        first = session.scalars(select(Batch).order_by(Batch.id)).first()
        assert first is not None
        session.execute(
            update(BatchCase)
            .where(BatchCase.batch_id == first.id, BatchCase.unit_id == school)
            .values(unit_id=None)
        )
    days = read_days("2026H1")
    assert read(store, Asked(days, unit_id=school))["batches_held"] == (1, None)
    assert read(store, Asked(days))["batches_held"] == (2, None)


def test_what_stands_behind_a_figure_is_as_many_as_it_says(
    noisy: tuple[Store, list[int]],
) -> None:
    store, units = noisy
    asked = Asked(read_days("2026H1"), unit_id=units[0])
    with store.reading(OFFICE) as session:
        told = queries.situation(session, asked, **WHEN).readings
        for code in (*FORMULAS, "collectives", *OF_CASES):
            if code == "visitors":
                continue  # people, of whom there are no rows
            found = {
                side: behind.behind(session, code, asked, side=side, **WHEN).cases for side in Side
            }
            part, whole, rest = (found[side] for side in (Side.PART, Side.WHOLE, Side.REST))
            assert part is not None
            assert part.total == told[code].count, code
            assert len(part.rows) == min(part.total, 200)
            if told[code].figure.is_ratio:
                assert whole is not None
                assert rest is not None
                assert whole.total == told[code].whole, code
                assert rest.total == whole.total - part.total, code


def test_what_hangs_on_cases_opens_those_it_hangs_on(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    days = read_days("2026H1")
    sides = {
        "office_satisfaction": OPINION.format("office IN ('satisfied', 'fairly')"),
        "participation": f"{DUE_LOOK} AND {TOLD}",
    }
    wanted = {code: ("look_backs", sql) for code, sql in sides.items()} | {
        "follow_ups_sent": ("follow_ups", f"t.sent_on {IN}"),
        "follow_ups_late": ("follow_ups", f"{WAITING} AND t.due_on < :today"),
        "returned": (
            "case_steps",
            f"t.step = 'object' AND t.withdrawn_by_id IS NULL AND t.happened_on {IN}",
        ),
    }
    with store.reading(OFFICE) as session, store.engine.connect() as connection:
        for code, (table, sql) in wanted.items():
            found = behind.behind(session, code, Asked(days), **WHEN).cases
            counted = f"t.case_id IN (SELECT c.id {CASES.format(where='')} 1 = 1)"
            asked = text(
                f"SELECT count(DISTINCT t.case_id) FROM {table} t WHERE {counted} AND {sql}"
            )
            given = {"first": days.first, "last": days.last, "today": TODAY}
            own = {name: given[name] for name in asked._bindparams}
            assert found is not None
            assert found.total == connection.execute(asked, own).scalar(), code


def test_other_figures_open_the_screen_that_lists_them(noisy: tuple[Store, list[int]]) -> None:
    store, units = noisy
    asked = Asked(read_days("2026H1"), unit_id=units[1])
    with store.reading(OFFICE) as session:
        for code, figure in REGISTRY.items():
            found = behind.behind(session, code, asked, **WHEN)
            assert found.opens is figure.opens
        visits = behind.behind(session, "reception_handed", Asked(asked.days), **WHEN).wanted
        found = behind.behind(session, "disputes_partly", asked, **WHEN)
        batches = behind.behind(session, "batch_resolution", asked, **WHEN)
        rounds = behind.behind(session, "sweep_reporting", asked, **WHEN)
    assert visits == VisitFilter(
        first=date(2026, 1, 1),
        last=date(2026, 6, 30),
        outcome=VisitOutcome.HANDED,
        ordinary=True,
    )
    assert isinstance(found.wanted, DisputeFilter)
    assert (found.wanted.outcome, found.wanted.unit_id) == (DisputeOutcome.PARTLY, units[1])
    assert (len(batches.ids), len(rounds.ids)) == (2, 6)


def test_who_may_see_which_situation(noisy: tuple[Store, list[int]]) -> None:
    store, (town, housing, _, _) = noisy
    asked = Asked(read_days("2026H1"))
    unit = Actor(None, "承办人", frozenset({Role.UNIT}), housing, frozenset({housing}))
    leader = Actor(None, "王县长", frozenset({Role.LEADER}), leader_id=1)
    screen = Actor(None, "投屏", frozenset({Role.SCREEN}))
    county = read(store, asked)

    assert read(store, asked, leader) == read(store, asked, screen) == county
    own = read(store, asked, unit)
    assert own["received"] == read(store, Asked(asked.days, unit_id=housing))["received"]
    assert own["reception_people"] == (None, None)
    with pytest.raises(Missing):
        read(store, Asked(asked.days, unit_id=town), unit)
    for role in (Role.ADMIN, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            read(store, asked, Actor(None, "某", frozenset({role})))
    with store.reading(screen) as session:
        hidden = behind.behind(session, "received", asked, **WHEN).cases
        assert hidden is not None
        assert (hidden.total, hidden.rows) == (0, ())


def test_a_reading_tells_its_moment_and_store(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    before = store.version()
    make_case(received_on=date(2026, 5, 2))
    with store.reading(OFFICE) as session:
        found = queries.compared(session, Asked(read_days("2026")), **WHEN)

    assert found.now.version == store.version() == before + 1
    assert found.now.at == NOW
    assert found.now.days.last == TODAY
    assert found.now.readings["received"].count == 1
    assert (found.year_before["received"].shown, found.year_before["received"].note) == (
        "—",
        "新增",
    )


def test_the_county_sets_decimals_and_small_bases(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    for year, count in ((2025, 2), (2026, 3)):
        for _ in range(count):
            make_case(received_on=date(year, 5, 2))
    make_case(received_on=date(2026, 5, 2), channel=Channel.WEB)

    def told() -> tuple[str, str, bool]:
        with store.reading(OFFICE) as session:
            found = queries.compared(session, Asked(read_days("2026-05")), **WHEN)
        change = found.year_before["received"]
        return found.now.readings["web_share"].shown, change.shown, change.small

    assert told() == ("25.0%（1/4）", "+100.0%", True)
    with store.writing(SYSTEM) as session:
        for key, value in (("pct_decimals", "0"), ("small_base", "2")):
            office.set_parameter(
                session, key, value, valid_from=date(2026, 1, 1), reason="", now=NOW
            )
    assert told() == ("25%（1/4）", "+100%", False)


def test_a_period_in_which_nothing_happened_has_no_rates(store: Store) -> None:
    with store.reading(OFFICE) as session:
        found = queries.situation(session, Asked(read_days("2019")), **WHEN).readings

    assert {each.shown for each in found.values() if each.figure.is_ratio} == {"—"}
    assert found["received"].shown == "0"
