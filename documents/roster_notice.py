"""The public notice of a roster as a Word document and as an Excel sheet (domain.md 4.2)."""

from collections.abc import Sequence
from io import BytesIO

from rustpy_xlsxwriter import write_worksheets

from documents import word_template
from rules.roster_notices import COLUMNS, Line, Notice, chinese_date

TEMPLATE = "接访公示"
NAMES = ("标题", "正文", "注意事项", "咨询电话", "落款", "日期")
LISTS = {"班次": COLUMNS}
_WIDTHS: dict[str, float] = dict(zip(COLUMNS, (10, 8, 18, 26, 26, 14, 24, 12, 20), strict=True))


def as_word(notice: Notice, lines: Sequence[Line], *, template: bytes | None = None) -> bytes:
    """Return the notice as Word, from the county's own template or from ours."""
    notes = "\n".join(f"{number}．{note}" for number, note in enumerate(notice.notes, start=1))
    return word_template.fill(
        template or word_template.default(TEMPLATE),
        {
            "标题": notice.title,
            "正文": notice.opening,
            "注意事项": notes,
            "咨询电话": f"咨询电话：{notice.phone}" if notice.phone else "",
            "落款": notice.signed,
            "日期": chinese_date(notice.published_on),
        },
        {"班次": [line.cells() for line in lines]},
    )


def as_sheet(notice: Notice, lines: Sequence[Line]) -> bytes:
    """Return the notice as a workbook: its lines, and what stands around them on a second sheet."""
    around = [
        {"项目": "标题", "内容": notice.title},
        {"项目": "正文", "内容": notice.opening},
        *({"项目": "注意事项", "内容": note} for note in notice.notes),
        {"项目": "咨询电话", "内容": notice.phone},
        {"项目": "落款", "内容": notice.signed},
        {"项目": "日期", "内容": chinese_date(notice.published_on)},
    ]
    stream = BytesIO()
    write_worksheets(
        [("接访安排", [line.cells() for line in lines]), ("说明", around)],
        stream,
        bold_headers=True,
        freeze_panes={"接访安排": {"row": 1, "col": 0}},
        column_widths={"接访安排": _WIDTHS, "说明": {"项目": 12.0, "内容": 90.0}},
        page_setup={
            "接访安排": {
                "landscape": True,
                "paper_size": 9,
                "fit_to_pages": (1, 0),
                "repeat_rows": 0,
            }
        },
    )
    return stream.getvalue()
