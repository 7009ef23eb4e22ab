"""Every figure of a situation on a store of noise, held against SQL written here alone."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from db import tallies
from db.commands import office
from db.commands.cases import Opened
from db.engine import Store
from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.disputes import Dispute, DisputeClass
from db.models.duty import CaseDuty
from db.models.figures import OfficialCount
from db.models.procedure import CaseStep
from db.models.receptions import Visit
from db.models.supervision import FollowUp, LookBack
from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit
from db.queries import situation as queries
from db.queries import situation_behind as behind
from db.queries.disputes import DisputeFilter
from db.queries.situation_cases import FORMULAS, Side
from db.queries.situation_scope import Asked
from db.queries.visit_lists import VisitFilter
from rules.case_terms import (
    BatchKind,
    DutySource,
    Rung,
    Satisfaction,
    Step,
    Trigger,
    VisitKind,
)
from rules.dispute_terms import DisputeOutcome, DisputeState, Tier
from rules.errors import Missing, NotAllowed
from rules.figure_terms import Basis, Dimension
from rules.figures import OPEN_STATES, REGISTRY
from rules.periods import Days, read_days
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import VisitOutcome
from rules.sweep_terms import RoundKind
from rules.terms import CaseState, Channel, Purpose, Repeat, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.figures import added

CLOCK = ZoneInfo("Asia/Shanghai")
WHEN: dict[str, Any] = {"today": TODAY, "now": NOW, "clock": CLOCK}
CASES = "FROM cases c WHERE c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation' {where} AND "
IN = "BETWEEN :first AND :last"
OPEN = "c.state IN ({})".format(", ".join(f"'{state.value}'" for state in OPEN_STATES))
REGISTERED = "coalesce(c.registered_on, c.received_on)"
OFFICE_DUE = f"c.state <> 'declined' AND {REGISTERED} BETWEEN :first15 AND :last15"
UNIT_DUE = (
    f"c.state <> 'declined' AND c.unit_id IS NOT NULL AND {REGISTERED} BETWEEN :first30 AND :last30"
)
AGAIN = (
    "EXISTS (SELECT 1 FROM cases r WHERE r.repeat_of_id = c.id AND r.state <> 'merged' "
    "AND coalesce(r.purpose, '') <> 'accusation' AND {})"
)
ENDED = "coalesce(c.answered_on, c.closed_on)"


def count(criteria: str, what: str = "count(*)") -> str:
    return f"SELECT coalesce({what}, 0) {CASES}{criteria}"


def hung(table: str, criteria: str) -> str:
    counted = f"t.case_id IN (SELECT c.id {CASES} 1 = 1)"
    return f"SELECT count(*) FROM {table} t WHERE {counted} AND {criteria}"


RECEIVED = f"c.received_on {IN}"
VISIT = f"c.channel = 'visit' AND {RECEIVED}"
FIRST = f"c.repeat = 'first' AND {RECEIVED}"
OPINION = "t.dropped_on IS NULL AND t.done_on BETWEEN :first AND :last AND t.with_{0}"
DUE_LOOK = f"t.dropped_on IS NULL AND t.due_on {IN}"
TOLD = "(t.with_office IS NOT NULL OR t.with_unit IS NOT NULL)"
WAITING = "t.sent_on IS NOT NULL AND t.answered_on IS NULL AND t.ended_on IS NULL"
DISPUTES = f"SELECT count(*) FROM disputes d WHERE d.state NOT IN ('removed', 'merged') AND d.found_on {IN}"
VISITS = (
    "FROM visits v LEFT JOIN cases c ON c.id = v.case_id AND coalesce(c.purpose, '') <> 'accusation'"
    f" WHERE coalesce(v.purpose, '') <> 'accusation' AND v.received_on {IN}"
)
HANDED = "v.outcome IN ('handed', 'led')"
CASE_ENDED = "c.state IN ('closed', 'signed_off', 'declined', 'final')"
BATCHES = (
    "FROM batch_cases b JOIN batches m ON m.id = b.batch_id JOIN cases c ON c.id = b.case_id "
    f"WHERE m.held_on {IN} AND c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation'"
)
DUE_ROUND = "r.due_at >= :since AND r.due_at < :until AND r.due_at < :now"
# The count of each figure, and where it is a ratio what it is part of.
PLAIN: dict[str, tuple[str, str | None]] = {
    "received": (count(RECEIVED), None),
    "letters": (count(f"c.channel = 'letter' AND {RECEIVED}"), None),
    "visits": (count(VISIT), None),
    "visitors": (count(VISIT, "sum(c.people)"), None),
    "webs": (count(f"c.channel = 'web' AND {RECEIVED}"), None),
    "phones": (count(f"c.channel = 'phone' AND {RECEIVED}"), None),
    "others": (
        count(f"c.channel IN ('superior', 'instruction', 'sweep') AND {RECEIVED}"),
        None,
    ),
    "firsts": (count(FIRST), None),
    "repeats": (count(f"c.repeat = 'repeat' AND {RECEIVED}"), None),
    "repeat_rate": (count(f"c.repeat = 'repeat' AND {RECEIVED}"), count(RECEIVED)),
    "web_share": (count(f"c.channel = 'web' AND {RECEIVED}"), count(RECEIVED)),
    "collectives": (count(f"c.people >= 5 AND {VISIT}"), None),
    "collective_visitors": (count(f"c.people >= 5 AND {VISIT}", "sum(c.people)"), None),
    "office_acceptance": (
        count(f"{OFFICE_DUE} AND {{office_done}}"),
        count(OFFICE_DUE),
    ),
    "unit_acceptance": (count(f"{UNIT_DUE} AND {{unit_done}}"), count(UNIT_DUE)),
    "on_time": (
        count(f"c.limit_on {IN} AND (c.answered_on <= c.limit_on OR c.closed_on <= c.limit_on)"),
        count(f"c.limit_on {IN}"),
    ),
    "open": (count(OPEN), None),
    "near": (count(f"{OPEN} AND c.due_on BETWEEN :today AND :near"), None),
    "overdue": (count(f"{OPEN} AND c.due_on < :today"), None),
    "closed": (count(f"c.closed_on {IN}"), None),
    "resolved": (count(f"c.resolved_on {IN}"), None),
    "settled": (count(f"c.settled_on {IN}"), None),
    "turned_repeat": (
        count(f"{FIRST} AND {AGAIN.format('r.received_on >= c.received_on AND {received_90}')}"),
        count(FIRST),
    ),
    "resolved_at_once": (
        count(
            f"c.repeat = 'first' AND {ENDED} BETWEEN :first AND :ripe AND NOT "
            + AGAIN.format(f"r.received_on > {ENDED} AND {{ended_90}}")
        ),
        count(f"c.repeat = 'first' AND {ENDED} BETWEEN :first AND :ripe"),
    ),
    "office_satisfaction": (
        hung("look_backs", OPINION.format("office IN ('satisfied', 'fairly')")),
        hung("look_backs", OPINION.format("office IS NOT NULL")),
    ),
    "unit_satisfaction": (
        hung("look_backs", OPINION.format("unit IN ('satisfied', 'fairly')")),
        hung("look_backs", OPINION.format("unit IS NOT NULL")),
    ),
    "participation": (
        hung("look_backs", f"{DUE_LOOK} AND {TOLD}"),
        hung("look_backs", f"{DUE_LOOK} AND ({TOLD} OR t.due_on < :today)"),
    ),
    "call_back_rate": (
        count(
            f"c.closed_on {IN} AND c.id IN (SELECT t.case_id FROM look_backs t "
            "WHERE t.dropped_on IS NULL AND t.done_on >= c.closed_on)"
        ),
        count(f"c.closed_on {IN}"),
    ),
    "lead_resolution": (
        count("c.resolved_on IS NOT NULL AND c.id IN (SELECT case_id FROM case_duties)"),
        count("c.id IN (SELECT case_id FROM case_duties)"),
    ),
    "follow_ups_sent": (hung("follow_ups", f"t.sent_on {IN}"), None),
    "follow_ups_open": (hung("follow_ups", WAITING), None),
    "follow_ups_late": (hung("follow_ups", f"{WAITING} AND t.due_on < :today"), None),
    **{
        code: (
            hung(
                "case_steps",
                f"t.step = '{step}' AND t.withdrawn_by_id IS NULL AND t.happened_on {IN}",
            ),
            None,
        )
        for code, step in (("returned", "object"), ("advices", "advise"))
    },
    "batches_held": (f"SELECT count(*) FROM batches m WHERE m.held_on {IN}", None),
    "batch_resolution": (
        f"SELECT count(*) {BATCHES} AND c.resolved_on IS NOT NULL",
        f"SELECT count(*) {BATCHES}",
    ),
    "batch_settlement": (
        f"SELECT count(*) {BATCHES} AND c.settled_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
        "cases r WHERE r.repeat_of_id = c.id AND r.state <> 'merged' "
        "AND r.received_on > m.held_on)",
        f"SELECT count(*) {BATCHES}",
    ),
    "reception_leaders": (f"SELECT count(DISTINCT v.leader_id) {VISITS}", None),
    "reception_sessions": (
        f"SELECT count(*) FROM (SELECT DISTINCT v.leader_id, v.received_on {VISITS}) AS s",
        None,
    ),
    "reception_batches": (f"SELECT count(*) {VISITS}", None),
    "reception_people": (f"SELECT coalesce(sum(v.people), 0) {VISITS}", None),
    "reception_matters": (
        f"SELECT count(DISTINCT coalesce(v.case_id, -v.id)) {VISITS}",
        None,
    ),
    "reception_groups": (f"SELECT count(*) {VISITS} AND v.people >= 5", None),
    **{
        f"reception_{outcome}": (f"SELECT count(*) {VISITS} AND v.outcome = '{outcome}'", None)
        for outcome in ("answered", "handed", "led", "guided")
    },
    "reception_closed": (
        f"SELECT count(*) {VISITS} AND {HANDED} AND ((v.case_id IS NOT NULL AND {CASE_ENDED}) "
        "OR (v.case_id IS NULL AND v.closed_on IS NOT NULL))",
        None,
    ),
    "reception_solved": (
        f"SELECT count(*) {VISITS} AND ((v.case_id IS NOT NULL AND c.resolved_on IS NOT NULL) "
        "OR (v.case_id IS NULL AND v.closed_on IS NOT NULL))",
        None,
    ),
    "sweep_reporting": (
        f"SELECT count(p.filed_at) FROM sweep_reports p JOIN sweep_rounds r ON r.id = p.round_id "
        f"WHERE {DUE_ROUND}",
        f"SELECT count(*) FROM sweep_reports p JOIN sweep_rounds r ON r.id = p.round_id "
        f"WHERE {DUE_ROUND}",
    ),
    "sweep_punctuality": (
        f"SELECT count(*) FROM sweep_reports p JOIN sweep_rounds r ON r.id = p.round_id "
        f"WHERE {DUE_ROUND} AND p.filed_at <= r.due_at",
        f"SELECT count(*) FROM sweep_reports p JOIN sweep_rounds r ON r.id = p.round_id "
        f"WHERE {DUE_ROUND}",
    ),
    "disputes_found": (DISPUTES, None),
    "disputes_resolved": (f"{DISPUTES} AND d.outcome = 'resolved'", None),
    "disputes_partly": (f"{DISPUTES} AND d.outcome = 'partly'", None),
    "disputes_unresolved": (f"{DISPUTES} AND d.outcome = 'unresolved'", None),
    "disputes_passed_on": (f"{DISPUTES} AND d.outcome IN ('routed', 'petitioned')", None),
    "dispute_resolution": (f"{DISPUTES} AND d.outcome = 'resolved'", DISPUTES),
    "per_10k": (count(RECEIVED), "SELECT 480000"),
}
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


@pytest.fixture
def noisy(
    store: Store, make_unit: Callable[..., int], make_leader: Callable[[str], int]
) -> tuple[Store, list[int]]:
    """A store of every kind of row that figures count, and of those they must not."""
    chance = random.Random(7)
    town = make_unit("城关镇", kind=UnitKind.TOWNSHIP)
    units = [town, make_unit("住建局"), make_unit("教育局"), make_unit("城南所", parent=town)]
    leaders = [make_leader("王县长"), make_leader("李县长")]
    added(store, chance, units, 260)
    with store.writing(SYSTEM) as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        # The department ended in mid-year and what it had stays with it.
        session.get_one(Unit, units[1]).valid_to = date(2026, 6, 30)
        for former, later in zip(ids[:60], chance.sample(ids[60:], 60), strict=True):
            session.execute(
                update(Case)
                .where(Case.id == later)
                .values(repeat_of_id=former, repeat=Repeat.REPEAT)
            )
        hang(session, chance, ids, units, leaders)
    while tallies.catch_up(store, limit=200) == 200:
        pass
    return store, units


def some_day(chance: random.Random) -> date:
    return date(2026, 1, 1) + timedelta(days=chance.randrange(300))


def hang(
    session: Any, chance: random.Random, ids: list[int], units: list[int], leaders: list[int]
) -> None:
    by = {"actor": "甲", "at": NOW}
    for number in range(120):
        case_id, day = chance.choice(ids), some_day(chance)
        done = chance.choice([None, day + timedelta(days=2)])
        opinion = [chance.choice([None, *Satisfaction]) if done else None for _ in range(2)]
        session.add(
            LookBack(
                case_id=case_id,
                kind=VisitKind.CALL_BACK,
                due_on=day,
                done_on=done,
                with_office=opinion[0],
                with_unit=opinion[1],
                dropped_on=chance.choice([None, None, day]),
            )
        )
        session.add(
            FollowUp(
                case_id=case_id,
                rung=Rung.URGE,
                trigger=Trigger.OVERDUE,
                reason="超期",
                text="请办理",
                drafted_at=NOW,
                drafted_by="甲",
                sent_on=chance.choice([None, day]),
                due_on=day + timedelta(days=30),
                answered_on=chance.choice([None, day]),
                ended_on=chance.choice([None, None, day]),
            )
        )
        session.add(
            CaseStep(
                case_id=case_id,
                step=chance.choice([Step.OBJECT, Step.ADVISE, Step.NOTIFY]),
                happened_on=day,
                state_before=CaseState.FORWARDED,
                state_after=CaseState.FORWARDED,
                **by,
            )
        )
        session.add(
            Visit(
                number=f"J{number}",
                leader_id=chance.choice(leaders),
                received_on=day,
                people=chance.choice([1, 4, 5, 9]),
                purpose=chance.choice([None, None, Purpose.ACCUSATION]),
                title="反映停水",
                outcome=chance.choice([None, *VisitOutcome]),
                closed_on=chance.choice([None, day]),
                case_id=chance.choice([None, case_id]),
                created_by="甲",
                created_at=NOW,
                updated_at=NOW,
            )
        )
    session.flush()
    withdrawn = session.scalars(select(CaseStep.id).order_by(CaseStep.id).limit(10)).all()
    session.execute(
        update(CaseStep).where(CaseStep.id.in_(withdrawn[:5])).values(withdrawn_by_id=withdrawn[9])
    )
    for case_id in chance.sample(ids, 40):
        session.add(CaseDuty(case_id=case_id, source=DutySource.LOCAL, since=TODAY))
    for number in range(3):
        held = date(2026, 2 + number * 3, 10)
        batch = Batch(
            name=f"第{number}批",
            kind=BatchKind.BACKLOG,
            held_on=held,
            due_on=held + timedelta(days=60),
            created_by="甲",
            created_at=NOW,
        )
        session.add(batch)
        session.flush()
        for position, case_id in enumerate(chance.sample(ids, 30)):
            session.add(
                BatchCase(
                    batch_id=batch.id,
                    case_id=case_id,
                    position=position,
                    unit_id=chance.choice(units),
                    due_on=batch.due_on,
                )
            )
    _sweeps(session, chance, units)
    for key, value in (("city_batches", 110), ("city_visits", 1731)):
        _told(session, key, date(2026, 1, 1), date(2026, 6, 30), value)
    # Two that meet are told as one; a period told in part is not told.
    for key in ("capital_batches", "capital_visits"):
        _told(session, key, date(2026, 1, 1), date(2026, 3, 31), 0)
        _told(session, key, date(2026, 4, 1), date(2026, 6, 30), 0)
    _told(session, "province_batches", date(2026, 1, 1), date(2026, 5, 31), 3)
    _told(session, "population", date(2020, 11, 1), date(2020, 11, 1), 470_000)
    _told(session, "population", date(2025, 12, 31), date(2025, 12, 31), 480_000)
    _told(session, "population", date(2026, 12, 31), date(2026, 12, 31), 999_999)


def _told(session: Any, key: str, first: date, last: date, value: int) -> None:
    session.add(
        OfficialCount(
            key=key,
            first_on=first,
            last_on=last,
            value=value,
            source="市局通报",
            entered_by="甲",
            entered_at=NOW,
        )
    )


def _sweeps(session: Any, chance: random.Random, units: list[int]) -> None:
    kind = DisputeClass(name="试")
    session.add(kind)
    session.flush()
    states = [state for state in DisputeState if state is not DisputeState.SIGNED_OFF]
    for number in range(150):
        day = some_day(chance)
        session.add(
            Dispute(
                number=f"M{number}",
                state=chance.choice(states),
                outcome=chance.choice(list(DisputeOutcome)),
                tier=Tier.VILLAGE,
                title="邻里纠纷",
                class_id=kind.id,
                found_on=day,
                unit_id=chance.choice(units),
                township_id=chance.choice([None, units[0]]),
                created_by="甲",
                created_at=NOW,
                updated_at=NOW,
            )
        )
    for month in range(1, 11):
        # Due at the last minute of a month in the office's time, which is another day in UTC.
        due = datetime(2026, month + 1, 1, tzinfo=CLOCK) - timedelta(minutes=1)
        made = SweepRound(
            kind=RoundKind.REGULAR,
            code="town",
            level=UnitKind.TOWNSHIP,
            name=f"{month}月",
            first_on=date(2026, month, 1),
            last_on=date(2026, month, 28),
            due_at=due,
            closes_at=due + timedelta(days=7),
            created_by="系统",
            created_at=NOW,
        )
        session.add(made)
        session.flush()
        for unit in units:
            filed = chance.choice([None, due - timedelta(hours=1), due + timedelta(hours=1)])
            session.add(
                SweepReport(
                    round_id=made.id, unit_id=unit, unit_name="某", filed_at=filed, filed_by="乙"
                )
            )
        session.flush()
        made.closed_at = due + timedelta(days=7)


def asked_for(days: Days, where: str = "", *, sqlite: bool) -> Iterator[tuple[str, Any, Any]]:
    """Yield each code with the SQL of its count and of its whole, ready to be asked."""
    by = {
        "office_done": " OR ".join(
            f"c.{name} <= {plus(REGISTERED, 15, sqlite)}"
            for name in ("forwarded_on", "accepted_on", "answered_on", "closed_on")
        ),
        "unit_done": " OR ".join(
            f"c.{name} <= {plus(REGISTERED, 30, sqlite)}"
            for name in ("accepted_on", "answered_on", "closed_on")
        ),
        "received_90": f"r.received_on <= {plus('c.received_on', 90, sqlite)}",
        "ended_90": f"r.received_on <= {plus(ENDED, 90, sqlite)}",
    }
    by = {name: f"({sql})" for name, sql in by.items()}
    for code, pair in PLAIN.items():
        part, whole = (sql and sql.format(where=where, **by) for sql in pair)
        yield code, part, whole


def plus(day: str, days: int, sqlite: bool) -> str:
    return f"date({day}, '+{days} days')" if sqlite else f"({day} + {days})"


def values(store: Store, days: Days, where: str = "") -> dict[str, tuple[int, int | None]]:
    """Ask the store for every figure in plain SQL."""
    sqlite = store.engine.dialect.name == "sqlite"
    last = min(days.last, TODAY)

    def moment(day: date) -> Any:
        found = datetime(day.year, day.month, day.day, tzinfo=CLOCK).astimezone(UTC)
        return f"{found:%Y-%m-%d %H:%M:%S.%f}" if sqlite else found

    given: dict[str, Any] = {
        "first": days.first,
        "last": last,
        "today": TODAY,
        "near": TODAY + timedelta(days=7),
        "ripe": min(last, TODAY - timedelta(days=90)),
        "since": moment(days.first),
        "until": moment(last + timedelta(days=1)),
        "now": f"{NOW:%Y-%m-%d %H:%M:%S.%f}" if sqlite else NOW,
        **{
            f"{name}{n}": day - timedelta(days=n)
            for name, day in (("first", days.first), ("last", last))
            for n in (15, 30)
        },
    }
    with store.engine.connect() as connection:

        def one(sql: str | None) -> int | None:
            if sql is None:
                return None
            wanted = text(sql)
            own = {name: given[name] for name in wanted._bindparams}
            return int(connection.execute(wanted, own).scalar() or 0)

        return {
            code: (one(part) or 0, one(whole))
            for code, part, whole in asked_for(days, where, sqlite=sqlite)
        }


def read(store: Store, asked: Asked, by: Actor = OFFICE) -> dict[str, tuple[Any, Any]]:
    with store.reading(by) as session:
        found = queries.situation(session, asked, **WHEN)
    return {code: (each.count, each.whole) for code, each in found.readings.items()}


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


def test_the_parts_of_a_figure_add_up_to_it(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    days = read_days("2026H1")
    with store.reading(OFFICE) as session:
        whole = queries.situation(session, Asked(days), **WHEN).readings
        for dimension in (
            *(Dimension.CHANNEL, Dimension.TOWNSHIP, Dimension.UNIT, Dimension.CLASS),
            Dimension.MONTH,
        ):
            parts = queries.split(session, Asked(days), dimension, **WHEN)
            for code in FORMULAS:
                if dimension is Dimension.MONTH and REGISTRY[code].basis is Basis.NOW:
                    continue
                counts = [each.readings[code] for each in parts if code in each.readings]
                assert sum(each.count or 0 for each in counts) == whole[code].count, code
                assert sum(each.whole or 0 for each in counts) == (whole[code].whole or 0), code


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
