"""Who has reported, the rates and the rounds as one workbook: marked, and noted in the audit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from db import audit
from db.queries.sweeps import Grid, GridFilter, RoundRow
from documents import case_sheet
from rules.permissions import Actor
from rules.sweep_figures import DEFINITION
from rules.sweeps import SweepUnit
from rules.terms import AuditAction
from ui import export_file, store, sweep_grid, sweep_rounds

_READY = "_sweep_export"
Found = tuple[Grid, Sequence[RoundRow]]


def popover(wanted: GridFilter, found: Found, units: Sequence[SweepUnit], actor: Actor) -> None:
    """Draw the export of what the filter shows: make, download; each making is an entry."""
    menu = st.popover("导出", icon=":material/download:", key="sweep_export", on_change="rerun")
    if not menu.open:
        return
    with menu:
        st.caption("导出当前筛选的报送情况、报送率和这一年的轮次。只有单位和件数，没有个人信息。")
        if st.button("生成文件", key="sweep_export_make", type="primary"):
            st.session_state[_READY] = _made(wanted, found, units, actor)
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            export_file.download(ready, key="sweep_export_take")


def _made(
    wanted: GridFilter, found: Found, units: Sequence[SweepUnit], actor: Actor
) -> dict[str, Any]:
    """Write the workbook and only then the entry: what failed has not been exported."""
    moment = store.local(store.now())
    filters = described(wanted, {unit.id: unit.name for unit in units})
    grid, _ = found
    about = case_sheet.About(
        title="矛盾纠纷排查报送情况",
        as_of=f"{moment:%Y-%m-%d %H:%M}",
        exported_by=actor.name,
        filters=[*filters, DEFINITION],
        rows=len(grid.rows),
        masking="只有单位和件数，不含个人信息",
        sheet="报送情况",
        counted="单位数",
    )
    content = write(wanted, found, about, now=store.now())
    with store.writing() as session:
        audit.record(
            session, AuditAction.EXPORT, "sweep_reports", rows=len(grid.rows), filters=filters
        )
    name = f"排查报送情况_{moment:%Y%m%d_%H%M}.xlsx"
    return {"wanted": wanted, "name": name, "file": content, "warnings": []}


def write(wanted: GridFilter, found: Found, about: case_sheet.About, *, now: datetime) -> bytes:
    """Return the workbook of the grid, with the rates and the rounds on sheets of their own."""
    grid, rounds = found
    beside = {
        "报送率": _lines(sweep_grid.rate_columns(grid)),
        "轮次": _lines(sweep_rounds.columns(rounds, now=now)),
    }
    kept = {name: lines for name, lines in beside.items() if lines}
    return case_sheet.write([{**row} for row in sweep_grid.lines(grid, wanted)], about, beside=kept)


def described(wanted: GridFilter, names: Mapping[int, str]) -> list[str]:
    """Say a filter in words, a line for each condition."""
    told = (
        ("年份", f"{wanted.year} 年"),
        ("层级", wanted.level.label),
        ("乡镇", names.get(wanted.township_id or 0, "")),
        ("报送状态", wanted.state.label if wanted.state else ""),
        ("类别", wanted.kind.label if wanted.kind else ""),
        ("未开始的轮次", "也列出" if wanted.ahead else ""),
    )
    return [f"{label}：{value}" for label, value in told if value]


def _lines(columns: Mapping[str, Sequence[str]]) -> list[case_sheet.Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
