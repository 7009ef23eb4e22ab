"""The sweep on the home page: what a unit has to report, how many are missing, what waits."""

import streamlit as st

from db.queries import sweep_today
from db.queries.sweep_today import SweepToday, Waits
from rules.dispute_terms import DisputeState, EarlyState, RiskLevel
from rules.permissions import Action, Actor
from rules.sweep_terms import SlotState
from ui import forms, store, sweep_upkeep
from ui.sweep_report import left

_SHOWN = 3
LEDGER = "pages/sweeps/ledger.py"


def draw(actor: Actor) -> None:
    """Tell whoever sees the sweep what it asks of him today; others nothing."""
    if not actor.may(Action.SEE_SWEEPS):
        return
    sweep_upkeep.keep_up()
    today, now = store.today(), store.now()
    found = store.kept(
        "sweep_today",
        (today, now.replace(second=0, microsecond=0)),
        lambda session: sweep_today.sweep_today(session, today=today, now=now),
    )
    with st.container(border=True, gap="xsmall"):
        if actor.may(Action.REPORT_SWEEP) and actor.unit_id is not None:
            _own(found)
        if actor.sees_all_sweeps or found.overdue or found.soon:
            _missing(found, below=not actor.sees_all_sweeps)
        _waiting(found.waits)


def _own(found: SweepToday) -> None:
    if not found.owed:
        st.markdown("**排查报送**：本单位现在没有要报送的轮次。")
        return
    for slot in found.owed[:_SHOWN]:
        due = store.local(slot.round.due_at)
        overdue = slot.state is SlotState.MISSING
        when = f"{due:%m月%d日 %H:%M} 截止，" + (
            "**已过截止时间，请立即补报**" if overdue else left(slot.round.due_at)
        )
        st.markdown(f"**本单位要报送：{forms.plain(slot.round.name)}**　{when}")
    more = len(found.owed) - _SHOWN
    told = f"（还有 {more} 轮）" if more > 0 else ""
    st.page_link(
        "pages/sweeps/report.py",
        label=f"去报送，没有的作零报告{told}",
        icon=":material/done_all:",
    )


def _missing(found: SweepToday, *, below: bool) -> None:
    whose = "下级单位" if below else "各单位"
    st.markdown(
        f"**排查报送**：{whose}已过截止时间未报 **{found.overdue}** 份，"
        f"{found.hours} 小时内截止未报 **{found.soon}** 份。"
    )
    if found.overdue or found.soon:
        st.page_link(
            "pages/sweeps/rounds.py", label="看缺报、催报", icon=":material/notifications:"
        )


def _waiting(waits: Waits) -> None:
    tasks = {"disputes_part": "待办"}
    listed = (
        (waits.red, "红色未了结 {} 件", LEDGER, {"d_level": RiskLevel.RED.label, "d_open": "true"}),
        (waits.review, "待审核 {} 件", LEDGER, {"d_state": DisputeState.SUBMITTED.label}),
        (waits.sign_offs, "等待销号 {} 件", LEDGER, tasks),
        (waits.looks, "到期的回头看 {} 件", LEDGER, tasks),
        (
            waits.signs,
            "苗头信息待处理 {} 条",
            "pages/sweeps/early.py",
            {"e_state": EarlyState.OPEN.label},
        ),
    )
    shown = [each for each in listed if each[0]]
    if not shown:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**矛盾纠纷**：", width="content")
        for count, label, page, query in shown:
            st.page_link(page, label=label.format(count), query_params=query, width="content")
