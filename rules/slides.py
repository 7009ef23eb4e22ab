"""The slides of a meeting: what they begin with, what may be put in, which days are projected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.errors import Invalid, Problem
from rules.panel_terms import Inserted, PanelKind
from rules.periods import Days, calendar_days
from rules.terms import Term

# Without the items of the agenda, which has a limit of its own.
SLIDES_MAX = 60
TITLE_MAX = 60
# What stands on a slide in large letters and is still read.
LINES_MAX = 60
LINE_MAX = 200

Kind = PanelKind | Inserted
# What is put in one at a time; the items of an agenda come all at once.
BY_HAND = tuple(each for each in Inserted if each is not Inserted.ITEM)


class Span(Term):
    """The days a snapshot is taken of."""

    YEAR = "year", "今年到上月底"
    MONTH = "month", "上个月"
    SO_FAR = "so_far", "今年到今天"
    CUSTOM = "custom", "自选"


def span_days(
    span: Span, *, today: date, first: date | None = None, last: date | None = None
) -> Days:
    """Return the days of a span; in January the year to the end of last month is the last year.

    Raises Invalid where days of one's own are missing or not in order.
    """
    ended = today.replace(day=1) - timedelta(days=1)
    match span:
        case Span.YEAR:
            return Days(date(ended.year, 1, 1), ended, "year" if ended.month == 12 else "")
        case Span.MONTH:
            return calendar_days(ended.replace(day=1), "month")
        case Span.SO_FAR:
            return live_days(today)
    if first is None or last is None or first > last:
        raise Invalid([Problem("first", "请填写开始日期和结束日期，结束不能早于开始")])
    return Days(first, last)


def live_days(today: date) -> Days:
    """Return the days of what is projected live: the year, which ends today."""
    return Days(date(today.year, 1, 1), today)


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text that hold something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def text_problems(title: str, text: str, *, titled: bool) -> list[Problem]:
    """Say what a slide's own words may not be; `titled` asks for a title."""
    found = []
    if titled and not title:
        found.append(Problem("title", "请填写标题"))
    if len(title) > TITLE_MAX:
        found.append(Problem("title", f"标题最多 {TITLE_MAX} 个字"))
    lines = lines_of(text)
    if len(lines) > LINES_MAX:
        found.append(Problem("text", f"内容最多 {LINES_MAX} 行"))
    if any(len(line) > LINE_MAX for line in lines):
        found.append(Problem("text", f"每行最多 {LINE_MAX} 个字，请分成几行"))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """One slide of a meeting's deck: its place from 1, what it is, what the office wrote for it.

    `about` names the matter of an inserted one.
    """

    position: int
    kind: Kind
    hidden: bool = False
    title: str = ""
    text: str = ""
    about: str = ""
    hotspot_id: int | None = None
    evaluation_id: int | None = None
    item_id: int | None = None

    @property
    def label(self) -> str:
        """What the list of slides calls it."""
        told = self.title or self.about
        return f"{self.kind.label}：{told}" if told else self.kind.label


def default_slides() -> list[Standing]:
    """Return what a meeting projects until somebody changes it: the panels in their order."""
    return [Standing(place, kind) for place, kind in enumerate(PanelKind, start=1)]


def swapped(count: int, position: int, *, up: bool) -> tuple[int, int] | None:
    """Return the two places that change when a slide moves by one; None at either end."""
    other = position - 1 if up else position + 1
    return (position, other) if 1 <= other <= count else None


def has_words(kind: Kind) -> bool:
    """Whether the office writes lines of its own on a slide."""
    return kind in (Inserted.TEXT, PanelKind.NEXT_STEPS)


def refused(kinds: Sequence[Kind], kind: Inserted) -> list[Problem]:
    """Say why one more slide cannot be put in."""
    if sum(each is not Inserted.ITEM for each in kinds) >= SLIDES_MAX:
        message = f"一次会议最多 {SLIDES_MAX} 页，议程各项不计"
        return [Problem("kind", message)]
    if kind in (Inserted.ROSTER, Inserted.MAP) and kind in kinds:
        return [Problem("kind", f"“{kind.label}”已经插入")]
    return []
