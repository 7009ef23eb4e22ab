"""今天要看的: the open matters that want a look today, each with its reasons in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case, CaseEntry
from db.models.duty import CaseDuty, Measure
from db.models.procedure import CaseStep
from db.models.supervision import FollowUp, LookBack
from db.models.units import Leader, Unit
from db.queries import office
from db.queries.procedure import ROUNDS, followed_by
from db.scope import actor_of
from rules import attention as rules
from rules import duty
from rules.attention import Reason, Why
from rules.case_terms import Step
from rules.cases import listed_title
from rules.permissions import Action
from rules.steps import GIVING, OPEN, RULES, WORKED
from rules.terms import CaseState, Purpose
from rules.workdays import missing_years

LIMIT = 200  # of each reason; what is beyond is counted and reached through the list
_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A matter to look at, with everything that says why; an accusation without its title."""

    id: int
    number: str
    title: str
    state: CaseState
    unit: str
    lead: str
    due_on: date | None
    whys: tuple[Why, ...]
    accuses: bool = False


@dataclass(frozen=True, slots=True)
class Attention:
    """What wants a look: the lines, the most pressing first, and how many there are by reason.

    `workdays` and `stale` say what soon and untouched mean in this county; `missing_years` have
    no calendar, so that their working days are only told from weekdays.
    """

    lines: tuple[Line, ...]
    counts: Mapping[Reason, int]
    workdays: int
    stale: int
    missing_years: tuple[int, ...]

    @property
    def ordinary(self) -> "Attention":
        """The same without accusations, for a screen that is looked at over the shoulder (§30)."""
        left_out = Counter(why.reason for line in self.lines if line.accuses for why in line.whys)
        return replace(
            self,
            lines=tuple(line for line in self.lines if not line.accuses),
            counts={reason: count - left_out[reason] for reason, count in self.counts.items()},
        )


def attention(session: Session, *, today: date) -> Attention:
    """List what the actor should look at today; scope leaves a unit or a leader his own.

    At most LIMIT lines of each reason are listed; the counts go on to 10,000.
    """
    parameters = office.in_force(session, on=today)
    days = {key: value for key, value in parameters.items() if type(value) is int}
    workdays, stale = days["soon_workdays"], days["stale_progress_days"]
    ends = actor_of(session).may(Action.DIRECT_CASE)
    calendar = office.calendar(session)
    last = rules.soon(today, calendar, workdays=workdays)
    counts: dict[Reason, int] = {}
    whys: dict[int, list[Why]] = {}
    for reason, statement, words in _reasons(today, last, days, ends=ends):
        count = _counted(session, statement)
        counts[reason] = counts.get(reason, 0) + count
        if count:
            for row in session.execute(statement.limit(LIMIT)):
                whys.setdefault(row[0], []).append(words(row))
    lines = _lines(session, whys)
    missing = tuple(missing_years(today, calendar))
    return Attention(tuple(sorted(lines, key=_pressing)), counts, workdays, stale, missing)


# Open, where another condition finds the cases: an index on the state would be taken instead,
# and it finds all that are open.
_RUNNING = func.lower(Case.state).in_(sorted(OPEN))
# As little: most cases are old, and few of them are still worked on.
_touched = func.coalesce(Case.updated_at, Case.updated_at)
_Reasons = Iterable[tuple[Reason, Any, Callable[[Any], Why]]]


def _reasons(today: date, last: date, days: Mapping[str, int], *, ends: bool) -> _Reasons:
    """Yield each reason with a statement of its cases, and the words made of a row.

    `days` are the county's parameters; `ends` says that the reader may end a letter.
    """
    running = Case.state.in_(sorted(OPEN))
    clock = select(Case.id, Case.due_clock, Case.due_on, Case.due_from).order_by(
        Case.due_on, Case.id
    )
    yield (
        Reason.OVERDUE,
        clock.where(Case.due_on < today, running),
        lambda row: rules.overdue(row.due_clock.label, row.due_on, today=today),
    )
    yield (
        Reason.DUE_SOON,
        clock.where(Case.due_on.between(today, last), running),
        lambda row: rules.due_soon(row.due_clock.label, row.due_on, today=today),
    )
    yield Reason.REPEATED, _repeated(), lambda row: rules.repeated(row.number, row.closed_on)
    yield (
        Reason.LETTER,
        _letters(ends=ends),
        lambda row: rules.letter(row.rung.label, row.due_on, row.answered_on, today=today),
    )
    yield Reason.RETURNED, _returned(running), lambda row: rules.returned(row.times)
    yield Reason.DISPUTED, _disputed(), lambda row: rules.disputed(row.since)
    yield (
        Reason.HEARING,
        _hearing(running, today - timedelta(days=days["hearing_days"])),
        lambda row: rules.hearing(row.since, today=today),
    )
    yield (
        Reason.UNDELIVERED,
        _undelivered(today - timedelta(days=days["undelivered_days"])),
        lambda row: rules.undelivered(row.step.label, row.happened_on, today=today),
    )
    yield (
        Reason.HALF_TIME,
        clock.where(Case.due_on > last, Case.half_on < today, running, ~_written()),
        lambda row: rules.half_time(row.due_clock.label, row.due_from),
    )
    yield (
        Reason.LOOK_BACK,
        select(LookBack.case_id, LookBack.kind, LookBack.due_on)
        .join(Case, LookBack.case_id == Case.id)
        .where(LookBack.due_on <= today, LookBack.done_on.is_(None), LookBack.dropped_on.is_(None))
        .where(Case.state != CaseState.MERGED)
        .order_by(LookBack.due_on, LookBack.id),
        lambda row: rules.look_back(row.kind.label, row.due_on, today=today),
    )
    yield Reason.FIVE_ONES, _lacking(running), lambda row: rules.five_ones(five_ones_badge(row))
    before = datetime.combine(today - timedelta(days=days["stale_progress_days"]), time(), UTC)
    untouched = select(Case.id, Case.updated_at)
    # Asked twice, each from an index of its own: what has no clock is forgotten the sooner.
    for waiting in (
        untouched.where(Case.due_on > date.min, Case.updated_at < before, _RUNNING).order_by(
            Case.due_on, Case.id
        ),
        untouched.where(
            Case.state.in_(sorted(WORKED)),
            Case.received_on
            > date.min,  # of every case; it makes the index of the state the nearer
            Case.due_on.is_(None),
            _touched < before,
        ).order_by(_touched),
    ):
        yield (
            Reason.UNTOUCHED,
            waiting,
            lambda row: rules.untouched(row.updated_at.date(), today=today),
        )


def _written() -> ColumnElement[bool]:
    """Ask whether anything was written or done since the clock began."""
    return or_(
        exists().where(CaseEntry.case_id == Case.id, CaseEntry.happened_on >= Case.due_from),
        exists().where(CaseStep.case_id == Case.id, CaseStep.happened_on > Case.due_from),
    )


def _repeated() -> Any:
    former = aliased(Case)
    return (
        select(Case.id, former.number, former.closed_on)
        .join(former, Case.repeat_of_id == former.id)
        .where(Case.repeat_of_id > 0, _RUNNING)
        .where(former.closed_on <= Case.received_on)
        .order_by(Case.received_on.desc(), Case.id)
    )


def _letters(*, ends: bool) -> Any:
    """Find the letters that nobody has sent or answered, and for who `ends` them all not ended.

    A draft is seen by the office alone.
    """
    waits = [] if ends else [FollowUp.answered_on.is_(None)]
    return (
        select(FollowUp.case_id, FollowUp.rung, FollowUp.due_on, FollowUp.answered_on)
        .where(*waits, FollowUp.ended_on.is_(None))
        .where(~exists().where(Case.id == FollowUp.case_id, Case.state == CaseState.MERGED))
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
    )


def _returned(running: ColumnElement[bool]) -> Any:
    return (
        select(CaseStep.case_id, func.count().label("times"))
        .join(Case, CaseStep.case_id == Case.id)
        .where(
            CaseStep.step == Step.OBJECT,
            CaseStep.withdrawn_by_id.is_(None),
            ~followed_by(*ROUNDS),
            running,
        )
        .group_by(CaseStep.case_id)
        .having(func.count() >= 2)
        .order_by(CaseStep.case_id)
    )


_PLANNED = exists().where(Measure.case_id == CaseDuty.case_id)


def _hearing(running: ColumnElement[bool], before: date) -> Any:
    """Find hearings decided on before a day that nobody has ended since."""
    return (
        select(CaseStep.case_id, func.max(CaseStep.happened_on).label("since"))
        .join(Case, CaseStep.case_id == Case.id)
        .where(
            CaseStep.step == Step.HEAR,
            CaseStep.withdrawn_by_id.is_(None),
            CaseStep.happened_on < before,
            ~followed_by(Step.END_HEARING, *ROUNDS),
            running,
        )
        .group_by(CaseStep.case_id)
        .order_by(CaseStep.case_id)
    )


def _undelivered(before: date) -> Any:
    """Find opinions given here before a day and not delivered; what came answered is not asked."""
    return (
        select(CaseStep.case_id, CaseStep.step, CaseStep.happened_on)
        .join(Case, CaseStep.case_id == Case.id)
        .where(
            Case.state.in_([RULES[step].to for step in GIVING]),
            # Not found by the step, which most of all cases have taken once.
            func.lower(CaseStep.step).in_(GIVING),
            CaseStep.state_after == Case.state,
            CaseStep.withdrawn_by_id.is_(None),
            CaseStep.happened_on < before,
            ~followed_by(Step.DELIVER, *ROUNDS),
        )
        .order_by(CaseStep.happened_on, CaseStep.id)
    )


def _disputed() -> Any:
    return (
        select(Case.id, func.max(CaseStep.happened_on).label("since"))
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(
            CaseStep.step == Step.DISPUTE,
            CaseStep.withdrawn_by_id.is_(None),
            Case.state == CaseState.DISPUTED,
        )
        .group_by(Case.id)
        .order_by(Case.id)
    )


def lacking() -> ColumnElement[bool]:
    """Ask whether any of 五个一 is missing; the same question as rules.duty.five_ones."""
    return or_(
        Case.lead_id.is_(None),
        func.trim(CaseDuty.team) == "",
        and_(func.trim(CaseDuty.plan) == "", ~_PLANNED),
        func.trim(CaseDuty.owner) == "",
        CaseDuty.until.is_(None),
    )


def _lacking(running: ColumnElement[bool]) -> Any:
    return (
        select(
            Case.id,
            Case.lead_id,
            CaseDuty.team,
            CaseDuty.plan,
            CaseDuty.owner,
            CaseDuty.until,
            _PLANNED.label("planned"),
        )
        .join(CaseDuty, CaseDuty.case_id == Case.id)
        .where(CaseDuty.left_on.is_(None), lacking(), running)
        .order_by(CaseDuty.since, Case.id)
    )


def five_ones_badge(row: Any) -> str:
    """Say what a row with lead_id, team, plan, owner, until and planned has of 五个一."""
    known = duty.Duty(
        lead=row.lead_id is not None,
        team=row.team,
        plan=row.plan,
        measures=int(row.planned),
        owner=row.owner,
        until=row.until,
    )
    return duty.badge(duty.five_ones(known))


def _counted(session: Session, statement: Any) -> int:
    # The case alone, which an index tells: the words of a line need the case itself.
    case_id = statement.selected_columns[0]
    alone = statement.with_only_columns(case_id, maintain_column_froms=True)
    capped = alone.order_by(None).limit(_CAP).subquery()
    return session.scalar(select(func.count()).select_from(capped)) or 0


def _lines(session: Session, whys: Mapping[int, list[Why]]) -> list[Line]:
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.title,
            Case.purpose,
            Case.state,
            Unit.name.label("unit"),
            Leader.name.label("lead"),
            Case.due_on,
        )
        .outerjoin(Unit, Case.unit_id == Unit.id)
        .outerjoin(Leader, Case.lead_id == Leader.id)
        .where(Case.id.in_(whys))
    )
    return [
        Line(
            id=row.id,
            number=row.number,
            title=listed_title(row.title, row.purpose),
            state=row.state,
            unit=row.unit or "",
            lead=row.lead or "",
            due_on=row.due_on,
            whys=tuple(whys[row.id]),
            accuses=row.purpose is Purpose.ACCUSATION,
        )
        for row in rows
    ]


_ORDER = {reason: place for place, reason in enumerate(Reason)}


def _pressing(line: Line) -> tuple[int, date, int]:
    return _ORDER[line.whys[0].reason], line.due_on or date.max, line.id
