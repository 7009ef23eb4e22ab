"""Laying the wall map out, and bringing the county's own boundaries in, out and back again."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands.locks import hold_units
from db.models.sweep_maps import MapBoundary, MapLayout
from db.queries import sweep_maps as queries
from db.scope import actor_of
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.sweep_map import Shape, layout_problems


def set_layout(
    session: Session,
    squares: Mapping[int, tuple[int | None, int | None]],
    *,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Give townships their row and column; none at all brings the layout computed back.

    `version` is that of the layout seen, 0 where there was none.
    """
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    hold_units(session)
    row = session.scalars(select(MapLayout)).one_or_none()
    if (row.version if row else 0) != version:
        raise Conflict("挂图的布局已被他人修改，请核对后重新保存")
    names = queries.townships(session, today=today)
    if gone := [unit_id for unit_id in squares if unit_id not in names]:
        message = f"有 {len(gone)} 个乡镇已经停用，请刷新后重新填写"
        raise Invalid([Problem("layout", message)])
    if problems := layout_problems(squares, names):
        raise Invalid(problems)
    if row is None:
        row = MapLayout(squares={})
        session.add(row)
    row.squares = {str(unit_id): [r or 0, c or 0] for unit_id, (r, c) in squares.items()}
    row.set_by, row.set_at = actor.name, now


def add_boundary(
    session: Session,
    shapes: Mapping[int, Shape],
    *,
    file_name: str,
    sha256: str,
    today: date,
    now: datetime,
) -> int:
    """Draw the map by these boundaries from now on, in place of those before; returns their id."""
    actor = actor_of(session)
    actor.require(Action.MANAGE_SWEEPS)
    hold_units(session)
    names = queries.townships(session, today=today)
    if not shapes:
        raise Invalid([Problem("shapes", "没有一个区域对应到乡镇，请先选定对应的乡镇")])
    if [unit_id for unit_id in shapes if unit_id not in names]:
        raise Invalid([Problem("shapes", "对应的乡镇已经停用，请刷新后重新选择")])
    for other in session.scalars(select(MapBoundary).where(MapBoundary.removed_at.is_(None))):
        other.removed_by, other.removed_at = actor.name, now
    row = MapBoundary(
        file_name=file_name[:200],
        sha256=sha256,
        areas=len(shapes),
        points=sum(
            len(ring) for shape in shapes.values() for polygon in shape.polygons for ring in polygon
        ),
        shapes={
            str(unit_id): {"polygons": shape.polygons, "label": shape.label}
            for unit_id, shape in shapes.items()
        },
        created_by=actor.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def remove_boundary(session: Session, boundary_id: int, *, version: int, now: datetime) -> None:
    """Draw squares again; the boundaries stay and can be brought back."""
    row = _boundary(session, boundary_id, version)
    if row.removed_at is not None:
        raise RuleError("这份边界已经移除，请刷新")
    row.removed_by, row.removed_at = actor_of(session).name, now


def restore_boundary(session: Session, boundary_id: int, *, version: int, now: datetime) -> None:
    """Draw the map by boundaries that were removed, in place of those drawn now."""
    row = _boundary(session, boundary_id, version)
    if row.removed_at is None:
        raise RuleError("这份边界正在使用，请刷新")
    actor = actor_of(session)
    for other in session.scalars(select(MapBoundary).where(MapBoundary.removed_at.is_(None))):
        other.removed_by, other.removed_at = actor.name, now
    row.removed_by, row.removed_at = None, None


def _boundary(session: Session, boundary_id: int, version: int) -> MapBoundary:
    actor_of(session).require(Action.MANAGE_SWEEPS)
    hold_units(session)
    row = session.get(MapBoundary, boundary_id)
    if row is None:
        raise Missing("这份边界不存在，请刷新")
    if row.version != version:
        raise Conflict("这份边界已被他人修改，请核对后重新提交")
    return row
