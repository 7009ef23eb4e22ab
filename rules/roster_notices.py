"""The public notice of a roster (公示): its lines, its words, what changed since, and whether it is late.

Leaders' names only; nothing of a matter and nobody who comes stands in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from rules.errors import Problem
from rules.reception_terms import ReceptionKind
from rules.roster_words import day

TITLE_MAX = 100
TEXT_MAX = 2000
COLUMNS = (
    "日期",
    "星期",
    "接访领导",
    "职务",
    "分管（联系）工作",
    "接访时间",
    "地点",
    "接访形式",
    "陪同单位",
)
_WEEKDAYS = "一二三四五六日"
# domain.md 4.2; the last line stands for every change made after the notice.
NOTES = (
    "请携带有效身份证件并填写《来访登记表》。",
    "多人反映同一事项的，推选代表不超过5人。",
    "涉法涉诉、已三级终结事项依法按规定渠道办理。",
    "因公务调整的，由其他领导接访，另行告知。",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as the notice says it; `leader` is who will receive, `instead_of` whom he stands for."""

    turn_id: int
    on: date
    leader: str
    post: str
    portfolio: str
    hours: str
    place: str
    kind: ReceptionKind
    companions: str
    leader_id: int
    instead_of: str = ""

    def cells(self) -> dict[str, str]:
        """The line by COLUMNS."""
        shown = f"{self.leader}（替{self.instead_of}）" if self.instead_of else self.leader
        values = (
            f"{self.on.month}月{self.on.day}日",
            f"星期{_WEEKDAYS[self.on.weekday()]}",
            shown,
            self.post,
            self.portfolio,
            self.hours,
            self.place,
            self.kind.label,
            self.companions,
        )
        return dict(zip(COLUMNS, values, strict=True))

    def stored(self) -> dict[str, Any]:
        """The line as plain JSON; `restored` reads it again."""
        return asdict(self) | {"on": self.on.isoformat(), "kind": self.kind.value}


def restored(stored: dict[str, Any]) -> Line:
    """Read a line that was kept by `stored`."""
    return Line(
        **{
            **stored,
            "on": date.fromisoformat(stored["on"]),
            "kind": ReceptionKind.of(stored["kind"]),
        }
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands around the lines of a notice."""

    title: str
    opening: str
    notes: tuple[str, ...]
    phone: str
    signed: str
    published_on: date


def title(county: str, first: date, level: str) -> str:
    """Name a notice as offices do: XX县20XX年X月份县级领导干部接访安排公示."""
    return f"{county}{first.year}年{first.month}月份{level}级领导干部接访安排公示"


def opening(first: date, last: date, level: str) -> str:
    """Say what the notice is for and of which days."""
    span = f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"
    return f"为畅通信访渠道，方便群众反映诉求，现将{span}{level}级领导接待群众来访安排公示如下："


def problems(notice: Notice, lines: Sequence[Line]) -> list[Problem]:
    """List what keeps a notice from being published."""
    found = []
    if not lines:
        found.append(Problem("rows", "排班表还没有班次，不能公示"))
    if not notice.title.strip() or len(notice.title) > TITLE_MAX:
        found.append(Problem("title", f"请填写公示标题，最多 {TITLE_MAX} 个字"))
    if not notice.signed.strip():
        found.append(Problem("signed", "请填写落款单位"))
    if len(notice.opening) + sum(map(len, notice.notes)) > TEXT_MAX:
        found.append(Problem("opening", f"公示文字最多 {TEXT_MAX} 个字"))
    return found


def as_text(notice: Notice, lines: Iterable[Line]) -> str:
    """Write a notice as plain text to paste into a message or a web page."""
    parts = [notice.title, "", notice.opening, ""]
    for line in lines:
        cells = line.cells()
        told = [cells["职务"], cells["分管（联系）工作"], cells["接访时间"], cells["地点"]]
        told += [cells["接访形式"], cells["陪同单位"] and f"陪同：{cells['陪同单位']}"]
        parts.append(
            f"{cells['日期']}（{cells['星期']}）{cells['接访领导']}，{'，'.join(filter(None, told))}"
        )
    parts += ["", "注意事项："]
    parts += [f"{number}．{note}" for number, note in enumerate(notice.notes, start=1)]
    if notice.phone:
        parts.append(f"咨询电话：{notice.phone}")
    parts += ["", notice.signed, chinese_date(notice.published_on)]
    return "\n".join(parts)


def chinese_date(on: date) -> str:
    """Write a day as documents do, 2026年6月3日."""
    return f"{on.year}年{on.month}月{on.day}日"


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[str]:
    """Say what differs between two publications, turn by turn; a turn is known by its id."""
    old, new = {line.turn_id: line for line in before}, {line.turn_id: line for line in after}
    said: list[tuple[date, str]] = []
    for turn_id in old.keys() | new.keys():
        was, now = old.get(turn_id), new.get(turn_id)
        if was is None and now is not None:
            said.append((now.on, f"{day(now.on)}增加：{_who(now)}"))
        elif now is None and was is not None:
            said.append((was.on, f"{day(was.on)}取消：{_who(was)}"))
        elif was is not None and now is not None and (words := _differs(was, now)):
            said.append((now.on, f"{day(was.on)}{_who(was)}：{'；'.join(words)}"))
    return [text for _, text in sorted(said)]


def _who(line: Line) -> str:
    return line.cells()["接访领导"]


def _differs(was: Line, now: Line) -> list[str]:
    words = []
    if was.on != now.on:
        words.append(f"改为{day(now.on)}")
    if _who(was) != _who(now):
        words.append(f"改由{_who(now)}接访")
    for label in ("接访时间", "地点", "接访形式", "陪同单位"):
        before, after = was.cells()[label], now.cells()[label]
        if before != after:
            words.append(f"{label}由“{before or '未定'}”改为“{after or '未定'}”")
    return words


def lateness(
    lines: Sequence[Line],
    *,
    published_on: date,
    told_on: dict[int, date | None],
    notice_days: int,
    tell_days: int,
) -> list[str]:
    """Warn of days published too short before they come, and of leaders told too late.

    Days already past when the notice is put up are only said to be past. The defaults, 2 and
    5 days, are one bureau's and one county's (domain.md 4.2).
    """
    said = []
    late = [line for line in lines if line.on - published_on < timedelta(days=notice_days)]
    if late:
        first = min(line.on for line in late)
        said.append(
            f"应提前 {notice_days} 天公示：{day(first)}等 {len(late)} 个班次距公示日不足 {notice_days} 天或已过"
        )
    untold = [
        line
        for line in lines
        if (line.on - (told_on.get(line.turn_id) or published_on)) < timedelta(days=tell_days)
    ]
    if untold:
        names = "、".join(dict.fromkeys(line.leader for line in untold))
        said.append(f"应提前 {tell_days} 天通知领导本人，来不及或尚未通知的：{names}")
    return said
