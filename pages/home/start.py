"""首页: a greeting, the first steps of a new house, what waits, and the way to every screen.

Who is told the county's figures has 总览 (pages/review/overview.py) in its place.
"""

import streamlit as st

from db.queries import cases, figures
from db.queries.case_filters import CaseFilter, Sort
from rules.permissions import Action, screens_for
from ui import forms, home, menu, signin, store

actor = signin.actor()

st.title("首页")
st.text(f"{actor.name}，您好。今天是{store.today():%Y年%m月%d日}。")
home.first_steps(actor)
home.waiting(actor)

if actor.may(Action.SEE_CASES):
    # A home page is looked at over the shoulder: accusations stand in the register only, and
    # no figure counts them either (db/queries/figures.py).
    today, newest = store.today(), CaseFilter(sort=Sort.CHANGED, accusations=False)
    values = store.kept("figures", today, lambda session: figures.figures(session, today=today))
    latest = store.kept("latest", newest, lambda session: cases.register_page(session, newest)[:8])
    for place, value in zip(st.columns(len(values)), values, strict=True):
        figure = value.figure
        place.metric(
            f"{figure.label}（{figure.unit}）", value.value, help=figure.definition, border=True
        )
    st.subheader("最近更新的案件")
    if not latest:
        st.info("还没有案件。交办给您单位的、由您包案的案件会列在这里。")
    for row in latest:
        st.page_link(
            "pages/cases/detail.py",
            label=forms.plain(f"{row.number} {row.title} · {row.state.label}"),
            query_params={"case": row.number},
        )

offered = menu.listed(screens_for(actor))
for column, (section, listed) in zip(st.columns(len(offered)), offered.items(), strict=True):
    with column:
        st.subheader(section)
        for screen in listed:
            st.page_link(f"pages/{screen}.py")
