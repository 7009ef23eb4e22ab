"""A finished report held against a snapshot: which of its numbers are ours, and which cannot be.

A number counts where a unit follows it. What it is of is read from the words before it
(report_telling.py). Nothing is guessed: what surely is no figure of ours is 无法核对, unless it
contradicts what stands beside it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from rules import report_numbers, report_sums, report_telling
from rules.panel_terms import Material
from rules.rates import rounded
from rules.report_clauses import MOVES
from rules.report_days import When, mentions
from rules.report_numbers import Number, Passage
from rules.report_telling import Scope, Telling, Told
from rules.report_words import Known, known, told_of
from rules.terms import Term


class Verdict(Term):
    """What comes of holding a number against the snapshot."""

    WRONG = "wrong", "不符"
    UNKNOWN = "unknown", "无法核对"
    RIGHT = "right", "相符"


@dataclass(frozen=True, slots=True)
class Finding:
    """A number of a report: where it stands (`at` of passage `passage`), and what is said of it."""

    passage: int
    at: tuple[int, int]
    place: str
    number: str
    verdict: Verdict
    ours: str = ""
    figure: str = ""
    why: str = ""


_SENTENCE = re.compile(r"[^。；;\n]+[。；;\n]?")
_RATE = re.compile(r"(?P<stem>[\u4e00-\u9fff]{2,6})率[为是达到]{0,2}\s*$")
# A passage longer than this is read so far, and said to be; a rate is sought among so many counts.
# A heading says of which days the paragraphs under it are; a date by itself is none.
_HEADING = 40
_DATE = re.compile(r"\d日")
_FORMER = {When.YEAR: "上年同期", When.BEFORE: "上期"}
_UNSURE = "上下文说的可能是别的期间或范围"
LONGEST = 4_000
_NEAREST = 8


def check(passages: Sequence[Passage], material: Material) -> list[Finding]:
    """Judge every number with a unit, in the order of the report."""
    names = known(material)
    found: list[Finding] = []
    scope, dated = Scope(), True
    for at, passage in enumerate(passages):
        text = passage.text[:LONGEST]
        if passage.table:
            found += _cell(at, passage, text, names, scope)
            continue
        within = Scope(told_of(text), dated=dated)
        judged = list(_paragraph(at, passage, text, names, within))
        found += judged
        if passage.head:
            continue
        scope = within
        if not judged and len(text) <= _HEADING and not _DATE.search(text):
            named = mentions(text, material.days)
            dated = scope.dated = all(each.when is When.OURS for each in named)
    for at, header, why in report_sums.columns(passages):
        cell = passages[at]
        number, span = f"{header} {cell.text}", (0, len(cell.text))
        found.append(Finding(at, span, cell.place, number, Verdict.WRONG, why=why))
    return found


def unread(passages: Sequence[Passage]) -> list[str]:
    """Name the passages that are too long to be read to their end."""
    return [passage.place for passage in passages if len(passage.text) > LONGEST]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What our figures say to a number: the exact value, in words, and of which figure."""

    exact: Fraction
    shown: str
    figure: str
    falls: bool | None = None


def _paragraph(
    at: int, passage: Passage, text: str, names: Known, scope: Scope
) -> Iterator[Finding]:
    for match in _SENTENCE.finditer(text):
        sentence, start = match[0], match.start()
        numbers = list(report_numbers.numbers(sentence))
        told = report_telling.tellings(sentence, numbers, names, scope)
        for place, (number, telling) in enumerate(zip(numbers, told, strict=True)):
            before = numbers[max(0, place - _NEAREST) : place]
            yield _judged(at, passage, number.moved(start), before, telling, names)
        for (first, last), shown, why in report_sums.problems(sentence, numbers, names):
            span = (start + first, start + last)
            yield Finding(at, span, passage.place, shown, Verdict.WRONG, why=why)
        scope.next_sentence()


def _cell(at: int, passage: Passage, text: str, names: Known, scope: Scope) -> Iterator[Finding]:
    """Judge a cell: its row and its column name the figure and what of it is told."""
    own = report_numbers.unit_of(passage.label) or report_numbers.unit_of(passage.header)
    numbers = list(report_numbers.numbers(text, unit=own))
    told = report_telling.cell(passage, numbers, names, scope)
    for number, telling in zip(numbers, told, strict=True):
        yield _judged(at, passage, number, (), telling, names)


def _judged(
    at: int,
    passage: Passage,
    number: Number,
    before: Sequence[Number],
    telling: Telling,
    names: Known,
) -> Finding:
    def said(verdict: Verdict, ours: str = "", figure: str = "", why: str = "") -> Finding:
        return Finding(
            at, number.at, passage.place, number.text, verdict, ours=ours, figure=figure, why=why
        )

    if number.about:
        return said(Verdict.UNKNOWN, why="写的是约数")
    answers = list(_answers(number, telling, names))
    points = next((each for each in answers if "百分点" in each.shown), None)
    if number.unit == "%" and points is not None and telling.sure:
        why = "两个比率之差应写百分点，不写%"
        return said(Verdict.WRONG, points.shown, points.figure, why)
    if number.ratio is not None and (why := _ratio_problem(number)):
        ours = answers[0].shown if answers else ""
        return said(Verdict.WRONG, ours, answers[0].figure if answers else "", why)
    same = [each for each in answers if number.same(each.exact)]
    for answer in same:
        if _turned_right(number, telling, answer):
            return said(Verdict.RIGHT, answer.shown, answer.figure)
    if answers:
        # The same value under two names is told once.
        told = list({each.exact: each for each in reversed(same or answers)}.values())[::-1]
        ours, figure = " 或 ".join(a.shown for a in told), "、".join(a.figure for a in told)
        if not telling.sure:
            by_text = _by_the_text(said, number, before)
            unsure = said(Verdict.UNKNOWN, ours, figure, _UNSURE)
            return unsure if by_text.verdict is Verdict.UNKNOWN else by_text
        return said(Verdict.WRONG, ours, figure, "升降方向相反" if same else "")
    return _by_the_text(said, number, before)


def _by_the_text(said: Callable[..., Finding], number: Number, before: Sequence[Number]) -> Finding:
    """A rate of no figure of ours is held against the counts its sentence makes it of."""
    if number.unit == "%" and number.ratio is not None:
        return said(Verdict.RIGHT, why=f"按文中 {number.ratio[0]}/{number.ratio[1]} 计算")
    named = _RATE.search(number.lead) if number.unit == "%" else None
    if named is None or MOVES.search(number.lead):
        return said(Verdict.UNKNOWN)
    counts = [each for each in before if each.counts]
    pairs = [
        (part, whole)
        for one, other in combinations(counts, 2)
        if one.unit == other.unit
        for part, whole in [sorted((one, other), key=lambda each: each.value)]
        if whole.value
    ]
    for part, whole in pairs:
        if number.same(part.value / whole.value * 100):
            return said(Verdict.RIGHT, why=f"按文中 {part.value}/{whole.value} 计算")
    # Wrong for sure is 通过率 after two counts, the smaller of which is of what was 通过.
    if len(counts) == 2 and pairs and named["stem"] in pairs[0][0].lead:
        exact = pairs[0][0].value / pairs[0][1].value * 100
        ours = f"{rounded(exact, decimals=max(number.decimals, 1))}%"
        why = f"按文中 {pairs[0][0].value}/{pairs[0][1].value} 计算"
        return said(Verdict.WRONG, ours, why=why)
    return said(Verdict.UNKNOWN)


def _answers(number: Number, telling: Telling, names: Known) -> Iterator[_Answer]:
    """What our figures say to a number, for each thing and each days it may be of."""
    for key in telling.keys:
        for when in telling.whens:
            match telling.told:
                case Told.CHANGE:
                    found = _changed(number, key, when, names)
                case Told.SHARE:
                    found = _shared(number, key, names)
                case _:
                    found = _valued(number, key, when, names)
            if found is not None:
                yield found


def _changed(number: Number, key: str, against: When, names: Known) -> _Answer | None:
    name = f"{names.label(key)}{'同比' if against is When.YEAR else '环比'}"
    if number.counts:
        more = names.difference(key, against)
        if more is None or number.unit != names.unit(key):
            return None
        word = "减少" if more < 0 else "增加"
        return _Answer(more, f"{word}{abs(more)}{number.unit}", name, falls=more < 0)
    found = names.change(key, against)
    if found is None:
        return None
    moved, points = found
    if number.unit == "百分点" and not points:
        return None
    shown = f"{rounded(abs(moved) * 100)}{'个百分点' if points else '%'}"
    return _Answer(moved * 100, f"{'下降' if moved < 0 else '上升'}{shown}", name, falls=moved < 0)


def _shared(number: Number, key: str, names: Known) -> _Answer | None:
    share = None if names.is_rate(key) else names.share(key)
    if share is None or number.unit != "%":
        return None
    return _Answer(share * 100, f"{rounded(share * 100)}%", f"{names.label(key)}占比")


def _valued(number: Number, key: str, when: When, names: Known) -> _Answer | None:
    value = names.value(key, when)
    rate = names.is_rate(key)
    if value is None or number.unit != ("%" if rate else names.unit(key)):
        return None
    label = f"{_FORMER.get(when, '')}{names.label(key)}"
    return _Answer(value * 100 if rate else value, names.shown(key, when), label)


def _turned_right(number: Number, telling: Telling, answer: _Answer) -> bool:
    """Whether the words say up where it went up; a sign in a table does as a word."""
    if answer.falls is None or not answer.exact:
        return True
    if number.value < 0:
        return answer.falls
    if number.text.startswith(("+", "＋")):
        return not answer.falls
    return telling.rises is None or telling.rises is not answer.falls


def _ratio_problem(number: Number) -> str:
    assert number.ratio is not None
    part, whole = number.ratio
    if number.unit != "%" or not whole or number.same(Fraction(part, whole) * 100):
        return ""
    exact = rounded(Fraction(part, whole) * 100, decimals=max(number.decimals, 1))
    return f"{part}/{whole} 应为 {exact}%"


def counts(findings: Iterable[Finding]) -> Mapping[Verdict, int]:
    """Count the findings of each verdict."""
    rows = list(findings)
    return {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
