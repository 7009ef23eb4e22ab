"""The rows behind the figures of reception: each number opens the visits, 场次 or leaders it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import streamlit as st

from db.queries import reception_days, reception_figures, rosters
from db.queries.reception_days import HELD, Span
from db.queries.visit_lists import VisitList
from rules.figures import RECEPTION_FIGURES
from rules.periods import Period
from rules.reception_terms import VisitOutcome
from rules.roster_words import day
from ui import roster_turns, store, tables, visit_table
from ui.case_filter import Chosen
from ui.tables import Number

_SHOWN = "_reception_rows"
_DAYS, _LEADERS = "days", "leaders"
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
    """Draw the figures by span of days, and below the 场次 or leaders a number was clicked for."""
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
    chosen: dict[str, Any] = {
        "period": Period.CUSTOM,
        "since": span.first,
        "until": span.last,
        "ordinary": True,
    }
    return chosen | {
        name: value
        for name, value in (("level", span.level), ("leader", span.leader_id))
        if value is not None
    }


def behind(code: str, span: Span) -> Chosen:
    """Return what a figure of these days opens: the ledger narrowed, or 场次 or leaders."""
    if code in _VISITS:
        return {**_within(span), **_VISITS[code]}
    return {_SHOWN: (_LEADERS if code == "leaders" else _DAYS, span)}


def _open(chosen: Chosen) -> None:
    if _SHOWN in chosen:
        st.session_state[_SHOWN] = chosen[_SHOWN]
    else:
        visit_table.open_list(chosen)


def _show(kind: str, span: Span) -> None:
    what = "接访领导" if kind == _LEADERS else "场次"
    of = f"（{span.level.label}）" if span.level else ""
    st.markdown(f"**{span.first} 至 {span.last} 的{what}{of}**")
    if kind == _LEADERS:
        _leaders(span)
    else:
        _days(span)


def _days(span: Span) -> None:
    """List the 场次, each with the turn it was, as the roster says it, and its visits."""
    assert span.first is not None
    assert span.last is not None
    between = span.first, span.last
    days = store.kept("reception_days", span, lambda session: reception_days.listed(session, span))
    views = store.kept(
        "reception_turns", between, lambda session: rosters.turns_between(session, *between)
    )
    turns = {
        (view.turn.on, view.turn.by): f"{roster_turns.who(view)}，{view.turn.state.label}"
        for view in views
        if view.turn.state in HELD
    }
    st.dataframe(
        pa.table(
            {
                "日期": [day(each.on) for each in days],
                "接访领导": [each.leader for each in days],
                "班次": [turns.get((each.on, each.leader_id), "没有班次") for each in days],
                "来访（批次）": [each.batches for each in days],
            }
        ),
        hide_index=True,
        alt="场次名单",
    )


def _leaders(span: Span) -> None:
    found = store.kept(
        "reception_leaders", span, lambda session: reception_figures.by_leader(session, span)
    )
    own = [replace(span, level=None, leader_id=each.leader_id) for each in found]
    numbers: dict[str, list[Number]] = {
        "场次": [
            Number(f"{each.sessions}", {_SHOWN: (_DAYS, mine)})
            for each, mine in zip(found, own, strict=True)
        ],
        "来访（批次）": [
            Number(f"{each.batches}", _within(mine)) for each, mine in zip(found, own, strict=True)
        ],
    }
    names = [each.name for each in found]
    tables.number_table(
        "领导", names, numbers, on_open=_open, key="reception_leaders", alt="接访领导名单"
    )
