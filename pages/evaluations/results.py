"""评价成效: what came of evaluation in a year, at the desk, on the wall, and as the public may see it."""

import streamlit as st

from rules.permissions import Action
from ui import evaluation_list, signin, store
from ui import evaluation_results as results

actor = signin.actor()
today = store.today()
evaluation_list.go()
may = actor.may(Action.SEE_EVALUATIONS)
if "big" not in st.session_state and not may:
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
    # Whoever may see no evaluation is shown what the public may.
    public = not may or st.toggle("公开版（小数不显示）", key="public", bind="query-params")
    big = st.toggle("大字（投屏用）", key="big", bind="query-params")
opens = may and not public and not big
found = store.kept(
    "evaluation_results",
    (year, today),
    lambda session: results.read(session, year or today.year, today=today),
)
with st.container(key="evaluation_big" if big else "evaluation_desk"):
    st.title(f"{year} 年第三方评价成效")
    if public:
        st.caption(f"公开版：小于 {found.least} 的数和能倒推出来的数不显示。")
    results.figures(found, public=public, opens=opens)
    if opens and (wanted := results.asked()) is not None:
        results.listed(found, wanted)
    if not public:
        results.refusals(found, opens=opens, big=big)
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("按被评价单位")
        results.by_part(found, "unit", public=public, opens=opens, big=big)
    with right:
        st.subheader("按内容分类")
        results.by_part(found, "kind", public=public, opens=opens, big=big)
    results.definitions()
