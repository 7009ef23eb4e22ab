"""The audit chain as a CSV file that Excel opens in Chinese."""

import csv
from collections.abc import Iterable
from io import StringIO

# In words first; the last three verify an entry: the SHA-256 of the bytes of 前一条哈希 and the
# text of 链上原文 is 本条哈希.
COLUMNS = (
    "序号",
    "时间",
    "操作人",
    "操作",
    "对象",
    "名称或编号",
    "内容",
    "链上原文",
    "前一条哈希",
    "本条哈希",
)


def write(rows: Iterable[tuple[object, ...]]) -> bytes:
    """Write rows under COLUMNS, in UTF-8 with the mark Excel needs; no cell is a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell
