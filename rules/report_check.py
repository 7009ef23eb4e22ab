"""A finished report held against a snapshot: which of its numbers are ours, and which cannot be.

A number counts where a unit follows it. What it is of is read from the words before it: the label
of a figure or of a part, 同比 or 环比, 占, 上年同期. Nothing is guessed: what names no figure of ours
is 无法核对, unless it contradicts what stands beside it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from rules import report_numbers, report_sums
from rules.panel_terms import Material
from rules.rates import rounded
from rules.report_numbers import Number, Passage
from rules.report_words import Known, known
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
_FORMER = (re.compile(r"上年同期|去年同期|上年为|去年为"), re.compile(r"上期|上月为|上季为"))
_DOWN = re.compile(r"下降|减少|降低|下滑|少了")
_UP = re.compile(r"上升|增加|增长|提高|上涨|多了")
_SHARE = re.compile(r"占|比重|占比")
_RATE = re.compile(r"率(?:为|达到?|是)?\s*$")
# Days that are not those of the snapshot, unless its own name says so.
_SPAN = re.compile(r"本月|当月|\d{1,2}月份|[一二三四]季度|上半年|下半年|全年")
# Words between a number and the next that name nothing new.
_GLUE = re.compile(
    r"同比|环比|上年同期|去年同期|上年|去年|上期|上月|分别|批次|人次|件次|总量|全部|全县"
    r"|上升|增加|增长|提高|上涨|下降|减少|降低|下滑|持平|变动|告警|异常|达到|比重"
    r"|[较比与的了为是达约共计有和及占近\s，、,（）()：:；。…—+\-－]"
)


def check(passages: Sequence[Passage], material: Material) -> list[Finding]:
    """Judge every number with a unit, in the order of the report."""
    names = known(material)
    found: list[Finding] = []
    for at, passage in enumerate(passages):
        found += (_cell if passage.table else _paragraph)(at, passage, names)
    for at, header, why in report_sums.columns(passages):
        cell = passages[at]
        number, span = f"{header} {cell.text}", (0, len(cell.text))
        found.append(Finding(at, span, cell.place, number, Verdict.WRONG, why=why))
    return found


@dataclass(frozen=True, slots=True)
class _Answer:
    """What our figures say to a number: the exact value, in words, and of which figure."""

    exact: Fraction
    shown: str
    figure: str
    falls: bool | None = None


def _paragraph(at: int, passage: Passage, names: Known) -> Iterator[Finding]:
    for match in _SENTENCE.finditer(passage.text):
        numbers = list(report_numbers.numbers(match[0], match.start()))
        subject, narrowed = tuple[str, ...](), False
        for place, number in enumerate(numbers):
            narrowed = narrowed or bool(names.narrows(number.lead))
            subject = _subject(number.lead, subject, names, narrowed=narrowed)
            yield _judged(at, passage, number, numbers[:place], subject, names)
        if problem := report_sums.sum_problem(match[0], numbers):
            number, why = problem
            yield Finding(at, number.at, passage.place, number.text, Verdict.WRONG, why=why)


def _subject(
    lead: str, carried: tuple[str, ...], names: Known, *, narrowed: bool
) -> tuple[str, ...]:
    """Say what a number is of: what its own words name, else what the number before was of.

    Other words before it mean something else, which is not ours to tell: so do a month or a place
    that the whole is narrowed to, and a share of anything but the whole.
    """
    told, _, of = lead.partition("占")
    if any(span not in names.days for span in _SPAN.findall(told)):
        return ()
    if _GLUE.sub("", of) and "received" not in (names.last_in(of) or ()):
        return ()
    named = names.last_in(told)
    if named is None:
        return () if _GLUE.sub("", told) else carried
    if not narrowed or names.is_part(named):
        return named
    return names.narrows(told) if "received" in named else ()


def _cell(at: int, passage: Passage, names: Known) -> Iterator[Finding]:
    """Judge a cell: its row names the figure, its column what of it is told."""
    lead = f"{passage.label}，{passage.header}"
    subject = names.last_in(passage.label) or ()
    own = report_numbers.unit_of(passage.label) or report_numbers.unit_of(passage.header)
    for number in report_numbers.numbers(passage.text, 0, unit=own, lead=lead):
        yield _judged(at, passage, number, (), subject, names)


def _judged(
    at: int,
    passage: Passage,
    number: Number,
    before: Sequence[Number],
    subject: tuple[str, ...],
    names: Known,
) -> Finding:
    def said(verdict: Verdict, ours: str = "", figure: str = "", why: str = "") -> Finding:
        return Finding(
            at, number.at, passage.place, number.text, verdict, ours=ours, figure=figure, why=why
        )

    answers = list(_answers(number, subject, names))
    if number.unit == "%" and any(a.falls is not None and "百分点" in a.shown for a in answers):
        answer = next(a for a in answers if "百分点" in a.shown)
        why = "两个比率之差应写百分点，不写%"
        return said(Verdict.WRONG, answer.shown, answer.figure, why)
    if number.ratio is not None and (why := _ratio_problem(number)):
        ours = answers[0].shown if answers else ""
        return said(Verdict.WRONG, ours, answers[0].figure if answers else "", why)
    for answer in answers:
        if number.same(answer.exact) and _turned_right(number, answer):
            return said(Verdict.RIGHT, answer.shown, answer.figure)
    if answers:
        same = [a for a in answers if number.same(a.exact)]
        why = "升降方向相反" if same else ""
        # The same value under two names is told once.
        told = list({each.exact: each for each in reversed(same or answers)}.values())[::-1]
        ours, figure = " 或 ".join(a.shown for a in told), "、".join(a.figure for a in told)
        return said(Verdict.WRONG, ours, figure, why)
    return _by_the_text(said, number, before)


def _by_the_text(said: Callable[..., Finding], number: Number, before: Sequence[Number]) -> Finding:
    """A rate of no figure of ours is held against the counts its sentence makes it of."""
    counts = [each for each in before if each.unit not in ("%", "百分点")]
    if number.unit == "%" and number.ratio is not None:
        return said(Verdict.RIGHT, why=f"按文中 {number.ratio[0]}/{number.ratio[1]} 计算")
    if number.unit == "%" and _RATE.search(number.lead) and not report_numbers.moves(number.lead):
        pairs = [
            (part, whole)
            for one, other in combinations(counts, 2)
            if one.unit == other.unit
            for part, whole in [sorted((one.value, other.value))]
            if whole
        ]
        for part, whole in pairs:
            if number.same(part / whole * 100):
                return said(Verdict.RIGHT, why=f"按文中 {part}/{whole} 计算")
        if pairs:
            part, whole = pairs[-1]
            ours = f"{rounded(part / whole * 100, decimals=max(number.decimals, 1))}%"
            return said(Verdict.WRONG, ours, why=f"按文中 {part}/{whole} 计算")
    return said(Verdict.UNKNOWN)


def _answers(number: Number, subject: tuple[str, ...], names: Known) -> Iterator[_Answer]:
    against = (
        "year"
        if report_numbers.YEAR.search(number.lead)
        else "period"
        if report_numbers.PERIOD.search(number.lead)
        else ""
    )
    former = next((i for i, each in enumerate(_FORMER) if each.search(number.lead)), None)
    for key in subject:
        if number.unit in ("%", "百分点") and against:
            found = names.change(key, against)
            if found is not None:
                moved, points = found
                shown = f"{rounded(abs(moved) * 100)}{'个百分点' if points else '%'}"
                word = "下降" if moved < 0 else "上升"
                name = f"{names.label(key)}{'同比' if against == 'year' else '环比'}"
                if points or number.unit == "%":
                    yield _Answer(moved * 100, f"{word}{shown}", name, falls=moved < 0)
        elif number.unit == "%" and _SHARE.search(number.lead) and not names.is_rate(key):
            share = names.share(key)
            if share is not None:
                yield _Answer(share * 100, f"{rounded(share * 100)}%", f"{names.label(key)}占比")
        elif number.unit == "%" and names.is_rate(key) and names.last_in(number.lead):
            value = names.value(key, former)
            if value is not None:
                yield _Answer(value * 100, names.shown(key, former), names.label(key))
        elif number.unit == names.unit(key):
            value = names.value(key, former)
            if value is not None:
                yield _Answer(value, names.shown(key, former), names.label(key))


def _turned_right(number: Number, answer: _Answer) -> bool:
    """Whether the words say up where it went up; a sign in a table does as a word."""
    if answer.falls is None or not answer.exact:
        return True
    if _DOWN.search(number.lead) or number.value < 0:
        return answer.falls
    if _UP.search(number.lead) or number.text.startswith("+"):
        return not answer.falls
    return True


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
