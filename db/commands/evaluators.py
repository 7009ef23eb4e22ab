"""The pool of evaluators, its categories, and the two platforms with their members."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.engine import cipher_of
from db.models.evaluations import (
    EvaluationPanel,
    Evaluator,
    EvaluatorCategory,
    FormerUnit,
    PanelMember,
)
from db.models.units import Unit
from db.scope import actor_of
from rules import evaluators as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.evaluation_terms import PanelLevel, PanelPost
from rules.permissions import Action
from rules.terms import AuditAction, UnitKind

_CATEGORY_MAX = 50
_SEATS_MAX = 20
_LEVELS = {
    UnitKind.COUNTY: PanelLevel.COUNTY,
    UnitKind.TOWNSHIP: PanelLevel.LOCAL,
    UnitKind.DEPARTMENT: PanelLevel.LOCAL,
}


def add_evaluator(session: Session, values: Mapping[str, Any], *, phone: str = "") -> int:
    """Enter somebody into the pool; `values` by rules.evaluators.FIELDS, returns his id."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    given = cleaned(values)
    if found := _problems(session, given, phone):
        raise Invalid(found)
    row = Evaluator(**given, phone_encrypted=sealed(session, phone))
    session.add(row)
    session.flush()
    return row.id


def change_evaluator(
    session: Session,
    evaluator_id: int,
    values: Mapping[str, Any],
    *,
    phone: str = "",
    left_on: date | None = None,
    version: int,
    today: date,
) -> None:
    """Change an entry; an empty `phone` stays as it is.

    Whose unit changes has left the former one on `left_on`, today where none is said: 回避
    looks back at it for years.
    """
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = session.get(Evaluator, evaluator_id)
    if row is None:
        raise Missing("该评价员不存在，请刷新")
    if row.version != version:
        raise Conflict(f"“{row.name}”已被他人修改，请核对后重新保存", version=row.version)
    given = cleaned(values)
    found = _problems(session, given, phone)
    if left_on is not None and left_on > today:
        found.append(Problem("left_on", f"离开日期 {left_on} 晚于今天"))
    if found:
        raise Invalid(found)
    if row.unit_id is not None and row.unit_id != given.get("unit_id"):
        session.add(FormerUnit(evaluator_id=row.id, unit_id=row.unit_id, left_on=left_on or today))
    for name, value in given.items():
        setattr(row, name, value)
    if phone:
        row.phone_encrypted = sealed(session, phone)


def reveal_phone(session: Session, evaluator_id: int, *, reason: str) -> str:
    """Return an evaluator's phone in clear, and note who looked and why."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = session.get(Evaluator, evaluator_id)
    if row is None:
        raise Missing("该评价员不存在，请刷新")
    words = clean(reason)
    if len(words) < 2:
        raise Invalid([Problem("reason", "请填写查看电话的理由")])
    audit.record(session, AuditAction.REVEAL, "evaluators", row.id, reason=words[:200])
    return cipher_of(session).decrypt(row.phone_encrypted) if row.phone_encrypted else ""


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what an evaluator has, text stripped; a field of another name is a defect."""
    if unknown := values.keys() - rules.FIELDS.keys():
        raise KeyError(sorted(unknown)[0])
    given = {name: clean(v) if isinstance(v, str) else v for name, v in values.items()}
    return {"employer": "", "post": "", "note": "", "available": True, **given}


def sealed(session: Session, phone: str) -> bytes | None:
    """Encrypt a phone; None for none."""
    return cipher_of(session).encrypt(clean(phone)) if clean(phone) else None


def _problems(session: Session, given: Mapping[str, Any], phone: str) -> list[Problem]:
    found = rules.problems(given, phone=phone)
    category_id = given.get("category_id")
    if category_id is not None and session.get(EvaluatorCategory, category_id) is None:
        found.append(Problem("category_id", "所选的类别已不存在，请重新选择"))
    for name in ("unit_id", "village_id"):
        if given.get(name) is not None and session.get(Unit, given[name]) is None:
            found.append(Problem(name, "所选的单位已不存在，请重新选择"))
    return found


def add_category(session: Session, name: str, *, seats: int) -> int:
    """Add a category behind the others; `seats` is how many of a panel it usually has."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    called = _category_name(session, name, seats, None)
    last = session.scalars(select(EvaluatorCategory.position)).all()
    row = EvaluatorCategory(name=called, seats=seats, position=max(last, default=0) + 1)
    session.add(row)
    session.flush()
    return row.id


def change_category(
    session: Session, category_id: int, *, name: str, seats: int, active: bool, version: int
) -> None:
    """Rename a category or set its seats; one not `active` is offered no more and stays in old panels."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = session.get(EvaluatorCategory, category_id)
    if row is None:
        raise Missing("该类别不存在，请刷新")
    if row.version != version:
        raise Conflict(f"“{row.name}”已被他人修改，请核对后重新保存")
    row.name = _category_name(session, name, seats, category_id)
    row.seats, row.active = seats, active


def _category_name(session: Session, name: str, seats: int, own: int | None) -> str:
    called, found = clean(name), []
    if not called or len(called) > _CATEGORY_MAX:
        found.append(Problem("name", f"请填写类别名称，最多 {_CATEGORY_MAX} 个字"))
    if not 0 <= seats <= _SEATS_MAX:
        found.append(Problem("seats", f"名额应在 0 和 {_SEATS_MAX} 之间"))
    there = session.scalar(select(EvaluatorCategory.id).where(EvaluatorCategory.name == called))
    if there is not None and there != own:
        found.append(Problem("name", f"已经有类别“{called}”"))
    if found:
        raise Invalid(found)
    return called


def set_panel(session: Session, unit_id: int | None, *, name: str, office: str) -> int:
    """Found a platform of a unit, or rename the one it has; the county's is that of the county."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    found = []
    if unit is None or unit.kind not in _LEVELS:
        found.append(Problem("unit_id", "评价小组设在县、镇乡或县级部门，请选择单位"))
    for field, label, text in (("name", "小组名称", name), ("office", "办公室", office)):
        if len(clean(text)) > 100:
            found.append(Problem(field, f"{label}最多 100 个字"))
    if not clean(name):
        found.append(Problem("name", "请填写小组名称"))
    if found:
        raise Invalid(found)
    assert unit is not None
    row = session.scalar(select(EvaluationPanel).where(EvaluationPanel.unit_id == unit.id))
    if row is None:
        row = EvaluationPanel(unit_id=unit.id, level=_LEVELS[unit.kind])
        session.add(row)
    row.name, row.office = clean(name), clean(office)
    session.flush()
    return row.id


def add_member(
    session: Session,
    panel_id: int,
    *,
    post: PanelPost | None,
    name: str,
    title: str,
    valid_from: date | None,
) -> int:
    """Give somebody a post in a platform; there is one 组长 at a time."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    if session.get(EvaluationPanel, panel_id) is None:
        raise Missing("该评价小组不存在，请刷新")
    found = []
    if post is None:
        found.append(Problem("post", "请选择职责"))
    if not clean(name) or len(clean(name)) > 60:
        found.append(Problem("name", "请填写姓名，最多 60 个字"))
    if len(clean(title)) > 100:
        found.append(Problem("title", "职务最多 100 个字"))
    heads = select(PanelMember.name).where(
        PanelMember.panel_id == panel_id,
        PanelMember.post == PanelPost.HEAD,
        PanelMember.valid_to.is_(None),
    )
    if post is PanelPost.HEAD and (there := session.scalar(heads)):
        found.append(Problem("post", f"组长现在是{there}，请先登记其卸任日期"))
    if found:
        raise Invalid(found)
    row = PanelMember(
        panel_id=panel_id, post=post, name=clean(name), title=clean(title), valid_from=valid_from
    )
    session.add(row)
    session.flush()
    return row.id


def end_member(session: Session, member_id: int, *, valid_to: date | None, version: int) -> None:
    """End somebody's post on the first day he no longer has it; his row stays."""
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    row = session.get(PanelMember, member_id)
    if row is None:
        raise Missing("该成员不存在，请刷新")
    if row.version != version:
        raise Conflict(f"“{row.name}”已被他人修改，请核对后重新保存")
    if valid_to is None or (row.valid_from is not None and valid_to <= row.valid_from):
        raise Invalid([Problem("valid_to", "请填写卸任日期，应晚于任期起")])
    row.valid_to = valid_to
