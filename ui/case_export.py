"""Taking the filtered list along: what is asked, what is warned of, and the file to take."""

import streamlit as st

from db.queries import cases
from db.queries.case_filters import CaseFilter
from rules.permissions import Action, Actor
from ui import export_file, export_requests, register_file, store

_READY = "_export"


def popover(wanted: CaseFilter, actor: Actor) -> None:
    """Draw the export: choose, make, read the warning, download; each making is an entry.

    The list's own total stops at a cap, and counts what is not exported: it is counted anew.
    People in clear are asked for here, and made where another has approved it.
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
        restricted = actor.may(Action.EXPORT_RESTRICTED)
        kept_back = "检举控告件" if restricted else "姓名电话和检举控告件"
        st.caption(
            f"导出当前筛选的 {shown}，列与屏幕一致。{kept_back}不导出，正文中的号码自动打码。"
        )
        content = st.checkbox("包括“反映内容”", key="export_content")
        if restricted:
            if st.checkbox("包括信访人姓名、电话（须另一人审批）", key="export_people"):
                export_requests.ask(wanted, content=content)
                return
            export_requests.links()
        if st.button("生成文件", key="export_make", type="primary"):
            _make(wanted, register_file.Choice(content))
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            export_file.download(ready, key="export_download")


def _make(wanted: CaseFilter, choice: register_file.Choice) -> None:
    if ready := export_file.made(wanted, choice):
        st.session_state[_READY] = {"wanted": wanted, **ready}
