"""The evaluations that figures are counted from (rules/evaluation_figures.py), accusations never.

Whoever may show figures on a wall counts the county's; others what they may see. No name is read.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from db.models.ballots import EvaluationVote
from db.models.cases import Case
from db.models.disputes import Dispute, DisputeClass
from db.models.evaluation_outcomes import EvaluationFollowUp
from db.models.evaluations import Evaluation
from db.models.office import Code
from db.models.units import Unit
from db.scope import actor_of
from rules.evaluation_figures import Fact
from rules.permissions import Action
from rules.terms import CaseState, Purpose

_OF: Any = Evaluation.__table__
_CASES: Any = Case.__table__
_VOTES: Any = EvaluationVote.__table__
_FOLLOWED: Any = EvaluationFollowUp.__table__
_DISPUTES: Any = Dispute.__table__
_CLASSES: Any = DisputeClass.__table__
_CODES: Any = Code.__table__
_UNITS: Any = Unit.__table__
_AGAIN: Any = _CASES.alias()
_RAISED = exists().where(
    _AGAIN.c.repeat_of_id == _OF.c.case_id,
    _AGAIN.c.received_on > _OF.c.settled_on,
    _AGAIN.c.state != CaseState.MERGED,
)
_DAYS = (_OF.c.applied_on, _OF.c.confirmed_on, _OF.c.opened_on)
# Built once: building costs more than answering it.
_FACTS = (
    select(
        _OF.c.number,
        _OF.c.title,
        _OF.c.state,
        _UNITS.c.name.label("unit"),
        _CODES.c.path.label("code"),
        _CLASSES.c.name.label("kind"),
        _OF.c.applied_on,
        _OF.c.confirmed_on,
        _OF.c.refused_for,
        _OF.c.opened_on,
        _VOTES.c.verdict,
        _OF.c.petitioner_view,
        _OF.c.settled_on,
        _RAISED.label("again"),
        _FOLLOWED.c.opened_on.label("followed_on"),
        _FOLLOWED.c.plan_on,
        _FOLLOWED.c.plan_due_on,
        _FOLLOWED.c.result_due_on,
        _FOLLOWED.c.ended_on.label("follow_ended_on"),
    )
    .join(_UNITS, _UNITS.c.id == _OF.c.judged_unit_id)
    .outerjoin(_CASES, _CASES.c.id == _OF.c.case_id)
    .outerjoin(_CODES, _CODES.c.id == _CASES.c.code_id)
    .outerjoin(_DISPUTES, _DISPUTES.c.id == _OF.c.dispute_id)
    .outerjoin(_CLASSES, _CLASSES.c.id == _DISPUTES.c.class_id)
    .outerjoin(
        _VOTES,
        (_VOTES.c.evaluation_id == _OF.c.id)
        & _VOTES.c.cancelled_at.is_(None)
        & _VOTES.c.closed_at.is_not(None),
    )
    .outerjoin(_FOLLOWED, _FOLLOWED.c.evaluation_id == _OF.c.id)
    .where(
        or_(
            *(
                day.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
                for day in _DAYS
            )
        ),
        or_(_OF.c.case_id.is_(None), _CASES.c.purpose.is_distinct_from(Purpose.ACCUSATION)),
    )
    .order_by(_OF.c.applied_on.desc(), _OF.c.id.desc())
)


def facts(
    session: Session,
    first: date,
    last: date,
    *,
    units: Collection[int] | None = None,
    townships: Collection[int] | None = None,
) -> list[Fact]:
    """Return the evaluations something of which happened from `first` to `last`, both ends in.

    Of some `units` what they applied for or are judged on, of `townships` what lies in them.
    """
    actor = actor_of(session)
    if actor.may(Action.PRESENT):
        return _read(session, first, last, None, units, townships)
    actor.require(Action.SEE_EVALUATIONS)
    return facts_in_sight(session, first, last, units=units, townships=townships)


def facts_in_sight(
    session: Session,
    first: date,
    last: date,
    *,
    units: Collection[int] | None = None,
    townships: Collection[int] | None = None,
) -> list[Fact]:
    """Return those of `facts` that the actor may open, also where he is told the county's counts."""
    criteria = Evaluation.visible_to(actor_of(session))
    return _read(session, first, last, criteria, units, townships)


def _read(
    session: Session,
    first: date,
    last: date,
    criteria: ColumnElement[bool] | None,
    units: Collection[int] | None,
    townships: Collection[int] | None,
) -> list[Fact]:
    statement = _FACTS
    if criteria is not None:
        statement = statement.where(criteria)
    if units is not None:
        own = (_OF.c.unit_id.in_(sorted(units)), _OF.c.judged_unit_id.in_(sorted(units)))
        statement = statement.where(or_(*own))
    if townships is not None:
        where = func.coalesce(_CASES.c.township_id, _DISPUTES.c.township_id)
        statement = statement.where(where.in_(sorted(townships)))
    given = {"first": first, "last": last}
    return [_fact(row) for row in session.connection().execute(statement, given)]


def _fact(row: Any) -> Fact:
    following = row.followed_on is not None and row.follow_ended_on is None
    return Fact(
        number=row.number,
        title=row.title,
        state=row.state,
        unit=row.unit,
        kind=row.code.split("/")[0] if row.code else row.kind or "未分类",
        applied_on=row.applied_on,
        confirmed_on=row.confirmed_on,
        refused_for=row.refused_for,
        held_on=row.opened_on,
        verdict=row.verdict,
        view=row.petitioner_view,
        settled=row.settled_on is not None and not row.again,
        following=following,
        due_on=(row.plan_due_on if row.plan_on is None else row.result_due_on)
        if following
        else None,
    )
