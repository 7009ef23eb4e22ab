"""The network of the sweep: who stands where, and which village lacks what (横向到边、纵向到底)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.dispute_terms import NodeKind
from rules.errors import Problem
from rules.terms import UnitKind
from rules.units import in_force

NAME_MAX = 100
NOTE_MAX = 200
K = NodeKind

# Staff, of whom it is kept whether it is their only work; the others are organisations.
STAFF = frozenset({K.GRID_WORKER, K.PETITION_CLERK, K.INFORMATION_CLERK, K.ELDERS})
# By whom a dispute can be resolved.
MEDIATORS = frozenset(NodeKind) - {
    K.GRID_WORKER,
    K.PETITION_CLERK,
    K.INFORMATION_CLERK,
    K.JOINT_MEETING,
}
# What every township and every village must have.
WANTED: Mapping[UnitKind, tuple[NodeKind, ...]] = {
    UnitKind.TOWNSHIP: (K.JOINT_MEETING, K.JUSTICE_OFFICE, K.POLICE_STATION, K.PETITION_CLERK),
    UnitKind.VILLAGE: (K.MEDIATION_GROUP, K.GRID_WORKER, K.INFORMATION_CLERK),
}


@dataclass(frozen=True, slots=True)
class Node:
    """What coverage asks of an entry of the registry."""

    unit_id: int
    kind: NodeKind
    grid: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """A township or village in use; `grids` are its 网格 or 组 as it lists them."""

    unit_id: int
    name: str
    kind: UnitKind
    grids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """What a place lacks; `grids` are those of its 组 without a 信息员 of matters."""

    place: Place
    lacking: tuple[NodeKind, ...]
    grids: tuple[str, ...]

    @property
    def told(self) -> str:
        """What is lacking, in words."""
        parts = [f"没有{kind.label}" for kind in self.lacking]
        if self.grids:
            parts.append(f"{'、'.join(self.grids)}没有信息员")
        return "；".join(parts)


def gaps(places: Iterable[Place], nodes: Sequence[Node], *, on: date) -> list[Gap]:
    """List the places that lack something on a day, in their order.

    What has ended or not begun counts for nothing. A 信息员 without a 组 of his own is one of
    the whole village.
    """
    there: dict[int, set[NodeKind]] = {}
    informed: dict[int, set[str]] = {}
    for node in nodes:
        if in_force(node.valid_from, node.valid_to, on=on):
            there.setdefault(node.unit_id, set()).add(node.kind)
            if node.kind is K.INFORMATION_CLERK:
                informed.setdefault(node.unit_id, set()).add(node.grid)
    found = []
    for place in places:
        has = there.get(place.unit_id, set())
        lacking = tuple(kind for kind in WANTED.get(place.kind, ()) if kind not in has)
        known = informed.get(place.unit_id, set())
        bare = () if "" in known or not known else place.grids
        grids = tuple(grid for grid in bare if grid not in known)
        if lacking or grids:
            found.append(Gap(place, lacking, grids))
    return found


def node_problems(
    *,
    kind: NodeKind | None,
    name: str,
    grid: str,
    full_time: bool | None,
    valid_from: date | None,
    valid_to: date | None,
) -> list[Problem]:
    """List what is wrong with an entry; staff are 专职 or 兼职, organisations neither."""
    found = []
    if kind is None:
        found.append(Problem("kind", "请选择类别"))
    if not name:
        found.append(Problem("name", "请填写名称（人员填姓名）"))
    for field, label, text, limit in (
        ("name", "名称", name, NAME_MAX),
        ("grid", "网格（组）", grid, NAME_MAX),
    ):
        if len(text) > limit:
            found.append(Problem(field, f"{label}最多 {limit} 个字"))
    if kind in STAFF and full_time is None:
        found.append(Problem("full_time", "请选择专职或兼职"))
    if valid_from and valid_to and valid_to <= valid_from:
        found.append(Problem("valid_to", f"停用日期 {valid_to} 应晚于启用日期 {valid_from}"))
    return found


def change_told(changes: Mapping[str, tuple[object, object]]) -> str:
    """Say what a change of an entry comes to, as it is filed (备案 S4-58)."""
    return "；".join(
        f"{label}：{before or '无'} → {after or '无'}" for label, (before, after) in changes.items()
    )
