"""The papers of a meeting as Word: its minutes, and the brief pages of its agenda."""

from collections.abc import Mapping, Sequence

from documents import word_template
from documents.evaluation_papers import Paper

DECISIONS = ("序号", "议题", "责任单位", "时限", "议定事项")
LAST = ("序号", "责任单位", "时限", "议定事项", "状态")
AGENDA = ("序号", "类别", "议题", "汇报单位")
MINUTES = Paper(
    "会议纪要",
    (
        *("标题", "编号", "会议类型", "时间", "地点", "主持人", "到会情况"),
        *("代会缺席", "上次议定", "落款", "日期"),
    ),
    {"议程": AGENDA, "上次": LAST, "议定": DECISIONS},
)
PAGES = Paper(
    "会议材料",
    ("标题", "编号", "时间", "地点"),
    {"议程": AGENDA, "事项": ("序号", "类别", "议题", "情况", "说明")},
)


def write(
    paper: Paper,
    values: Mapping[str, str],
    lists: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    template: bytes | None = None,
) -> bytes:
    """Return a paper as Word, from the county's own template or ours; keys are the paper's names."""
    return word_template.fill(template or word_template.default(paper.template), values, lists)
