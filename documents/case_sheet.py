"""A register as an Excel workbook: the rows asked for, and a sheet that says what they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from rustpy_xlsxwriter import write_worksheets

from rules.text_widths import wide

Row = dict[str, str | int | None]

# Widths in characters; a column not named here gets the last.
_WIDTHS = {"案件编号": 20, "标题": 50, "反映内容": 60, "内容分类": 18, "责任单位": 18}
_WIDTHS |= {"反映主要问题及发生地": 50, "接待处理意见": 40, "办理结果": 30, "备注": 24}
_WIDTHS |= {"单位": 24, "轮次": 24, "起止": 24, "截止": 18, "停止接收": 18, "排查内容": 24}
_WIDTHS |= {"批示内容": 50, "反馈情况": 40, "走访情况": 60}
_WIDTHS |= {"编码": 22, "名称": 24, "口径": 60, "日期口径": 20}
_WIDTHS |= dict.fromkeys(("本期", "上年同期", "上期", "同比", "环比"), 18)
_OTHER_WIDTH = 12
# Characters an Excel cell holds, and how many of them are sure to fit when some count double.
CELL_MAX = 32_767
_CELL_SURE = CELL_MAX // 2
# What stands under such a name is read by no import, so that no part passes for the whole.
_WHOLE = "全文"


@dataclass(frozen=True, slots=True)
class About:
    """What a reader of the file must know: when, by whom, of what, how many, how masked.

    `left_out` says what was asked for and is not in the file; `sheet` is what its rows are
    called, and `counted` what they are counted in.
    """

    title: str
    as_of: str
    exported_by: str
    filters: Sequence[str]
    rows: int
    masking: str
    left_out: str = ""
    sheet: str = "案件"
    counted: str = "件数"


def write(
    rows: Iterable[Row], about: About, *, beside: Mapping[str, Sequence[Row]] | None = None
) -> bytes:
    """Return the workbook: a sheet of the rows with a header in row 1, sheet 说明 at the end.

    `beside` are further sheets by their names, laid out alike.

    Every row has the same keys, which are the header. Cells are written as values, so a
    text that begins with = stays text. A text longer than a cell stands in columns of its
    own, and its own cell is empty, which an import takes for no change. The watermark
    stands in header and footer.
    """
    records, spilled = _fitting(list(rows))
    sheets = {about.sheet: records, **{name: list(each) for name, each in (beside or {}).items()}}
    mark = f"{about.exported_by} {about.as_of}".replace("&", "&&")
    notes: list[Row] = [
        {"项目": "名称", "内容": about.title},
        {"项目": "数据截至", "内容": about.as_of},
        {"项目": "导出人", "内容": about.exported_by},
        {"项目": about.counted, "内容": str(about.rows)},
        {"项目": "身份信息", "内容": about.masking},
    ]
    if about.left_out:
        notes.append({"项目": "未导出", "内容": about.left_out})
    notes += [{"项目": "超长文字", "内容": line} for line in spilled]
    notes += [{"项目": "筛选条件", "内容": line} for line in about.filters or ["无（全部）"]]
    notes.append({"项目": "使用要求", "内容": "内部资料，仅限工作使用，不得外传；用后妥善销毁"})
    stream = BytesIO()
    write_worksheets(
        [*sheets.items(), ("说明", notes)],
        stream,
        bold_headers=True,
        freeze_panes={name: {"row": 1, "col": 1} for name in sheets},
        column_widths={
            **{
                name: {column: _width(column) for column in each[0]}
                for name, each in sheets.items()
                if each
            },
            "说明": {"项目": 14, "内容": 80},
        },
        page_setup={
            name: {
                "landscape": True,
                "paper_size": 9,
                "fit_to_pages": (1, 0),
                "repeat_rows": 0,
                "header": f"&C内部资料 · {mark}",
                "footer": f"&L{mark}&R第 &P 页 共 &N 页",
            }
            for name in sheets
        },
    )
    return stream.getvalue()


def _width(column: str) -> int:
    """The width of a column that has none of its own: of its name, a Chinese sign as two."""
    return _WIDTHS.get(column) or max(_OTHER_WIDTH, int(2 * wide(column)) + 1)


def _fitting(records: list[Row]) -> tuple[list[Row], list[str]]:
    """Part texts longer than a cell, in columns beside theirs; say of each column what was done."""
    longest: dict[str, int] = {}
    for record in records:
        for name, value in record.items():
            if isinstance(value, str) and len(value) > _CELL_SURE and len(_parts(value)) > 1:
                longest[name] = max(longest.get(name, 0), len(_parts(value)))
    if not longest:
        return records, []
    said = [
        f"“{name}”超过一个单元格（{CELL_MAX} 字）的，该栏留空，全文依次写在“{name}{_WHOLE}1”起的 "
        f"{count} 栏；再导入时不读这几栏，也不改动该栏"
        for name, count in longest.items()
    ]
    return [_widened(record, longest) for record in records], said


def _widened(record: Row, longest: dict[str, int]) -> Row:
    wide: Row = {}
    for name, value in record.items():
        if name not in longest:
            wide[name] = value
            continue
        parts = _parts(value) if isinstance(value, str) else []
        wide[name] = "" if len(parts) > 1 else value
        parts = parts if len(parts) > 1 else []
        for place in range(longest[name]):
            wide[f"{name}{_WHOLE}{place + 1}"] = parts[place] if place < len(parts) else ""
    return wide


def _parts(text: str) -> list[str]:
    """Part a text in pieces of one cell each; Excel counts what lies beyond U+FFFF twice."""
    step = CELL_MAX if max(text, default="") <= "\uffff" else _CELL_SURE
    return [text[start : start + step] for start in range(0, len(text), step)]
