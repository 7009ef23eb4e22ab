"""The pool of evaluators: what is known of one, and when he may be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.cases import Field, Kind
from rules.errors import Problem
from rules.masking import sweep
from rules.units import in_force

FIELDS: dict[str, Field] = {
    f.name: f
    for f in [
        Field("name", "姓名", Kind.TEXT),
        Field("category_id", "类别", Kind.COUNT),
        Field("unit_id", "所在单位", Kind.UNIT),
        Field("employer", "单位（不在单位表中的）", Kind.TEXT),
        Field("post", "职务、职业", Kind.TEXT),
        Field("village_id", "所在村（社区）", Kind.UNIT),
        Field("valid_from", "任期起", Kind.DATE),
        Field("valid_to", "任期止", Kind.DATE),
        Field("available", "可以参加", Kind.FLAG),
        Field("note", "说明", Kind.TEXT),
    ]
}
LENGTHS = {"name": 60, "employer": 100, "post": 100, "note": 200, "phone": 30}
# The categories a county begins with and how many of each sit on a panel of nine (domain.md 5.3).
DEFAULT_CATEGORIES = {
    "党代表": 1,
    "人大代表": 1,
    "政协委员": 1,
    "法律工作者": 2,
    "专业人员": 2,
    "新闻工作者": 1,
    "村居代表、乡贤": 1,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether somebody is drawn from on a day."""

    valid_from: date | None
    valid_to: date | None
    available: bool

    def in_term(self, on: date) -> bool:
        """Whether the day lies in his term: from its first day, without the day it ends."""
        return in_force(self.valid_from, self.valid_to, on=on)


def problems(values: Mapping[str, Any], *, phone: str = "") -> list[Problem]:
    """List what is wrong with an evaluator's entry; an id number is refused wherever it stands."""
    found = []
    if not values.get("name"):
        found.append(Problem("name", "请填写评价员姓名"))
    if values.get("category_id") is None:
        found.append(Problem("category_id", "请选择类别"))
    for name, limit in LENGTHS.items():
        text = phone if name == "phone" else values.get(name) or ""
        label = "电话" if name == "phone" else FIELDS[name].label
        if len(text) > limit:
            found.append(Problem(name, f"{label}最多 {limit} 个字"))
        if any(each.kind == "身份证号" for each in sweep(text)):
            found.append(Problem(name, f"{label}里含有身份证号，系统不保存，请删去"))
    since, until = values.get("valid_from"), values.get("valid_to")
    if since and until and until <= since:
        found.append(Problem("valid_to", f"任期止 {until} 应晚于任期起 {since}"))
    return found
