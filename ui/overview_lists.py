"""The way from the rows behind a number of 总览 to the list that holds them all, where one does."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from db.queries.disputes import DisputeFilter
from db.queries.situation_scope import Asked
from db.queries.visit_lists import VisitFilter
from rules.case_terms import Light
from rules.figures import OPEN_STATES
from rules.periods import Period
from rules.terms import Channel, DateBase, Repeat
from ui import case_filter, case_views, dispute_list, signin, store, visit_table
from ui.case_filter import Chosen
from ui.options import options

# What the register is narrowed to beside days and places; figures of the present have no days.
_DATED: dict[str, Chosen] = {
    "received": {},
    "visits": {"channels": [Channel.VISIT]},
    "repeat_rate": {"repeat": Repeat.REPEAT},
    "closed": {"base": DateBase.CLOSED},
}
_NOW: dict[str, Chosen] = {
    "open": {"states": list(OPEN_STATES)},
    "overdue": {"states": list(OPEN_STATES), "due": Light.OVERDUE},
}


def of_cases(code: str, of: Asked) -> None:
    """Draw the way to the register, where it can be narrowed to the same cases."""
    days = of.days.until(store.today())
    dated = {"period": Period.CUSTOM, "since": days.first, "until": days.last}
    places = {"unit": of.unit_id, "township": of.township_id}
    if code not in (*_DATED, *_NOW) or not _offered(*places.values()):
        return
    chosen = {**dated, **_DATED[code]} if code in _DATED else _NOW[code]
    _button(
        "在案件登记簿中打开",
        case_views.open_list,
        case_filter.counted(signin.actor(), **places, **chosen),
    )


def of_disputes(wanted: DisputeFilter) -> None:
    """Draw the way to the ledger of disputes."""
    chosen = {
        "since": wanted.first,
        "until": wanted.last,
        "outcome": wanted.outcome,
        "facet": wanted.facet,
        "finder": wanted.finder_id,
        "area": wanted.area_id,
    }
    _button("在纠纷台账中打开", dispute_list.ask_list, chosen)


def of_visits(wanted: VisitFilter) -> None:
    """Draw the way to the ledger of visits."""
    chosen: dict[str, Any] = {
        "period": Period.CUSTOM,
        "since": wanted.first,
        "until": wanted.last,
        "ordinary": wanted.ordinary,
        "collective": wanted.collective,
        "outcome": wanted.outcome,
        "wanted": wanted.wanted,
    }
    _button("在接访台账中打开", visit_table.open_list, chosen)


def _offered(*places: int | None) -> bool:
    """Whether the lists offer these units: they are narrowed to no unit that has ended."""
    return all(each is None or each in options().units for each in places)


def _button(label: str, opens: Callable[[Chosen], None], chosen: Chosen) -> None:
    st.button(
        label,
        key="overview_list",
        type="tertiary",
        icon=":material/list_alt:",
        on_click=opens,
        args=(chosen,),
    )
