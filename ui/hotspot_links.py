"""The hotspots a case belongs to, on its page, and the way to put it into one."""

from functools import partial

import streamlit as st

from db.commands import hotspots as commands
from db.queries import hotspots as queries
from db.queries.case_file import CaseFile
from rules.case_terms import HotspotState
from rules.permissions import Action, Actor
from rules.terms import CaseState, Purpose
from ui import forms, store


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
    found = store.kept("hotspot_names", None, queries.names)
    offered = {
        each.id: each.name
        for each in found
        if each.id not in own and each.state is not HotspotState.ENDED
    }
    with popover:
        if not offered:
            st.caption("没有可以归入的热点。请先在“热点”里新建。")
            return
        with st.form("into_hotspot", border=False):
            hotspot_id = forms.choose("热点", offered, key="into_hotspot_id", empty="请选择")
            submitted = st.form_submit_button("归入", type="primary", key="into_submit")
        if submitted and not hotspot_id:
            st.error("请先选择一个热点")
        elif hotspot_id and submitted:
            forms.save(
                partial(
                    commands.add_cases,
                    hotspot_id=hotspot_id,
                    case_ids=[file.id],
                    now=store.now(),
                ),
                message="已归入热点",
            )
