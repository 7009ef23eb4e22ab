"""The made-up county's third-party evaluations: a pool, the platforms, and one in every step."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import evaluation_meetings as meetings
from db.commands import evaluation_panels as panels
from db.commands import evaluations, evaluators
from db.commands.evaluations import Application
from db.demo import places
from db.models.cases import Case
from db.models.evaluations import Evaluation, EvaluationPanel
from db.models.units import Unit
from db.queries import evaluation_panels
from db.queries import evaluators as queries
from db.queries.units import resolve_units
from rules.evaluation_admission import Met
from rules.evaluation_notices import Notice
from rules.evaluation_terms import (
    ApplicationRoute,
    Condition,
    Objector,
    PanelPost,
    RefusalReason,
    TemporaryKind,
)
from rules.terms import CaseState, Purpose, UnitKind

_DAY = timedelta(days=1)
_SURNAMES = "彭蒋邓萧田潘袁于董余苏叶吕魏卢汪方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = ("国华", "秀兰", "建平", "玉梅", "志刚", "春燕", "德明", "晓琴")
_EACH = 8
# How far each of the evaluations has come, by the moves that are made.
_WAYS = (
    ("apply",),
    ("apply", "refuse"),
    ("apply", "admit"),
    ("apply", "admit", "draw", "form"),
    ("apply", "admit", "draw", "form", "publish"),
    ("apply", "admit", "draw", "form", "publish", "open"),
)
_MET = {
    Condition.HANDLED: "处理意见书，已送达",
    Condition.UNSATISFIED: "回访记录，信访人签字",
    Condition.APPLIED: "单位申请函，加盖公章",
    Condition.CONFIRMED: "办公室审核表",
}


def load(session: Session, *, today: date, now: datetime) -> int:
    """Found the platforms, fill the pool, and bring evaluations into every step; returns how many."""
    units = resolve_units(session)
    _platforms(session, units)
    _pool(session, units, today=today)
    cases = session.scalars(
        select(Case)
        .join(Unit, Unit.id == Case.unit_id)
        .join(EvaluationPanel, EvaluationPanel.unit_id == Unit.id)
        .where(
            Case.state.in_([CaseState.ANSWERED, CaseState.CLOSED]),
            Case.purpose.is_distinct_from(Purpose.ACCUSATION),
            Case.lawsuit.is_(False),
            Unit.kind == UnitKind.DEPARTMENT,
        )
        .order_by(Case.received_on.desc(), Case.id)
        .limit(len(_WAYS))
    ).all()
    for way, case in zip(_WAYS, cases, strict=False):
        _bring(session, way, case, today=today, now=now)
    return len(cases)


def _platforms(session: Session, units: dict[str, int]) -> None:
    county = session.scalars(select(Unit).where(Unit.kind == UnitKind.COUNTY)).first()
    assert county is not None
    heads = (
        (PanelPost.HEAD, "郑国梁", "县委常委、副县长"),
        (PanelPost.OFFICE, "罗小满", "县联席办主任"),
    )
    first = evaluators.set_panel(
        session, county.id, name=f"{county.name}评价小组", office="县联席办"
    )
    for post, name, title in heads:
        evaluators.add_member(session, first, post=post, name=name, title=title, valid_from=None)
    for name in [*places.DEPARTMENTS, *places.TOWNSHIPS]:
        evaluators.set_panel(session, units[name], name=f"{name}评价小组", office=f"{name}办公室")


def _pool(session: Session, units: dict[str, int], *, today: date) -> None:
    employers = [*places.DEPARTMENTS, *places.TOWNSHIPS]
    villages = list(
        session.scalars(select(Unit.id).where(Unit.kind == UnitKind.VILLAGE).order_by(Unit.id))
    )
    for place, category in enumerate(queries.categories(session)):
        for number in range(_EACH):
            turn = place * _EACH + number
            evaluators.add_evaluator(
                session,
                {
                    "name": f"{_SURNAMES[turn % len(_SURNAMES)]}{_GIVEN[number]}",
                    "category_id": category.id,
                    "unit_id": units[employers[turn % len(employers)]],
                    "village_id": villages[turn * 4 % len(villages)],
                    "valid_from": today.replace(day=1) - 400 * _DAY,
                    "available": turn % 13 != 5,
                },
                phone=f"139{turn:08d}",
            )


def _bring(
    session: Session, way: tuple[str, ...], case: Case, *, today: date, now: datetime
) -> None:
    applied = {"apply": 8, "open": 9}.get(way[-1], 6)
    on, at = today - applied * _DAY, now - applied * _DAY
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
    wanted = list(Condition)[: 2 if way[-1] in ("apply", "refuse") else 4]
    for step, condition in enumerate(wanted, start=1):
        evaluations.set_condition(
            session,
            made.id,
            condition,
            Met(met=True, evidence=_MET[condition], who="罗小满", on=on),
            version=_version(session, made.id),
            today=on,
            now=at + step * timedelta(minutes=1),
        )
    for move in way[1:]:
        _move(session, move, made.id, today=today, now=now, begun=applied)


def _move(
    session: Session, move: str, evaluation_id: int, *, today: date, now: datetime, begun: int
) -> None:
    ago = {"admit": begun - 2, "refuse": begun - 2, "draw": 4, "form": 4, "publish": 3, "open": 0}
    common: dict[str, Any] = {
        "version": _version(session, evaluation_id),
        "today": today - ago[move] * _DAY,
        "now": now - ago[move] * _DAY,
    }
    match move:
        case "admit":
            evaluations.admit(session, evaluation_id, **common)
        case "refuse":
            evaluations.refuse(session, evaluation_id, reason=RefusalReason.CONDITION, **common)
        case "draw":
            _draw(session, evaluation_id, common)
        case "form":
            panels.form_panel(session, evaluation_id, **common)
        case "publish":
            row = session.get_one(Evaluation, evaluation_id)
            # Of those that are not to be held today the meeting is still to come.
            held = today if begun == 9 else today + 2 * _DAY
            meetings.publish(session, evaluation_id, _notice(row.title, held), **common)
        case "open":
            seats = evaluation_panels.seats(session, evaluation_id)
            sitting = [seat.id for seat in seats if seat.seated]
            meetings.record_attendance(
                session,
                evaluation_id,
                present=sitting[:8],
                petitioner_came=True,
                judged_came=True,
                observers="县司法局、县人社局",
                host="郑国梁",
                version=common["version"],
                now=now - timedelta(minutes=5),
            )
            session.flush()
            common["version"] = _version(session, evaluation_id)
            meetings.open_meeting(session, evaluation_id, **common)
    session.flush()


def _draw(session: Session, evaluation_id: int, common: dict[str, Any]) -> None:
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
        **{**common, "version": _version(session, evaluation_id)},
        size=9,
        seats=seats,
        alternates=2,
        pressed_by=Objector.PETITIONER,
        witness="县司法局 严律师",
    )


def _notice(title: str, held_on: date) -> Notice:
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


def _version(session: Session, evaluation_id: int) -> int:
    session.flush()
    return session.get_one(Evaluation, evaluation_id).version
