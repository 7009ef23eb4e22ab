"""The papers of an evaluation as Word: refusal, draw, brief, notice, the opinion and its receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from documents import word_template
from rules.evaluation_notices import Notice
from rules.roster_notices import chinese_date


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper by the name of its template, with what it fills and the lists it repeats."""

    template: str
    names: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NOTICE = Paper(
    "评价会公示",
    ("标题", "时间", "地点", "评价事项", "被评价单位", "监督电话", "落款", "日期"),
)
REFUSAL = Paper(
    "第三方评价不予受理通知书",
    ("编号", "申请单位", "申请日期", "评价事项", "理由", "未具备条件", "落款", "日期"),
)
MEMBERS = ("序号", "姓名", "类别", "怎样产生")
DRAW = Paper(
    "评价员抽取记录",
    (
        *("编号", "评价事项", "被评价单位", "抽取时间", "按下抽取的", "小组人数", "到会下限"),
        *("名册人数", "快照校验值", "随机种子", "回避情况", "见证人", "日期"),
    ),
    {"成员": MEMBERS},
)
BRIEF = Paper(
    "评价事项情况说明",
    (
        *("编号", "评价事项", "被评价单位", "原处理意见书", "主要诉求", "处理情况"),
        *("时间", "地点", "落款", "日期"),
    ),
)

_OPINION_NAMES = (
    *("文号", "编号", "评价事项", "信访人", "申请单位", "被评价单位", "原处理意见书", "主要诉求"),
    *("处理情况", "时间", "地点", "主持人", "应到", "实到", "评价员类别", "回避情况", "票决结果"),
    *("评价结果", "评价意见", "理由", "建议", "权利告知", "落款", "日期"),
)
OPINION = Paper("第三方评价意见书", _OPINION_NAMES, {"评价员": ("序号", "姓名", "类别", "到会")})
# What the public reads has no list of names to fill.
PUBLIC = Paper("第三方评价意见书（公开）", _OPINION_NAMES)
RECEIPT = Paper(
    "第三方评价意见书送达回证", ("文号", "评价事项", "受送达人", "权利告知", "落款", "日期")
)
ALL = (NOTICE, REFUSAL, DRAW, BRIEF, OPINION, PUBLIC, RECEIPT)


def notice(told: Notice, *, published_on: date, template: bytes | None = None) -> bytes:
    """Return a notice as Word, from the county's own template or from ours."""
    assert told.held_on is not None
    return word_template.fill(
        template or word_template.default(NOTICE.template),
        {
            "标题": told.title,
            "时间": f"{chinese_date(told.held_on)} {told.held_time}",
            "地点": told.place,
            "评价事项": told.matter,
            "被评价单位": told.judged,
            "监督电话": f"监督电话：{told.phone}" if told.phone else "",
            "落款": told.signed,
            "日期": chinese_date(published_on),
        },
    )


def refusal(values: Mapping[str, str], *, template: bytes | None = None) -> bytes:
    """Return the letter that refuses an application; `values` by REFUSAL's names."""
    return word_template.fill(template or word_template.default(REFUSAL.template), values)


def draw_record(
    values: Mapping[str, str],
    members: Sequence[Mapping[str, str]],
    *,
    template: bytes | None = None,
) -> bytes:
    """Return the record of a draw for both parties to sign; `members` by MEMBERS."""
    chosen = template or word_template.default(DRAW.template)
    return word_template.fill(chosen, values, {"成员": members})


def brief(values: Mapping[str, str], *, template: bytes | None = None) -> bytes:
    """Return what a member reads of the facts before the meeting; `values` by BRIEF's names."""
    return word_template.fill(template or word_template.default(BRIEF.template), values)


def opinion(
    values: Mapping[str, str],
    members: Sequence[Mapping[str, str]],
    *,
    template: bytes | None = None,
) -> bytes:
    """Return an opinion: for the file where there are members, else its public copy."""
    paper = OPINION if members else PUBLIC
    return word_template.fill(
        template or word_template.default(paper.template), values, {"评价员": members}
    )


def receipt(values: Mapping[str, str], *, template: bytes | None = None) -> bytes:
    """Return the receipt one party signs; `values` by RECEIPT's names."""
    return word_template.fill(template or word_template.default(RECEIPT.template), values)
