"""排查轮次: who has reported in which round, whom to remind, the rates, the rounds and cadences."""

from functools import partial

import streamlit as st

from db.queries import sweep_rules, sweeps
from rules.permissions import Action
from ui import signin, store, sweep_grid, sweep_rounds, sweep_upkeep, windows
from ui import sweep_rules as rules_view

actor = signin.actor()
manages = actor.may(Action.MANAGE_SWEEPS)
unknown = sweep_upkeep.keep_up()
units = store.kept("sweep_units", actor.unit_id, sweeps.units)
years = store.kept("sweep_years", None, sweeps.years)

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("排查轮次", width="stretch")
    if manages:
        windows.opened("sweep_opening", "发起专项、临时排查", partial(sweep_rounds.opening, units))
        sweep_rounds.ahead()
if manages:
    for year in unknown:
        st.warning(
            f"{year} 年的节假日还没有录入，那一年各轮的截止时间暂按周一至周五计算，"
            "录入后没有到期的轮次会自动调整。请在“日历”里录入。"
        )
wanted = sweep_grid.bar(years, units, actor)
now = store.now()
found = store.kept(
    "sweep_grid",
    (wanted, now.replace(second=0, microsecond=0)),
    lambda session: sweeps.grid(session, wanted, today=store.today(), now=now),
)
names = [
    "报送情况",
    *(["催报"] if manages else []),
    "报送率",
    "轮次",
    *(["频次"] if manages else []),
]
tabs = dict(zip(names, st.tabs(names), strict=True))
with tabs["报送情况"]:
    sweep_grid.draw(found, wanted)
with tabs["报送率"]:
    sweep_grid.rates(found)
with tabs["轮次"]:
    sweep_rounds.listed(wanted.year, manages=manages)
if manages:
    with tabs["催报"]:
        sweep_grid.remind()
    with tabs["频次"]:
        with store.reading() as session:
            lines = sweep_rules.lines(session, on=store.today())
        rules_view.draw(lines, today=store.today())
