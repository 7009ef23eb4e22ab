"""Rosters kept, evaluations and 议定事项 in the registry: whose they are and what is behind them."""

from typing import Any

from db.engine import Store
from db.queries import evaluation_figures as screen
from db.queries import meeting_decisions
from db.queries import situation as queries
from db.queries.situation_behind import behind
from db.queries.situation_cases import Side
from db.queries.situation_scope import Asked
from rules import evaluation_figures as rules
from rules.figure_terms import Group
from rules.figures import EVALUATION_FIGURES, GROUPS, REGISTRY
from rules.meetings import DecisionState
from rules.periods import read_days
from rules.permissions import Actor
from rules.terms import Role
from tests.conftest import OFFICE, TODAY
from tests.db.situation_sql import values
from tests.db.situations import WHEN, read

GROUP = {group: [figure.code for figure in GROUPS[group]] for group in GROUPS}
EVALUATED, DECIDED = GROUP[Group.EVALUATIONS], GROUP[Group.DECISIONS]
TURNS = ["reception_planned_days", "reception_held_days", "reception_kept_rate"]
YEAR = read_days("2026H1")
ASKED = Asked(YEAR)


def of_unit(unit_id: int) -> Actor:
    return Actor(None, "承办人", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))


def test_a_unit_is_told_its_own_of_what_was_held(noisy: tuple[Store, list[int]]) -> None:
    store, (town, housing, _, under) = noisy
    found = read(store, Asked(YEAR, unit_id=housing))
    expected = values(
        store,
        YEAR,
        of_evaluations=f"AND {housing} IN (e.unit_id, e.judged_unit_id)",
        of_decisions=f"AND x.unit_id = {housing}",
    )

    assert {code: found[code] for code in (*EVALUATED, *DECIDED)} == {
        code: expected[code] for code in (*EVALUATED, *DECIDED)
    }
    assert found["evaluation_held"][0] > 0
    assert found["decisions_total"][0] > 0
    assert {found[code] for code in TURNS} == {(None, None)}

    found = read(store, Asked(YEAR, township_id=town))
    lies = (
        "SELECT d.township_id FROM disputes d WHERE d.id = e.dispute_id UNION ALL "
        "SELECT k.township_id FROM cases k WHERE k.id = e.case_id"
    )
    within = f"AND ({lies}) IN ({town}, {under})"
    expected = values(store, YEAR, of_evaluations=within)
    assert {code: found[code] for code in EVALUATED} == {code: expected[code] for code in EVALUATED}
    assert {found[code] for code in DECIDED} == {(None, None)}


def test_the_screen_of_evaluations_and_the_registry_tell_one_number(
    noisy: tuple[Store, list[int]],
) -> None:
    store, units = noisy
    days = (YEAR.first, YEAR.last)
    for actor in (OFFICE, of_unit(units[1]), Actor(None, "投屏", frozenset({Role.SCREEN}))):
        with store.reading(actor) as session:
            told = queries.situation(session, Asked(YEAR), **WHEN).readings
            facts = screen.facts(session, *days)
        counts = rules.counts(facts, days, today=TODAY)
        for code in EVALUATED:
            own = code.removeprefix("evaluation_")
            assert told[code].shown == rules.shown(own, counts), code
    for code in EVALUATED:
        one, other = REGISTRY[code], EVALUATION_FIGURES[code.removeprefix("evaluation_")]
        assert (one.label, one.unit, one.definition) == (other.label, other.unit, other.definition)


def rows(session: Any, code: str, side: Side = Side.PART, asked: Asked = ASKED) -> list[Any]:
    return list(behind(session, code, asked, side=side, **WHEN).rows)


def test_behind_what_was_held_stand_as_many_rows_as_it_counts(
    noisy: tuple[Store, list[int]],
) -> None:
    store, units = noisy
    for asked in (Asked(YEAR), Asked(YEAR, unit_id=units[1])):
        found = read(store, asked)
        with store.reading(OFFICE) as session:
            for code in (*TURNS, *EVALUATED, *DECIDED):
                part, whole, rest = (rows(session, code, side, asked) for side in Side)
                assert len(part) == (found[code][0] or 0), code
                if REGISTRY[code].is_ratio:
                    assert len(whole) == (found[code][1] or 0), code
                    assert len(rest) == len(whole) - len(part), code


def test_only_what_one_may_open_stands_behind_what_one_is_told(
    noisy: tuple[Store, list[int]],
) -> None:
    store, units = noisy
    with store.reading(Actor(None, "投屏", frozenset({Role.SCREEN}))) as session:
        assert queries.situation(session, Asked(YEAR), **WHEN).readings["decisions_total"].count
        for code in (*EVALUATED, *DECIDED):
            assert rows(session, code) == [], code
    with store.reading(of_unit(units[2])) as session:
        own = rows(session, "decisions_total")
        assert own
        assert {each.unit_id for each in own} == {units[2]}


def test_the_decisions_told_are_those_of_the_last_meeting_that_decided(
    noisy: tuple[Store, list[int]],
) -> None:
    """Not of one to come, of one that decided nothing, or of one on accusations alone."""
    store, _ = noisy
    with store.reading(OFFICE) as session:
        told = rows(session, "decisions_total")
        meetings = {each.meeting for each in told}
        every = meeting_decisions.of_meetings(session, [told[0].meeting_id], today=TODAY)
        late = rows(session, "decisions_overdue")

    assert meetings == {"HY1"}
    assert len(told) == 24
    assert len(every) == 36  # twelve on an accusation among them
    assert {each.state for each in late} == {DecisionState.OVERDUE}
    assert late == [each for each in told if each.state is DecisionState.OVERDUE]
