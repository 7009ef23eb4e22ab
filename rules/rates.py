"""Rates: exact fractions, and the words they are shown in with what they were made of."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def rate(part: int, whole: int) -> Fraction | None:
    """Return `part` of `whole`, or None where nothing was counted: no rate is not a rate of 0."""
    return Fraction(part, whole) if whole else None


def as_percent(value: Fraction | None) -> str:
    """Show a rate with one decimal, halves rounded up; None is a dash."""
    if value is None:
        return "—"
    percent = Decimal(value.numerator * 100) / Decimal(value.denominator)
    return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def year_on_year(now: int, before: int) -> str:
    """Show the change against the same days of the year before, as +12.5%; a base of 0 is a dash."""
    change = rate(now - before, before)
    if change is None:
        return "—"
    return f"{'+' if change > 0 else ''}{as_percent(change)}"


def shown_rate(part: int, whole: int) -> str:
    """Show a rate with its numerator and denominator, as in 80.0%（64/80）."""
    value = rate(part, whole)
    return as_percent(value) if value is None else f"{as_percent(value)}（{part}/{whole}）"


def small_or(count: int, least: int) -> str:
    """Show a count to the public: one below `least`, and not 0, is told as below and no more."""
    return f"<{least}" if 0 < count < least else f"{count}"
