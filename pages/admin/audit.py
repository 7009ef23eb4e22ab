"""审计: who did what and when, whether the chain is whole, and the export of it."""

from datetime import datetime, time, timedelta

import streamlit as st

from db.commands import audit as commands
from db.queries import audit
from db.queries.audit import EntryRow, ExportRow, Filters
from documents import audit_csv
from rules.terms import AuditAction
from ui import forms, store

_READY = "_audit_csv"

st.title("审计")

with store.reading() as session:
    choices = audit.choices(session)

clock = store.clock()


def _first_page() -> None:
    st.session_state["page"] = 1


def _asked() -> Filters:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = forms.date_input("自", key="first", on_change=_first_page)
        last = forms.date_input("至（含）", key="last", on_change=_first_page)
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
        number = st.text_input(
            "案件编号",
            key="number",
            placeholder="完整的编号",
            help="这一件和它的办理记录、附件、信访人等的全部记录",
            autocomplete="off",
            on_change=_first_page,
        )
    return Filters(
        actor=actor,
        action=action,
        entity=entity,
        number=number or "",
        since=datetime.combine(first, time.min, clock) if first else None,
        until=datetime.combine(last + timedelta(days=1), time.min, clock) if last else None,
    )


def _moment(row: EntryRow) -> str:
    return f"{row.at.astimezone(clock):%Y-%m-%d %H:%M:%S}"


def _line(row: ExportRow) -> tuple[str, ...]:
    entry = row.entry
    return (
        str(entry.seq),
        _moment(entry),
        entry.actor,
        entry.action.label,
        entry.entity,
        entry.subject,
        "；".join(entry.changes),
        row.body,
        row.previous.hex(),
        row.digest.hex(),
    )


def _make(filters: Filters) -> None:
    """Write the file and the entry that says so, together; it is fetched with a second click."""
    with store.writing() as session:
        rows = audit.export_rows(session, filters, clock=clock)
        commands.record_export(session, filters, rows=len(rows))
    st.session_state[_READY] = (filters, audit_csv.write(_line(row) for row in rows))


def _export(filters: Filters, total: int) -> None:
    if total > audit.EXPORT_ROWS:
        st.caption(f"一次最多导出 {audit.EXPORT_ROWS} 条，请先缩小时间范围")
        return
    if st.button("导出所列记录", key="export"):
        _make(filters)
    ready = st.session_state.get(_READY)
    if ready and ready[0] == filters:
        st.download_button(
            "下载",
            ready[1],
            file_name=f"审计记录-{store.today()}.csv",
            mime="text/csv",
            key="download",
            type="primary",
            on_click="ignore",
        )


def _cells(row: EntryRow) -> dict[str, str]:
    about = forms.plain(row.subject)
    if row.case:
        about = f"[{row.case}](/cases-detail?case={row.case})"
    return {
        "时间": _moment(row),
        "序号": str(row.seq),
        "操作人": forms.plain(row.actor),
        "操作": row.action.label,
        "对象": row.entity,
        "名称或编号": about,
        "内容": "；".join(forms.plain(line) for line in row.changes),
    }


filters = _asked()
with store.reading() as session:
    found = audit.entries(session, filters, clock=clock, page=st.session_state.get("page", 1))

with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(f"共 {found.total} 条，新的在前")
    _export(filters, found.total)
    verifying = st.button("核验审计链", key="verify")

if verifying:
    with st.spinner("正在逐条核验……"), store.reading() as session:
        verdict = commands.verify_chain(session)
    (st.success if verdict.whole else st.error)(verdict.message)

if found.rows:
    with st.container(key="audit_rows"):
        st.table([_cells(row) for row in found.rows], border="horizontal", alt="审计记录")
    st.pagination(found.pages, key="page")
else:
    st.info("没有符合条件的记录。请放宽上面的条件。")
