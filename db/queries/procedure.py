"""Where a case stands in its procedure: the steps taken, and the facts its clocks follow from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.office import ParameterValue
from db.models.procedure import CaseStep
from db.models.units import Unit
from db.queries import office
from rules.case_terms import Step
from rules.deadlines import Facts
from rules.errors import Missing
from rules.hearings import Hearing, hearing_of
from rules.limits import Extension, Pause, Terms
from rules.terms import CaseState


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step as the timeline tells it; `details` by rules.steps.FIELDS, dates as ISO text."""

    id: int
    step: Step
    happened_on: date
    state_before: CaseState
    state_after: CaseState
    unit_id: int | None
    unit: str
    until: date | None
    text: str
    details: Mapping[str, Any]
    actor: str
    at: datetime
    withdrawn: bool


def terms(session: Session) -> Terms:
    """Return what the county has set for its clocks: dated parameters and the calendar."""
    dated: dict[str, list[tuple[date, str]]] = {}
    rows = session.execute(
        select(ParameterValue.key, ParameterValue.valid_from, ParameterValue.value)
    )
    for key, valid_from, value in rows:
        dated.setdefault(key, []).append((valid_from, value))
    return Terms(dated, office.calendar(session))


_STEPS: Any = (
    select(CaseStep, Unit.name)
    .outerjoin(Unit, CaseStep.unit_id == Unit.id)
    .where(CaseStep.case_id == bindparam("case_id"))
    .order_by(CaseStep.id)
)


def steps(session: Session, case_id: int) -> list[StepTaken]:
    """List the steps of a case in the order they were taken, withdrawn ones among them."""
    return [
        StepTaken(
            id=row.id,
            step=row.step,
            happened_on=row.happened_on,
            state_before=row.state_before,
            state_after=row.state_after,
            unit_id=row.unit_id,
            unit=unit or "",
            until=row.until,
            text=row.text,
            details=row.details,
            actor=row.actor,
            at=row.at,
            withdrawn=row.withdrawn_by_id is not None,
        )
        for row, unit in session.execute(_STEPS, {"case_id": case_id})
    ]


def is_stepped(session: Session, case_id: int) -> bool:
    """Whether the procedure of a case is followed here: its dates and state go by its steps."""
    first = select(CaseStep.id).where(CaseStep.case_id == case_id).limit(1)
    return session.scalar(first) is not None


ROUNDS = (Step.REOPEN, Step.REBOUND)  # each begins a round


def followed_by(*steps: Step) -> ColumnElement[bool]:
    """Ask of a CaseStep whether one of these was taken after it on its case and stands."""
    later = CaseStep.__table__.alias()
    return exists().where(
        later.c.case_id == CaseStep.case_id,
        later.c.id > CaseStep.id,
        later.c.step.in_(steps),
        later.c.withdrawn_by_id.is_(None),
    )


def last_step(session: Session, case_id: int, *steps: Step) -> int | None:
    """Return the last of these steps of a case that was not withdrawn."""
    return session.scalar(
        select(func.max(CaseStep.id)).where(
            CaseStep.case_id == case_id,
            CaseStep.step.in_(steps),
            CaseStep.withdrawn_by_id.is_(None),
        )
    )


def facts(session: Session, case_id: int) -> Facts:
    """Return what the clocks of a case follow from; raises Missing outside the actor's scope."""
    case = session.get(Case, case_id)
    if case is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    return facts_of(case, steps(session, case_id))


# What a case tells of itself; the rest follows from its steps.
CASE_FACTS = (
    "state",
    "purpose",
    "route",
    "simple",
    "received_on",
    "forwarded_on",
    "accepted_on",
    "answered_on",
    "delivered_on",
    "closed_on",
)


def facts_of(case: Any, taken: Sequence[StepTaken] = ()) -> Facts:
    """Put together a case, or a row with CASE_FACTS and its units, and the steps of its round.

    A reopening begins a new round: what lay before it stands in the steps and starts no clock.
    """
    values = {name: getattr(case, name) for name in CASE_FACTS}
    standing = [each for each in taken if not each.withdrawn and each.step is not Step.WITHDRAW]
    own, reopened_on = _round(standing)
    if reopened_on is not None:
        values["received_on"] = reopened_on
        forwarded = values["forwarded_on"]
        if forwarded is not None and forwarded < reopened_on:
            values["forwarded_on"] = None
    by_step = {each.step: each for each in own}
    declined = by_step.get(Step.DECLINE)
    return Facts(
        **values,
        direct=values["forwarded_on"] is None
        and case.unit_id is not None
        and case.first_unit_id == case.unit_id,
        assigned_until=_assigned(own),
        notified_on=_notified(own),
        objected_on=_latest(own, Step.OBJECT, since=values["forwarded_on"]),
        extensions=tuple(_extensions(own)),
        review_requested_on=_on(by_step.get(Step.REQUEST_REVIEW)),
        review_answered_on=_on(by_step.get(Step.ANSWER_REVIEW)),
        review_delivered_on=_delivered(own, CaseState.REVIEWED),
        recheck_requested_on=_on(by_step.get(Step.REQUEST_RECHECK)),
        recheck_answered_on=_on(by_step.get(Step.ANSWER_RECHECK)),
        recheck_delivered_on=_delivered(own, CaseState.FINAL),
        pauses=tuple(_pauses(own)),
        advised_on=_on(by_step.get(Step.ADVISE)),
        advice_answered_on=_answered_advice(by_step),
        declined_on=_on(declined) if values["state"] is CaseState.DECLINED else None,
        moved_on=_moved(standing),
    )


def _round(taken: Sequence[StepTaken]) -> tuple[Sequence[StepTaken], date | None]:
    """Return the steps of the present round, and the day it was reopened on if it was."""
    for place in range(len(taken) - 1, -1, -1):
        if taken[place].step in ROUNDS:
            return taken[place + 1 :], taken[place].happened_on
    return taken, None


def _on(step: StepTaken | None) -> date | None:
    return step.happened_on if step else None


def _latest(own: Iterable[StepTaken], step: Step, *, since: date | None) -> date | None:
    days = [each.happened_on for each in own if each.step is step]
    return days[-1] if days and (since is None or days[-1] >= since) else None


def _assigned(own: Sequence[StepTaken]) -> date | None:
    """A matter passed on again without a day set has none any more."""
    passed = [each for each in own if each.step in (Step.FORWARD, Step.ASSIGN)]
    return passed[-1].until if passed else None


def _notified(own: Sequence[StepTaken]) -> date | None:
    for each in own:
        if each.step is Step.NOTIFY:
            return each.happened_on
        if each.step is Step.ACCEPT and (told := each.details.get("notified_on")):
            return date.fromisoformat(told)
    return None


def _extensions(own: Iterable[StepTaken]) -> Iterable[Extension]:
    for each in own:
        if each.step is Step.EXTEND:
            yield Extension(each.details["days"], each.happened_on, each.details["approver"])


def _moved(standing: Sequence[StepTaken]) -> date | None:
    moves = [each.happened_on for each in standing if each.state_after is not each.state_before]
    return moves[-1] if moves else None


def _delivered(own: Iterable[StepTaken], state: CaseState) -> date | None:
    return next(
        (
            each.happened_on
            for each in own
            if each.step is Step.DELIVER and each.state_before is state
        ),
        None,
    )


def _pauses(own: Iterable[StepTaken]) -> list[Pause]:
    found: list[Pause] = []
    for each in own:
        if each.step is Step.HEAR:
            found.append(Pause(each.happened_on))
        elif each.step is Step.END_HEARING and found:
            found[-1] = Pause(found[-1].since, each.happened_on)
    return found


def hearing(taken: Sequence[StepTaken]) -> Hearing | None:
    """Return the hearing that was decided on and has not ended, of the present round."""
    own, _ = _round([each for each in taken if not each.withdrawn])
    last = [each for each in own if each.step in (Step.HEAR, Step.END_HEARING)][-1:]
    if not last or last[0].step is Step.END_HEARING:
        return None
    return hearing_of(last[0].happened_on, last[0].details)


def _answered_advice(by_step: Mapping[Step, StepTaken]) -> date | None:
    asked, answered = by_step.get(Step.ADVISE), by_step.get(Step.ANSWER_ADVICE)
    return answered.happened_on if asked and answered and answered.id > asked.id else None
