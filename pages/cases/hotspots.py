"""热点: the board of what many report, one hotspot fit for a room, and what discovery proposes."""

from functools import partial

import streamlit as st

from db.queries import hotspots as queries
from db.queries.hotspots import HotspotFile
from rules.case_terms import HotspotState
from rules.errors import Missing
from rules.permissions import Action, Actor
from ui import (
    case_views,
    forms,
    hotspot_board,
    hotspot_discovery,
    hotspot_proposal,
    hotspot_view,
    hotspot_work,
    signin,
    store,
)


def _board(actor: Actor) -> None:
    st.title("热点")
    directs = actor.may(Action.DIRECT_CASE)
    part = "热点"
    if directs:
        part = st.segmented_control(
            "看什么",
            ["热点", "发现", "未采纳"],
            default="热点",
            required=True,
            key="hotspot_part",
            label_visibility="collapsed",
            persist_state="session",
        )
    if part == "未采纳":
        hotspot_proposal.dismissed()
    elif part == "发现":
        _discovery()
    else:
        hotspot_board.draw(directs=directs)
        if directs:
            with st.expander("新建热点", icon=":material/add:"):
                hotspot_board.new()


def _discovery() -> None:
    found = hotspot_discovery.discovered()
    among = hotspot_discovery.undecided(found) if found else []
    chosen = hotspot_discovery.chosen(among)
    if chosen is not None:
        hotspot_proposal.draw(chosen, among)
        return
    hotspot_discovery.ask()
    if found is not None:
        hotspot_discovery.listed(found, among)


def _hotspot(hotspot_id: int, actor: Actor) -> None:
    today = store.today()
    try:
        file = store.kept(
            "hotspot",
            (hotspot_id, today),
            partial(queries.hotspot_file, hotspot_id=hotspot_id, today=today),
        )
    except Missing as refusal:
        st.title("热点")
        st.error(forms.plain(str(refusal)))
        hotspot_view.back()
        return
    big = hotspot_view.bar(actor)
    hotspot_view.draw(file, today=today, big=big)
    if not big and actor.may(Action.SEE_CASES):
        _work(file, actor)


def _work(file: HotspotFile, actor: Actor) -> None:
    directs, ended = actor.may(Action.DIRECT_CASE), file.state is HotspotState.ENDED
    parts = {"案件": partial(hotspot_work.matters, file, working=directs and not ended)}
    if directs and ended:
        parts["重新打开"] = partial(hotspot_work.reopen, file)
    elif directs:
        parts |= {
            "归入案件": partial(hotspot_work.add, file, actor),
            "修改": partial(hotspot_work.change, file),
            "合并": partial(hotspot_work.merge, file),
            "解决": partial(hotspot_work.end, file),
        }
    for tab, draw in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with tab:
            draw()


case_views.go_to_case()
asked = hotspot_view.asked()
if asked is None:
    _board(signin.actor())
else:
    _hotspot(asked, signin.actor())
