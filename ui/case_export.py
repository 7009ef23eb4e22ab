"""Taking the filtered list along: what is asked, what is warned of, and the file to take."""

import streamlit as st

from db.queries import cases
from db.queries.case_filters import CaseFilter
from rules.errors import RuleError
from rules.permissions import Action, Actor
from ui import forms, register_file, store
from ui.options import options

_READY = "_export"


def popover(wanted: CaseFilter, actor: Actor) -> None:
    """Draw the export: choose, make, read the warning, download; each making is an entry.

    The list's own total stops at a cap, and counts what is not exported: it is counted anew.
    """
    popover = st.popover("导出", icon=":material/download:", key="export_menu", on_change="rerun")
    if not popover.open:
        return
    count = store.kept(
        "export_count",
        wanted,
        lambda s: cases.export_count(s, wanted, limit=register_file.LIMIT + 1),
    )
    with popover:
        most = register_file.LIMIT
        shown = f"{count} 件" if count <= most else f"至少 {most} 件（一次最多导出这么多）"
        st.caption(
            f"导出当前筛选的 {shown}，列与屏幕一致。姓名电话和检举控告件不导出，"
            "正文中的号码自动打码。"
        )
        content = st.checkbox("包括“反映内容”", key="export_content")
        people, reason = False, ""
        if actor.may(Action.EXPORT_RESTRICTED):
            people = st.checkbox("包括信访人姓名、电话（记入审计）", key="export_people")
            if people:
                reason = st.text_input("导出身份信息的理由", key="export_reason") or ""
        if st.button("生成文件", key="export_make", type="primary"):
            _make(wanted, register_file.Choice(content, people, reason))
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            for line in ready["warnings"]:
                st.warning(line)
            st.download_button(
                f"下载 {ready['name']}",
                ready["file"],
                file_name=ready["name"],
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                key="export_download",
                on_click="ignore",
            )


def _make(wanted: CaseFilter, choice: register_file.Choice) -> None:
    """Write the workbook and only then the entry: what failed has not been exported."""
    try:
        with st.spinner("正在生成…"):
            with store.reading() as session:
                moment = store.local(store.now())
                made = register_file.make(session, wanted, choice, options(), moment=moment)
            with store.writing() as session:
                register_file.record(session, made)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state[_READY] = {
        "wanted": wanted,
        "name": made.name,
        "file": made.file,
        "warnings": made.warnings,
    }
