"""How long text is, on paper and on the wall: Chinese signs are as wide as high, others about half."""

import unicodedata
from collections.abc import Sequence


def wide(text: str) -> float:
    """Return the width of a line of text in Chinese signs."""
    return sum(1 if unicodedata.east_asian_width(sign) in "WFA" else 0.58 for sign in text)


def lines(text: str, width: float) -> int:
    """Return how many lines a text takes in so many Chinese signs of width, at least one."""
    room = max(width, 1)
    return sum(max(1, -int(-wide(line) // room)) for line in text.split("\n") or [""])


def columns(
    rows: Sequence[Sequence[str]], *, total: float, pad: float = 2, least: float = 2.5
) -> list[float]:
    """Share a width among columns: short ones get what their longest cell needs, the rest is the long ones'.

    `pad` is what a cell's margins take, `least` what stands in the narrowest. What is left over is
    shared in proportion.
    """
    wanted = wanted_by(rows, pad=pad, least=least)
    given: dict[int, float] = {}
    for at in sorted(range(len(wanted)), key=wanted.__getitem__):
        room = (total - sum(given.values())) / (len(wanted) - len(given))
        given[at] = min(wanted[at], room)
    whole = sum(given.values())
    return [total * given[at] / whole for at in range(len(wanted))]


def wanted_by(rows: Sequence[Sequence[str]], *, pad: float, least: float) -> list[float]:
    """Return how wide each column is when no cell of it breaks."""
    return [max(least, *(wide(row[at]) for row in rows)) + pad for at in range(len(rows[0]))]
