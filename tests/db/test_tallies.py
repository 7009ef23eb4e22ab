"""Counts kept by the store: equal to plain SQL of the cases after whatever was written."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from db import schema, tallies
from db.commands import clocks
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.figures import FigureBasis, FigureChange
from db.tallies import EVENT_OF
from rules.case_terms import ExitReason, Step
from rules.figure_terms import Dimension
from rules.periods import Days, read_days
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, Purpose, Repeat
from tests.conftest import TODAY
from tests.db.closing import step, take_back
from tests.figures import added, noise

PERIODS = ("2025", "2026", "2026-02", "2026Q1", "2025-06-15..2026-02-03", "2026-02-10..2026-02-20")


def shaken(store: Store, chance: random.Random, units: list[int]) -> None:
    """Write on some cases one by one, on many at once, delete some, and take a write back."""
    with store.writing(SYSTEM) as session:
        ids = list(session.scalars(select(Case.id)))
        for case in session.scalars(select(Case).where(Case.id.in_(chance.sample(ids, 15)))):
            for name, value in noise(chance, units).items():
                setattr(case, name, value)
        some = chance.sample(ids, 10)
        session.execute(update(Case).where(Case.id.in_(some)).values(closed_on=TODAY))
        session.execute(delete(Case).where(Case.id.in_(chance.sample(ids, 5))))
    with suppress(ZeroDivisionError), store.writing(SYSTEM) as session:
        session.execute(update(Case).values(people=99))
        raise ZeroDivisionError


def plain(store: Store, days: Days, dimension: Dimension) -> dict[str, dict[str, int]]:
    """Count in Python, case by case, what the definitions say."""
    found: dict[str, dict[str, int]] = {}
    with store.reading(SYSTEM) as session:
        for case in session.scalars(select(Case)):
            part = {
                Dimension.CHANNEL: case.channel.value,
                Dimension.UNIT: str(case.unit_id or ""),
                Dimension.TOWNSHIP: str(case.township_id or ""),
                Dimension.CLASS: "",
                Dimension.SIZE: str(case.people),
            }[dimension]
            if case.state is CaseState.MERGED or case.purpose is Purpose.ACCUSATION:
                continue
            for name, day, weight in of_case(case):
                sized = case.channel is Channel.VISIT and EVENT_OF[name] is EVENT_OF["visits"]
                if dimension is Dimension.SIZE and not sized:
                    continue
                if day is not None and days.first <= day <= days.last:
                    counts = found.setdefault(part, {})
                    counts[name] = counts.get(name, 0) + weight
    return found


def of_case(case: Case) -> list[tuple[str, date | None, int]]:
    """List what one case counts as, on which day."""
    registered = case.registered_on or case.received_on
    office, unit = registered + timedelta(days=15), registered + timedelta(days=30)
    ends = [day for day in (case.answered_on, case.closed_on) if day]
    taken = [day for day in (case.accepted_on,) if day] + ends
    passed = [day for day in (case.forwarded_on, case.declined_on) if day] + taken
    visit = case.channel is Channel.VISIT
    declined = case.state is CaseState.DECLINED
    told: list[tuple[str, date | None, int]] = [
        ("received", case.received_on, 1),
        ("letters", case.received_on, int(case.channel is Channel.LETTER)),
        ("visits", case.received_on, int(visit)),
        ("visitors", case.received_on, case.people if visit else 0),
        ("webs", case.received_on, int(case.channel is Channel.WEB)),
        ("phones", case.received_on, int(case.channel is Channel.PHONE)),
        ("repeats", case.received_on, int(case.repeat is Repeat.REPEAT)),
        ("office_due", office, 1),
        ("office_done", office, int(any(day <= office for day in passed))),
        ("unit_due", unit, int(not declined and case.unit_id is not None)),
        (
            "unit_done",
            unit,
            int(not declined and case.unit_id is not None and any(d <= unit for d in taken)),
        ),
        ("limit_due", case.limit_on, 1),
        (
            "limit_done",
            case.limit_on,
            int(case.limit_on is not None and any(day <= case.limit_on for day in ends)),
        ),
        ("first_answers", case.answered_on or case.closed_on, int(case.repeat is Repeat.FIRST)),
        ("closed", case.closed_on, 1),
        ("resolved", case.resolved_on, 1),
        ("settled", case.settled_on, 1),
    ]
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_is_what_the_cases_say(
    store: Store, make_unit: Callable[..., int], seed: int
) -> None:
    chance = random.Random(seed)
    units = [make_unit("甲局"), make_unit("乙局")]
    for round_ in range(3):
        added(store, chance, units, 40)
        shaken(store, chance, units)
        if round_ == 1:  # what is folded and what still waits make one figure
            assert tallies.catch_up(store, limit=30) == 30
        agree(store)
    while tallies.catch_up(store):
        pass

    agree(store)
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(FigureChange.id).limit(1)) is None


def agree(store: Store) -> None:
    """Compare every period and dimension with what is counted case by case."""
    with store.engine.connect() as connection:
        assert tallies.differences(connection) == []
    for period in PERIODS:
        days = read_days(period)
        for dimension in (Dimension.CHANNEL, Dimension.UNIT, Dimension.TOWNSHIP, Dimension.SIZE):
            with store.reading(SYSTEM) as session:
                found = tallies.by_part(session, dimension, days)
                rows = tallies.of_rows(session, dimension, days, where="1 = 1", values={})
                months = tallies.by_month(session, dimension, days)
            expected = plain(store, days, dimension)
            for counts in (found, rows):
                told = {
                    part: {name: n for name, n in each.items() if n}
                    for part, each in counts.items()
                }
                nonzero = {
                    part: {name: n for name, n in each.items() if n}
                    for part, each in expected.items()
                }
                assert without_empty(told) == without_empty(nonzero), (period, dimension)
            monthly = tallies.added(list(months.values()))
            assert monthly == tallies.added(list(found.values()))


def without_empty(counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Leave out open_due, which is told by today, and parts in which nothing is counted."""
    told = {p: {n: v for n, v in each.items() if n != "open_due"} for p, each in counts.items()}
    return {part: each for part, each in told.items() if each}


def test_the_last_day_to_answer_follows_the_round(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    opened = make_case(received_on=TODAY - timedelta(days=90), unit_id=make_unit("住建局"))
    accepted, again = TODAY - timedelta(days=80), TODAY - timedelta(days=2)

    def last() -> date | None:
        with store.reading(SYSTEM) as session:
            return session.get_one(Case, opened.id).limit_on

    assert last() is None
    step(store, opened, Step.ACCEPT, on=accepted)
    assert last() == accepted + timedelta(days=60)
    step(store, opened, Step.CLOSE, on=accepted, exit_reason=ExitReason.MEDIATED, text="调解成功")
    assert last() == accepted + timedelta(days=60)
    step(store, opened, Step.REOPEN, on=again, reason="又有新情况")
    assert last() == again + timedelta(days=60)
    take_back(store, opened)
    assert last() == accepted + timedelta(days=60)


def test_what_came_in_bulk_is_told_its_last_day_and_counted_by_it(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    opened = make_case(
        received_on=date(2026, 3, 1), accepted_on=date(2026, 3, 2), closed_on=date(2026, 4, 1)
    )
    days = read_days("2026-05")
    while clocks.catch_up(store, today=TODAY):
        pass

    with store.reading(SYSTEM) as session:
        assert session.get_one(Case, opened.id).limit_on == date(2026, 5, 1)
        found = tallies.added(list(tallies.by_part(session, Dimension.CHANNEL, days).values()))
    assert (found["limit_due"], found["limit_done"]) == (1, 1)


def test_counts_made_by_other_definitions_are_made_anew(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    make_case()
    with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        connection.execute(update(FigureBasis).values(digest="former"))
        connection.execute(delete(FigureChange))
    schema.migrate(store)

    with store.engine.connect() as connection:
        assert tallies.differences(connection) == []
        assert connection.scalar(select(FigureBasis.digest)) != "former"


def test_what_is_taken_back_with_its_import_is_counted_no_more(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    kept = make_case(channel=Channel.WEB, received_on=date(2026, 5, 2))
    gone = make_case(channel=Channel.WEB, received_on=date(2026, 5, 3))
    while tallies.catch_up(store):
        pass
    with store.writing(SYSTEM) as session:
        session.delete(session.get_one(Case, gone.id))
        session.get_one(Case, kept.id).received_on = date(2026, 6, 1)

    with store.reading(SYSTEM) as session:
        found = {
            period: tallies.by_part(session, Dimension.CHANNEL, read_days(period))
            for period in ("2026-05", "2026-06")
        }
    assert found["2026-05"]["web"]["received"] == 0
    assert found["2026-06"]["web"]["received"] == 1
