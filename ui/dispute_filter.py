"""The filter bar of the ledger of disputes: widgets whose values live in the address."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from db.queries import dispute_progress, sweep_maps
from db.queries import disputes as queries
from db.queries.disputes import DisputeFilter, Listing
from rules.dispute_table import TableLevel
from rules.dispute_terms import DisputeOutcome, DisputeState, Facet, MediationChannel, RiskLevel
from rules.disputes import BANDS
from rules.periods import Period, days_of
from rules.terms import Term
from ui import case_filter, forms, store
from ui.case_filter import Chosen
from ui.options import options

_KEYS = (
    *("state", "outcome", "level", "class", "area", "unit", "lead", "channel", "band"),
    *("overdue", "open", "since", "until"),
)
# Set by the figures that open the ledger, by no widget: codes and ids in the address alone.
_ASKED = ("round", "found_by", "facet", "town", "finder")
_NUMBER = re.compile("[0-9]{1,12}")
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
    asked = _asked()
    wanted = DisputeFilter(
        first=since,
        last=until,
        state=state,
        level=level,
        class_id=class_id,
        area_id=asked.area_id if area_id is None else area_id,
        round_id=asked.round_id,
        found_by=asked.found_by,
        facet=asked.facet,
        finder_id=asked.finder_id,
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
    if told := asked_words(asked):
        st.caption(f"统计数字打开的清单，另按：{forms.plain('、'.join(told))}。点“清除”看全部。")
    return wanted


def _asked() -> DisputeFilter:
    """Read what a figure narrows the ledger to beside the widgets; what is no code is nothing."""
    round_, found_by, facet, town, finder = (
        st.query_params.get(f"d_{name}", "") for name in _ASKED
    )
    return DisputeFilter(
        round_id=int(round_) if _NUMBER.fullmatch(round_) else None,
        found_by=TableLevel.from_text(found_by),
        facet=Facet.from_text(facet),
        area_id=int(town) if _NUMBER.fullmatch(town) else None,
        finder_id=int(finder) if _NUMBER.fullmatch(finder) else None,
    )


def asked_words(wanted: DisputeFilter) -> list[str]:
    """Say what only figures narrow the ledger to."""
    told = []
    if wanted.round_id is not None:
        told.append(round_names(wanted.round_id).get(wanted.round_id, "已撤销的轮次"))
    if wanted.found_by is not None:
        told.append(f"{wanted.found_by.label}排查的")
    if wanted.facet is not None:
        told.append(wanted.facet.label)
    if wanted.finder_id is not None:
        told.append(f"{_unit_name(wanted.finder_id)}排查的")
    if wanted.area_id is not None:
        told.append(_ended_town(wanted.area_id))
    return told


def round_names(round_id: int) -> dict[int, str]:
    """Name a round; empty where it is no more."""
    name = store.kept("dispute_round", round_id, lambda s: dispute_progress.round_name(s, round_id))
    return {} if name is None else {round_id: name}


def _unit_name(unit_id: int) -> str:
    """Name a unit whenever it was; one that is no unit's number holds nothing."""
    return next((row.path_name for row in options().tree if row.id == unit_id), "不存在的单位")


def _ended_town(unit_id: int) -> str:
    name = store.kept("dispute_town", unit_id, lambda s: sweep_maps.town_name(s, unit_id))
    return name or "已停用的乡镇"


def choose(chosen: Chosen) -> dict[str, str]:
    """Choose this and nothing else, and return the address that says so.

    By the names of the filters; `period` is that of `since` and `until` where these are given.
    As in the register (ui/case_filter.choose), widgets need both.
    """
    clear()
    offered, address = options(), dict[str, str]()
    chosen = {name: value for name, value in chosen.items() if value not in (None, False)}
    if chosen.get("area") is not None and chosen["area"] not in offered.townships:
        chosen["town"] = chosen.pop("area")
    if "since" in chosen or "until" in chosen:
        chosen["period"] = Period.CUSTOM
    for name, value in chosen.items():
        if name in _ASKED:
            address[f"d_{name}"] = str(value.value if isinstance(value, Term) else value)
            continue
        st.session_state[f"d_{name}"] = value
        match name:
            case "class":
                said = class_names(active_only=False)[value]
            case "area" | "unit":
                said = offered.unit_names[value]
            case _:
                said = value.label if isinstance(value, Term) else str(value)
        address[f"d_{name}"] = "true" if value is True else said
    return address


def clear() -> None:
    """Empty every filter: a callback, before the widgets are drawn again."""
    for name in _ASKED:
        if f"d_{name}" in st.query_params:
            del st.query_params[f"d_{name}"]
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
