"""What a panel of a situation is, and what panels are made of: plain values a snapshot can keep.

Nothing here holds a name, a phone, an address or the words of a petitioner: what the room looks at
is made of these values alone, so that what it must not show cannot reach it (domain.md 8.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from rules.figure_terms import Dimension
from rules.meetings import DecisionState
from rules.periods import Days
from rules.readings import Change, Part, Reading, Thresholds, change
from rules.size_bands import SizeBand
from rules.terms import Term


class PanelKind(Term):
    """The 14 panels of a meeting in their order (domain.md 6.2)."""

    OVERALL = "overall", "总体情况"
    COLLECTIVE = "collective", "集体访"
    LEVELS = "levels", "分级"
    FIELDS = "fields", "热点领域"
    PLACES = "places", "属地"
    UNITS = "units", "部门"
    RATES = "rates", "五率"
    FOLLOW_UPS = "follow_ups", "督办"
    BATCHES = "batches", "疑难积案"
    RECEPTIONS = "receptions", "接访"
    SWEEPS = "sweeps", "排查"
    EVALUATIONS = "evaluations", "第三方评价"
    DECISIONS = "decisions", "议定事项"
    NEXT_STEPS = "next_steps", "下步措施"


class Inserted(Term):
    """What a meeting puts between the panels by itself."""

    HOTSPOT = "hotspot", "热点"
    ROSTER = "roster", "接访安排"
    MAP = "map", "挂图作战"
    EVALUATION = "evaluation", "第三方评价"
    ITEM = "item", "议题"
    TEXT = "text", "说明"


class ChartKind(Term):
    """How a chart of a panel is drawn, on the wall and natively in a deck alike."""

    COLUMNS = "columns", "柱形图"
    BARS = "bars", "条形图"
    LINES = "lines", "折线图"
    STACKED = "stacked", "堆积图"


class Shows(Term):
    """What a slide shows beside its sentence: one of the two, papers show both."""

    CHART = "chart", "图"
    TABLE = "table", "表"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values of a chart, one for each of its labels; None where there is nothing to tell."""

    name: str
    values: tuple[int | Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as plain values: what is drawn how, in which unit, under which labels."""

    kind: ChartKind
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def blank(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for each in self.series for value in each.values)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown, every cell in words; `faint` are cells (row, column) told of a small base."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    faint: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One thought: a sentence computed from the figures, a chart or a table, definitions at the foot.

    `codes` names the figures it tells, so that each number of it can be opened; `points` are the
    lines of one that is words. `at` is the moment an inserted one was read, which no snapshot keeps.
    `more` are further thoughts on the same, which follow it on slides and in papers.
    """

    kind: PanelKind | Inserted
    title: str
    codes: tuple[str, ...]
    chart: Chart | None = None
    table: Table | None = None
    shows: Shows = Shows.TABLE
    notes: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    at: datetime | None = None
    more: tuple["Panel", ...] = ()

    @property
    def thoughts(self) -> tuple["Panel", ...]:
        """The panel and what follows it, each by itself."""
        return (replace(self, more=()), *self.more)

    @property
    def heading(self) -> str:
        """What the panel is called."""
        return self.kind.label


@dataclass(frozen=True, slots=True)
class CollectiveRow:
    """One 集体访 as the room may see it: when, from which township, of what, how many, where it stands."""

    received_on: date
    township: str
    field: str
    people: int
    unit: str
    state: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch handed over, with what of it is resolved."""

    name: str
    held_on: date
    handed: int
    resolved: int


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """A decision as the room may read it, with how it stands; `meeting` is what decided it."""

    meeting: str
    unit: str
    text: str
    due_on: date
    state: DecisionState
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that panels, slides and papers of a situation are made of.

    `readings` are the figures by code, `year_before` and `before` the same of the days they are
    held against; `parts` what a dimension parts them into, `former` the same a year before.
    `bases` are the days of both, None of a snapshot that was taken before they were kept.
    `number` is empty while it is live, else that of the snapshot that keeps it. `opening` are the
    decisions of last time, `decided` those of the meeting itself.
    """

    days: Days
    place: str
    at: datetime
    version: int
    number: str = ""
    readings: Mapping[str, Reading]
    year_before: Mapping[str, Reading]
    before: Mapping[str, Reading]
    bases: tuple[Days, Days] | None
    limits: Thresholds
    bands: tuple[SizeBand, ...]
    parts: Mapping[Dimension, tuple[Part, ...]]
    former: Mapping[Dimension, tuple[Part, ...]]
    collectives: tuple[CollectiveRow, ...] = ()
    batches: tuple[BatchRow, ...] = ()
    opening: tuple[DecisionTold, ...] = ()
    decided: tuple[DecisionTold, ...] = ()

    @property
    def decimals(self) -> int:
        """How many a percentage is shown with; without a figure as in readings."""
        return next((each.decimals for each in self.readings.values()), 1)

    @property
    def one_base(self) -> bool:
        """Whether 环比 is held against the days of 同比, as of a year: then it is told once."""
        year, before = self.bases or (self.year_before, self.before)
        return year == before

    def read(self, code: str) -> Reading:
        """Return a figure; raises KeyError for one the situation does not tell."""
        return self.readings[code]

    def on_year(self, code: str) -> Change:
        """Hold a figure against the same days of the year before (同比)."""
        return change(self.readings[code], self.year_before[code], small=self.limits.small)

    def on_period(self, code: str) -> Change:
        """Hold a figure against the days just before (环比)."""
        return change(self.readings[code], self.before[code], small=self.limits.small)
