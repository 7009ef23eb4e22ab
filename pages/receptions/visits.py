"""接访台账: every visit to a leader, how far its matter has come, to be taken along or brought in."""

import streamlit as st

from db.queries.visit_lists import VisitFilter
from rules.permissions import Action
from ui import signin, store, visit_export, visit_filter, visit_import, visit_table

actor = signin.actor()
visit_table.go("receptions/visits")


def _ledger() -> None:
    wanted = visit_filter.bar(today=store.today(), sees_all=actor.sees_all_cases)
    listing = visit_filter.listing(wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(listing.figures.told(), width="stretch")
        if listing.rows and actor.may(Action.EXPORT):
            visit_export.popover(wanted, listing.figures.batches)
        visit_filter.page_buttons(listing)
    stages = " → ".join(f"{stage.label} **{n}**" for stage, n in listing.stages.items())
    late = f" · 超期未落实 **{listing.late}**" if listing.late else ""
    st.caption(f"环节（批次）：{stages}{late}。场次、批次、人次、件分别计数，不相加。")
    if listing.rows:
        visit_table.table(listing.rows, key="visits")
    elif wanted != VisitFilter():
        st.info("没有符合条件的接访。可以放宽时间，或去掉一两个筛选条件。")
    elif actor.may(Action.RECEIVE):
        st.info("台账还是空的。来访在“接访登记”里登记，旧台账在上面“导入旧台账”里导进来。")
    else:
        st.info("目前没有交给您办理的接访事项。有了就会列在这里。")


with st.container(horizontal=True, vertical_alignment="center"):
    st.title("接访台账", width="stretch")
    part = "台账"
    if actor.may(Action.IMPORT):
        part = st.segmented_control(
            "看什么",
            ["台账", "导入旧台账", "导入记录"],
            default="台账",
            required=True,
            key="visits_part",
            label_visibility="collapsed",
        )
if part == "导入旧台账":
    visit_import.draw()
elif part == "导入记录":
    visit_import.batches()
else:
    _ledger()
