"""The rows behind the figures of reception: each number opens the visits, turns or leaders it counts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from db.queries import reception_figures, rosters
from db.queries.visit_lists import VisitList
from rules.figures import RECEPTION_FIGURES
from rules.periods import Period
from rules.reception_terms import TurnState, VisitOutcome
from ui import roster_turns, store, tables, visit_table
from ui.case_filter import Chosen
from ui.tables import Number

Span = tuple[date, date]
_SHOWN = "_reception_rows"
_TURNS, _LEADERS = "turns", "leaders"
_HELD = (TurnState.HELD, TurnState.SUBSTITUTED)
# What the ledger is narrowed to for the figures that count visits.
_VISITS: Mapping[str, Chosen] = {
    "batches": {},
    "people": {},
    "matters": {},
    "groups": {"collective": True},
    "answered": {"outcome": VisitOutcome.ANSWERED},
    "handed": {"outcome": VisitOutcome.HANDED},
    "led": {"outcome": VisitOutcome.LED},
    "guided": {"outcome": VisitOutcome.GUIDED},
    "closed": {"wanted": VisitList.CLOSED},
    "solved": {"wanted": VisitList.SOLVED},
}


def figures(columns: Mapping[str, tuple[Span, Mapping[str, int]]]) -> None:
    """Draw the figures by span of days, and below the turns or leaders a number was clicked for."""
    tables.number_table(
        "指标",
        [f"{figure.label}（{figure.unit}）" for figure in RECEPTION_FIGURES.values()],
        {
            name: [Number(f"{counts[code]:,}", behind(code, span)) for code in RECEPTION_FIGURES]
            for name, (span, counts) in columns.items()
        },
        on_open=_open,
        key="reception_figures",
        alt="各项指标，点数字打开名单",
    )
    st.caption("“解决实际问题”打开的是来访；联系点走访和下访中解决的问题在“联系点”里。")
    if (shown := st.session_state.get(_SHOWN)) is not None:
        _show(*shown)


def months(columns: Mapping[str, Sequence[tuple[Span, int]]]) -> None:
    """Draw the visits of each month, in the order of the months."""
    tables.number_table(
        "月份",
        [f"{month}月" for month in range(1, 13)],
        {
            name: [Number(f"{count:,}", _within(span)) for span, count in counted]
            for name, counted in columns.items()
        },
        on_open=_open,
        key="reception_months",
        alt="各月来访批次，点数字打开来访",
    )


def _within(span: Span) -> Chosen:
    """The ledger in these days, without accusations, as figures are."""
    return {"period": Period.CUSTOM, "since": span[0], "until": span[1], "ordinary": True}


def behind(code: str, span: Span) -> Chosen:
    """Return what a figure of these days opens: the ledger narrowed, or turns or leaders."""
    if code in _VISITS:
        return {**_within(span), **_VISITS[code]}
    return {_SHOWN: (_LEADERS if code == "leaders" else _TURNS, span, None)}


def _open(chosen: Chosen) -> None:
    if _SHOWN in chosen:
        st.session_state[_SHOWN] = chosen[_SHOWN]
    else:
        visit_table.open_list(chosen)


def _show(kind: str, span: Span, leader_id: int | None) -> None:
    first, last = span
    st.markdown(f"**{first} 至 {last} 的{'接访领导' if kind == _LEADERS else '场次'}**")
    if kind == _LEADERS:
        _leaders(span)
        return
    views = store.kept(
        "reception_turns", span, lambda session: rosters.turns_between(session, first, last)
    )
    roster_turns.listed(
        [view for view in views if view.turn.state in _HELD and leader_id in (None, view.turn.by)]
    )


def _leaders(span: Span) -> None:
    found = store.kept(
        "reception_leaders", span, lambda session: reception_figures.by_leader(session, *span)
    )
    numbers: dict[str, list[Number]] = {
        "场次": [Number(f"{each.sessions}", _turns_of(span, each.leader_id)) for each in found],
        "来访（批次）": [
            Number(f"{each.batches}", {**_within(span), "leader": each.leader_id}) for each in found
        ],
    }
    names = [each.name for each in found]
    tables.number_table(
        "领导", names, numbers, on_open=_open, key="reception_leaders", alt="接访领导名单"
    )


def _turns_of(span: Span, leader_id: int) -> dict[str, Any]:
    return {_SHOWN: (_TURNS, span, leader_id)}
