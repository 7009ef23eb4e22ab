"""The numbers with a unit in a text: where each stands, what it is worth, the words before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rules.rates import rounded

UNITS = {
    "件次": "件", "件": "件", "批次": "批", "批": "批", "人次": "人次", "场次": "场次", "场": "场次",
    "个百分点": "百分点", "百分点": "百分点", "%": "%", "％": "%", "个": "个", "项": "个", "名": "名",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\d.\-—–/A-Za-z])(?P<sign>[+\-－])?(?P<digits>\d[\d,，]*(?:\.\d+)?)\s*"
    r"(?P<unit>个百分点|百分点|件次|批次|人次|场次|%|％|件|批|场|个(?!月|工作日|乡|镇|责任|单位)|项|名)"
    r"(?P<made>\s*[（(]\s*(?P<part>\d+)\s*[/／]\s*(?P<whole>\d+)\s*[)）])?"
)
_BARE = re.compile(r"^[+\-－]?\d[\d,，]*(?:\.\d+)?$")
YEAR = re.compile(r"同比|较上年|比上年|较去年|比去年|与上年")
PERIOD = re.compile(r"环比|较上期|比上期|较上月|比上月|较上季")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a cell of the table with this number; `place` names it to people.

    `label` is what stands left of a cell in its row, `header` the head of its column.
    """

    place: str
    text: str
    table: int = 0
    label: str = ""
    header: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, and the words before it up to the number before."""

    at: tuple[int, int]
    text: str
    value: Fraction
    decimals: int
    unit: str
    lead: str
    ratio: tuple[int, int] | None

    def same(self, exact: Fraction) -> bool:
        """Whether the exact value, rounded as the number is written, is this number."""
        return Fraction(rounded(abs(exact), decimals=self.decimals)) == abs(self.value)


def numbers(text: str, start: int, *, unit: str = "", lead: str = "") -> Iterator[Number]:
    """Find the numbers of a text that begins at `start`; a cell that is one takes `unit`."""
    last = 0
    for match in _NUMBER.finditer(text):
        digits = match["digits"].replace(",", "").replace("，", "")
        value = Fraction(digits) * (-1 if match["sign"] in ("-", "－") else 1)
        ratio = (int(match["part"]), int(match["whole"])) if match["made"] else None
        before = lead + text[last : match.start()]
        end = match.end("unit")
        yield Number(
            (start + match.start(), start + end),
            text[match.start() : end],
            value,
            len(digits.partition(".")[2]),
            UNITS[match["unit"]],
            before,
            ratio,
        )
        last = match.end()
    if unit and _BARE.match(text.strip()):
        digits = text.strip().lstrip("+-－").replace(",", "").replace("，", "")
        decimals = len(digits.partition(".")[2])
        span = (start, start + len(text))
        yield Number(span, text.strip(), Fraction(digits), decimals, unit, lead, None)


def unit_of(text: str) -> str:
    """The unit a header or a label names in brackets, or a header is."""
    for told in (*re.findall(r"[（(]([^（）()]+)[）)]", text), text.strip()):
        if told in UNITS and UNITS[told] not in ("%", "百分点"):
            return UNITS[told]
    return ""


def moves(text: str) -> bool:
    """Whether a text holds a number against other days."""
    return bool(YEAR.search(text) or PERIOD.search(text))
