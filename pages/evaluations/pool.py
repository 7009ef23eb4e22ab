"""评价员名册: who can be drawn, the categories, the two platforms, and lists taken in."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from rules.permissions import Action
from ui import evaluation_pool, evaluator_import, signin, store, windows

actor = signin.actor()
parts: dict[str, Callable[[], None]] = {"名册": partial(evaluation_pool.pool, today=store.today())}
parts["评价小组"] = evaluation_pool.panels
if actor.may(Action.IMPORT):
    parts["导入名单"] = evaluator_import.draw
    parts["导入记录"] = evaluator_import.batches
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("评价员名册", width="stretch")
    windows.opened("evaluator_new", "登记评价员", evaluation_pool.add_form)
    windows.opened("evaluator_categories", "类别和名额", evaluation_pool.categories)
part = st.segmented_control(
    "看什么",
    list(parts),
    default="名册",
    required=True,
    key="pool_part",
    label_visibility="collapsed",
)
parts[part]()
