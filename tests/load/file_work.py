"""A ledger of 10,000 rows in and out; beside the bare reader and the bare writer."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from rustpy_xlsxwriter import write_worksheet

import settings
from db.commands import imports as commands
from db.commands.import_batches import Source
from db.crypto import file_digest
from db.demo import places
from db.demo.matters import matters
from db.engine import Store
from db.queries import cases
from db.queries import imports as queries
from db.queries.case_filters import CaseFilter
from documents import case_sheet
from documents.ledger_file import open_ledger
from rules.columns import map_columns
from rules.ledgers import read_rows
from rules.permissions import SYSTEM
from rules.terms import Channel, ImportMode
from tests.load.measures import Line
from tests.load.serving import environment

ROWS = 10_000
_DATES = ("登记日期", "转送日期", "受理日期", "答复日期", "办结日期")
_KEYS = ("registered_on", "forwarded_on", "accepted_on", "answered_on", "closed_on")


def ledger(rows: int, *, seed: int, today: date) -> bytes:
    """Make a ledger of one month: 16 columns under a title row, as an office keeps it."""
    unit_of = {code[2]: code[3] for code in places.CODES}
    month_end = today.replace(day=1) - timedelta(days=1)
    records: list[dict[str, Any]] = []
    made = matters(rows, seed=seed, townships=places.TOWNSHIPS, today=month_end, years=1)
    for number, matter in enumerate(made, start=1):
        values = matter.values
        received = month_end - timedelta(days=number % 28)
        moved = received - values["received_on"]
        record: dict[str, Any] = {
            "信访编号": f"WS{seed:02}{number:06}",
            "信访人": matter.person.name,
            "联系电话": matter.person.phone,
            "标题": values["title"],
            "反映内容": values["content"],
            "收到日期": str(received),
            "信访形式": values["channel"].label,
            "信访目的": values["purpose"].label,
            "属地": matter.township,
            "责任单位": unit_of[matter.label],
            "人数": values["people"],
        }
        for name, key in zip(_DATES, _KEYS, strict=True):
            day = values.get(key)
            record[name] = str(day + moved) if day and day + moved <= today else ""
        records.append(record)
    stream = BytesIO()
    write_worksheet(records, stream, sheet_name="台账")
    return stream.getvalue()


def import_lines(store: Store, path: Path, folder: Path, today: date) -> Iterator[Line]:
    """Measure reading, planning and writing a ledger, and the memory of the command."""
    content = ledger(ROWS, seed=11, today=today)
    begun = time.perf_counter()
    bare = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    floor = time.perf_counter() - begun
    begun = time.perf_counter()
    file = open_ledger(content, "台账.xlsx", sheet_name=None, limit_bytes=20 * 2**20)
    mapping = map_columns(file.header.names, None)
    defaults = {"channel": Channel.WEB}
    reading = read_rows(file.sheet.rows, file.header, mapping, today=today, defaults=defaults)
    read = time.perf_counter()
    with store.reading(SYSTEM) as session:
        plan = queries.plan(session, reading, today=today)
    planned = time.perf_counter()
    source = Source("台账.xlsx", file_digest(content), file.sheet.name)
    with store.writing(SYSTEM) as session:
        result = commands.carry_out(
            session,
            plan,
            source=source,
            mode=ImportMode.VALID_ONLY,
            today=today,
            now=datetime.now(UTC),
        )
    ended = time.perf_counter()
    note = f"读 {read - begun:.2f} 比对 {planned - read:.2f} 写 {ended - planned:.2f} 秒；新增 {result.counts['inserted']}"
    rate, floor_rate = ROWS / (ended - begun), (len(bare) - 1) / floor
    yield Line(
        "导入 10,000 行 × 16 列", rate, "行/秒", 1, floor_rate, 8_000, at_least=True, note=note
    )
    yield _import_memory(path, folder, today)


def _import_memory(path: Path, folder: Path, today: date) -> Line:
    file = folder / "ledger.xlsx"
    file.write_bytes(ledger(ROWS, seed=12, today=today))
    code = (
        "import resource, runpy, sys; sys.argv = ['manage.py', 'import-cases', sys.argv[1]]\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        cwd=settings.ROOT,
        env=environment(path),
        capture_output=True,
        text=True,
        check=True,
    )
    peak = int(done.stdout.split()[-1]) / 1024
    return Line("导入命令的内存峰值", peak, "MB", 1, aim=300, note=done.stdout.splitlines()[0][:60])


def export_lines(store: Store) -> Iterator[Line]:
    """Measure an export: the query, the rows of the sheet and the workbook."""
    from ui import register_file

    choice = register_file.Choice()

    begun = time.perf_counter()
    with store.reading(SYSTEM) as session:
        found = cases.export_rows(session, CaseFilter(), limit=ROWS)
    queried = time.perf_counter()
    rows = [register_file.sheet_row(each, choice) for each in found]
    register_file.warnings(found, content=False)
    made = time.perf_counter()
    about = case_sheet.About("案件登记簿", "2026-01-01 08:00", "测试", [], len(rows), "")
    case_sheet.write(rows, about)
    ended = time.perf_counter()
    write_worksheet(rows, BytesIO(), sheet_name="案件")
    floor = len(rows) / (time.perf_counter() - ended)
    note = f"查询 {queried - begun:.2f} 成行 {made - queried:.2f} 写 {ended - made:.2f} 秒"
    rate = len(rows) / (ended - begun)
    yield Line(f"导出 {len(rows):,} 行", rate, "行/秒", 1, floor, 20_000, at_least=True, note=note)
