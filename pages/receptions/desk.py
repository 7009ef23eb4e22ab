"""接访登记: who receives today, what came, registered in seconds, and what is left to do with it."""

import streamlit as st

from db.queries import visits as queries
from rules.permissions import Action
from ui import reception_today, signin, store, visit_entry, visit_likely, visit_table

actor = signin.actor()
visit_table.go("receptions/desk")

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("接访登记", width="stretch")
    on = (
        st.date_input(
            "日期",
            value=store.today(),
            max_value=store.today(),
            format="YYYY-MM-DD",
            key="desk_day",
            label_visibility="collapsed",
            width=150,
        )
        or store.today()
    )
day = store.kept("desk", (on, store.today()), lambda s: queries.day(s, on, today=store.today()))
visit_entry.begin(day.turns, actor)

# All that comes and goes has one place: the form must not be moved by it.
with st.container():
    visit_entry.offer_draft()
    visit_entry.show_refusal()
    visit_entry.ask(on)

with st.container(border=True, gap="xsmall"):
    if not day.turns:
        st.caption("这一天没有排班；仍可登记来访。排班在“接访排班”里。")
    for turn in day.turns:
        st.markdown(reception_today.line(turn))

if actor.may(Action.RECEIVE):
    form, beside = st.columns([3, 2], gap="large")
    with form:
        visit_entry.form(day.turns, on, actor)
    with beside:
        st.subheader("可能是已有的案件")
        visit_likely.show()

people = sum(row.people for row in day.visits)
st.subheader(f"{'今天' if on == store.today() else f'{on:%m月%d日}'}的来访")
if day.visits:
    groups = sum(row.collective for row in day.visits)
    waiting = sum(bool(row.to_do) for row in day.visits)
    st.markdown(
        f"**{len(day.visits)}** 批次 · **{people}** 人次 · 集体访 **{groups}** 批次"
        f" · 还有待办的 **{waiting}** 批次"
    )
    visit_table.table(day.visits, key="desk_visits", with_day=False)
else:
    st.info("还没有登记来访。登记后列在这里，并写明还有什么要办。")
