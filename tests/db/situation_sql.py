"""Each figure of a situation in SQL written here alone; no test of its own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from db.engine import Store
from rules.figures import OPEN_STATES
from rules.periods import Days
from tests.conftest import NOW, TODAY
from tests.db.situations import CLOCK

CASES = "FROM cases c WHERE c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation' {where} AND "
IN = "BETWEEN :first AND :last"
OPEN = "c.state IN ({})".format(", ".join(f"'{state.value}'" for state in OPEN_STATES))
REGISTERED = "coalesce(c.registered_on, c.received_on)"
OFFICE_DUE = f"{REGISTERED} BETWEEN :first15 AND :last15"
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
DISPUTES = (
    "SELECT count(*) FROM disputes d WHERE d.state NOT IN ('removed', 'merged') {of_disputes} "
    f"AND d.found_on {IN}"
)
VISITS = (
    "FROM visits v LEFT JOIN cases c ON c.id = v.case_id AND coalesce(c.purpose, '') <> 'accusation'"
    f" WHERE coalesce(v.purpose, '') <> 'accusation' AND v.received_on {IN}"
)
HANDED = "v.outcome IN ('handed', 'led')"
CASE_ENDED = "c.state IN ('closed', 'signed_off', 'declined')"
BATCHES = (
    "FROM batch_cases b JOIN batches m ON m.id = b.batch_id JOIN cases c ON c.id = b.case_id "
    f"WHERE m.held_on {IN} AND c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation' "
    "{of_batches}"
)
REPORTS = (
    "FROM sweep_reports p JOIN sweep_rounds r ON r.id = p.round_id "
    "WHERE r.due_at >= :since AND r.due_at < :until AND r.due_at < :now {of_reports}"
)
TURNS = f"FROM turns t WHERE t.held_on {IN}"
BY = "coalesce(t.substitute_id, t.leader_id)"
WAS_HELD = "t.state IN ('held', 'substituted')"
# The days a leader received: by a turn that was held or by a visit.
SESSIONS = (
    f"SELECT {BY} AS leader_id, t.held_on AS day {TURNS} AND {WAS_HELD} "
    f"UNION SELECT v.leader_id, v.received_on {VISITS}"
)
PLANNED = (
    "SELECT count(*) FROM (SELECT DISTINCT t.leader_id, t.held_on "
    f"{TURNS} AND (SELECT min(p.published_on) FROM publications p "
    "WHERE p.roster_id = t.roster_id) <= t.held_on{}) AS s"
)
KEPT = PLANNED.format(
    f" AND ({WAS_HELD} OR EXISTS (SELECT 1 FROM visits v WHERE v.leader_id = {BY} "
    "AND v.received_on = t.held_on AND coalesce(v.purpose, '') <> 'accusation'))"
)
PLANNED = PLANNED.format("")


def judged(criteria: str, day: str = "opened_on") -> str:
    """Count evaluations; `day` is the one that must lie in the days."""
    return (
        "SELECT count(*) FROM evaluations e LEFT JOIN cases c ON c.id = e.case_id "
        "WHERE coalesce(c.purpose, '') <> 'accusation' {of_evaluations} "
        f"AND e.{day} {IN} AND {criteria}"
    )


VOTED = (
    "EXISTS (SELECT 1 FROM evaluation_votes w WHERE w.evaluation_id = e.id "
    "AND w.closed_at IS NOT NULL AND w.cancelled_at IS NULL{})"
)
HELD = VOTED.format("")
SATISFIED = judged(VOTED.format(" AND w.verdict = 'satisfied'"))
FOLLOWED = (
    "EXISTS (SELECT 1 FROM evaluation_follow_ups f WHERE f.evaluation_id = e.id "
    "AND f.ended_on IS NULL{})"
)
CEASED = (
    "e.settled_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases r "
    "WHERE r.repeat_of_id = e.case_id AND r.state <> 'merged' AND r.received_on > e.settled_on)"
)
# A decision on an accusation is none that counts.
PLAIN_ITEM = (
    "(x.item_id IS NULL OR EXISTS (SELECT 1 FROM agenda_items i LEFT JOIN cases c ON c.id = i.case_id "
    "WHERE i.id = x.item_id AND coalesce(c.purpose, '') <> 'accusation'))"
)


def decided(criteria: str) -> str:
    """Count decisions of the last meeting that had begun and decided anything that counts."""
    last = (
        "SELECT m.id FROM meetings m WHERE m.held_on <= :last AND m.opened_at IS NOT NULL "
        f"AND m.id IN (SELECT x.meeting_id FROM decisions x WHERE {PLAIN_ITEM}) "
        "ORDER BY m.held_on DESC LIMIT 1"
    )
    return (
        f"SELECT count(*) FROM decisions x WHERE {PLAIN_ITEM} {{of_decisions}} "
        f"AND x.meeting_id = ({last}) AND {criteria}"
    )


LATE = "x.done_on IS NULL AND x.due_on < coalesce(x.waiting_since, :today)"
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
    "batches_held": (f"SELECT count(*) FROM batches m WHERE m.held_on {IN} {{held_of}}", None),
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
    "reception_planned_days": (PLANNED, None),
    "reception_held_days": (KEPT, None),
    "reception_kept_rate": (KEPT, PLANNED),
    "reception_leaders": (f"SELECT count(DISTINCT s.leader_id) FROM ({SESSIONS}) AS s", None),
    "reception_sessions": (f"SELECT count(*) FROM ({SESSIONS}) AS s", None),
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
    "sweep_reporting": (f"SELECT count(p.filed_at) {REPORTS}", f"SELECT count(*) {REPORTS}"),
    "sweep_punctuality": (
        f"SELECT count(*) {REPORTS} AND p.filed_at <= r.due_at",
        f"SELECT count(*) {REPORTS}",
    ),
    "disputes_found": (DISPUTES, None),
    "disputes_resolved": (f"{DISPUTES} AND d.outcome = 'resolved'", None),
    "disputes_partly": (f"{DISPUTES} AND d.outcome = 'partly'", None),
    "disputes_unresolved": (f"{DISPUTES} AND d.outcome = 'unresolved'", None),
    "disputes_passed_on": (f"{DISPUTES} AND d.outcome IN ('routed', 'petitioned')", None),
    "dispute_resolution": (f"{DISPUTES} AND d.outcome = 'resolved'", DISPUTES),
    "per_10k": (count(RECEIVED), "SELECT 480000"),
    "evaluation_applied": (judged("1 = 1", "applied_on"), None),
    "evaluation_admitted": (judged("e.state <> 'refused'", "confirmed_on"), None),
    "evaluation_refused": (judged("e.state = 'refused'", "confirmed_on"), None),
    "evaluation_held": (judged(HELD), None),
    "evaluation_satisfied": (SATISFIED, None),
    "evaluation_dissatisfied": (judged(VOTED.format(" AND w.verdict = 'dissatisfied'")), None),
    "evaluation_satisfaction_rate": (SATISFIED, judged(HELD)),
    "evaluation_content_rate": (
        judged(f"{HELD} AND e.petitioner_view IN ('satisfied', 'fairly')"),
        judged(f"{HELD} AND e.petitioner_view IS NOT NULL"),
    ),
    "evaluation_settled_rate": (judged(f"{HELD} AND {CEASED}"), judged(HELD)),
    "evaluation_following": (judged(f"{HELD} AND {FOLLOWED.format('')}"), None),
    "evaluation_late": (
        judged(
            f"{HELD} AND "
            + FOLLOWED.format(
                " AND CASE WHEN f.plan_on IS NULL THEN f.plan_due_on ELSE f.result_due_on END "
                "< :today"
            )
        ),
        None,
    ),
    "decisions_total": (decided("1 = 1"), None),
    "decisions_done": (decided("x.done_on IS NOT NULL"), None),
    "decisions_running": (decided(f"x.done_on IS NULL AND NOT ({LATE})"), None),
    "decisions_overdue": (decided(LATE), None),
    "decision_completion": (decided("x.done_on IS NOT NULL"), decided("1 = 1")),
}


def asked_for(days: Days, of: dict[str, str], *, sqlite: bool) -> Iterator[tuple[str, Any, Any]]:
    """Yield each code with the SQL of its count and of its whole, ready to be asked."""
    by = {
        "office_done": " OR ".join(
            f"c.{name} <= {plus(REGISTERED, 15, sqlite)}"
            for name in (
                *("forwarded_on", "accepted_on", "answered_on", "closed_on", "declined_on"),
            )
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
        part, whole = (sql and sql.format(**of, **by) for sql in pair)
        yield code, part, whole


def plus(day: str, days: int, sqlite: bool) -> str:
    return f"date({day}, '+{days} days')" if sqlite else f"({day} + {days})"


# What narrows each table beside the cases, as conditions on its letter; nothing where none is given.
_OF = ("of_evaluations", "of_decisions", "of_disputes", "of_batches", "held_of", "of_reports")


def values(
    store: Store, days: Days, where: str = "", **of: str
) -> dict[str, tuple[int, int | None]]:
    """Ask the store for every figure in plain SQL, narrowed by conditions on cases and others."""
    sqlite = store.engine.dialect.name == "sqlite"
    told = {"where": where, **dict.fromkeys(_OF, ""), **of}
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
            for code, part, whole in asked_for(days, told, sqlite=sqlite)
        }
