"""The steps of a made-up evaluation, for those on their way and those that were judged."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.commands import evaluation_panels as panels
from db.commands import evaluations
from db.commands.evaluations import Application
from db.models.cases import Case
from db.models.evaluations import Evaluation
from db.queries import evaluators as queries
from rules.evaluation_admission import Met
from rules.evaluation_notices import Notice
from rules.evaluation_terms import ApplicationRoute, Condition, Objector, TemporaryKind

_MET = {
    Condition.HANDLED: "处理意见书，已送达",
    Condition.UNSATISFIED: "回访记录，信访人签字",
    Condition.APPLIED: "单位申请函，加盖公章",
    Condition.CONFIRMED: "办公室审核表",
}


def apply(
    session: Session, case: Case, conditions: Sequence[Condition], *, on: date, at: datetime
) -> int:
    """Apply for the evaluation of a case with these conditions met; returns its id."""
    made = evaluations.apply(
        session,
        Application(
            route=ApplicationRoute.UNIT,
            unit_id=case.unit_id,
            matter=case.number,
            title=case.title[:60],
            claims="要求重新处理，对处理意见不服",
            facts="责任单位已调查处理，出具处理意见并送达，信访人仍不满意",
            applied_on=on,
        ),
        today=on,
        now=at,
    )
    for step, condition in enumerate(conditions, start=1):
        evaluations.set_condition(
            session,
            made.id,
            condition,
            Met(met=True, evidence=_MET[condition], who="罗小满", on=on),
            version=version(session, made.id),
            today=on,
            now=at + step * timedelta(minutes=1),
        )
    return made.id


def draw(session: Session, evaluation_id: int, common: dict[str, Any]) -> None:
    """Take in somebody from the net and draw the rest, by the petitioner's own hand."""
    panels.add_temporary(
        session,
        evaluation_id,
        kind=TemporaryKind.NETIZEN,
        name="网友代表柳先生",
        declared="",
        version=common["version"],
        now=common["now"] - timedelta(minutes=5),
    )
    session.flush()
    rows = queries.categories(session)
    seats = {row.id: row.seats for row in rows}
    seats[rows[-1].id] -= 1
    panels.draw_panel(
        session,
        evaluation_id,
        **{**common, "version": version(session, evaluation_id)},
        size=9,
        seats=seats,
        alternates=2,
        pressed_by=Objector.PETITIONER,
        witness="县司法局 严律师",
    )


def notice(title: str, held_on: date) -> Notice:
    """Word the notice of a meeting."""
    return Notice(
        title="信访事项第三方评价会公示",
        held_on=held_on,
        held_time="14:30",
        place="县信访接待中心二楼会议室",
        matter=title,
        judged="",
        phone="0816-5220000",
        signed="县评价小组办公室",
    )


def version(session: Session, evaluation_id: int) -> int:
    """Return the version an evaluation stands at."""
    session.flush()
    return session.get_one(Evaluation, evaluation_id).version
