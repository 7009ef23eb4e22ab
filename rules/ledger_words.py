"""The words ledgers use for the office's terms, and the rows of a sheet that are not matters."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rules.cells import Parsed, is_blank, read_text, read_yes_no
from rules.headers import Header
from rules.numerals import plain_digits
from rules.terms import Cause, Channel, Purpose, Repeat, Term
from rules.written_dates import BLANKS

DITTO = frozenset(["同上", "同前", "上同", "同上行", "〃", '"', "″", "“", "”", "''", "ˮ", "\uff02"])
DITTO_STARTS = frozenset([*(word[0] for word in DITTO), " ", "\t", "\u3000"])

_WORDS: dict[type[Term], Mapping[Any, str]] = {
    Channel: {
        Channel.LETTER: "信件 写信 来函 群众来信",
        Channel.VISIT: "走访 上访 接访 集体访 个体访 个访 集访 群众来访 约访 下访 领导接访 到访 赴县访",
        Channel.WEB: "网信 网上信访 网络 留言 网上投诉 网络留言 领导信箱 书记信箱 县长信箱 人民网 微信 邮件",
        Channel.PHONE: "12345 来电 热线 12345热线 电话信访 电话投诉 政务热线 市民热线",
        Channel.SUPERIOR: "交办 上级转办 转办 转送 市交办 省交办 上级转送 上级",
        Channel.INSTRUCTION: "批示 批示件 领导交办 阅批",
        Channel.SWEEP: "排查 摸排 矛盾排查 排查发现 走访排查",
    },
    Purpose: {
        Purpose.REQUEST: "诉求 求助 求决类 投诉请求",
        Purpose.ADVICE: "建议 意见 建议意见 意见建议类",
        Purpose.ACCUSATION: "检举 控告 举报 检举控告类 揭发控告",
        Purpose.INQUIRY: "政策咨询 咨询类",
        Purpose.APPEAL: "申诉类",
    },
    Repeat: {
        Repeat.FIRST: "初 初访 初信 首次 初次访 否 初件 初信初访",
        Repeat.REPEAT: "重 重访 重信 重复访 重复信访 再次 是 多次 重件 重信重访",
    },
    Cause: {c: f"{c.label[0]} {c.label[2:]}" for c in Cause},  # 松:思想不重视 in halves
}

# In a name these may mean another thing: 网信办 and 信访事项交办台账 tell nothing of how it came.
_VAGUE = frozenset(["交办", "转办", "转送", "上级", "网信"])

# What columns such as 办理状态 and 是否办结 hold for a matter that is done.
_CLOSED = frozenset(
    [
        "是",
        "√",
        "✓",
        "已办结",
        "办结",
        "已办理完毕",
        "办理完毕",
        "办毕",
        "已结案",
        "结案",
        "已化解",
        "化解",
        "已销号",
        "销号",
        "已完成",
        "完成",
        "已办完",
        "已解决",
    ]
)

_SPACE = re.compile(r"\s+")
_TOTAL = re.compile(
    r"(?:本页|本月|全县|全部|累计|总)?(?:合计|小计|总计|共计|累计|总数)(?:[:(].*|[0-9]+件?)?$"
)
_NOTE = re.compile(
    r"(?:备注|说明|注|填表人|填报人|制表人|制表|审核人|审核|审批人|签发人?|签字|负责人|单位负责人|联系人"
    r"|联系电话|填表日期|填报日期|填报时间|填表时间|填报单位|报送单位|单位盖章|日期)\s*(?:\(.*?\))?:"
)
_GROUP_ROW = re.compile(r"\(?[一二三四五六七八九十]+[)、.]")
_HINTS = frozenset("合小总共累本全备说注填制审签负联报单日")
_SAME_HEADER = 0.6  # share of a row's cells that repeat the header's words


def read_term(cell: Any, term: type[Term]) -> Parsed[Term]:
    """Find the term a word stands for; an unknown word is a problem that lists the known ones."""
    text = read_text(cell)
    if text.value is None or text.value in BLANKS:
        return Parsed(None, text.raw, warning=text.warning)
    word = plain_digits(_SPACE.sub("", text.value))
    known = _known(term)
    found = known.get(word) or known.get(re.sub(r"\(.*?\)|件$", "", word))
    if found is None:
        labels = "、".join(member.label for member in term)
        return Parsed(None, text.raw, problem=f"“{text.value}”不在可选范围，应为：{labels}")
    return Parsed(found, text.raw)


def channel_named(name: str) -> Channel | None:
    """Return the channel a title or the name of a sheet or file names; None for none or several."""
    words = _channel_words().findall(plain_digits(_SPACE.sub("", name)))
    found = {_known(Channel)[word] for word in words}
    return Channel.of(found.pop()) if len(found) == 1 else None


def read_flag(cell: Any, label: str) -> Parsed[bool]:
    """Read a mark: 是/否, or the mark's own name written in its column."""
    if isinstance(cell, str) and label in cell and "非" not in cell and "不" not in cell:
        return Parsed(True, cell)
    return read_yes_no(cell)


def says_closed(state: str | None) -> bool:
    """Say whether a state means that the matter is done; 已办结（按绿色填充） does, 未办结 not."""
    word = plain_digits(_SPACE.sub("", state or ""))
    return re.sub(r"\(.*?\)", "", word) in _CLOSED


def is_ditto(cell: str) -> bool:
    """Say whether a cell only repeats the one above it."""
    return len(cell) <= 4 and (cell in DITTO or _SPACE.sub("", cell) in DITTO)


def total_label(filled: Sequence[Any]) -> str | None:
    """Return 合计, 小计 or the like when one of a row's first two cells says so."""
    for cell in filled[:2]:
        if isinstance(cell, str):
            word = plain_digits(_SPACE.sub("", cell))
            if word[:1] in _HINTS and _TOTAL.match(word):
                return re.split(r"[:(0-9]", word)[0]
    return None


def is_note(filled: Sequence[Any]) -> bool:
    """Say whether a row only holds 备注:…, 填表人:… and what belongs to them."""
    first = filled[0]
    if not isinstance(first, str) or first.strip()[:1] not in _HINTS:
        return False
    if not _NOTE.match(plain_digits(_SPACE.sub("", first))):
        return False
    notes = sum(1 for c in filled if isinstance(c, str) and _NOTE.match(plain_digits(c.strip())))
    return notes * 2 >= len(filled)


class RowSieve:
    """Tells the rows of a sheet that hold no matter, each with the reason shown to the clerk."""

    def __init__(self, grid: Sequence[Sequence[Any]], header: Header, wide: frozenset[int]) -> None:
        """Take the header's own words, and the rows merged across (`wide`) that head a group."""
        rows = grid[header.first_row - 1 : header.last_row]
        words = (cell.strip() for row in rows for cell in row if isinstance(cell, str))
        self._words = frozenset(word for word in words if word)
        self._wide = wide

    def reason(self, number: int, filled: Sequence[Any], only_seq: bool) -> str | None:
        """Say why a row is left out, or None for a matter; totals are the caller's."""
        if not filled:
            return "空行"
        if only_seq:
            return "只有序号"
        first = filled[0]
        if len(filled) == 1 and (
            number in self._wide or _GROUP_ROW.match(plain_digits(str(first).strip()))
        ):
            return "分组标题"
        if is_note(filled):
            return "备注或填表信息"
        return "重复的表头" if self._is_header(filled) else None

    def _is_header(self, filled: Sequence[Any]) -> bool:
        if not any(isinstance(c, str) and c.strip() in self._words for c in filled[:2]):
            return False
        same = sum(1 for c in filled if isinstance(c, str) and c.strip() in self._words)
        return same >= 2 and same >= _SAME_HEADER * len(filled)


def filled_cells(row: Sequence[Any]) -> list[Any]:
    """List what a row holds, without its empty cells."""
    filled = [cell for cell in row if cell is not None and cell != ""]
    if filled and isinstance(filled[0], str) and not filled[0].strip():
        return [cell for cell in filled if not is_blank(cell)]
    return filled


@lru_cache
def _channel_words() -> re.Pattern[str]:
    """Find the words for a channel in a name, the longest first: 走访排查 is no 走访."""
    words = [word for word in _known(Channel) if not word.isascii() and word not in _VAGUE]
    words.sort(key=len, reverse=True)
    return re.compile("|".join([*words, "(?<![0-9])12345(?![0-9])"]))


@lru_cache
def _known(term: type[Term]) -> dict[str, Term]:
    known: dict[str, Term] = {}
    for member in term:
        words = [member.label, member.value, *_WORDS.get(term, {}).get(member, "").split()]
        known |= dict.fromkeys((_SPACE.sub("", plain_digits(word)) for word in words), member)
    return known
