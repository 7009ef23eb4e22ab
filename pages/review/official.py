"""上级数据: numbers that the national system alone knows, entered per period with their source."""

import streamlit as st

from rules.permissions import Action
from ui import official, signin, store

actor = signin.actor()
may_enter = actor.may(Action.ENTER_OFFICIAL)
today = store.today()
st.title("上级数据")
st.caption("到市、到省、进京的批次人次和人口，只有上级系统知道，按通报逐期录入，只录总数。")
levels, population, told = st.tabs(["到市到省进京", "人口", "已录入"])
with levels:
    official.levels(today, may_enter=may_enter)
with population:
    official.population(today, may_enter=may_enter)
with told:
    official.told()
