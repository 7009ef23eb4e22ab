"""The audit export: Excel opens it in Chinese, and no cell runs."""

import csv
from io import StringIO

from documents.audit_csv import COLUMNS, write


def test_the_file_begins_with_the_mark_excel_needs_and_its_header() -> None:
    content = write([(1, "2026-11-20 10:00:00", "小李", "登录", "账号", "7", "来源地址：10.0.0.1")])

    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(StringIO(content.decode("utf-8-sig")))
    assert tuple(header) == COLUMNS
    assert row[2] == "小李"


def test_no_cell_is_a_formula() -> None:
    content = write([(1, "", "=cmd|' /C calc'!A0", "", "", "", "@x\n第二行")]).decode("utf-8-sig")

    _, row = csv.reader(StringIO(content))
    assert row[2].startswith("'=")
    assert row[6] == "'@x\n第二行"
