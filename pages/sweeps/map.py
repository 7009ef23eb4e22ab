"""挂图作战: the townships of the county on one wall, coloured by what is still open in them."""

import streamlit as st

from rules.permissions import Action
from rules.sweep_map import MapColour
from rules.terms import Role
from ui import dispute_list, signin, sweep_map, sweep_map_setting, windows

actor = signin.actor()
dispute_list.go_to_list()
if "map_big" not in st.session_state and Role.SCREEN in actor.roles:
    st.session_state["map_big"] = True
big = bool(st.session_state.get("map_big")) or st.query_params.get("map_big") == "true"
with st.container(horizontal=True, vertical_alignment="center"):
    if not big:
        st.title("挂图作战", width="stretch")
    if actor.may(Action.MANAGE_SWEEPS) and not big:
        windows.opened("map_layout", "布局", sweep_map_setting.layout)
        windows.opened("map_boundary", "乡镇边界", sweep_map_setting.boundary)
    colour = st.segmented_control(
        "按什么着色",
        list(MapColour),
        default=MapColour.RED,
        required=True,
        format_func=lambda each: each.label,
        key="map_colour",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.toggle("大字（投屏用）", key="map_big", bind="query-params")
sweep_map.draw(colour or MapColour.RED, actor, big=big)
if not actor.sees_all_cases and actor.may(Action.SEE_SWEEPS) and not big:
    st.caption("点开的清单只列您看得到的纠纷。")
