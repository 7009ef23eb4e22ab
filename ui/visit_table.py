"""Visits as a table, and the way from a list to one of them and back."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from db.queries import visits
from db.queries.visit_rows import VisitRow
from rules.case_terms import Light
from rules.terms import Purpose, Repeat
from ui import forms, menu, store, tables, visit_filter

_OPEN = "_open_visit"
_FROM = "_visit_from"
_VISIT = "pages/receptions/visit.py"
_OPEN_LIST = "_open_visits"
_LEDGER = "pages/receptions/visits.py"


def table(rows: Sequence[VisitRow], *, key: str, with_day: bool = True) -> None:
    """Draw visits, each opened by a click on its number."""
    columns = {
        "反映问题": [row.title for row in rows],
        "待办": ["；".join(row.to_do) for row in rows],
        **({"接访日期": [f"{row.received_on:%Y-%m-%d}" for row in rows]} if with_day else {}),
        "接访领导": [row.leader for row in rows],
        "人数": [str(row.people) for row in rows],
        "提示": [marks(row) for row in rows],
        "处理方式": [row.outcome.label if row.outcome else "" for row in rows],
        "承办单位": [row.unit for row in rows],
        "办理时限": [_due(row) for row in rows],
        "现状": [standing(row) for row in rows],
    }
    widths = {
        "反映问题": 176,
        "接访日期": 88,
        "接访领导": 66,
        "人数": 44,
        "提示": 66,
        "处理方式": 96,
        "承办单位": 120,
        "办理时限": 106,
        "现状": 92,
        "待办": 110,
    }
    tables.opening_table(
        [row.number for row in rows],
        columns,
        {name: widths[name] for name in columns},
        on_open=_ask,
        key=key,
        alt="接访列表",
    )


def marks(row: VisitRow) -> str:
    """Say what stands out of a visit."""
    found = ["集体访"] if row.collective else []
    if row.repeat is Repeat.REPEAT:
        found.append("重访")
    if row.purpose is Purpose.ACCUSATION:
        found.append("检举控告")
    return "、".join(found)


def standing(row: VisitRow) -> str:
    """Say where the matter of a visit stands by now."""
    if row.standing is None:
        return "已落实" if row.course.carried_out else "未立案"
    late = row.standing.light
    light = f"（{late.label}）" if late in (Light.OVERDUE, Light.NEAR) else ""
    return f"{row.standing.state.label}{'' if row.standing.ended else light}"


def _due(row: VisitRow) -> str:
    if row.due_on is None:
        return ""
    light = f" {row.light.label}" if row.light in (Light.OVERDUE, Light.NEAR) else ""
    return f"{row.due_on:%Y-%m-%d}{light}"


def of_case(case_id: int) -> None:
    """List the visits to leaders about a case, each a way to its page."""
    found = store.kept("case_visits", case_id, lambda s: visits.visits_of(s, case_id))
    for number, on, leader in found:
        st.page_link(
            _VISIT,
            label=forms.plain(f"领导接访 {number}（{on}，{leader}）"),
            icon=":material/how_to_reg:",
            query_params={"visit": number},
        )


def open_list(chosen: Mapping[str, Any]) -> None:
    """Ask for the ledger narrowed to what a figure counts: a callback, before the page is drawn."""
    st.session_state[_OPEN_LIST] = chosen


def go_to_list() -> None:
    """Go to the ledger `open_list` asked for."""
    if (chosen := st.session_state.pop(_OPEN_LIST, None)) is not None:
        st.switch_page(_LEDGER, query_params=visit_filter.choose(chosen))


def _ask(number: str) -> None:
    st.session_state[_OPEN] = number


def go(came_from: str) -> None:
    """Go to the visit a click asked for; its page leads back to the screen named."""
    if "visit" in st.query_params:
        # Noted on the list's address by the way there, and met by the browser's way back.
        del st.query_params["visit"]
    if number := st.session_state.pop(_OPEN, None):
        st.session_state[_FROM] = (
            came_from,
            [(key, value) for key in st.query_params for value in st.query_params.get_all(key)],
        )
        st.switch_page(_VISIT, query_params={"visit": number})


def back_link() -> None:
    """Draw the way back to the list the visit was opened from."""
    screen, query = st.session_state.get(_FROM, ("receptions/visits", []))
    label = f"返回{menu.TITLES[screen][0]}"
    st.page_link(
        f"pages/{screen}.py", label=label, icon=":material/arrow_back:", query_params=query
    )
