"""总览: how things stand in some days, what wants a look, what happened since; the first screen of
whoever is told the county's figures. It follows what colleagues write (ui/live.py)."""

import streamlit as st

from ui import (
    home,
    live,
    overview_boards,
    overview_figures,
    overview_filter,
    overview_rows,
    overview_today,
    signin,
    store,
)

SCREEN = "review/overview"
overview_rows.go(SCREEN)
version = store.the_store().version()
actor, today = signin.actor(), store.today()

left, right = st.columns([2, 3], vertical_alignment="bottom")
left.title("总览")
with right:
    live.follow(version)
home.first_steps(actor)

asked = overview_filter.bar()
if asked is None:
    st.info(overview_filter.problem(), icon=":material/event:")
else:
    found = overview_figures.read(asked)
    overview_figures.compared_with(found)
    overview_figures.draw(found)
    pressing, since = st.columns([3, 2], gap="medium")
    with pressing:
        listed = overview_today.draw(actor)
    with since:
        overview_boards.events(found, today)
    with since if listed else pressing:
        home.waiting(actor)
    overview_boards.draw(found)
    if (wanted := overview_rows.asked()) is not None:
        overview_rows.draw(wanted, asked, screen=SCREEN)
