"""案件登记簿: find matters by filter and by word, open one, keep a view, take the list along."""

import streamlit as st

from db.queries import cases
from db.queries.case_filters import CaseFilter
from rules.permissions import Action
from ui import case_export, case_filter, case_views, forms, signin, store, tables
from ui.options import options

actor = signin.actor()
forms.show_flash()
case_views.go_to_case()
case_views.come_back()

heading, actions = st.columns([2, 3], vertical_alignment="center")
heading.title("案件登记簿")
with actions.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
    open_place = st.container(width=270)
    if actor.may(Action.REGISTER):
        st.page_link("pages/cases/entry.py", label="快速登记", icon=":material/edit_note:")
    case_views.menu(actor)
    export_place = st.container(width="content")

wanted = case_filter.filter_bar(options(), actor, today=store.today())
with store.reading() as session:
    listing = cases.listing(session, wanted, page=case_filter.page_wanted(wanted))
rows = listing.rows

with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(case_filter.counts_line(listing.found), width="stretch")
    case_filter.page_buttons(listing)
case_views.remember_list(listing.page)

if rows:
    with open_place:
        tables.open_box(rows, on_open=case_views.open_case, key="open_number")
    tables.case_table(rows, on_open=case_views.open_case, key="register")
elif wanted == CaseFilter():
    st.info("登记簿还是空的。可以先“快速登记”一件，或用“批量导入”把现有的 Excel 台账导进来。")
else:
    st.info("没有符合条件的案件。可以放宽时间、清空搜索词，或去掉一两个筛选条件。")

if rows and actor.may(Action.EXPORT):
    with export_place:
        case_export.popover(wanted, listing.found.total, actor)
