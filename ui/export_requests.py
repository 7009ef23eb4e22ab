"""Exports of identity on the screen: asked for, waiting, decided, taken back, made."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import export_requests as commands
from db.queries import export_requests as queries
from db.queries.case_filters import CaseFilter
from db.queries.export_requests import RequestRow
from rules import export_requests as rules
from rules.terms import RequestState
from ui import export_file, forms, register_file, store
from ui.options import options

SCREEN = "pages/cases/exports.py"
_WISH = "_export_wish"
_READY = "_export_granted"
# So long whoever asked is told of a refusal outside of the screen of the requests.
_TOLD = timedelta(days=3)


def ask(wanted: CaseFilter, *, content: bool) -> None:
    """Draw what a request for the filter needs, and send it."""
    with store.reading() as session:
        others = queries.deciders(session)
    if others:
        st.caption(f"可由{forms.plain('、'.join(others))}审批，同意后由您生成一次。")
    else:
        st.warning(rules.ALONE)
    reason = st.text_input(
        "导出身份信息的理由（不写信访人姓名）", key="export_reason", max_chars=rules.WORDS_MAX
    )
    if st.button("提交申请", key="export_ask", type="primary"):
        work = partial(
            commands.ask,
            wanted=wanted,
            filters=register_file.described(wanted, options()),
            content=content,
            reason=reason or "",
            limit=register_file.LIMIT,
            now=store.now(),
        )
        forms.save(
            work,
            refilled={"export_people": False, "export_reason": ""},
            message="申请已提交，等待另一位联席办同事审批。进度见“身份信息导出”",
        )


def links() -> None:
    """Draw a line for each request that waits for the reader, and for each of his own."""
    with store.reading() as session:
        found = queries.requests(session, now=store.now())
    for line in filter(None, map(_line, found)):
        st.page_link(SCREEN, label=forms.plain(line), icon=":material/supervisor_account:")


def _line(row: RequestRow) -> str:
    """Say in a line what a request wants of the reader; nothing of what it asks for."""
    if not row.mine:
        waits = row.state is RequestState.WAITING
        return f"{row.requester}申请导出 {row.rows} 件的姓名电话，等您审批" if waits else ""
    if row.state is RequestState.WAITING:
        return "您申请的身份信息导出正在等待审批"
    if row.state is RequestState.APPROVED and row.expires_at:
        return f"您申请的身份信息导出已同意，请在 {_moment(row.expires_at)} 前生成文件"
    told = row.decided_at and store.now() - row.decided_at < _TOLD
    if row.state is RequestState.REFUSED and told:
        return "您申请的身份信息导出未获同意，请看审批意见"
    return ""


def carry_out() -> None:
    """Do what a click on the last screen asked for; call it before anything is drawn."""
    if wish := st.session_state.pop(_WISH, None):
        work, message = wish
        forms.save(work, message=message)


def _wish(work: Callable[[Session], None], message: str) -> None:
    # Noted with the version that was on the screen: in the run that follows, what a rival has
    # decided meanwhile is drawn without its buttons, and the click would be lost without a word.
    st.session_state[_WISH] = (work, message)


def to_decide(row: RequestRow) -> None:
    """Draw another's request with the two answers to it."""
    with st.container(border=True):
        _facts(row)
        # Enter would press the first button: an approval is clicked.
        with st.form(f"decide_{row.id}", border=False, enter_to_submit=False):
            st.text_input(
                "审批意见",
                key=f"opinion_{row.id}",
                max_chars=rules.WORDS_MAX,
                placeholder="如：同意，仅用于市局核查",
            )
            with st.container(horizontal=True):
                for label, approve in (("同意", True), ("不同意", False)):
                    st.form_submit_button(
                        label,
                        key=f"{'approve' if approve else 'refuse'}_{row.id}",
                        on_click=_decide,
                        args=(row, approve),
                    )


def _decide(row: RequestRow, approve: bool) -> None:
    work = partial(
        commands.decide,
        request_id=row.id,
        version=row.version,
        approve=approve,
        opinion=st.session_state.get(f"opinion_{row.id}", ""),
        today=store.today(),
        now=store.now(),
    )
    said = "已同意" if approve else "未予同意"
    _wish(work, f"{row.requester}的申请{said}")


def own(row: RequestRow) -> None:
    """Draw the reader's own request: where it stands, what comes next, and the file."""
    with st.container(border=True):
        _facts(row)
        _answer(row)
        with st.container(horizontal=True):
            if row.state is RequestState.APPROVED and st.button(
                "生成文件", key=f"make_{row.id}", type="primary"
            ):
                _make(row)
            if row.state in rules.WITHDRAWABLE:
                st.button(
                    "撤回申请",
                    key=f"withdraw_{row.id}",
                    on_click=_withdraw,
                    args=(row,),
                )
        ready = st.session_state.get(_READY)
        if ready and ready["id"] == row.id:
            export_file.download(ready, key=f"download_{row.id}")


def _withdraw(row: RequestRow) -> None:
    work = partial(commands.withdraw, request_id=row.id, version=row.version, now=store.now())
    _wish(work, "申请已撤回")


def _make(row: RequestRow) -> None:
    made = export_file.made(row.wanted, register_file.Choice.of(row))
    if made:
        st.session_state[_READY] = {"id": row.id, **made}
        forms.flash("文件已生成，请立即下载；离开后不能再次下载")
        st.rerun()


def _facts(row: RequestRow) -> None:
    content = "含反映内容" if row.with_content else "不含反映内容"
    st.markdown(f"**{forms.plain(row.requester)}** 申请导出 **{row.rows}** 件的姓名电话，{content}")
    st.text(f"理由：{row.reason}")
    st.text(f"条件：{conditions(row)}")
    st.caption(f"{_moment(row.asked_at)} 申请")


def _answer(row: RequestRow) -> None:
    if row.decided_at:
        answer = f"{row.decided_by} {_moment(row.decided_at)}：{row.opinion}"
        st.text(f"审批意见：{answer}")
    until = (
        f"有效期至 {_moment(row.expires_at)}。" if row.expires_at and row.used_at is None else ""
    )
    st.markdown(f"**{row.state.label}** {until}{rules.next_step(row.state)}")


def table(rows: Sequence[RequestRow]) -> None:
    """Draw all requests as a table: who asked, who answered, and what became of it."""
    cells = [
        {
            "申请时间": _moment(row.asked_at),
            "申请人": row.requester,
            "件数": row.rows,
            "状态": row.state.label,
            "理由": row.reason,
            "条件": conditions(row),
            "审批人": row.decided_by,
            "审批意见": row.opinion,
            "有效期至": _moment(row.expires_at),
            "生成时间": _moment(row.used_at),
        }
        for row in rows
    ]
    st.dataframe(cells, hide_index=True, height="content", alt="身份信息导出申请")


def conditions(row: RequestRow) -> str:
    """Return the filter in words, in one line."""
    return "；".join(row.filters) or "无（全部）"


def _moment(moment: datetime | None) -> str:
    return f"{store.local(moment):%Y-%m-%d %H:%M}" if moment else ""
