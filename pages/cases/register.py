"""案件登记簿: find matters by filter and by word, open one, keep a view, take the list along."""

import streamlit as st

from db.queries import cases, desk
from rules.permissions import Action
from ui import case_export, case_filter, case_views, forms, signin, store
from ui.options import options
from ui.tables import case_table

actor = signin.actor()
today = store.today()
forms.show_flash()

heading, actions = st.columns([3, 2], vertical_alignment="bottom")
heading.title("案件登记簿")
with store.reading() as session:
    views = desk.views(session, "cases/register")
with actions.container(horizontal=True, horizontal_alignment="right"):
    if actor.may(Action.REGISTER):
        st.page_link("pages/cases/entry.py", label="快速登记", icon=":material/edit_note:")
    case_views.menu(views, actor)
    export_place = st.container(width="content")

wanted = case_filter.filter_bar(options(), actor, today=today)

with store.reading() as session:
    found = cases.counts(session, wanted)
    pages = max(1, -(-found.total // cases.PAGE_SIZE))
    page = min(st.session_state.get("page", 1), pages)
    rows = cases.register_page(session, wanted, page=page)

st.caption(
    f"共 **{found.total}{'+' if found.capped else ''}** 件"
    + "".join(
        f" · {state.label} {count}{'+' if count >= cases.COUNT_CAP else ''}"
        for state, count in found.by_state.items()
        if count
    )
)
if found.capped:
    st.caption("超过 10000 件的部分不再计数;请用时间或单位缩小范围,可以得到准确数字")

if rows:
    case_table(
        rows,
        on_open=lambda number: st.switch_page(
            "pages/cases/detail.py", query_params={"case": number}
        ),
        key="register",
    )
    if pages > 1:
        st.pagination(pages, key="page", bind="query-params")
elif wanted == cases.CaseFilter():
    st.info("登记簿还是空的。可以先“快速登记”一件,或用“批量导入”把现有的 Excel 台账导进来。")
else:
    st.info("没有符合条件的案件。可以放宽时间、清空搜索词,或去掉一两个筛选条件。")

if rows and actor.may(Action.EXPORT):
    with export_place:
        case_export.popover(wanted, found.total, actor)
