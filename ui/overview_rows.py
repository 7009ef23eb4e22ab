"""What is behind a number of 总览, in a drawer beside it: cases, disputes, visits or evaluations.

What is asked for lies in the address, so that a link opens it as well. Everything is read within
the scope of who looks, so there may be fewer rows than were counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import disputes, office, overview, situation_behind, visit_lists
from db.queries.situation_cases import CasesBehind, Side
from db.queries.situation_scope import Asked
from rules.errors import RuleError
from rules.evaluation_figures import Fact
from rules.figure_terms import Basis, Figure, Opens, worded
from rules.figures import EVALUATION_FIGURES, REGISTRY
from rules.overview import OPENED, named
from rules.periods import Days, read_days
from ui import (
    case_views,
    dispute_list,
    evaluation_list,
    evaluation_results,
    overview_lists,
    signin,
    store,
    tables,
    visit_table,
)

SCREEN = "pages/review/overview.py"
_FIGURE, _ON, _SIDE = "o_figure", "o_on", "o_side"
_EVALUATION = "evaluation_"
_WIDTHS = {"标题": 320, "状态": 84, "收到日期": 96, "责任单位": 180}


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The number whose rows are asked for: its code, of which days where not of all of them."""

    code: str
    on: Days | None


def ask(code: str, on: Days | None = None) -> None:
    """Put what a number counts into the address: a callback."""
    _close()
    st.query_params[_FIGURE] = code
    if on is not None:
        st.query_params[_ON] = f"{on.first}..{on.last}"


def _close() -> None:
    for name in (_FIGURE, _ON):
        st.query_params.pop(name, None)


def go() -> None:
    """Go where a click in the drawer or on the screen asked to; call it before anything is drawn."""
    case_views.go_to_case()
    dispute_list.go()
    dispute_list.go_to_list()
    visit_table.go(SCREEN)
    visit_table.go_to_list()
    evaluation_list.go()


def asked() -> Wanted | None:
    """Return what the address asks for; None for nothing, or for what is no number of the screen."""
    code, on = st.query_params.get(_FIGURE, ""), st.query_params.get(_ON, "")
    if code not in OPENED:
        return None
    try:
        return Wanted(code, read_days(on) if on else None)
    except RuleError:
        return None


def draw(wanted: Wanted, of: Asked) -> None:
    """Open the drawer with the rows of a number of what was asked."""
    code, figure = wanted.code, _figure(wanted.code)
    if figure.county_only or code.startswith(_EVALUATION):
        of = Asked(of.days)
    if wanted.on is not None:
        of = replace(of, days=wanted.on)
    st.dialog(named(figure), width=1080, position="right", on_dismiss=_close)(_body)(wanted, of)


def _figure(code: str) -> Figure:
    if code.startswith(_EVALUATION):
        return EVALUATION_FIGURES[code.removeprefix(_EVALUATION)]
    return REGISTRY[code]


def _body(wanted: Wanted, of: Asked) -> None:
    go()
    code, today, figure = wanted.code, store.today(), _figure(wanted.code)
    days = of.days.until(today)
    set_ = _kept(("set", days), lambda s: office.in_force(s, on=max(days.first, days.last)))
    st.caption(f"{_of_when(wanted, days)} · {worded(figure, set_).definition}")
    if code.startswith(_EVALUATION):
        _evaluations(code.removeprefix(_EVALUATION), days, today)
        return
    if code == "overdue" and wanted.on is not None:
        day = wanted.on.last
        _cases(code, of, _kept((code, of, day), lambda s: _newly(s, of, day)), Side.PART)
        return
    side = _side(code) if figure.is_ratio and figure.opens is Opens.CASES else Side.PART
    found = _kept(
        (code, side, of, today),
        lambda s: situation_behind.behind(s, code, of, side=side, **store.moment()),
    )
    if found.cases is not None:
        _cases(code, of, found.cases, side)
    elif isinstance(found.wanted, disputes.DisputeFilter):
        _disputes(found.wanted, of, today)
    elif found.wanted is not None:
        _visits(found.wanted, today)


def _of_when(wanted: Wanted, days: Days) -> str:
    figure = _figure(wanted.code)
    if figure.basis is not Basis.NOW:
        return days.label
    return f"{wanted.on.last} 开始超期" if wanted.on is not None else "截至现在"


def _kept(key: object, read: Callable[[Session], T]) -> T:
    return store.kept("overview_rows", key, read)


def _newly(session: Session, of: Asked, day: date) -> CasesBehind:
    return overview.newly_overdue(session, of, day, **store.moment())


def _side(code: str) -> Side:
    figure = REGISTRY[code]
    words = {
        Side.PART: figure.part,
        Side.WHOLE: figure.whole,
        Side.REST: f"{figure.whole}里没有{figure.part}的",
    }
    chosen = st.segmented_control(
        "看哪些",
        list(Side),
        default=Side.PART,
        required=True,
        format_func=lambda side: words[side],
        key=_SIDE,
        label_visibility="collapsed",
    )
    return chosen or Side.PART


def _cases(code: str, of: Asked, found: CasesBehind, side: Side) -> None:
    _counted(found.total, len(found.rows), "件")
    if not found.rows:
        return
    if side is Side.PART:
        overview_lists.of_cases(code, of)
    rows = found.rows
    tables.opening_table(
        [row.number for row in rows],
        {
            "标题": [row.title for row in rows],
            "状态": [row.state.label for row in rows],
            "收到日期": [f"{row.received_on}" for row in rows],
            "责任单位": [row.unit for row in rows],
        },
        _WIDTHS,
        on_open=case_views.open_case,
        key="overview_cases",
        alt="案件",
    )


def _counted(total: int, shown: int, unit: str) -> None:
    """Say how many the reader may open; what is counted of the county may be more."""
    everything = signin.actor().sees_all_cases
    if not total:
        st.info("没有。" if everything else "没有您看得到的。数是全县的，明细只列您看得到的。")
        return
    more = f"，列出最近 {shown} {unit}" if shown < total else ""
    st.markdown(f"{'共' if everything else '您看得到'} **{total}** {unit}{more}")


def _disputes(wanted: disputes.DisputeFilter, of: Asked, today: date) -> None:
    found = _kept((wanted, today), lambda s: disputes.listing(s, wanted, page=1, today=today))
    _counted(found.total, len(found.rows), "件")
    if found.rows:
        overview_lists.of_disputes(wanted)
        dispute_list.table(found.rows, today=today)


def _visits(wanted: visit_lists.VisitFilter, today: date) -> None:
    found = _kept((wanted, today), lambda s: visit_lists.listing(s, wanted, page=1, today=today))
    _counted(found.figures.batches, len(found.rows), "批次")
    if found.rows:
        overview_lists.of_visits(wanted)
        visit_table.table(found.rows, key="overview_visits")


def _evaluations(code: str, days: Days, today: date) -> None:
    found: tuple[Fact, ...] = _kept(
        (code, days, today),
        lambda s: overview.evaluations_behind(s, code, days, today=today),
    )
    _counted(len(found), len(found), "件")
    if found:
        evaluation_results.table(found, key="overview_evaluations")
