"""The periods a list is asked for, as days with both ends in."""

from datetime import date, timedelta

from rules.terms import Term


class Period(Term):
    """A period named from today."""

    ALL = "all", "全部时间"
    THIS_YEAR = "this_year", "今年"
    THIS_MONTH = "this_month", "本月"
    LAST_MONTH = "last_month", "上月"
    LAST_30 = "last_30", "近 30 天"
    LAST_YEAR = "last_year", "去年"
    CUSTOM = "custom", "自选"


def days_of(period: Period, *, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period; None is an open end, as for 自选."""
    match period:
        case Period.THIS_YEAR:
            return date(today.year, 1, 1), date(today.year, 12, 31)
        case Period.LAST_YEAR:
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        case Period.THIS_MONTH:
            return today.replace(day=1), _month_end(today)
        case Period.LAST_MONTH:
            end = today.replace(day=1) - timedelta(days=1)
            return end.replace(day=1), end
        case Period.LAST_30:
            return today - timedelta(days=29), today
    return None, None


def _month_end(day: date) -> date:
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return next_month - timedelta(days=1)
