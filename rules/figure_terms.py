"""What a figure is: its code, words, unit, the days it is counted on, and what stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.terms import Term


class Counted(Term):
    """What a figure counts in; figures of different units are never added (domain.md 4.4)."""

    TIMES = "times", "件次"
    CASES = "cases", "件"
    BATCHES = "batches", "批次"
    VISITS = "visits", "人次"
    ITEMS = "items", "个"
    GROUPS = "groups", "批"
    NAMES = "names", "名"
    SESSIONS = "sessions", "场次"
    POINTS = "points", "项"
    PERCENT = "percent", "%"
    PER_10K = "per_10k", "件/万人"


class Basis(Term):
    """Which of a matter's days decides whether a period counts it; printed with the figure."""

    RECEIVED = "received", "收到日期"
    OFFICE_DUE = "office_due", "登记日期加 15 日"
    UNIT_DUE = "unit_due", "登记日期加 30 日"
    LIMIT = "limit", "限办截止日期"
    ANSWERED = "answered", "答复日期"
    CLOSED = "closed", "办结日期"
    RESOLVED = "resolved", "化解日期"
    SETTLED = "settled", "息访日期"
    EVALUATED = "evaluated", "评价日期"
    LOOK_DUE = "look_due", "回访到期日期"
    SENT = "sent", "发出日期"
    HANDLED = "handled", "办理日期"
    MEETING = "meeting", "交办会日期"
    RECEPTION = "reception", "接访日期"
    FOUND = "found", "排查日期"
    APPLIED = "applied", "申请日期"
    CONFIRMED = "confirmed", "审核日期"
    HELD = "held", "评价会日期"
    ROUND_DUE = "round_due", "轮次截止时间"
    ENTERED = "entered", "上级通报所属期间"
    NOW = "now", "统计时点"


class Dimension(Term):
    """What a figure can be parted by; the parts of one unit add up to it."""

    CHANNEL = "channel", "信访形式"
    CLASS = "code", "内容分类"
    TOWNSHIP = "township", "属地"
    UNIT = "unit", "责任单位"
    SIZE = "size", "人数规模"
    MONTH = "month", "月份"
    DISPUTE_CLASS = "dispute_class", "纠纷类别"
    RISK = "risk", "红黄蓝"
    BATCH = "batch", "交办批次"
    LEAD = "lead", "包案领导"


class Opens(Term):
    """What the rows behind a figure are."""

    CASES = "cases", "案件"
    VISITS = "visits", "接访"
    TURNS = "turns", "班次"
    FOLLOW_UPS = "follow_ups", "督办"
    BATCHES = "batches", "交办批次"
    ROUNDS = "rounds", "排查轮次"
    DISPUTES = "disputes", "矛盾纠纷"
    OFFICIAL = "official", "上级通报数"
    EVALUATIONS = "evaluations", "第三方评价"
    DECISIONS = "decisions", "议定事项"


class Group(Term):
    """The panels figures stand in, in the order of a meeting (domain.md 6.2)."""

    OVERALL = "overall", "总体情况"
    COLLECTIVE = "collective", "集体访"
    LEVELS = "levels", "分级"
    RATES = "rates", "五率"
    PROGRESS = "progress", "办理"
    FOLLOW_UPS = "follow_ups", "督办"
    BATCHES = "batches", "疑难积案"
    RECEPTIONS = "receptions", "接访"
    SWEEPS = "sweeps", "排查"
    EVALUATIONS = "evaluations", "第三方评价"
    DECISIONS = "decisions", "议定事项"


CASE_SPLITS = (
    Dimension.CHANNEL,
    Dimension.CLASS,
    Dimension.TOWNSHIP,
    Dimension.UNIT,
    Dimension.MONTH,
)
# What stands at this moment is of no month.
NOW_SPLITS = tuple(each for each in CASE_SPLITS if each is not Dimension.MONTH)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its code, the label and unit shown, and its definition in the office's words.

    A rate names what it is part of what: `part` over `whole`, each counted in `of`. `basis` is
    the day it is counted on, `splits` what it can be parted by, `opens` what its rows are.
    `rises` says whether more of it is good news, None where neither is. `office_only` says that
    it waits for the office and tells nobody else anything, `county_only` that it is told of the
    whole county and of no unit or township.
    """

    code: str
    label: str
    unit: str
    definition: str
    office_only: bool = False
    part: str = ""
    whole: str = ""
    of: str = ""
    basis: Basis | None = None
    splits: tuple[Dimension, ...] = ()
    opens: Opens | None = None
    rises: bool | None = None
    county_only: bool = False

    @property
    def is_ratio(self) -> bool:
        """Whether it is one count over another and not a count."""
        return bool(self.whole)


def worded(figure: Figure, set_: Mapping[str, object]) -> Figure:
    """Put the county's own numbers into a definition that names their parameters in braces."""
    if "{" not in figure.definition:
        return figure
    return replace(figure, definition=figure.definition.format_map(set_))
