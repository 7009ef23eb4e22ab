"""The hotspots a case belongs to, on its page, and the way to put it into one."""

import streamlit as st

from db.queries import hotspots as queries
from db.queries.case_file import CaseFile
from rules.permissions import Action, Actor
from rules.terms import CaseState, Purpose
from ui import forms, hotspot_into, store


def draw(file: CaseFile, actor: Actor) -> None:
    """Draw a link to each hotspot of a case; an accusation is in none (§30)."""
    if file.values["purpose"] is Purpose.ACCUSATION or file.state is CaseState.MERGED:
        return
    own = store.kept(
        "case_hotspots", file.id, lambda session: queries.hotspots_of(session, file.id)
    )
    directs = actor.may(Action.DIRECT_CASE)
    if not own and not directs:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for each in own:
            st.page_link(
                "pages/cases/hotspots.py",
                label=forms.plain(f"热点：{each.name}（{each.state.label}）"),
                icon=":material/local_fire_department:",
                query_params={"hotspot": str(each.id)},
            )
        if directs:
            _add(file, {each.id for each in own})


def _add(file: CaseFile, own: set[int]) -> None:
    popover = st.popover(
        "归入热点", icon=":material/add:", type="tertiary", key="to_hotspot", on_change="rerun"
    )
    if not popover.open:
        return
    offered = {key: name for key, name in hotspot_into.standing().items() if key not in own}
    with popover:
        hotspot_into.into([file.id], offered, key="into_hotspot_id")
