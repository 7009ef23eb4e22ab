"""An import at work: the file read, its columns mapped, the plan shown, carried out and given back."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

import settings
from db.commands import imports as commands
from db.commands.imports import Result, Source
from db.crypto import file_digest
from db.queries import imports as queries
from db.queries.imports import Plan, PlannedRow
from documents.ledger_file import open_ledger
from documents.returned import RejectedRow, returned_workbook
from documents.workbook import Sheet
from rules.cases import FIELDS
from rules.columns import LABELS, column_keys, layout_key, map_columns
from rules.headers import Header
from rules.ledger_rows import CellProblem
from rules.ledgers import Reading, read_rows
from rules.masking import mask_name
from rules.terms import Channel, ImportMode, Outcome
from ui import forms, store

KEEP_AS = "（不导入）"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that could be read, with the sheet chosen and its header."""

    name: str
    digest: str
    sheets: tuple[Sheet, ...]
    sheet: Sheet
    header: Header
    mapping: Mapping[int, str]


def opened(name: str, content: bytes, *, sheet_name: str | None) -> Upload:
    """Open a workbook and find the header; raises RuleError saying what is wrong with it."""
    limit = settings.current().upload_mb * 1024 * 1024
    ledger = open_ledger(content, name, sheet_name=sheet_name, limit_bytes=limit)
    names = ledger.header.names
    with store.reading() as session:
        remembered = queries.layout(session, layout_key(names))
    return Upload(
        name,
        file_digest(content),
        ledger.sheets,
        ledger.sheet,
        ledger.header,
        map_columns(names, remembered),
    )


def mapping_form(upload: Upload) -> dict[int, str]:
    """Draw a choice for every column and return the mapping as chosen."""
    targets = [KEEP_AS, *LABELS]
    chosen: dict[int, str] = {}
    columns = st.columns(4)
    named = [(i, name) for i, name in enumerate(upload.header.names) if name]
    for place, (index, name) in enumerate(named):
        current = upload.mapping.get(index, KEEP_AS)
        target = columns[place % 4].selectbox(
            forms.plain(str(name)),
            targets,
            index=targets.index(current) if current in targets else 0,
            key=f"column_{upload.digest[:8]}_{upload.sheet.name}_{index}",
            format_func=lambda t: KEEP_AS if t == KEEP_AS else LABELS[t],
            help=forms.plain(_examples(upload, index)),
        )
        if target != KEEP_AS:
            chosen[index] = target
    return chosen


def _examples(upload: Upload, column: int) -> str:
    cells = [
        str(row[column])[:20]
        for row in upload.sheet.rows[upload.header.last_row : upload.header.last_row + 3]
        if column < len(row) and row[column] not in (None, "")
    ]
    return "例：" + "；".join(
        mask_name(c) if upload.mapping.get(column) == "petitioner" else c for c in cells
    )


def read(upload: Upload, mapping: Mapping[int, str], channel: Channel) -> Reading:
    """Read every row of the sheet under the mapping."""
    return read_rows(
        upload.sheet.rows,
        upload.header,
        mapping,
        today=store.today(),
        merged=upload.sheet.merged,
        defaults={"channel": channel},
    )


def planned(reading: Reading) -> Plan:
    """Ask the store what would become of each row."""
    with store.reading() as session:
        return queries.plan(session, reading, today=store.today())


def carried_out(
    upload: Upload, plan: Plan, mapping: Mapping[int, str], mode: ImportMode
) -> tuple[Result, float]:
    """Write the plan with a progress bar; returns what was done and the seconds it took."""
    bar = st.progress(0.0, text="正在写入…")
    started = time.perf_counter()

    def progress(done: int, total: int) -> None:
        bar.progress(done / total if total else 1.0, text=f"正在写入 {done}/{total}")

    with store.writing() as session:
        decided = {
            key: mapping.get(i, "") for i, key in enumerate(column_keys(upload.header.names))
        }
        if dict(upload.mapping) != dict(mapping):
            commands.remember_layout(
                session, layout_key(upload.header.names), decided, now=store.now()
            )
        result = commands.carry_out(
            session,
            plan,
            source=Source(upload.name, upload.digest, upload.sheet.name),
            mode=mode,
            today=store.today(),
            now=store.now(),
            progress=progress,
        )
    bar.empty()
    return result, time.perf_counter() - started


def rejects(upload: Upload, plan: Plan, mapping: Mapping[int, str]) -> bytes:
    """Return the rejected rows as a workbook to correct and upload again."""
    rows = [
        RejectedRow(row.number, row.problems)
        for row in plan.rows
        if row.outcome is Outcome.REJECTED
    ]
    return returned_workbook(None, upload.sheet, upload.header, rows, mapping=mapping)


def counts_line(counts: Mapping[str, int]) -> str:
    """Say the counts in one line whose parts add up."""
    parts = [f"{outcome.label} {counts[outcome.value]}" for outcome in Outcome]
    suspected = counts["suspected_duplicates"]
    return f"共 {counts['rows']} 行 = " + " + ".join(parts) + f"（新增中疑似重复 {suspected}）"


def problem_rows(plan: Plan, *, limit: int = 200) -> list[dict[str, str]]:
    """List what is wrong, cell by cell, for a table."""
    return [
        _problem(row, problem)
        for row in plan.rows
        if row.outcome is Outcome.REJECTED
        for problem in row.problems
    ][:limit]


def _problem(row: PlannedRow, problem: CellProblem) -> dict[str, str]:
    value = mask_name(problem.value) if problem.field == "petitioner" else problem.value
    return {
        "行": str(row.number),
        "单元格": problem.cell,
        "内容": value[:40],
        "原因": problem.message,
    }


def change_rows(plan: Plan, *, limit: int = 200) -> list[dict[str, str]]:
    """List what would change, field by field, for a table."""
    return [
        {
            "行": str(row.number),
            "栏目": FIELDS[name].label if name in FIELDS else LABELS.get(name, name),
            "现在": _said(name, before),
            "改为": _said(name, after),
        }
        for row in plan.rows
        if row.outcome is Outcome.UPDATED
        for name, (before, after) in row.changes.items()
    ][:limit]


def other_rows(plan: Plan, outcome: Outcome, *, limit: int = 200) -> list[dict[str, str]]:
    """List the rows of one outcome with their reasons or titles."""
    return [
        {"行": str(row.number), "说明": row.reason or str(row.values.get("title", ""))[:60]}
        for row in plan.rows
        if row.outcome is outcome
    ][:limit]


def suspected_rows(plan: Plan, *, limit: int = 200) -> list[dict[str, str]]:
    """List the new rows that resemble a case or another row."""
    return [
        {"行": str(row.number), "标题": str(row.values.get("title", ""))[:60]}
        for row in plan.rows
        if row.outcome is Outcome.INSERTED and row.suspect_of is not None
    ][:limit]


def warning_lines(reading: Reading, plan: Plan, sheet: Sheet) -> Sequence[str]:
    """Say all that is not wrong but should be known."""
    lines = [*reading.warnings, *reading.never, *reading.totals]
    if reading.unmapped:
        lines.append(f"没有对应栏目、不会导入的列：{'、'.join(reading.unmapped)}")
    if sheet.hidden_rows or sheet.hidden_columns:
        lines.append(
            f"工作表里有隐藏的 {sheet.hidden_rows} 行、{sheet.hidden_columns} 列，已一并读取"
        )
    for kind, label in (("unit", "单位"), ("leader", "领导"), ("code", "内容分类")):
        if names := plan.unresolved.get(kind):
            shown = "、".join(names[:10]) + ("等" if len(names) > 10 else "")
            lines.append(
                f"{label}表里没有：{shown}（{len(names)} 个）。请先在“{label}”里补充或加别名"
            )
    warned = [warning for row in plan.rows for warning in row.warnings]
    lines += [f"{w.cell}：{w.message}" for w in warned[:10]]
    if len(warned) > 10:
        lines.append(f"……另有 {len(warned) - 10} 条提示")
    return lines


def _said(name: str, value: Any) -> str:
    if name == "petitioner":
        return mask_name(value) if value else "（已登记）"
    if value in (None, ""):
        return "（空）"
    text = getattr(value, "label", None) or str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
