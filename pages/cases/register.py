"""案件登记簿: find matters by filter and by word, open one, keep a view, take the list along."""

import streamlit as st

from db.queries.case_filters import CaseFilter
from rules.permissions import Action
from ui import case_export, case_filter, case_views, signin, store, tables, ticked
from ui.options import options

actor = signin.actor()
case_views.go_to_case()
case_views.come_back()

with st.container(horizontal=True, vertical_alignment="center"):
    st.title("案件登记簿", width="stretch")
    if actor.may(Action.REGISTER):
        st.page_link("pages/cases/entry.py", label="快速登记", icon=":material/edit_note:")
    case_views.menu(actor)

wanted = case_filter.filter_bar(options(), actor, today=store.today())
listing = case_filter.listing(wanted)

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(case_filter.counts_line(listing.found), width="stretch")
    chosen = st.container(width="content")
    if listing.rows:
        tables.open_box(listing.rows, on_open=case_views.open_case, key="open_number")
    if listing.rows and actor.may(Action.EXPORT):
        case_export.popover(wanted, actor)
    case_filter.page_buttons(listing)
case_views.remember_list(listing.page)

if listing.rows:
    places = tables.case_table(
        listing.rows,
        on_open=case_views.open_case,
        key="register",
        choosing=ticked.may_tick(actor),
    )
    if places:
        with chosen:
            ticked.menu([listing.rows[place] for place in places])
elif wanted == CaseFilter() and not actor.may(Action.REGISTER):
    st.info("目前没有交给您办理或由您包案的案件。有了就会列在这里。")
elif wanted == CaseFilter():
    st.info("登记簿还是空的。可以先“快速登记”一件，或用“批量导入”把现有的 Excel 台账导进来。")
else:
    st.info("没有符合条件的案件。可以放宽时间、清空搜索词，或去掉一两个筛选条件。")
