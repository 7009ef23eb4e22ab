"""The filter bar of the ledger of disputes: widgets whose values live in the address."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from db.queries import disputes as queries
from db.queries.disputes import DisputeFilter, Listing
from rules.dispute_terms import DisputeOutcome, DisputeState, MediationChannel, RiskLevel
from rules.disputes import BANDS
from rules.periods import Period, days_of
from rules.terms import Term
from ui import case_filter, store
from ui.options import options

_KEYS = (
    *("state", "outcome", "level", "class", "area", "unit", "lead", "channel", "band"),
    *("overdue", "open", "since", "until"),
)
_PERIODS: tuple[Period, ...] = tuple(Period)
_PAGE = re.compile("[0-9]{1,6}")
BAND_NAMES = {place: label for place, (_, label) in enumerate(BANDS)}


def class_names(*, active_only: bool = True) -> dict[int, str]:
    """Name the classes a dispute may have, each 小类 after its 大类."""
    found = store.kept("dispute_classes", None, queries.classes)
    return {row.id: row.path for row in found if row.active or not active_only}


def bar(*, today: date) -> DisputeFilter:
    """Draw the bar and return what it asks for; words searched for stay out of the address."""
    offered = options()
    columns = st.columns([2.6, 1.3, 1.3, 1, 1.6, 2])
    term = columns[0].text_input(
        "搜索名称、情况、地点、编号",
        type="search",
        key="d_term",
        placeholder="一个或几个词，用空格分开",
        persist_state="session",
    )
    period = columns[1].selectbox(
        "排查日期",
        _PERIODS,
        format_func=lambda each: each.label,
        key="d_period",
        bind="query-params",
    )
    state = _one(columns[2], "状态", tuple(DisputeState), "d_state")
    level = _one(columns[3], "等级", tuple(RiskLevel), "d_level")
    classes = class_names(active_only=False)
    class_id = case_filter.choice(columns[4], "类别", [*classes], classes, key="d_class")
    names = {key: offered.unit_names[key] for key in offered.townships}
    area_id = case_filter.choice(columns[5], "所属乡镇、村", [*names], names, key="d_area")
    since, until = days_of(period, today=today)
    if period is Period.CUSTOM:
        left, right, _ = st.columns([1, 1, 3])
        since = left.date_input(
            "从", value=None, format="YYYY-MM-DD", key="d_since", bind="query-params"
        )
        until = right.date_input(
            "到（含）", value=None, format="YYYY-MM-DD", key="d_until", bind="query-params"
        )
    columns = st.columns([1.3, 1.3, 1.3, 2, 1.7, 1, 1, 0.9], vertical_alignment="bottom")
    wanted = DisputeFilter(
        first=since,
        last=until,
        state=state,
        level=level,
        class_id=class_id,
        area_id=area_id,
        outcome=_one(columns[0], "化解结果", tuple(DisputeOutcome), "d_outcome"),
        channel=_one(columns[1], "化解方式", tuple(MediationChannel), "d_channel"),
        band=case_filter.choice(columns[2], "规模", [*BAND_NAMES], BAND_NAMES, key="d_band"),
        unit_id=case_filter.choice(
            columns[3], "排查或责任单位", offered.units, offered.unit_names, key="d_unit"
        ),
        lead_id=case_filter.choice(
            columns[4], "包案领导", offered.leaders, offered.leader_names, key="d_lead"
        ),
        overdue=columns[5].toggle("超期", key="d_overdue", bind="query-params"),
        open_only=columns[6].toggle("未了结", key="d_open", bind="query-params"),
        term=term or "",
    )
    if wanted != DisputeFilter():
        columns[7].button("清除", key="d_clear", type="tertiary", on_click=clear)
    return wanted


def clear() -> None:
    """Empty every filter: a callback, before the widgets are drawn again."""
    st.session_state["d_term"], st.session_state["d_period"] = "", Period.ALL
    for name in _KEYS:
        st.session_state[f"d_{name}"] = False if name in ("overdue", "open") else None


def listing(wanted: DisputeFilter) -> Listing:
    """Return the page of the ledger that is asked for; another filter begins at its first page."""
    if st.session_state.get("_disputes_listed", wanted) != wanted and "d_page" in st.session_state:
        st.session_state["d_page"] = 1
    st.session_state["_disputes_listed"] = wanted
    asked = str(st.session_state.get("d_page", st.query_params.get("d_page", "")))
    page, today = int(asked) if _PAGE.fullmatch(asked) else 1, store.today()
    return store.kept(
        "disputes",
        (wanted, page, today),
        lambda session: queries.listing(session, wanted, page=page, today=today),
    )


def page_buttons(found: Listing) -> None:
    """Draw the page buttons where there is more than one page."""
    if found.pages == 1:
        return
    if st.session_state.get("d_page", found.page) != found.page:
        st.session_state["d_page"] = found.page
    width = 52 * (min(found.pages, 3) + 2)
    st.pagination(found.pages, key="d_page", bind="query-params", max_visible_pages=3, width=width)


def _one(place: Any, label: str, terms: Sequence[Term], key: str) -> Any:
    return place.selectbox(
        label,
        terms,
        index=None,
        format_func=lambda term: term.label if term else "不限",
        key=key,
        bind="query-params",
        placeholder="不限",
    )
