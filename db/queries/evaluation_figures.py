"""The evaluations that figures are counted from (rules/evaluation_figures.py), accusations never.

Whoever may show figures on a wall reads the county's; others what they may see. No name is read.
"""

from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select
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


def facts(session: Session, first: date, last: date) -> list[Fact]:
    """Return the evaluations something of which happened from `first` to `last`, both ends in."""
    actor = actor_of(session)
    criteria = None
    if not actor.may(Action.PRESENT):
        actor.require(Action.SEE_EVALUATIONS)
        criteria = Evaluation.visible_to(actor)
    disputes: Any = Dispute.__table__
    classes: Any = DisputeClass.__table__
    codes: Any = Code.__table__
    units: Any = Unit.__table__
    again = _CASES.alias()
    raised = exists().where(
        again.c.repeat_of_id == _OF.c.case_id,
        again.c.received_on > _OF.c.settled_on,
        again.c.state != CaseState.MERGED,
    )
    days = (_OF.c.applied_on, _OF.c.confirmed_on, _OF.c.opened_on)
    statement = (
        select(
            _OF.c.number,
            _OF.c.title,
            _OF.c.state,
            units.c.name.label("unit"),
            codes.c.path.label("code"),
            classes.c.name.label("kind"),
            _OF.c.applied_on,
            _OF.c.confirmed_on,
            _OF.c.refused_for,
            _OF.c.opened_on,
            _VOTES.c.verdict,
            _OF.c.petitioner_view,
            _OF.c.settled_on,
            raised.label("again"),
            _FOLLOWED.c.opened_on.label("followed_on"),
            _FOLLOWED.c.plan_on,
            _FOLLOWED.c.plan_due_on,
            _FOLLOWED.c.result_due_on,
            _FOLLOWED.c.ended_on.label("follow_ended_on"),
        )
        .join(units, units.c.id == _OF.c.judged_unit_id)
        .outerjoin(_CASES, _CASES.c.id == _OF.c.case_id)
        .outerjoin(codes, codes.c.id == _CASES.c.code_id)
        .outerjoin(disputes, disputes.c.id == _OF.c.dispute_id)
        .outerjoin(classes, classes.c.id == disputes.c.class_id)
        .outerjoin(
            _VOTES,
            (_VOTES.c.evaluation_id == _OF.c.id)
            & _VOTES.c.cancelled_at.is_(None)
            & _VOTES.c.closed_at.is_not(None),
        )
        .outerjoin(_FOLLOWED, _FOLLOWED.c.evaluation_id == _OF.c.id)
        .where(
            or_(*(day.between(first, last) for day in days)),
            or_(_OF.c.case_id.is_(None), _CASES.c.purpose.is_distinct_from(Purpose.ACCUSATION)),
        )
        .order_by(_OF.c.applied_on.desc(), _OF.c.id.desc())
    )
    if criteria is not None:
        statement = statement.where(criteria)
    return [_fact(row) for row in session.connection().execute(statement)]


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
