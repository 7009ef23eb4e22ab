"""The draw of a panel: by category, by a seed, over a snapshot, and the same again ever after.

Whoever has the snapshot and the seed can draw again: everybody's place in the order is the
SHA-256 of the seed, the word for what is drawn, and his id. No generator of a language or its
version decides anything.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from rules.errors import Problem
from rules.terms import Term


class Bar(Term):
    """Why somebody of the pool is not drawn from; FREE is drawn from."""

    FREE = "free", "可抽取"
    TERM = "term", "不在任期"
    AWAY = "away", "暂不能参加"
    RECUSED = "recused", "应当回避"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the pool as the snapshot keeps him."""

    id: int
    category_id: int
    bar: Bar = Bar.FREE


@dataclass(frozen=True, slots=True)
class Plan:
    """How a panel is made up: seats of each category, its 临时成员 named before, and alternates."""

    size: int
    seats: Mapping[int, int]
    temporary: int
    alternates: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who was drawn, by category and then by place, and the alternates in the order they step in."""

    members: tuple[int, ...]
    alternates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the county has set for panels."""

    least: int
    most: int
    share: Fraction
    quorum: Fraction
    quorum_least: int


def plan_problems(plan: Plan, limits: Limits) -> list[Problem]:
    """List what is wrong with how a panel is to be made up."""
    found = []
    if not limits.least <= plan.size <= limits.most or plan.size % 2 == 0:
        words = f"小组人数应为 {limits.least} 到 {limits.most} 之间的单数，现在是 {plan.size}"
        found.append(Problem("size", words))
    if any(count < 0 for count in plan.seats.values()):
        found.append(Problem("seats", "各类别的名额不能是负数"))
    drawn = sum(plan.seats.values())
    if drawn + plan.temporary != plan.size:
        words = (
            f"各类别名额合计 {drawn}，加临时成员 {plan.temporary}，"
            f"应等于小组人数 {plan.size}，现在是 {drawn + plan.temporary}"
        )
        found.append(Problem("seats", words))
    if plan.size > 0 and Fraction(plan.temporary, plan.size) > limits.share:
        most = int(plan.size * limits.share)
        words = (
            f"临时成员不超过小组人数的 {limits.share}：{plan.size} 人的小组最多 {most} 名，"
            f"现在是 {plan.temporary} 名"
        )
        found.append(Problem("temporary", words))
    return found


def quorum(size: int, limits: Limits) -> int:
    """Return how many must be present: a share of the panel, and never fewer than the least."""
    return max(ceil(size * limits.quorum), limits.quorum_least)


def shortages(snapshot: Sequence[Candidate], plan: Plan, names: Mapping[int, str]) -> list[Problem]:
    """Say of each category how many it lacks and why, and of the alternates as well."""
    found, left = [], 0
    for category_id, wanted in plan.seats.items():
        own = [each for each in snapshot if each.category_id == category_id]
        free = sum(each.bar is Bar.FREE for each in own)
        if free < wanted:
            out = "、".join(
                f"{bar.label} {count}"
                for bar in Bar
                if bar is not Bar.FREE and (count := sum(each.bar is bar for each in own))
            )
            why = f"（名册 {len(own)} 名{f'，{out}' if out else ''}）"
            words = (
                f"“{names[category_id]}”需要 {wanted} 名，可抽取的只有 {free} 名，"
                f"缺 {wanted - free} 名{why}"
            )
            found.append(Problem("seats", words))
        left += max(free - wanted, 0)
    others = [each for each in snapshot if each.category_id not in plan.seats]
    left += sum(each.bar is Bar.FREE for each in others)
    if not found and left < plan.alternates:
        words = (
            f"候补需要 {plan.alternates} 名，可抽取的只剩 {left} 名，缺 {plan.alternates - left} 名"
        )
        found.append(Problem("alternates", words))
    return found


def draw(snapshot: Iterable[Candidate], plan: Plan, *, seed: str) -> Drawn:
    """Draw members by category, then alternates from all who are left; see `shortages` first."""
    free = [each for each in snapshot if each.bar is Bar.FREE]
    members: list[int] = []
    for category_id in sorted(plan.seats):
        own = [each.id for each in free if each.category_id == category_id]
        members += _ordered(own, seed, "member")[: plan.seats[category_id]]
    rest = [each.id for each in free if each.id not in set(members)]
    return Drawn(tuple(members), tuple(_ordered(rest, seed, "alternate")[: plan.alternates]))


def _ordered(ids: Iterable[int], seed: str, word: str) -> list[int]:
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{word}:{each}".encode()).digest())


def kept(snapshot: Sequence[Candidate], plan: Plan) -> dict[str, Any]:
    """Return what a draw is made of as plain JSON, in an order of its own; `restored` reads it."""
    return {
        "pool": sorted([each.id, each.category_id, each.bar.value] for each in snapshot),
        "seats": sorted([key, count] for key, count in plan.seats.items()),
        "size": plan.size,
        "temporary": plan.temporary,
        "alternates": plan.alternates,
    }


def restored(stored: Mapping[str, Any]) -> tuple[list[Candidate], Plan]:
    """Read a snapshot and its plan as `kept` left them."""
    snapshot = [Candidate(key, category, Bar.of(bar)) for key, category, bar in stored["pool"]]
    seats = dict(stored["seats"])
    return snapshot, Plan(stored["size"], seats, stored["temporary"], stored["alternates"])


def digest(stored: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a snapshot with its plan, which the signed record names."""
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
