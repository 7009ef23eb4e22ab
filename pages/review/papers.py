"""形势材料: deck, report and annex of a snapshot, and finished reports held against one."""

import streamlit as st

from rules.permissions import Action
from ui import report_check, signin, situation_papers, store

actor = signin.actor()
today = store.today()
st.title("形势材料")
st.caption("幻灯片、报告、附表都出自同一个快照，数字彼此一致；快照留存后不再变动。")
row = situation_papers.chosen(actor, today=today)
own = ["模板和母版"] if actor.may(Action.ROSTER) else []
tabs = st.tabs(["生成材料", "核对报告", *own])
if row is not None:
    with tabs[0]:
        situation_papers.draw(row, actor, today=today)
    with tabs[1]:
        report_check.draw(situation_papers.material(row.number), actor)
if own:
    with tabs[-1]:
        situation_papers.template_boxes()
