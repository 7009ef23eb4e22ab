"""The words of the dispute sweep: how often a level reports, what a round is, where a unit stands."""

from rules.terms import Term


class Cadence(Term):
    """How often the units of a level sweep and report; weeks begin on Monday."""

    NONE = "none", "不要求"
    DAY = "day", "每天"
    WEEK = "week", "每周"
    HALF_MONTH = "half_month", "每半月"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF_YEAR = "half_year", "每半年"


class RoundKind(Term):
    """Where a round comes from: the cadence, a special period, or somebody who opened it."""

    REGULAR = "regular", "定期排查"
    SPECIAL = "special", "特护期排查"
    CAMPAIGN = "campaign", "专项排查"
    AD_HOC = "ad_hoc", "临时排查"


class SlotState(Term):
    """Where a unit stands in a round; a late report is late whether it is of zero or not."""

    REPORTED = "reported", "已报"
    ZERO = "zero", "零报告"
    LATE = "late", "迟报"
    MISSING = "missing", "缺报"
    PENDING = "pending", "未到期"
