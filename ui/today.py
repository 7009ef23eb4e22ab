"""今天要看的: the matters that want a look, each with its reasons in words, the pressing first."""

from collections.abc import Sequence

import streamlit as st

from db.queries.attention import LIMIT, Attention, Line, attention
from rules.attention import Reason
from rules.permissions import Action
from ui import case_views, signin, store, tables

_BRIEF_WIDTHS = {"标题": 190, "为什么要看": 300}
PAGE = 20
BRIEF = 6
_WIDTHS = {"标题": 240, "为什么要看": 340, "责任单位": 140, "包案领导": 76, "期限": 92, "状态": 72}


def found() -> Attention:
    """Read what wants a look today, once for each store version and day."""
    today = store.today()
    return store.kept("today", today, lambda session: attention(session, today=today))


def draw(found: Attention, *, brief: bool = False) -> None:
    """Draw the reasons with their numbers, and a page of the lines of the one chosen.

    `brief` is for a part of a screen: short pages, and of a line only what it is and why.
    """
    size = BRIEF if brief else PAGE
    if not brief:
        _uncounted(found)
    reasons = [reason for reason in Reason if found.counts.get(reason)]
    if not reasons:
        st.success("今天没有需要您关注的案件。", icon=":material/task_alt:")
        return
    chosen = st.pills(
        "原因",
        reasons,
        format_func=lambda reason: f"{reason.value} {_count(found, reason)}",
        key="why",
        wrap=True,
        label_visibility="collapsed",
    )
    lines = [
        line
        for line in found.lines
        if chosen is None or any(why.reason is chosen for why in line.whys)
    ]
    pages = max(1, -(-len(lines) // size))
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"today_page_{chosen or ''}", max_visible_pages=5)
    if not brief:
        _explained(found)
    _table(lines[(page - 1) * size : page * size], brief=brief)


def _explained(found: Attention) -> None:
    st.caption(
        f"“{Reason.DUE_SOON.value}”是 {found.workdays} 个工作日内到期，"
        f"“{Reason.UNTOUCHED.value}”是 {found.stale} 天没有更新。"
    )
    if any(count > LIMIT for count in found.counts.values()):
        st.caption(f"每种原因最多列出 {LIMIT} 件，办完前面的，后面的会补上来。")


def _uncounted(found: Attention) -> None:
    """Warn whoever keeps the calendar of a year whose working days are not known."""
    if found.missing_years and signin.actor().may(Action.MANAGE_CALENDAR):
        years = "、".join(str(year) for year in found.missing_years)
        st.warning(
            f"{years} 年的放假调休安排还没有录入，落在该年的工作日期限只按周末推算。",
            icon=":material/event_busy:",
        )
        st.page_link("pages/admin/calendar.py", label="去“日历”录入")


def _count(found: Attention, reason: Reason) -> str:
    count = found.counts[reason]
    return "10000+" if count >= 10_000 else str(count)


def _table(lines: Sequence[Line], *, brief: bool) -> None:
    columns = {
        "标题": [line.title for line in lines],
        "为什么要看": ["；".join(why.words for why in line.whys) for line in lines],
    }
    if not brief:
        columns |= {
            "责任单位": [line.unit for line in lines],
            "包案领导": [line.lead for line in lines],
            "期限": [str(line.due_on or "") for line in lines],
            "状态": [line.state.label for line in lines],
        }
    numbers = [line.number for line in lines]
    tables.opening_table(
        numbers,
        columns,
        _BRIEF_WIDTHS if brief else _WIDTHS,
        on_open=case_views.open_case,
        key="today",
        alt="今天要看的案件",
    )
