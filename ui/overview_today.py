"""今天要看的 on 总览: the matters that press, and what the office has to sort out."""

import streamlit as st

from db.queries import figures
from rules.permissions import Actor
from ui import store, today

# Where what waits for the office is sorted out.
_SORTED = {
    "suspected_duplicates": "pages/cases/duplicates.py",
    "without_unit": "pages/cases/board.py",
}


def draw(actor: Actor) -> bool:
    """Draw what wants a look today, within the scope of the actor; returns whether anything does."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("今天要看的", width="stretch")
        st.page_link("pages/cases/today.py", label="看全部", width="content")
    found = today.found().ordinary
    today.draw(found, brief=True)
    _sorting(actor)
    return bool(found.lines)


def _sorting(actor: Actor) -> None:
    if not actor.sees_all_cases:
        return
    day = store.today()
    values = store.kept("figures", day, lambda session: figures.figures(session, today=day))
    waits = [value for value in values if value.figure.code in _SORTED and value.value]
    if not waits:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown("**分办**：", width="content")
        for value in waits:
            st.page_link(
                _SORTED[value.figure.code],
                label=f"{value.figure.label} {value.value} {value.figure.unit}",
                width="content",
            )
