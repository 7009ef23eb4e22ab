"""The requests for a sign-off that wait: which can be approved together, and what the others lack."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from db.commands import sign_off as commands
from db.queries import sign_off as queries
from db.queries.sign_off import WaitingRow
from ui import case_views, forms, signin, store, tables

_WIDTHS = {"标题": 230, "还缺什么": 400, "责任单位": 140, "申请人": 96, "申请日期": 92}
_CHECKED = "sign_offs_checked"
_WANTED = "sign_offs_wanted"


def draw() -> None:
    """Draw what can be approved together with its form, and below what is still held up."""
    today, reader = store.today(), signin.actor().name
    page = int(st.session_state.get("sign_offs_page", 1))
    # Not kept between runs: who has opened a case changes no version of the store.
    with store.reading() as session:
        found = queries.waiting(session, reader=reader, page=page, today=today)
    if not found.count:
        st.info("没有等待批准的销号申请。案件办结后，在案件页“销号”里提出申请。")
        return
    st.caption(
        "一件一件核对：先打开看，再批准。没有人打开看过的、材料不齐的、自己经办的，不能批准。"
        "缺什么写在下面的表里。"
    )
    ready = [row for row in found.rows if not row.lacking]
    held = [row for row in found.rows if row.lacking]
    _approve(ready)
    if held:
        st.subheader(f"还不能批准的 {len(held)} 件")
        _table(held, key="held")
    pages = -(-found.count // queries.PAGE)
    if pages > 1:
        st.pagination(pages, key="sign_offs_page")


def _approve(ready: Sequence[WaitingRow]) -> None:
    st.subheader(f"可以批准的 {len(ready)} 件")
    if not ready:
        st.caption("现在没有您可以批准的。")
        return
    _table(ready, key="ready")
    # The version is part of the choice: a request that changed meanwhile is chosen no more.
    labels = {(row.id, row.version): f"{row.number} {row.title}" for row in ready}
    with st.form("sign_offs", border=False):
        wanted = st.multiselect(
            "批准销号",
            list(labels),
            format_func=forms.named(labels, missing=""),
            key=_WANTED,
            placeholder="选择要批准的案件，可多选",
        )
        checked = st.checkbox("已逐件核对办理结果、文书和回访", key=_CHECKED)
        if not st.form_submit_button("批准所选销号", type="primary"):
            return
    if not checked:
        st.error("请先逐件核对材料并勾选")
        return
    forms.save(
        partial(
            commands.sign_off_in_bulk,
            wanted=dict(wanted),
            today=store.today(),
            now=store.now(),
        ),
        refilled={_WANTED: [], _CHECKED: False},
        message=f"已销号 {len(wanted)} 件",
    )


def _table(rows: Sequence[WaitingRow], *, key: str) -> None:
    columns = {
        "标题": [row.title for row in rows],
        "还缺什么": ["；".join(row.lacking) for row in rows],
        "责任单位": [row.unit for row in rows],
        "申请人": [row.requested_by for row in rows],
        "申请日期": [str(row.requested_on) for row in rows],
    }
    if key == "ready":
        del columns["还缺什么"]
    tables.opening_table(
        [row.number for row in rows],
        columns,
        {name: width for name, width in _WIDTHS.items() if name in columns},
        on_open=case_views.open_case,
        key=f"sign_offs_{key}",
        alt="可以批准的销号申请" if key == "ready" else "还不能批准的销号申请",
    )
