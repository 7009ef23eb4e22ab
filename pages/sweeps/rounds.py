"""排查轮次: who has reported in which round, whom to remind, the rates, the rounds and cadences."""

from functools import partial

import streamlit as st

from db.queries import office, sweep_rules, sweeps
from rules.permissions import Action
from ui import signin, store, sweep_export, sweep_grid, sweep_rounds, sweep_upkeep, windows
from ui import sweep_rules as rules_view

actor = signin.actor()
manages = actor.may(Action.MANAGE_SWEEPS)
unknown = sweep_upkeep.keep_up()
today, now = store.today(), store.now()
minute = now.replace(second=0, microsecond=0)
units, years, slots, hours, cadences = store.kept(
    "sweep_county",
    (today, minute),
    lambda session: (
        sweeps.units(session),
        sweeps.years(session),
        sweeps.open_slots(session, today=today, now=now),
        office.parameter(session, "sweep_remind_hours", on=today),
        sweep_rules.lines(session, on=today),
    ),
)

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("排查轮次", width="stretch")
    exporting = st.container(width="content")
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
grid, rounds = store.kept(
    "sweep_grid",
    (wanted, today, minute),
    lambda session: (
        sweeps.grid(session, wanted, today=today, now=now),
        sweeps.rounds(session, year=wanted.year, now=now),
    ),
)
if grid.rows and actor.may(Action.EXPORT):
    with exporting:
        sweep_export.popover(wanted, (grid, rounds), units, actor)
names = [
    "报送情况",
    *(["催报"] if manages else []),
    "报送率",
    "轮次",
    *(["频次"] if manages else []),
]
tabs = dict(zip(names, st.tabs(names), strict=True))
with tabs["报送情况"]:
    sweep_grid.draw(grid, wanted)
with tabs["报送率"]:
    sweep_grid.rates(grid)
with tabs["轮次"]:
    sweep_rounds.listed(rounds, manages=manages)
if manages:
    with tabs["催报"]:
        sweep_grid.remind(slots, hours=int(hours))
    with tabs["频次"]:
        rules_view.draw(cadences, today=today)
