"""Figures taken along: the list of them, and the rows behind one; marked, and noted in the audit."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import situation_papers as commands
from db.queries.situation_behind import Behind
from documents import case_sheet
from rules.errors import RuleError
from rules.permissions import Action
from ui import export_file, figure_rows, forms, signin, store

_READY = "_figure_export"
Made = tuple[list[case_sheet.Row], str]


def rows(key: object, filters: Sequence[str], read: Callable[[Session], Behind]) -> None:
    """Draw the export of the rows behind a figure; a ledger that lists them has its own."""

    def made(session: Session) -> Made:
        found = read(session)
        lines = figure_rows.lines(found)
        left = figure_rows.total(found) - len(lines)
        return lines, f"另有 {left} 行没有列出，请缩短期间" if left else ""

    popover("rows", key, filters, made)


def popover(
    name: str, key: object, filters: Sequence[str], read: Callable[[Session], Made]
) -> None:
    """Draw an export for whoever takes papers: made on a click, noted, and then taken."""
    if not signin.actor().may(Action.TAKE_PAPERS):
        return
    menu = st.popover(
        "导出", icon=":material/download:", key=f"figures_{name}_export", on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        st.caption("导出为 Excel，记入审计。没有姓名和反映内容，只列您能查看的。")
        if st.button("生成文件", key=f"figures_{name}_make", type="primary"):
            _make(name, key, filters, read)
        ready = st.session_state.get(_READY)
        if ready and ready["key"] == (name, key):
            export_file.download(ready, key=f"figures_{name}_take")


def _make(name: str, key: object, filters: Sequence[str], read: Callable[[Session], Made]) -> None:
    """Write the workbook and only then the entry: what failed has not been exported."""
    moment = store.local(store.now())
    try:
        with store.reading() as session:
            lines, left_out = read(session)
        about = case_sheet.About(
            title=_TITLES[name],
            as_of=f"{moment:%Y-%m-%d %H:%M}",
            exported_by=signin.actor().name,
            filters=filters,
            rows=len(lines),
            masking="没有姓名和反映内容",
            left_out=left_out,
            sheet=_TITLES[name],
            counted="行数",
        )
        file = case_sheet.write(lines, about)
        with store.writing() as session:
            commands.note_figures(session, rows=len(lines), filters=filters)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    ready: dict[str, Any] = {"key": (name, key), "file": file, "warnings": ()}
    ready["name"] = f"{_TITLES[name]}_{moment:%Y%m%d_%H%M}.xlsx"
    st.session_state[_READY] = ready


_TITLES = {"rows": "指标明细", "list": "全部指标"}
