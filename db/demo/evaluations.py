"""The made-up county's third-party evaluations: a pool, the platforms, one in every step, and twenty judged."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import evaluation_meetings as meetings
from db.commands import evaluation_panels as panels
from db.commands import evaluations, evaluators
from db.demo import evaluation_ways as way
from db.demo import judged_evaluations, places
from db.models.cases import Case
from db.models.evaluations import Evaluation, EvaluationPanel
from db.models.units import Unit
from db.queries import evaluation_panels
from db.queries import evaluators as queries
from db.queries.units import resolve_units
from rules.evaluation_steps import Move
from rules.evaluation_terms import (
    Condition,
    PanelPost,
    RefusalReason,
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
    ("apply", "admit", "draw", "form", "publish", "brief"),
    ("apply", "admit", "draw", "form", "publish", "brief", "open"),
)


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
        .limit(len(_WAYS) + judged_evaluations.JUDGED)
    ).all()
    on_their_way, judged = cases[: len(_WAYS)], cases[len(_WAYS) :]
    for moves, case in zip(_WAYS, on_their_way, strict=False):
        _bring(session, moves, case, today=today, now=now)
    judged_evaluations.load(session, judged, today=today, now=now)
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
    session: Session, moves: tuple[str, ...], case: Case, *, today: date, now: datetime
) -> None:
    applied = {"apply": 8, "open": 9}.get(moves[-1], 6)
    on, at = today - applied * _DAY, now - applied * _DAY
    wanted = list(Condition)[: 2 if moves[-1] in ("apply", "refuse") else 4]
    made = way.apply(session, case, wanted, on=on, at=at)
    for move in moves[1:]:
        _move(session, move, made, today=today, now=now, begun=applied)


def _move(
    session: Session, move: str, evaluation_id: int, *, today: date, now: datetime, begun: int
) -> None:
    ago = {"admit": begun - 2, "refuse": begun - 2, "draw": 4, "form": 4, "publish": 3}
    ago |= {"brief": 2, "open": 0}
    common: dict[str, Any] = {
        "version": way.version(session, evaluation_id),
        "today": today - ago[move] * _DAY,
        "now": now - ago[move] * _DAY,
    }
    match move:
        case "admit":
            evaluations.admit(session, evaluation_id, **common)
        case "refuse":
            evaluations.refuse(session, evaluation_id, reason=RefusalReason.CONDITION, **common)
        case "draw":
            way.draw(session, evaluation_id, common)
        case "form":
            panels.form_panel(session, evaluation_id, **common)
        case "publish":
            row = session.get_one(Evaluation, evaluation_id)
            # Of those that are not to be held today the meeting is still to come.
            held = today if begun == 9 else today + 2 * _DAY
            meetings.publish(session, evaluation_id, way.notice(row.title, held), **common)
        case "brief":
            there = [s.id for s in evaluation_panels.seats(session, evaluation_id) if s.seated]
            for noted, who in ((Move.BRIEF, there), (Move.PROMISE, there[:8])):
                common["version"] = way.version(session, evaluation_id)
                on = common["today"]
                panels.note_members(session, evaluation_id, noted, seat_ids=who, on=on, **common)
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
            common["version"] = way.version(session, evaluation_id)
            meetings.open_meeting(session, evaluation_id, **common)
    session.flush()
