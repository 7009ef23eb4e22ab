"""The registry of the network: entries added, changed and ended, each change filed (备案 S4-58)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from db.models.network import NetworkFiling, NetworkNode
from db.models.units import Unit
from db.scope import actor_of
from rules import network as rules
from rules.cases import clean
from rules.dispute_terms import NodeKind
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.permissions import Action

_LABELS = {
    "name": "名称",
    "grid": "网格（组）",
    "full_time": "专兼职",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
}
_TIMES = {True: "专职", False: "兼职", None: ""}


def add_node(
    session: Session,
    *,
    kind: NodeKind | None,
    unit_id: int | None,
    name: str,
    grid: str = "",
    full_time: bool | None = None,
    valid_from: date | None = None,
    now: datetime,
) -> int:
    """Enter an organisation or a member of staff of one's own unit or one below; it is filed."""
    _require(session, unit_id)
    name, grid = clean(name), clean(grid)
    full_time = full_time if kind in rules.STAFF else None
    problems = rules.node_problems(
        kind=kind,
        name=name,
        grid=grid,
        full_time=full_time,
        valid_from=valid_from,
        valid_to=None,
    )
    if unit_id is None or session.get(Unit, unit_id) is None:
        problems.append(Problem("unit_id", "请选择所在单位"))
    if problems:
        raise Invalid(problems)
    node = NetworkNode(
        kind=kind,
        unit_id=unit_id,
        name=name,
        grid=grid,
        full_time=full_time,
        valid_from=valid_from,
    )
    session.add(node)
    session.flush()
    _file(session, node, f"新增{node.kind.label} {name}", now=now)
    return node.id


def change_node(
    session: Session,
    node_id: int,
    *,
    name: str,
    grid: str,
    full_time: bool | None,
    valid_from: date | None,
    valid_to: date | None,
    version: int,
    now: datetime,
) -> None:
    """Change an entry or end it (`valid_to`); what was changed is filed, in words.

    Who follows somebody is a new entry: the old one keeps its name in what he did.
    """
    actor_of(session).require(Action.MANAGE_NETWORK)
    node = session.get(NetworkNode, node_id)
    if node is None:
        raise Missing("该网络成员不存在，请刷新")
    _require(session, node.unit_id)
    if node.version != version:
        raise Conflict(f"“{node.name}”已被他人修改，请核对后重新保存")
    given = {
        "name": clean(name),
        "grid": clean(grid),
        "full_time": full_time if node.kind in rules.STAFF else None,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    if problems := rules.node_problems(kind=node.kind, **given):  # type: ignore[arg-type]
        raise Invalid(problems)
    changes = {
        _LABELS[column]: (_said(getattr(node, column)), _said(value))
        for column, value in given.items()
        if getattr(node, column) != value
    }
    if not changes:
        return
    for column, value in given.items():
        setattr(node, column, value)
    told = f"{node.kind.label} {node.name}：{rules.change_told(changes)}"
    _file(session, node, told, now=now)


def confirm_filing(session: Session, filing_id: int, *, today: date) -> None:
    """Put a change on file with the county's joint meeting (备案)."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    filing = session.get(NetworkFiling, filing_id)
    if filing is None:
        raise Missing("该变动不存在，请刷新")
    if filing.filed_on is not None:
        raise RuleError("该变动已经备案，请刷新")
    filing.filed_on, filing.filed_by = today, actor.name


def _require(session: Session, unit_id: int | None) -> None:
    actor = actor_of(session)
    actor.require(Action.MANAGE_NETWORK)
    if not actor.sees_all_cases and unit_id is not None and unit_id not in actor.unit_ids:
        raise NotAllowed("只能登记本单位和下属单位的网络成员")


def _file(session: Session, node: NetworkNode, told: str, *, now: datetime) -> None:
    session.add(
        NetworkFiling(node_id=node.id, told=told[:500], actor=actor_of(session).name, at=now)
    )


def _said(value: object) -> str:
    return _TIMES[value] if value is None or isinstance(value, bool) else str(value)
