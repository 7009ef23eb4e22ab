"""The filter bar of the ledger of visits: widgets whose values live in the address."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from db.queries import visit_lists
from db.queries.visit_lists import VisitFilter, VisitList, VisitListing
from rules.periods import Period, days_of
from rules.reception_terms import Level, ReceptionKind, Stage, VisitOutcome
from rules.terms import Term
from ui import case_filter, store
from ui.options import options

_KEYS = ("level", "leader", "unit", "outcome", "stage", "kind", "wanted", "since", "until")
_SWITCHES = ("collective", "ordinary")
_PERIODS: tuple[Period, ...] = tuple(Period)
_PAGE = re.compile("[0-9]{1,6}")


def bar(*, today: date, sees_all: bool) -> VisitFilter:
    """Draw the bar and return what it asks for; words searched for may name somebody and stay here."""
    offered = options()
    first, second, third, fourth = st.columns([3, 1.4, 2, 2])
    term = first.text_input(
        "搜索反映问题、批示、编号",
        type="search",
        key="v_term",
        placeholder="输入一个或几个词，用空格分开",
        persist_state="session",
    )
    period = second.selectbox(
        "接访日期",
        _PERIODS,
        format_func=lambda each: each.label,
        key="v_period",
        bind="query-params",
    )
    leader_id = case_filter.choice(
        third, "接访领导", offered.leaders, offered.leader_names, key="v_leader"
    )
    unit_id = case_filter.choice(
        fourth, "承办单位", offered.units, offered.unit_names, key="v_unit"
    )
    since, until = days_of(period, today=today)
    if period is Period.CUSTOM:
        left, right, _ = st.columns([1, 1, 3])
        since = left.date_input(
            "从", value=None, format="YYYY-MM-DD", key="v_since", bind="query-params"
        )
        until = right.date_input(
            "到（含）", value=None, format="YYYY-MM-DD", key="v_until", bind="query-params"
        )
    columns = st.columns([1.1, 1.3, 1.2, 1.2, 1.4, 1.1, 1.2, 0.9], vertical_alignment="bottom")
    wanted = VisitFilter(
        first=since,
        last=until,
        leader_id=leader_id,
        level=_one(columns[0], "领导层级", tuple(Level), "v_level"),
        unit_id=unit_id,
        outcome=_one(columns[1], "处理方式", tuple(VisitOutcome), "v_outcome"),
        stage=_one(columns[2], "已到环节", tuple(Stage), "v_stage"),
        kind=_one(columns[3], "接访类型", tuple(ReceptionKind), "v_kind"),
        wanted=_one(columns[4], "进展", tuple(VisitList), "v_wanted"),
        collective=columns[5].toggle("只看集体访", key="v_collective", bind="query-params"),
        ordinary=sees_all
        and columns[6].toggle("不含检举控告", key="v_ordinary", bind="query-params"),
        term=term or "",
    )
    if wanted != VisitFilter():
        columns[7].button(
            "清除筛选",
            key="v_clear",
            type="tertiary",
            on_click=clear,
            icon=":material/close:",
        )
    return wanted


def clear() -> None:
    """Empty every filter: a callback, before the widgets are drawn again."""
    st.session_state["v_term"], st.session_state["v_period"] = "", Period.ALL
    for name in _KEYS:
        st.session_state[f"v_{name}"] = None
    for name in _SWITCHES:
        st.session_state[f"v_{name}"] = False


def choose(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Choose this and nothing else, by the names of the widgets, and return the address that says so.

    Widgets whose values lie in the address keep them from one visit to the next: both are needed.
    """
    clear()
    st.session_state.update({f"v_{name}": value for name, value in chosen.items()})
    return {f"v_{name}": _said(name, value) for name, value in chosen.items()}


def _said(name: str, value: Any) -> str:
    if isinstance(value, Term):
        return value.label
    if name in ("leader", "unit"):
        offered = options()
        return (offered.leader_names if name == "leader" else offered.unit_names).get(value, "")
    return str(value).lower()


def listing(wanted: VisitFilter) -> VisitListing:
    """Return the page of the ledger that is asked for; another filter begins at its first page."""
    if st.session_state.get("_visits_listed", wanted) != wanted and "v_page" in st.session_state:
        st.session_state["v_page"] = 1
    st.session_state["_visits_listed"] = wanted
    asked = str(st.session_state.get("v_page", st.query_params.get("v_page", "")))
    page, today = int(asked) if _PAGE.fullmatch(asked) else 1, store.today()
    return store.kept(
        "visits",
        (wanted, page, today),
        lambda session: visit_lists.listing(session, wanted, page=page, today=today),
    )


def page_buttons(listing: VisitListing) -> None:
    """Draw the page buttons where there is more than one page."""
    if listing.pages == 1:
        return
    if st.session_state.get("v_page", listing.page) != listing.page:
        st.session_state["v_page"] = listing.page
    width = 52 * (min(listing.pages, 3) + 2)
    st.pagination(
        listing.pages, key="v_page", bind="query-params", max_visible_pages=3, width=width
    )


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
