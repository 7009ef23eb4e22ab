"""The words before a number taken apart: names, days, comparisons, and whether any other word stands there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.report_days import Mention, When, mentions
from rules.report_numbers import Number, Passage
from rules.report_words import About, Known, Name, told_of

_UP = r"上升|增加|增长|提高|提升|上涨|攀升|净增|增幅|升幅|涨幅|增|多|升|↑"
_DOWN = r"下降|减少|降低|下滑|回落|净减|降幅|减幅|跌幅|降|减|少|↓"
_RISES, _FALLS = re.compile(_UP), re.compile(_DOWN)
MOVES = re.compile(rf"{_UP}|{_DOWN}|变动|变化|→")
_REACHES = re.compile(rf"(?:{_UP}|{_DOWN})了?[到至为]")
_ORIGIN = re.compile(r"[由从][^，,；;：:、]{0,12}$")
_BASE_BEFORE = re.compile(r"(?:较|比|与|和|同|跟|相比于?)\s?$")
_BASE_AFTER = re.compile(r"\s?相比")
_COMPARES = {"同比": When.YEAR, "环比": When.BEFORE}
_COMPARED = re.compile("|".join(_COMPARES))
_CLAUSE = re.compile(r"[，,：:。\n]")
_INNER = re.compile(r"其中|含|包括|[：:（(]")
_ENTIRE = re.compile(r"全县|本县|我县|县域")
# Places that are not the snapshot's, and what a clause says it speaks of.
_PLACE = r"(?:镇|乡|街道|社区|村|局|公司|[市省区])"
_AWAY = re.compile(
    rf"全[市省国]|[我本][市省]|[邻外]县|兄弟县|{_PLACE}(?=[，,：:、]|$)"
    r"|(?<!\0)(?:方面|领域|问题|行业|系统|期间|行动|活动|任务|类|(?<!其)中)(?:[，,：:]|$)"
    r"|涉及|针对|围绕|剔除|扣除|不含|除.{1,12}外"
)
_HOME = re.compile(
    r"[居列排位][^，,：:]{0,2}全[市省国][^，,：:]{0,8}|全[市省国](?:第|排名|前)[^，,：:]{0,6}"
    r"|县信访局|县联席办|信访局|各乡镇|各镇|各街道|各县|从[^，,：:]{0,6}(?:问题|领域|属地|形式|趋势|类别|情况)看"
    r"|按[^，,：:]{0,4}(?:形式|属地|类别|领域|单位)(?:分|看)?"
)
# Words that name nothing, so that the name before still holds; and those that may stand with a name.
_PLAIN = (
    rf"以来|分别|批次|人次|件次|比重|占比|占|比例|持平|幅度|告警|异常|相比|相较|达到|同比|环比|{MOVES.pattern}"
    r"|截至统计时点|截至目前|目前|[较比为是达了的至到由从个]"
)
_SAID = (
    r"其中|包括|包含|含|方面|领域|问题|类|全部|全县|本县|我县|县域|群众|各类|各级|事项|共有|共计|累计|合计|总计|总共|共"
    r"|收到|接到|接收|接待|受理|登记|办理|发生|排查出|排查|交办|已经|已|现有|现|仍有|仍|尚有|尚|还有|还|有"
    r"|总量|总数|数量|数|量|以及|提出|发出|第三方评价|(?:各|\d{1,4}个)责任单位|信访部门|信访系统|[及和与中其]"
)
_MARKS = re.compile(
    r"(?<!\d)\d{1,2}[.、]|[一二三四五六七八九十]{1,2}[、是]|[（(][一二三四五六七八九十\d]{1,2}[)）]"
    r"|[\s，、,（）()：:；;。…—–+＋\-－−“”\"《》·|｜/%％【】]"
)
_PLAIN_WORDS = re.compile(_PLAIN)
_SAID_WORDS = re.compile(f"{_SAID}|{_PLAIN}")
_CODE = re.compile(r"\b[a-z][a-z0-9_]*\b")
_IN_UNITS = re.compile(r"[（(](?:件次|批次|人次|场次|[件批个项名场%％])[）)]")
_UNIT = re.compile(r"批次|人次|件次|场次")
_LABEL = 100  # signs of a row's or a column's head that are read
_JOINS = r"(?:[、，,和及与]|以及)"
_JOINED = re.compile(rf"\s{{0,2}}{_JOINS}?\s{{0,2}}")
# Between the numbers of a list nothing stands but how each moved.
_RUNS = re.compile(rf"\s{{0,2}}{_JOINS}\s{{0,2}}(?:{MOVES.pattern})?了?\s{{0,2}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words before a number; its clause is what stands after the last comma.

    `named` are the names of its clause, `of` those after 占, `above` those of the clauses before.
    `based` are the days it is held against, `beside` that they are named in its clause and `compares`
    that 同比 or 环比 is, `days` those named otherwise, `aside` that nothing else is. `clean` says that its clause holds no word this
    module does not know, `plain` that all the words before it name nothing, `whole` that they
    hold names and known words alone.
    """

    lead: str
    named: tuple[Name, ...]
    of: tuple[Name, ...]
    above: tuple[Name, ...]
    based: tuple[When, ...]
    beside: bool
    compares: bool
    days: tuple[Mention, ...]
    units: tuple[str, ...]
    share: bool
    moves: bool
    reaches: bool
    origin: bool
    each: bool
    clean: bool
    plain: bool
    whole: bool
    away: bool

    @property
    def aside(self) -> bool:
        """Whether it names days and nothing they are told of."""
        return not self.named and not self.above

    @property
    def rises(self) -> bool | None:
        """Whether its clause says up or down, None where it says neither or both."""
        up, down = _RISES.search(self.lead), _FALLS.search(self.lead)
        return None if bool(up) is bool(down) else up is not None

    @property
    def runs(self) -> bool:
        """Whether it goes on with a list."""
        return _RUNS.fullmatch(self.lead) is not None

    @property
    def joined(self) -> bool:
        """Whether nothing stands between it and the number before."""
        return _JOINED.fullmatch(self.lead) is not None and self.lead.strip() != ""

    @property
    def inner(self) -> bool:
        """Whether what it names is a part of what was told before."""
        return _INNER.search(self.lead) is not None

    @property
    def closes(self) -> bool:
        """Whether a bracket ends before it."""
        return "）" in self.lead or ")" in self.lead

    @property
    def entire(self) -> bool:
        """Whether the whole county is named."""
        return _ENTIRE.search(self.lead) is not None


def words(number: Number, days: Sequence[Mention], names: Known, about: About) -> Words:
    """Take apart the words before a number; `days` are those its sentence names."""
    lead, since = number.lead, number.since
    inside = [
        Mention((each.at[0] - since, each.at[1] - since), each.when, each.sure, each.until)
        for each in days
        if since <= each.at[0] and each.at[1] <= since + len(lead)
    ]
    cut = max((each.end() for each in _CLAUSE.finditer(lead)), default=0)
    return _words(lead, cut, inside, names, about)


def cell_words(passage: Passage, number: Number, names: Known, about: About) -> Words:
    """Take apart what a cell's row and column say of a number in it: they are one clause."""
    label, header = passage.label[-_LABEL:], passage.header[-_LABEL:]
    lead = f"{label}、{header}、{number.lead}"
    lead = re.sub(r"[，,：:\n]", "、", _IN_UNITS.sub(" ", _CODE.sub(" ", lead)))
    return _words(lead, 0, list(mentions(lead, names.material.days)), names, about | told_of(lead))


def _words(lead: str, cut: int, days: Sequence[Mention], names: Known, about: About) -> Words:
    held = [each for each in days if _is_base(lead, each)]
    others = tuple(each for each in days if each not in held)
    compared = [(each.at[0], each.when) for each in held]
    compared += [(each.start(), _COMPARES[each[0]]) for each in _COMPARED.finditer(lead)]
    compared.sort(key=lambda each: each[0])
    tail = lead[cut:]
    share = tail.find("占")
    parted = cut + share if share >= 0 else len(lead)
    found = names.named(lead, about)
    above = tuple(name for name in found if name.at[0] < cut)
    named = tuple(name for name in found if cut <= name.at[0] < parted)
    of = tuple(name for name in found if parted <= name.at[0])
    bare = _without(lead, [*days, *found])
    undated = _without(lead, [*days, *of])
    return Words(
        lead=lead,
        named=named,
        of=of,
        above=above,
        based=tuple(when for _, when in compared),
        beside=any(each.at[0] >= cut for each in held),
        compares=_COMPARED.search(tail) is not None,
        days=others,
        units=tuple(_UNIT.findall(tail)),
        share=share >= 0 or "比重" in tail,
        moves=MOVES.search(tail) is not None,
        reaches=_REACHES.search(tail) is not None,
        origin=_ORIGIN.search(tail) is not None,
        each="分别" in tail,
        clean=_known(bare[cut:], _SAID_WORDS),
        plain=_known(undated, _PLAIN_WORDS),
        whole=_known(bare, _SAID_WORDS),
        away=_AWAY.search(_HOME.sub("", bare)) is not None,
    )


def _is_base(lead: str, each: Mention) -> bool:
    before, after = lead[max(0, each.at[0] - 4) : each.at[0]], lead[each.at[1] :]
    return bool(_BASE_BEFORE.search(before) or _BASE_AFTER.match(after))


def _without(lead: str, found: Iterable[Mention | Name]) -> str:
    """Blank out what was found, so that places in the text stay what they are."""
    for each in found:
        start, end = each.at
        lead = lead[:start] + "\0" * (end - start) + lead[end:]
    return lead


def _known(bare: str, known: re.Pattern[str]) -> bool:
    return not known.sub("", _MARKS.sub("", _HOME.sub("", bare).replace("\0", "")))
