"""交办会: hand cases over in a batch, follow receipts and progress, and close it with its results."""

import streamlit as st

from db.queries import batches as queries
from db.queries.batches import BatchFile
from rules.errors import Missing
from rules.permissions import Action
from ui import batch_chart, batch_list, batch_view, batch_work, case_views, forms, signin, store

actor = signin.actor()
case_views.go_to_case()
today = store.today()
directs = actor.may(Action.DIRECT_CASE)
asked = st.query_params.get("batch", "")


def _listed() -> None:
    st.title("交办会")
    found = store.kept("batches", today, lambda session: queries.batches(session, today=today))
    if directs:
        with st.expander("新建批次", icon=":material/add:", expanded=not found):
            batch_work.new()
    if not found:
        words = "请先新建一个批次。" if directs else "有交给您的案件时会列在这里。"
        st.info(f"还没有交办批次。{words}")
    batch_view.listed(found)


def _opened() -> None:
    try:
        batch_id = int(asked) if asked.isdecimal() and len(asked) < 12 else 0
        file = store.kept(
            "batch",
            (batch_id, today),
            lambda session: queries.batch_file(session, batch_id, today=today),
        )
    except Missing as refusal:
        st.title("交办会")
        st.error(forms.plain(str(refusal)))
        batch_view.back()
        return
    _batch(file)


def _batch(file: BatchFile) -> None:
    batch_view.heading(file, today=today)
    batch_view.receipts(file, actor)
    working = directs and file.closed_at is None
    names = [
        "名单",
        "各单位",
        "进度",
        "打印与台账",
        *(["加入案件", "修改一件", "结束"] if working else []),
    ]
    first = "加入案件" if working and batch_list.begun(file) else None
    tabs = dict(zip(names, st.tabs(names, default=first), strict=True))
    with tabs["名单"]:
        batch_view.rows(file)
    with tabs["各单位"]:
        batch_view.by_unit(file.outcomes)
    with tabs["进度"]:
        batch_chart.draw(file, today=today)
    with tabs["打印与台账"]:
        batch_view.sheet(file, actor)
    if working:
        with tabs["加入案件"]:
            batch_list.draw(file, actor)
        with tabs["修改一件"]:
            batch_work.change(file)
        with tabs["结束"]:
            batch_work.end(file)


if asked:
    _opened()
else:
    _listed()
