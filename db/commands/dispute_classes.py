"""The county's list of classes of disputes, with 行业主管 and 内容分类 of each."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.disputes import DisputeClass
from db.scope import actor_of
from rules.cases import clean
from rules.disputes import CLASS_NAME_MAX
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.permissions import Action


def add_class(
    session: Session,
    name: str,
    *,
    parent_id: int | None = None,
    unit_id: int | None = None,
    code_id: int | None = None,
    position: int = 100,
) -> int:
    """Add a class, or a smaller one under a class of the first level; returns its id."""
    actor_of(session).require(Action.MANAGE_SWEEPS)
    given = _checked(session, None, name, parent_id=parent_id, position=position)
    row = DisputeClass(**given, unit_id=unit_id, code_id=code_id)
    session.add(row)
    session.flush()
    return row.id


def change_class(
    session: Session,
    class_id: int,
    *,
    name: str,
    parent_id: int | None,
    unit_id: int | None,
    code_id: int | None,
    position: int,
    active: bool,
    version: int,
) -> None:
    """Change a class; one that is not `active` is offered no more, and disputes keep it."""
    actor_of(session).require(Action.MANAGE_SWEEPS)
    row = session.get(DisputeClass, class_id)
    if row is None:
        raise Missing("该类别不存在，请刷新")
    if row.version != version:
        raise Conflict(f"类别“{row.name}”已被他人修改，请核对后重新保存")
    given = _checked(session, class_id, name, parent_id=parent_id, position=position)
    given |= {"unit_id": unit_id, "code_id": code_id, "active": active}
    for column, value in given.items():
        setattr(row, column, value)


def _checked(
    session: Session, class_id: int | None, name: str, *, parent_id: int | None, position: int
) -> dict[str, Any]:
    name, problems = clean(name), []
    if not name or len(name) > CLASS_NAME_MAX:
        problems.append(Problem("name", f"请填写类别名称，最多 {CLASS_NAME_MAX} 个字"))
    same = session.scalar(select(DisputeClass.id).where(DisputeClass.name == name))
    if same is not None and same != class_id:
        problems.append(Problem("name", f"已有名为“{name}”的类别"))
    parent = session.get(DisputeClass, parent_id) if parent_id is not None else None
    below = select(DisputeClass.id).where(DisputeClass.parent_id == class_id).limit(1)
    above = class_id is not None and session.scalar(below) is not None
    if parent is not None and (parent.parent_id is not None or parent.id == class_id or above):
        problems.append(Problem("parent_id", "类别只有大类、小类两级"))
    if not 0 <= position <= 9999:
        problems.append(Problem("position", "次序应在 0 到 9999 之间"))
    if problems:
        raise Invalid(problems)
    return {"name": name, "parent_id": parent_id, "position": position}
