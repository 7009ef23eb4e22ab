"""Every figure of a situation on a store of noise, held against SQL written here alone."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.commands import office
from db.commands.cases import Opened
from db.engine import Store
from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.queries import situation as queries
from db.queries import situation_behind as behind
from db.queries.disputes import DisputeFilter
from db.queries.situation_cases import Side
from db.queries.situation_scope import Asked
from db.queries.visit_lists import VisitFilter
from rules.dispute_terms import DisputeOutcome, Facet
from rules.errors import Missing, NotAllowed
from rules.figure_terms import Basis
from rules.figures import REGISTRY
from rules.periods import read_days
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import VisitOutcome
from rules.terms import CaseState, Channel, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.situation_sql import BATCHES, PLAIN, values
from tests.db.situations import WHEN, read

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


# The column each basis names, in the SQL that the figures were just held against.
COLUMN = {
    Basis.RECEIVED: r"(?:c|v)\.received_on",
    Basis.LIMIT: r"c\.limit_on",
    Basis.ANSWERED: r"coalesce\(c\.answered_on, c\.closed_on\)",
    Basis.CLOSED: r"c\.closed_on",
    Basis.RESOLVED: r"c\.resolved_on",
    Basis.SETTLED: r"c\.settled_on",
    Basis.EVALUATED: r"t\.done_on",
    Basis.LOOK_DUE: r"t\.due_on",
    Basis.SENT: r"t\.sent_on",
    Basis.HANDLED: r"t\.happened_on",
    Basis.MEETING: r"m\.held_on",
    Basis.RECEPTION: r"(?:t\.held_on|v\.received_on)",
    Basis.FOUND: r"d\.found_on",
    Basis.APPLIED: r"e\.applied_on",
    Basis.CONFIRMED: r"e\.confirmed_on",
    Basis.HELD: r"e\.opened_on",
}
# Days that are not plainly between the first and the last.
LIMITS = {
    Basis.OFFICE_DUE: r"BETWEEN :first15 AND :last15",
    Basis.UNIT_DUE: r"BETWEEN :first30 AND :last30",
    Basis.ROUND_DUE: r"r\.due_at >= :since AND r\.due_at < :until",
    Basis.NOW: "",
}


@pytest.mark.parametrize("code", PLAIN)
def test_the_basis_a_figure_prints_is_the_day_it_is_counted_on(code: str) -> None:
    """The SQL is what every figure was found equal to, so the column it asks is the one counted."""
    basis = REGISTRY[code].basis
    assert basis is not None
    for sql in filter(None, PLAIN[code]):
        days = re.findall(r"([\w.]+(?:\([^)]*\))?) BETWEEN :first\b", sql)
        if basis in COLUMN:
            assert days or code == "per_10k", sql
            assert all(re.fullmatch(COLUMN[basis], each) for each in days), sql
        else:
            assert not days, sql
            assert re.search(LIMITS[basis], sql), sql


def test_a_refusal_is_owed_within_the_days_of_a_forwarding(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    """domain 2.2: all items are in the denominator, and told in time is told in time."""
    first, unit = date(2026, 5, 1), make_unit("住建局")
    for days in (15, 16, None):
        opened = make_case(received_on=first, unit_id=unit)
        with store.writing(OFFICE) as session:
            case = session.get_one(Case, opened.id)
            case.registered_on, case.forwarded_on = first, None
            case.state = CaseState.DECLINED
            case.declined_on = None if days is None else first + timedelta(days=days)

    found = read(store, Asked(read_days("2026-05")))

    assert found["office_acceptance"] == (1, 3)
    assert found["unit_acceptance"] == (0, 0)


def test_definitions_print_the_numbers_the_county_has_set(store: Store) -> None:
    def told() -> dict[str, str]:
        with store.reading(OFFICE) as session:
            found = queries.situation(session, Asked(read_days("2026-05")), **WHEN)
        return {code: each.figure.definition for code, each in found.readings.items()}

    before = told()
    assert not [code for code, words in before.items() if "{" in words or "见参数" in words]
    assert "达到 5 人" in before["collectives"]
    assert "达到 5 人" in before["reception_groups"]
    assert "7 日之内" in before["near"]
    assert "90 日内" in before["turned_repeat"]
    with store.writing(SYSTEM) as session:
        for key, value in (("collective_min", "6"), ("near_due_days", "4")):
            office.set_parameter(
                session, key, value, valid_from=date(2026, 1, 1), reason="", now=NOW
            )
    after = told()
    assert "达到 6 人" in after["collectives"]
    assert "达到 6 人" in after["reception_groups"]
    assert "4 日之内" in after["near"]


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


@pytest.mark.parametrize("place", ["county", "unit", "township", "both"])
def test_behind_every_figure_stands_as_much_as_it_says(
    noisy: tuple[Store, list[int]], place: str
) -> None:
    store, (town, housing, *_) = noisy
    days = read_days("2026H1")
    asked = {
        "county": Asked(days),
        "unit": Asked(days, unit_id=housing),
        "township": Asked(days, township_id=town),
        "both": Asked(days, housing, town),
    }[place]
    with store.reading(OFFICE) as session:
        told = queries.situation(session, asked, **WHEN).readings
        for code, reading in told.items():
            found = {side: behind.behind(session, code, asked, side=side, **WHEN) for side in Side}
            part, whole, rest = (found[side].count for side in (Side.PART, Side.WHOLE, Side.REST))
            assert part == (reading.count or 0), code
            if reading.figure.is_ratio:
                assert whole == (reading.whole or 0), code
            if reading.figure.unit == "%":
                assert rest == whole - part, code
        listed = [
            code for code in told if rows(behind.behind(session, code, asked, **WHEN)) is not None
        ]
    assert listed == list(REGISTRY)


def rows(found: behind.Behind) -> int | None:
    """How many rows a figure opens, as it lists them; None where what it counts is not listed."""
    if found.cases is not None:
        return len(found.cases.rows)
    if found.disputes is not None:
        return len(found.disputes.rows)
    if found.visits is not None:
        return len(found.visits.rows) + len(found.rows)
    return len(found.rows) if found.rows or not found.count else None


def test_what_hangs_on_cases_is_listed_each_by_itself(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    asked = Asked(read_days("2026"))
    with store.reading(OFFICE) as session:
        letters = behind.behind(session, "follow_ups_sent", asked, **WHEN).cases
    assert letters is not None
    # Several letters about one case are several rows, by the day of each.
    assert len({row.id for row in letters.rows}) < len(letters.rows) == letters.total
    days = [row.on for row in letters.rows if row.on is not None]
    assert days == sorted(days, reverse=True)
    assert {day.year for day in days} == {2026}


def test_each_figure_opens_what_it_names(noisy: tuple[Store, list[int]]) -> None:
    store, units = noisy
    asked = Asked(read_days("2026H1"), unit_id=units[1])
    with store.reading(OFFICE) as session:
        for code, figure in REGISTRY.items():
            found = behind.behind(session, code, asked, **WHEN)
            assert found.opens is figure.opens
        visits = behind.behind(session, "reception_handed", Asked(asked.days), **WHEN).wanted
        partly = behind.behind(session, "disputes_partly", asked, **WHEN).wanted
        out = behind.behind(session, "disputes_passed_on", asked, **WHEN).wanted
        levels: Any = behind.behind(session, "capital_visits", Asked(asked.days), **WHEN).rows
        people: Any = behind.behind(
            session, "per_10k", Asked(asked.days), side=Side.WHOLE, **WHEN
        ).rows
    assert visits == VisitFilter(
        first=date(2026, 1, 1),
        last=date(2026, 6, 30),
        outcome=VisitOutcome.HANDED,
        ordinary=True,
    )
    assert isinstance(partly, DisputeFilter)
    assert (partly.outcome, partly.finder_id) == (DisputeOutcome.PARTLY, units[1])
    assert isinstance(out, DisputeFilter)
    assert (out.outcome, out.facet) == (None, Facet.PASSED_ON)
    assert [(row.first_on.month, row.source) for row in levels] == [
        (1, "市局通报"),
        (4, "市局通报"),
    ]
    assert [row.value for row in people] == [480_000]


def test_a_leader_opens_his_own_of_what_he_is_told(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    asked = Asked(read_days("2026H1"))
    leader = Actor(None, "王县长", frozenset({Role.LEADER}), leader_id=1)
    with store.reading(leader) as session:
        told = queries.situation(session, asked, **WHEN).readings
        own = {code: behind.behind(session, code, asked, **WHEN).count for code in REGISTRY}
        days: Any = behind.behind(session, "reception_sessions", asked, **WHEN).rows
    assert all(own[code] <= (told[code].count or 0) for code in REGISTRY)
    assert 0 < own["received"] < (told["received"].count or 0)
    assert 0 < own["reception_sessions"] < (told["reception_sessions"].count or 0)
    assert {row.leader for row in days} == {"王县长"}
    # The sweep and what superiors told are the county's for him as well.
    assert own["sweep_reporting"] == told["sweep_reporting"].count
    assert own["city_visits"] == told["city_visits"].count


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
