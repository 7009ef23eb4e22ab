"""A batch of 交办会 as an Excel workbook to print and sign, its ledger, and such a ledger read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from rustpy_xlsxwriter import write_worksheets

from documents.ledger_file import open_ledger
from rules.batches import Line, due_day
from rules.columns import SEQ, map_columns
from rules.errors import Problem
from rules.ledger_rows import LedgerRow, cell_name
from rules.ledgers import read_rows

_WIDTHS = {
    "序号": 6,
    "案件编号": 20,
    "标题": 44,
    "诉求": 44,
    "化解情况": 40,
    "责任单位": 18,
    "交办批次": 24,
    "签收人（签名）": 16,
}
_OTHER_WIDTH = 12
# What of a ledger says how a case is to be handed over; the rest follows from the register.
_READ = {"number", "source_number", "unit_id", "lead_id", "deadline_note", "remark", SEQ}
_PARTS = {
    "number": "number",
    "source_number": "number",
    "unit_id": "unit",
    "lead_id": "lead",
    "deadline_note": "due_on",
    "remark": "note",
}


@dataclass(frozen=True, slots=True)
class BatchCell:
    """A case of the batch in the words of the sheets; `people` are masked already."""

    number: str
    people: str
    title: str
    unit: str
    lead: str
    due_on: date
    received_by: str
    received_on: str
    progress: str
    resolved: bool
    settled: bool
    evaluation: str
    note: str


@dataclass(frozen=True, slots=True)
class About:
    """What a reader of the file must know; `lines` are the figures and what they mean."""

    name: str
    kind: str
    meeting: str
    held_on: date
    due_on: date
    as_of: str
    exported_by: str
    lines: Sequence[str]


def write(rows: Iterable[BatchCell], about: About) -> bytes:
    """Return the workbook: 交办清单 to print and sign, the ledger of domain.md 9.1, and 说明.

    Cells are written as values, so a text that begins with = stays text.
    """
    rows = list(rows)
    ledger = f"{about.kind}交办台账"
    sheets = {
        "交办清单": [_listed(at, row) for at, row in enumerate(rows, start=1)],
        ledger: [_ledger(at, row, about) for at, row in enumerate(rows, start=1)],
    }
    mark = f"{about.exported_by} {about.as_of}".replace("&", "&&")
    title = about.name.replace("&", "&&")
    page = {
        "landscape": True,
        "paper_size": 9,
        "fit_to_pages": (1, 0),
        "repeat_rows": 0,
        "header": f"&C{title}&R内部资料",
        "footer": f"&L{mark}&R第 &P 页 共 &N 页",
    }
    stream = BytesIO()
    write_worksheets(
        [*sheets.items(), ("说明", _notes(about, len(rows)))],
        stream,
        bold_headers=True,
        freeze_panes={name: {"row": 1, "col": 0} for name in sheets},
        column_widths={
            **{
                name: {column: _WIDTHS.get(column, _OTHER_WIDTH) for column in lines[0]}
                for name, lines in sheets.items()
                if lines
            },
            "说明": {"项目": 14, "内容": 80},
        },
        page_setup=dict.fromkeys(sheets, page),
    )
    return stream.getvalue()


def _listed(at: int, row: BatchCell) -> dict[str, str | int]:
    return {
        "序号": at,
        "案件编号": row.number,
        "标题": row.title,
        "责任单位": row.unit,
        "包案领导": row.lead,
        "办结时限": row.due_on.isoformat(),
        "签收人（签名）": row.received_by,
        "签收日期": row.received_on,
    }


def _ledger(at: int, row: BatchCell, about: About) -> dict[str, str | int]:
    return {
        "序号": at,
        "交办批次": about.name,
        "案件编号": row.number,
        "信访人": row.people,
        "诉求": row.title,
        "交办日期": about.held_on.isoformat(),
        "责任单位": row.unit,
        "包案领导": row.lead,
        "办结时限": row.due_on.isoformat(),
        "化解情况": row.progress,
        "是否化解": "是" if row.resolved else "否",
        "是否息访": "是" if row.settled else "否",
        "评价": row.evaluation,
        "备注": row.note,
    }


def _notes(about: About, count: int) -> list[dict[str, str]]:
    told = [
        ("批次", about.name),
        ("类别", about.kind),
        ("会议", about.meeting),
        ("交办日期", about.held_on.isoformat()),
        ("办结时限", about.due_on.isoformat()),
        ("数据截至", about.as_of),
        ("导出人", about.exported_by),
        ("件数", str(count)),
        *(("结果", line) for line in about.lines),
        ("身份信息", "信访人姓名已打码，正文中的号码已打码；检举控告不在文件中"),
        ("使用要求", "内部资料，仅限工作使用，不得外传；用后妥善销毁"),
    ]
    return [{"项目": name, "内容": text} for name, text in told]


def read(
    content: bytes, file_name: str, *, limit_bytes: int, today: date
) -> tuple[list[Line], list[Problem]]:
    """Read the lines of a ledger, and say of every row that cannot be read what stops it, by cell.

    Only the number, the unit, the lead, the deadline and the remark are read. Raises
    RuleError in Chinese for a file that cannot be opened or has no header.
    """
    ledger = open_ledger(content, file_name, sheet_name=None, limit_bytes=limit_bytes)
    mapping = {
        index: target
        for index, target in map_columns(ledger.header.names).items()
        if target in _READ
    }
    places = {_PARTS[target]: index for index, target in mapping.items() if target in _PARTS}
    if "number" not in places:
        return [], [Problem("lines", "表里没有“案件编号”一列，不能与系统中的案件对应")]
    reading = read_rows(
        ledger.sheet.rows, ledger.header, mapping, today=today, merged=ledger.sheet.merged
    )
    lines: list[Line] = []
    problems: list[Problem] = []
    year = reading.heading.year or today.year
    for row in reading.rows:
        line, told = _line(row, places, year=year, today=today)
        problems += told
        if not told:
            lines.append(line)
    if not lines and not problems:
        problems.append(Problem("lines", "表头下面没有案件"))
    return lines, problems


def _line(
    row: LedgerRow, places: Mapping[str, int], *, year: int, today: date
) -> tuple[Line, list[Problem]]:
    values = row.values
    due_on, told = due_day(values.get("deadline_note"), year=year, today=today)
    line = Line(
        place=f"第 {row.number} 行",
        number=values.get("number") or values.get("source_number") or "",
        unit=values.get("unit_id") or "",
        lead=values.get("lead_id") or "",
        due_on=due_on,
        note=values.get("remark") or "",
        cells={part: cell_name(row.number, index) for part, index in places.items()},
    )
    found = [Problem("lines", f"{each.cell}：{each.message}") for each in row.problems]
    if told:
        found.append(line.problem("due_on", told))
    if not line.number and not row.problems:
        found.append(line.problem("number", "缺少案件编号"))
    return line, found
