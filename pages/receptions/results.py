"""接访统计: who kept the rule month by month, how turns are spread, and what came of reception."""

import streamlit as st

from rules.reception_terms import Level
from rules.terms import Role
from ui import reception_results as results
from ui import signin, store, visit_table

actor = signin.actor()
today = store.today()
visit_table.go_to_list()
if "big" not in st.session_state and Role.SCREEN in actor.roles:
    st.session_state["big"] = True

with st.container(horizontal=True, vertical_alignment="bottom"):
    year = st.selectbox(
        "年份",
        [today.year - back for back in range(5)],
        format_func=lambda each: f"{each} 年",
        key="year",
        bind="query-params",
        width=140,
    )
    level = st.segmented_control(
        "层级",
        [Level.COUNTY, Level.CITY, Level.TOWNSHIP, Level.MEMBER],
        default=Level.COUNTY,
        format_func=lambda each: each.label,
        required=True,
        key="level",
    )
    big = st.toggle("大字（投屏用）", key="big", bind="query-params")
found = store.kept(
    "reception_results",
    (year, level, today),
    lambda session: results.read(session, level or Level.COUNTY, year or today.year, today=today),
)
with st.container(key="reception_big" if big else "reception_desk"):
    st.title(f"{year} 年领导接访统计")
    tabs = dict(zip(names := ["达标", "次数", "成效"], st.tabs(names), strict=True))
    with tabs["达标"]:
        results.draw_grid(found, big=big)
    with tabs["次数"]:
        results.draw_burdens(found)
    with tabs["成效"]:
        results.draw_figures(
            found, year=year or today.year, big=big, opens=actor.sees_all_cases and not big
        )
        with st.expander("统计口径"):
            for label, words in results.definitions(found).items():
                st.markdown(f"**{label}**：{words}")
