"""Rates: exact fractions, and the words they are shown in with what they were made of."""

from decimal import Decimal
from fractions import Fraction


def rate(part: int, whole: int) -> Fraction | None:
    """Return `part` of `whole`, or None where nothing was counted: no rate is not a rate of 0."""
    return Fraction(part, whole) if whole else None


def as_percent(value: Fraction | None, *, decimals: int = 1) -> str:
    """Show a rate with so many decimals, halves rounded up; None is a dash."""
    return "—" if value is None else f"{rounded(value * 100, decimals=decimals)}%"


def rounded(value: Fraction, *, decimals: int = 1) -> Decimal:
    """Round halves away from zero, exactly: a fraction is never made a float on the way."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals)


def year_on_year(now: int, before: int, *, decimals: int = 1) -> str:
    """Show the change against the same days of the year before, as +12.5%; a base of 0 is a dash."""
    change = rate(now - before, before)
    return "—" if change is None else _signed(change, decimals)


def shown_rate(part: int, whole: int, *, decimals: int = 1) -> str:
    """Show a rate with its numerator and denominator, as in 80.0%（64/80）."""
    value = rate(part, whole)
    shown = as_percent(value, decimals=decimals)
    return shown if value is None else f"{shown}（{part}/{whole}）"


def _signed(change: Fraction, decimals: int) -> str:
    return f"{'+' if change > 0 else ''}{as_percent(change, decimals=decimals)}"


def small_or(count: int, least: int) -> str:
    """Show a count to the public: one below `least`, and not 0, is told as below and no more."""
    return f"<{least}" if 0 < count < least else f"{count}"
