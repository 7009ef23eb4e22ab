"""包案: what a case needs so that somebody answers for it to the end (domain.md 3.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.case_terms import Tick
from rules.cells import read_money
from rules.errors import Invalid, Problem
from rules.units import normalise_name

LEVELS = 4  # 四级包保
TEXT_MAX = 1000
# As wide as the columns that keep them; PostgreSQL breaks off at one character more.
LENGTHS: dict[str, tuple[str, int]] = {
    "team": ("工作班子", 500),
    "owner": ("责任人", 100),
    "why": ("退出台账的原因", 200),
    "reason": ("回避的理由", 200),
    "official": ("责任人", 64),
    "post": ("职务", 100),
    "evidence": ("完成证明", 500),
    "basis": ("分摊依据", 200),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What is known of a case's duty; `measures` counts those of its plan."""

    lead: bool
    team: str = ""
    plan: str = ""
    measures: int = 0
    owner: str = ""
    until: date | None = None


# 五个一 in the words of the seed (S4-28), each with how it is told that it is there.
def five_ones(duty: Duty) -> Mapping[str, bool]:
    """Say of each of 五个一 whether it is there; a case itself always is."""
    return {
        "一个案件": True,
        "一名领导": duty.lead,
        "一套班子": bool(duty.team.strip()),
        "一个方案": bool(duty.plan.strip()) or duty.measures > 0,
        "一抓到底": bool(duty.owner.strip()) and duty.until is not None,
    }


def four_settled(duty: Duty) -> Mapping[str, bool]:
    """Say of each of 四定 whether it is there (S5-11)."""
    return {
        "定领导": duty.lead,
        "定措施": bool(duty.plan.strip()) or duty.measures > 0,
        "定时间": duty.until is not None,
        "定责任": bool(duty.owner.strip()),
    }


def missing(parts: Mapping[str, bool]) -> list[str]:
    """Name the parts that are not there, in their order."""
    return [name for name, there in parts.items() if not there]


def badge(parts: Mapping[str, bool]) -> str:
    """Say how much is there, as in 3/5 缺一套班子、一个方案."""
    lacking = missing(parts)
    done = f"{len(parts) - len(lacking)}/{len(parts)}"
    return f"{done} 缺{'、'.join(lacking)}" if lacking else done


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leader who might take a case; `position` is the order 先党委后政府、先正职后副职."""

    id: int
    name: str
    position: int
    open_cases: int


def proposed(
    candidates: Iterable[Candidate], *, barred: Iterable[int] = (), first_lead: int | None = None
) -> Sequence[Candidate]:
    """Order the leaders who may take a case: who received it first, then the least laden.

    Of those laden alike the order of S4-27 decides: 先党委后政府、先正职后副职. Those
    who must stay out (§28) are not among them; a person chooses.
    """
    out = set(barred)
    return sorted(
        (each for each in candidates if each.id not in out),
        key=lambda each: (each.id != first_lead, each.open_cases, each.position, each.id),
    )


def length_problems(values: Mapping[str, Any]) -> list[Problem]:
    """List the texts that are longer than what keeps them, of those LENGTHS knows."""
    return [
        Problem(name, f"{label}有 {len(values[name])} 个字，最多 {most} 个字")
        for name, (label, most) in LENGTHS.items()
        if len(values.get(name) or "") > most
    ]


def measure_problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """List what is wrong with a measure of the plan: done needs evidence and a day that has been."""
    found = length_problems(values)
    if not values.get("text"):
        found.append(Problem("text", "请填写措施内容"))
    elif len(values["text"]) > TEXT_MAX:
        found.append(Problem("text", f"措施内容最多 {TEXT_MAX} 个字"))
    if values.get("kind") is None:
        found.append(Problem("kind", "请选择措施类别"))
    done = values.get("done_on")
    if done is not None and done > today:
        found.append(Problem("done_on", f"完成日期 {done} 晚于今天"))
    if done is not None and not values.get("evidence"):
        found.append(Problem("evidence", "完成的措施要写明证明，例如文件名或附件名"))
    return found


def four_takes() -> list[str]:
    """Name 四包 of 四定四包 (S5-11)."""
    return [tick.label for tick in Tick]


def takes(words: str) -> list[str]:
    """Read the county's wording of 五包 (S4-29), as 包掌握情况、包思想转化."""
    return [word.strip() for word in words.replace(",", "、").split("、") if word.strip()]


def read_costs(text: str, *, units: Mapping[str, int]) -> list[tuple[int, int, str]]:
    """Read lines of unit, amount in 元 and basis into (unit id, 分, basis).

    The parts stand apart by tabs or spaces, as a table pastes them. Raises Invalid naming
    every line that cannot be read, with what is wrong in it.
    """
    found, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split(maxsplit=2)
        if not parts:
            continue
        unit = units.get(normalise_name(parts[0]))
        amount = read_money(parts[1]).value if len(parts) > 1 else None
        if unit is None:
            problems.append(Problem("costs", f"费用分摊第 {number} 行：没有名为“{parts[0]}”的单位"))
        elif amount is None:
            problems.append(Problem("costs", f"费用分摊第 {number} 行：金额读不出来"))
        else:
            found.append((unit, amount, parts[2] if len(parts) > 2 else ""))
    if problems:
        raise Invalid(problems)
    return found
