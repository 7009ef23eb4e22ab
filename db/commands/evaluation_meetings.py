"""社会公示 and the meeting of an evaluation, up to the vote, which has commands of its own."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.commands.evaluations import noted, writable
from db.models.evaluations import (
    Evaluation,
    EvaluationNotice,
    EvaluationQuestion,
    EvaluationSeat,
)
from db.models.units import Unit
from db.queries import evaluation_matters, office
from db.queries import evaluation_panels as queries
from db.scope import actor_of
from rules import evaluation_meetings as meetings
from rules import evaluation_notices as rules
from rules import evaluation_steps
from rules.cases import clean
from rules.errors import Invalid, Problem, RuleError
from rules.evaluation_notices import Notice
from rules.evaluation_terms import EvaluationState, Move
from rules.permissions import Action

_GATHERING = frozenset({EvaluationState.NOTICED, EvaluationState.MEETING})


def publish(
    session: Session,
    evaluation_id: int,
    notice: Notice,
    *,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Publish time, place and matter; one that changes what was published starts the days anew.

    Returns which publication it is, 1 for the first. The unit that is judged is the store's to say.
    """
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.PUBLISH, row.state)
    days = office.parameter(session, "panel_notice_days", on=today)
    assert isinstance(days, int)
    judged = session.get_one(Unit, row.judged_unit_id).name
    texts: dict[str, Any] = {name: clean(getattr(notice, name)) for name in _TEXTS}
    given = replace(notice, judged=judged, **texts)
    names = evaluation_matters.people_names(session, row.case_id, row.dispute_id)
    found = rules.problems(given, names=names, published_on=today, days=days)
    if broken := queries.panel_problems(session, row, on=today):
        found += [Problem("panel", each) for each in broken]
    before = _in_force(session, row)
    changes = rules.changes(rules.restored(before.notice), given) if before else []
    if before is not None and not changes:
        found.append(Problem("title", "与现在的公示一样，不用再公示"))
    if found:
        raise Invalid(found)
    assert given.held_on is not None
    number = 1 + (
        session.scalar(
            select(func.max(EvaluationNotice.number)).where(
                EvaluationNotice.evaluation_id == row.id
            )
        )
        or 0
    )
    if before is not None:
        before.ended_at = now
        session.flush()
    session.add(
        EvaluationNotice(
            evaluation_id=row.id,
            number=number,
            published_on=today,
            held_on=given.held_on,
            days=days,
            notice=given.stored(),
            changes=changes,
            actor=actor_of(session).name,
            at=now,
        )
    )
    was, row.state = row.state, after
    row.noticed_on, row.held_on = today, given.held_on
    text = f"第 {number} 次公示，{given.held_on} {given.held_time} 开会"
    if changes:
        text = f"{text}；{'；'.join(changes)}；公示天数重新计算"
    noted(session, row, Move.PUBLISH, before=was, text=text, on=today, now=now)
    return number


_TEXTS = ("title", "held_time", "place", "matter", "phone", "signed")


def revoke_notice(
    session: Session,
    evaluation_id: int,
    *,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Take the notice down; the panel stays, and whatever is published next begins its days anew."""
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.REVOKE, row.state)
    words = clean(why)
    if not words or len(words) > 500:
        raise Invalid([Problem("why", "请填写撤销公示的原因，最多 500 个字")])
    before = _in_force(session, row)
    if before is not None:
        before.ended_at = now
    was, row.state = row.state, after
    row.noticed_on, row.held_on = None, None
    noted(session, row, Move.REVOKE, before=was, text=words, on=today, now=now)


def record_attendance(
    session: Session,
    evaluation_id: int,
    *,
    present: Collection[int],
    petitioner_came: bool,
    judged_came: bool,
    observers: str,
    host: str,
    version: int,
    now: datetime,
) -> None:
    """Write down who is there: seats by their ids, the two parties, who sits in without a vote."""
    row = _managed(session, evaluation_id, version)
    if row.state not in _GATHERING:
        raise RuleError(f"现在是“{row.state.label}”，公示以后才能签到")
    problems = []
    if len(clean(host)) > 64:
        problems.append(Problem("host", "主持人最多 64 个字"))
    if len(clean(observers)) > 200:
        problems.append(Problem("observers", "列席人员最多 200 个字"))
    if problems:
        raise Invalid(problems)
    rows = session.scalars(
        select(EvaluationSeat).where(EvaluationSeat.evaluation_id == row.id, EvaluationSeat.seated)
    )
    for seat in rows:
        seat.present = seat.id in present
    row.petitioner_came, row.judged_came = petitioner_came, judged_came
    row.observers, row.host, row.updated_at = clean(observers), clean(host), now


def open_meeting(
    session: Session, evaluation_id: int, *, version: int, today: date, now: datetime
) -> None:
    """Begin the meeting on the day it was published for; refused before the notice has stood."""
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.OPEN, row.state)
    if found := queries.meeting_may_open(session, row, today=today, now=now):
        raise RuleError("；".join(found))
    if not row.host:
        raise Invalid([Problem("host", "请先填写主持人并保存签到")])
    before, row.state = row.state, after
    row.opened_on, row.agenda_item = today, 0
    came = sum(seat.present for seat in queries.seats(session, row.id) if seat.seated)
    text = f"主持人{row.host}，实到 {came} 人"
    noted(session, row, Move.OPEN, before=before, text=text, on=today, now=now)


def go_to(
    session: Session, evaluation_id: int, item: int, *, version: int, today: date, now: datetime
) -> None:
    """Turn the meeting, and the wall with it, to an item of the agenda."""
    row = _managed(session, evaluation_id, version)
    if row.state is not EvaluationState.MEETING:
        raise RuleError("评价会开始后才能进行议程")
    items = meetings.agenda(str(office.parameter(session, "evaluation_agenda", on=today)))
    if not 0 <= item < len(items):
        raise RuleError("议程没有这一项")
    row.agenda_item, row.updated_at = item, now


def add_question(
    session: Session,
    evaluation_id: int,
    *,
    asked_by: str,
    text: str,
    answer: str,
    now: datetime,
) -> int:
    """Note a question of the meeting and its answer; lines are only ever added."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_EVALUATIONS)
    row = session.get(Evaluation, evaluation_id)
    if row is None or row.state is not EvaluationState.MEETING:
        raise RuleError("评价会开始后才能登记提问")
    words = {"asked_by": clean(asked_by), "text": clean(text), "answer": clean(answer)}
    if problems := meetings.question_problems(**words):
        raise Invalid(problems)
    made = EvaluationQuestion(evaluation_id=row.id, **words, actor=actor.name, at=now)
    session.add(made)
    session.flush()
    return made.id


def _in_force(session: Session, row: Evaluation) -> EvaluationNotice | None:
    return session.scalar(
        select(EvaluationNotice).where(
            EvaluationNotice.evaluation_id == row.id, EvaluationNotice.ended_at.is_(None)
        )
    )


def _managed(session: Session, evaluation_id: int, version: int) -> Evaluation:
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    return writable(session, evaluation_id, version)
