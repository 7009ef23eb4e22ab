"""A batch to print, its ledger, and such a ledger coming in."""

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from documents import batch_sheet
from documents.batch_sheet import About, BatchCell
from rules.batches import Line
from tests.conftest import TODAY

ABOUT = About(
    "第一次&重复信访交办",
    "重复信访",
    "第三季度交办会",
    date(2026, 9, 1),
    date(2026, 12, 31),
    "2026-11-20 10:00",
    "小李",
    ["化解率 80.0%（64/80）"],
)
ROW = BatchCell(
    number="510722-2026-000001",
    people="张某",
    title="=1+1",
    unit="住建局",
    lead="王县长",
    due_on=date(2026, 12, 31),
    received_by="小陈",
    received_on="2026-09-02",
    progress="已退款",
    resolved=True,
    settled=False,
    evaluation="第三方评价满意",
    note="",
)
COLUMNS = "序号 交办批次 案件编号 信访人 诉求 交办日期 责任单位 包案领导 办结时限 化解情况 是否化解 是否息访 评价 备注"
LIMIT = 2**20


def _book(*rows: BatchCell) -> Any:
    return load_workbook(BytesIO(batch_sheet.write(rows, ABOUT)))


def test_the_ledger_has_the_columns_it_has_in_the_wild():
    page = _book(ROW)["重复信访交办台账"]

    cells = {head.value: cell for head, cell in zip(page[1], page[2], strict=True)}
    assert list(cells) == COLUMNS.split()
    assert (cells["是否化解"].value, cells["是否息访"].value) == ("是", "否")
    assert (cells["诉求"].value, cells["诉求"].data_type) == ("=1+1", "s")


def test_the_list_to_print_has_room_to_sign_and_names_nobody():
    page = _book(ROW)["交办清单"]

    assert [cell.value for cell in page[1]][-2:] == ["签收人（签名）", "签收日期"]
    assert "张某" not in [cell.value for cell in page[2]]
    assert page.oddHeader.center.text.replace("&&", "&") == ABOUT.name
    assert page.print_title_rows == "$1:$1"


def test_the_notes_tell_the_results():
    told = list(_book()["说明"].values)

    assert ("结果", "化解率 80.0%（64/80）") in told
    assert ("件数", "0") in told


def test_what_was_taken_along_is_read_again():
    lines, problems = batch_sheet.read(
        batch_sheet.write([ROW], ABOUT), "台账.xlsx", limit_bytes=LIMIT, today=TODAY
    )

    assert problems == []
    assert lines == [
        Line("第 2 行", ROW.number, "住建局", "王县长", date(2026, 12, 31), cells=lines[0].cells)
    ]
    assert lines[0].cells["unit"] == "G2"


def _ledger(*rows: list[Any]) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ["序号", "案件编号", "信访人", "责任单位", "办结时限", "备注"]


def test_a_ledger_of_ones_own_making_is_read_as_ledgers_are():
    content = _ledger(
        ["2026年重复信访交办台账"],
        HEAD,
        [1, "甲-1", "张三", "住建局", "12月31日", "加急"],
        [2, "甲-2", "李四", "同上", date(2026, 12, 1), None],
        ["合计", None, None, None, None, 2],
    )

    lines, problems = batch_sheet.read(content, "台账.xlsx", limit_bytes=LIMIT, today=TODAY)

    assert problems == []
    assert [(x.number, x.unit, x.due_on, x.note) for x in lines] == [
        ("甲-1", "住建局", date(2026, 12, 31), "加急"),
        ("甲-2", "住建局", date(2026, 12, 1), ""),
    ]


def test_every_cell_that_cannot_be_read_is_named():
    content = _ledger(
        HEAD,
        [1, None, "张三", "住建局", "2026-12-31", None],
        [2, "甲-2", "李四", "住建局", "年底前", None],
        [3, 4.3e17, "王五", "住建局", "2026-12-31", None],
    )

    lines, problems = batch_sheet.read(content, "台账.xlsx", limit_bytes=LIMIT, today=TODAY)

    assert lines == []
    assert [p.message.split("：")[0] for p in problems] == ["B2", "E3", "B4"]


def test_a_sheet_without_numbers_is_refused():
    content = _ledger(["信访人", "责任单位"], ["张三", "住建局"])

    lines, problems = batch_sheet.read(content, "台账.xlsx", limit_bytes=LIMIT, today=TODAY)

    assert lines == []
    assert "没有“案件编号”一列" in problems[0].message
