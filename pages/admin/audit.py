"""审计: who did what and when, whether the chain is whole, and the export of it."""

from datetime import datetime, time, timedelta

import streamlit as st

from db.commands import audit as commands
from db.queries import audit
from db.queries.audit import Filters
from documents import audit_csv
from rules.terms import AuditAction
from ui import forms, store

_READY = "_audit_csv"

st.title("审计")

with store.reading() as session:
    choices = audit.choices(session)

today = store.today()


def _first_page() -> None:
    st.session_state["page"] = 1


with st.container(horizontal=True, vertical_alignment="bottom"):
    actor = st.selectbox(
        "操作人",
        [None, *choices.actors],
        format_func=lambda name: name or "全部",
        key="by",
        placeholder="全部",
        on_change=_first_page,
    )
    action = st.selectbox(
        "操作",
        [None, *AuditAction],
        format_func=lambda term: term.label if term else "全部",
        key="action",
        placeholder="全部",
        on_change=_first_page,
    )
    entity = st.selectbox(
        "对象",
        [None, *choices.entities],
        format_func=forms.named(choices.entities, missing="全部"),
        key="entity",
        placeholder="全部",
        on_change=_first_page,
    )
    first = forms.date_input("自", key="first", on_change=_first_page)
    last = forms.date_input("至（含）", key="last", on_change=_first_page)

clock = store.local(store.now()).tzinfo
filters = Filters(
    actor=actor,
    action=action,
    entity=entity,
    since=datetime.combine(first, time.min, clock) if first else None,
    until=datetime.combine(last + timedelta(days=1), time.min, clock) if last else None,
)
with store.reading() as session:
    found = audit.entries(session, filters, page=st.session_state.get("page", 1))


def _cells(row: audit.EntryRow) -> tuple[str, ...]:
    at = f"{store.local(row.at):%Y-%m-%d %H:%M:%S}"
    number = "" if row.entity_id is None else str(row.entity_id)
    return str(row.seq), at, row.actor, row.action.label, row.entity, number, row.changes


def _make() -> None:
    """Write the file and the entry that says so, together; it is fetched with a second click."""
    with store.writing() as session:
        rows = audit.export_rows(session, filters)
        commands.record_export(session, filters, rows=len(rows))
    st.session_state[_READY] = (filters, audit_csv.write(_cells(row) for row in rows))


with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(f"共 {found.total} 条，新的在前")
    if found.total > audit.EXPORT_ROWS:
        st.caption(f"一次最多导出 {audit.EXPORT_ROWS} 条，请先缩小时间范围")
    else:
        if st.button("导出所列记录", key="export"):
            _make()
        ready = st.session_state.get(_READY)
        if ready and ready[0] == filters:
            st.download_button(
                "下载",
                ready[1],
                file_name=f"审计记录-{today}.csv",
                mime="text/csv",
                key="download",
                type="primary",
                on_click="ignore",
            )
    verifying = st.button("核验审计链", key="verify")

if verifying:
    with st.spinner("正在逐条核验……"), store.reading() as session:
        verdict = commands.verify_chain(session)
    (st.success if verdict.whole else st.error)(verdict.message)

if found.rows:
    rows = [dict(zip(audit_csv.COLUMNS, _cells(row), strict=True)) for row in found.rows]
    st.dataframe(rows, hide_index=True, height="content", alt="审计记录")
    st.pagination(found.pages, key="page")
else:
    st.info("没有符合条件的记录。请放宽上面的条件。")
