"""苗头信息 (S3b-13): a short report on a matter that may grow; no informant and nobody reported on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rules.cases import EARLIEST, PEOPLE_MAX, TITLE_MAX, accusing_word
from rules.errors import Problem
from rules.masking import sweep

TEXT_MAX = 2000
PLACE_MAX = 100
WHY_MAX = 200
FIELDS = {
    "title": "什么事",
    "area_id": "所属乡镇、村",
    "place": "在哪里",
    "people": "涉及人数",
    "since_on": "从什么时候开始",
    "content": "简要情况",
    "asked": "需要县里做什么",
    "learned_at": "知悉时间",
}
_TEXTS = {"title": TITLE_MAX, "place": PLACE_MAX, "content": TEXT_MAX, "asked": TEXT_MAX}


def number(year: int, serial: int) -> str:
    """Form the number of a report: MT + 年 + 4 位流水, more where a year has more."""
    return f"MT{year}{serial:04d}"


def problems(values: Mapping[str, Any], *, today: date, now: datetime) -> list[Problem]:
    """List everything wrong with a report: what, where, since when, learned when, what is asked."""
    found = [
        Problem(name, f"请填写“{FIELDS[name]}”")
        for name in ("title", "area_id", "learned_at", "asked")
        if values.get(name) in (None, "")
    ]
    for name, limit in _TEXTS.items():
        text = values.get(name) or ""
        if len(text) > limit:
            found.append(Problem(name, f"“{FIELDS[name]}”最多 {limit} 个字"))
        if any(each.kind == "身份证号" for each in sweep(text)):
            found.append(Problem(name, f"“{FIELDS[name]}”里有身份证号，系统不保存，请删去"))
    people = values.get("people")
    if people is not None and not 1 <= people <= PEOPLE_MAX:
        found.append(Problem("people", f"涉及人数应在 1 到 {PEOPLE_MAX} 之间"))
    since, learned = values.get("since_on"), values.get("learned_at")
    if since is not None and not EARLIEST <= since <= today:
        found.append(Problem("since_on", f"开始日期 {since} 应不晚于今天，请核对年份"))
    if learned is not None and learned > now:
        found.append(Problem("learned_at", "知悉时间晚于现在"))
    if word := accusing_word(values.get("title"), values.get("content")):
        found.append(
            Problem("content", f"文字里有“{word}”：检举控告请由联席办按信访事项登记（§30）")
        )
    return found


def taken(learned_at: datetime, reported_at: datetime) -> str:
    """Say how long a report took from being learned of to being reported."""
    minutes = max(0, round((reported_at - learned_at).total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时 {rest} 分" if hours else f"{rest} 分钟"
