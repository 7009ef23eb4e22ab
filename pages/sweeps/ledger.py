"""纠纷台账: every dispute found, how far it has come, and what waits for somebody."""

from functools import partial

import streamlit as st

from db.queries import dispute_sign_off
from db.queries.disputes import DisputeFilter
from rules.permissions import Action
from ui import (
    dispute_classes,
    dispute_filter,
    dispute_import,
    dispute_list,
    dispute_pairs,
    signin,
    store,
    windows,
)

actor = signin.actor()
today = store.today()
dispute_list.go()


def _ledger() -> None:
    wanted = dispute_filter.bar(today=today)
    found = dispute_filter.listing(wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(dispute_list.counted(found), width="stretch")
        if found.rows and actor.may(Action.EXPORT):
            dispute_list.export(wanted, actor)
        dispute_filter.page_buttons(found)
    if found.rows:
        dispute_list.table(found.rows, today=today)
    elif wanted != DisputeFilter():
        st.info("没有符合条件的纠纷。可以放宽日期，或去掉一两个筛选条件。")
    elif actor.may(Action.RECORD_DISPUTE):
        st.info("台账还是空的。排查出的纠纷在“登记纠纷”里录入，可以一次登记多件。")
    else:
        st.info("目前没有由您包案的矛盾纠纷。")


def _waiting() -> None:
    with store.reading() as session:
        asked = dispute_sign_off.waiting(session)
        due = dispute_sign_off.looks_due(session, today=today)
    st.subheader("待审核销号")
    if asked:
        dispute_list.waiting_table(asked, key="disputes_waiting", heading="申请日期")
    else:
        st.caption("没有等待销号的纠纷。")
    st.subheader("到期的回头看")
    if due:
        dispute_list.waiting_table(due, key="disputes_due", heading="到期日")
    else:
        st.caption("没有到期的回头看。")


parts = {"台账": _ledger}
if actor.may(Action.RECORD_DISPUTE):
    parts["待办"] = _waiting
    parts["疑似同一纠纷"] = partial(dispute_pairs.draw, today=today)
if actor.may(Action.IMPORT):
    parts["导入台账"] = dispute_import.draw
    parts["导入记录"] = dispute_import.batches
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("纠纷台账", width="stretch")
    if actor.may(Action.MANAGE_SWEEPS):
        windows.opened("dispute_classes", "纠纷类别", dispute_classes.draw)
    part = "台账"
    if len(parts) > 1:
        part = st.segmented_control(
            "看什么",
            list(parts),
            default="台账",
            required=True,
            key="disputes_part",
            bind="query-params",
            label_visibility="collapsed",
        )
parts[part]()
