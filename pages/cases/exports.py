"""身份信息导出: what waits for the second person, one's own requests, and all of them."""

import streamlit as st

from db.queries import export_requests as queries
from rules import export_requests as rules
from rules.permissions import Action
from rules.terms import RequestState
from ui import export_requests, signin, store

_OWN = 5

actor = signin.actor()
export_requests.carry_out()

st.title("身份信息导出")
st.caption(
    "含姓名电话的文件须两人办理：在案件登记簿里筛选后申请，由另一位联席办同事审批，"
    "同意后由申请人在有效期内生成一次。每一步都记入审计。"
)
with store.reading() as session:
    found = queries.requests(session, now=store.now())
    alone = not queries.deciders(session)

if actor.may(Action.EXPORT_RESTRICTED):
    if alone:
        st.warning(rules.ALONE)
    waiting = [row for row in found if row.state is RequestState.WAITING and not row.mine]
    if waiting:
        st.subheader("等您审批")
    for row in waiting:
        export_requests.to_decide(row)
    own = [row for row in found if row.mine][:_OWN]
    if own:
        st.subheader("您的申请")
    for row in own:
        export_requests.own(row)

st.subheader("全部申请")
if found:
    export_requests.table(found)
else:
    st.info("还没有申请。在案件登记簿里点“导出”，勾选“包括信访人姓名、电话”即可申请。")
