"""投票: one screen for one ballot, cast with a one-time code; it keeps nothing of who voted what."""

import streamlit as st

from db.commands import ballots as commands
from db.queries import ballots as queries
from rules.ballots import CODE_LENGTH
from rules.errors import RuleError
from rules.evaluation_terms import Choice
from ui import forms, store

_ENTERED = "_ballot_code"
_CAST = "_ballot_cast"


def draw() -> None:
    """Draw the code's field, then the ballot, then thanks, for the next one at this screen."""
    if st.session_state.pop(_CAST, False):
        st.title("投票成功")
        st.markdown("您的选票已投出，不记名，也无法查询。请把屏幕交给下一位。")
        st.button("下一位投票", type="primary", key="ballot_next")
        return
    code = st.session_state.get(_ENTERED, "")
    booth = None
    if code:
        with store.reading() as session:
            booth = queries.booth(session, code)
        if booth is None:
            del st.session_state[_ENTERED]
            st.error("没有这个投票码，或者已经用过、票决已经结束。请核对后重新输入。")
    if booth is None:
        _asked()
        return
    st.title("第三方评价投票")
    st.markdown(f"**评价事项**：{forms.plain(booth.matter)}")
    st.markdown(f"**被评价单位**：{forms.plain(booth.judged)}")
    st.caption("对该单位作出的处理意见，您的评价是：（点选后再点“投票”，投出后不能更改）")
    with st.form("ballot", border=False):
        choice = st.radio(
            "您的评价",
            list(Choice),
            index=None,
            format_func=lambda each: each.label,
            key="ballot_choice",
            label_visibility="collapsed",
            horizontal=True,
        )
        voted = st.form_submit_button("投票", type="primary", key="ballot_cast")
    if voted and choice is None:
        st.error("请先选择满意、不满意或者弃权。")
    elif voted and choice is not None:
        _cast(code, choice)
    if st.button("返回，不投", type="tertiary", key="ballot_back"):
        _forget()
        st.rerun()


def _asked() -> None:
    st.title("第三方评价投票")
    with st.form("ballot_entry", border=False, clear_on_submit=True):
        code = st.text_input(
            f"请输入 {CODE_LENGTH} 位投票码", key="ballot_code", max_chars=20, autocomplete="off"
        )
        if st.form_submit_button("继续", type="primary", key="ballot_enter") and code:
            st.session_state[_ENTERED] = code
            st.rerun()


def _cast(code: str, choice: Choice) -> None:
    try:
        with store.writing() as session:
            commands.cast(session, code, choice)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    _forget()
    st.session_state[_CAST] = True
    st.rerun()


def _forget() -> None:
    for key in (_ENTERED, "ballot_choice"):
        st.session_state.pop(key, None)
