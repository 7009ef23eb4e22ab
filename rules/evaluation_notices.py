"""社会公示 before an evaluation: time, place and matter, three days before, and nobody named."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rules.errors import Problem
from rules.evaluation_admission import names_anybody
from rules.masking import describe, sweep
from rules.roster_notices import chinese_date

_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
LENGTHS = {"title": ("公示标题", 100), "place": ("地点", 100), "signed": ("落款", 100)}
MATTER_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told to the public; `held_time` as 14:30."""

    title: str
    held_on: date | None
    held_time: str
    place: str
    matter: str
    judged: str
    phone: str
    signed: str

    def stored(self) -> dict[str, Any]:
        """The notice as plain JSON; `restored` reads it again."""
        held = self.held_on.isoformat() if self.held_on else None
        return asdict(self) | {"held_on": held}


def restored(stored: dict[str, Any]) -> Notice:
    """Read a notice that was kept by `stored`."""
    held = stored["held_on"]
    return Notice(**{**stored, "held_on": date.fromisoformat(held) if held else None})


def title(county: str) -> str:
    """Name a notice as it is usually headed."""
    return f"{county}信访事项第三方评价会公示"


def problems(
    notice: Notice, *, names: Sequence[str], published_on: date, days: int
) -> list[Problem]:
    """List what keeps a notice from being published; `names` are the people of the matter.

    That a name occurs is told, the name is not.
    """
    found = []
    for name, (label, limit) in LENGTHS.items():
        text = getattr(notice, name)
        if not text:
            found.append(Problem(name, f"请填写{label}"))
        if len(text) > limit:
            found.append(Problem(name, f"{label}最多 {limit} 个字"))
    if not notice.matter:
        found.append(Problem("matter", "请填写评价事项"))
    if len(notice.matter) > MATTER_MAX:
        found.append(Problem("matter", f"评价事项最多 {MATTER_MAX} 个字"))
    if not _TIME.fullmatch(notice.held_time):
        found.append(Problem("held_time", "请填写开会时间，如 14:30"))
    public = "\n".join((notice.title, notice.place, notice.matter, notice.judged))
    if numbers := sweep(public):
        found.append(Problem("matter", f"公示内容里有{describe(numbers, public)}，请删去"))
    if names_anybody(public, names):
        found.append(Problem("matter", "公示内容里出现了信访人或当事人的姓名，请删去"))
    if notice.held_on is None:
        found.append(Problem("held_on", "请填写开会日期"))
    elif (notice.held_on - published_on).days < days:
        earliest = published_on + timedelta(days=days)
        words = f"应提前 {days} 天公示：今天公示，最早 {earliest} 开会"
        found.append(Problem("held_on", words))
    return found


@dataclass(frozen=True, slots=True)
class Published:
    """What the gate asks of the notice that holds: when it went out, for which day, how long before."""

    published_on: date
    published_at: datetime
    held_on: date
    days: int


def may_open(published: Published | None, *, today: date, now: datetime) -> list[str]:
    """Say why a meeting may not open yet; none where it may.

    The days are counted by the calendar, and the hours that have passed must bear them out: a
    clock set forward, or a day that is claimed and has not come, opens nothing.
    """
    if published is None:
        return ["还没有公示：公示时间、地点、事项满规定天数后才能开会"]
    days, found = published.days, []
    earliest = published.published_on + timedelta(days=days)
    passed = now - published.published_at
    too_soon = days > 0 and passed <= timedelta(days=days - 1)
    if today < earliest or too_soon:
        found.append(
            f"公示不满 {days} 天：{published.published_on} 公示，最早 {earliest} 开会，今天是 {today}"
        )
    if today != published.held_on:
        found.append(
            f"公示的开会日期是 {published.held_on}，今天是 {today}；改期的请重新公示，天数重新计算"
        )
    return found


def as_text(notice: Notice, *, published_on: date) -> str:
    """Write a notice as plain text to paste into a message or a web page."""
    assert notice.held_on is not None
    lines = [
        notice.title,
        "",
        "现将第三方评价会有关事项公示如下：",
        f"一、时间：{chinese_date(notice.held_on)} {notice.held_time}",
        f"二、地点：{notice.place}",
        f"三、评价事项：{notice.matter}",
        f"四、被评价单位：{notice.judged}",
        "欢迎社会各界监督。",
    ]
    if notice.phone:
        lines.append(f"监督电话：{notice.phone}")
    return "\n".join([*lines, "", notice.signed, chinese_date(published_on)])


def changes(before: Notice, after: Notice) -> list[str]:
    """Say what differs between two notices, each by its label."""
    labels = {
        "held_on": "日期",
        "held_time": "时间",
        "place": "地点",
        "matter": "评价事项",
        "judged": "被评价单位",
        "title": "标题",
        "phone": "监督电话",
        "signed": "落款",
    }
    return [
        f"{label}由“{getattr(before, name) or '无'}”改为“{getattr(after, name) or '无'}”"
        for name, label in labels.items()
        if getattr(before, name) != getattr(after, name)
    ]
