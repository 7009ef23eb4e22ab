"""The numbers with a unit in a text: where each stands, what it is worth, the words before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from rules.rates import rounded

UNITS = {
    "件次": "件", "件": "件", "批次": "批", "批": "批", "人次": "人次", "场次": "场次", "场": "场次",
    "个百分点": "百分点", "百分点": "百分点", "%": "%", "％": "%", "个": "个", "项": "个", "名": "名",
}  # fmt: skip
_SIGN = r"(?P<sign>[+\-－−＋])?"
# At most 15 digits, with a comma between thousands or none: 19，29 are two numbers.
_DIGITS = r"(?P<digits>(?:\d{1,3}(?:[,，]\d{3}){1,4}(?![,，]?\d)|\d{1,15})(?:\.\d{1,6})?)"
_NUMBER = re.compile(
    rf"(?<![\d.\-—–/A-Za-z]){_SIGN}{_DIGITS}\s{{0,4}}"
    r"(?P<unit>个百分点|百分点|件次|批次|人次|场次|%|％|件|批|场|个(?!月|工作日|乡|镇|责任|单位)|项|名)"
    r"(?P<made>\s{0,4}[（(]\s{0,4}(?P<part>\d{1,15})\s{0,4}[/／]\s{0,4}(?P<whole>\d{1,15})\s{0,4}[)）])?"
    r"(?P<about>\s?(?:以上|以下|以内|左右|上下|多|余))?"
)
_BARE = re.compile(rf"\s*{_SIGN}{_DIGITS}\s*")
_ENDS = re.compile(r"(?:件次|批次|人次|场次|[件批场])$")
_NEGATIVE = ("-", "－", "−")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a cell of the table with this number; `place` names it to people.

    `label` is what stands left of a cell in its row, `header` the head of its column, which is
    the one with the number `column`. A cell that names a row or a column is a `head`.
    """

    place: str
    text: str
    table: int = 0
    label: str = ""
    header: str = ""
    column: int = 0
    head: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit, and the words before it (`lead`) that begin at `since`.

    `about` says that the text means it roughly, `bare` that its unit was told elsewhere.
    """

    at: tuple[int, int]
    text: str
    value: Fraction
    decimals: int
    unit: str
    lead: str
    since: int = 0
    ratio: tuple[int, int] | None = None
    about: bool = False
    bare: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts something, and is no rate and no difference of rates."""
        return self.unit not in ("%", "百分点")

    def moved(self, start: int) -> "Number":
        """The same number of a text that this one's begins `start` signs into."""
        return replace(self, at=(self.at[0] + start, self.at[1] + start))

    def same(self, exact: Fraction) -> bool:
        """Whether the exact value, rounded as the number is written, is this number."""
        return Fraction(rounded(abs(exact), decimals=self.decimals)) == abs(self.value)


def numbers(text: str, *, unit: str = "") -> Iterator[Number]:
    """Find the numbers of a text; a cell that is one takes `unit`."""
    last = 0
    for match in _NUMBER.finditer(text):
        value, decimals = _worth(match)
        end = match.end("unit")
        yield Number(
            (match.start(), end),
            text[match.start() : end],
            value,
            decimals,
            UNITS[match["unit"]],
            text[last : match.start()],
            last,
            (int(match["part"]), int(match["whole"])) if match["made"] else None,
            match["about"] is not None,
        )
        last = match.end()
    if unit and (bare := _BARE.fullmatch(text)):
        yield Number((0, len(text)), text.strip(), *_worth(bare), unit, "", bare=True)


def _worth(match: re.Match[str]) -> tuple[Fraction, int]:
    digits = match["digits"].replace(",", "").replace("，", "")
    value = Fraction(digits) * (-1 if match["sign"] in _NEGATIVE else 1)
    return value, len(digits.partition(".")[2])


def unit_of(text: str) -> str:
    """The unit a header or a label names in brackets or ends with."""
    for told in re.findall(r"[（(]([^（）()]{1,4})[）)]", text):
        if told in UNITS and UNITS[told] not in ("%", "百分点"):
            return UNITS[told]
    found = _ENDS.search(text.strip())
    return UNITS[found[0]] if found else ""
