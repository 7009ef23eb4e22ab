"""What is behind a figure, in a drawer beside the screen that shows it.

What is asked for lies in the address, so that a link opens it as well. Everything is read within
the scope of who looks, so there may be fewer rows than were counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import overview, situation, situation_behind
from db.queries.disputes import DisputeFilter
from db.queries.situation_behind import Behind
from db.queries.situation_cases import Side
from db.queries.situation_scope import Asked
from rules.errors import RuleError
from rules.figure_terms import Basis, Counted, Figure, Opens
from rules.figures import REGISTRY
from rules.overview import named
from rules.periods import Days, read_days
from rules.readings import Reading
from rules.situation_papers import MOST_ROWS
from ui import (
    case_views,
    decision_list,
    dispute_list,
    evaluation_list,
    figure_export,
    figure_rows,
    overview_filter,
    overview_lists,
    signin,
    store,
    visit_table,
)

_FIGURE, _ON, _SIDE = "o_figure", "o_on", "o_side"
_NARROWED = "_overview_narrowed"


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


def go(screen: str) -> None:
    """Go where a click in the drawer or on the screen asked to; call it before anything is drawn."""
    st.session_state.pop(_NARROWED, None)
    case_views.go_to_case()
    dispute_list.go()
    dispute_list.go_to_list()
    visit_table.go(screen)
    visit_table.go_to_list()
    evaluation_list.go()
    decision_list.go()


def asked() -> Wanted | None:
    """Return what the address asks for; None for nothing, or for what is no figure of the reader's."""
    code, on = st.query_params.get(_FIGURE, ""), st.query_params.get(_ON, "")
    if code not in REGISTRY or (REGISTRY[code].office_only and not signin.actor().sees_all_cases):
        return None
    try:
        return Wanted(code, read_days(on) if on else None)
    except RuleError:
        return None


def draw(wanted: Wanted, of: Asked, *, screen: str) -> None:
    """Open the drawer with the rows of a figure of what was asked, beside the screen named."""
    if wanted.on is not None:
        of = replace(of, days=wanted.on)
    title = named(REGISTRY[wanted.code])
    drawer = st.dialog(title, width=1080, position="right", on_dismiss=_close)
    drawer(_body)(wanted, of, screen)


def _body(wanted: Wanted, of: Asked, screen: str) -> None:
    if st.session_state.pop(_NARROWED, False):
        st.rerun()
    go(screen)
    code, actor, today = wanted.code, signin.actor(), store.today()
    days = of.days.until(today)
    reading = _kept("reading", (code, of, today), lambda s: _reading(s, code, of))
    figure = reading.figure
    said = _of_when(wanted, days)
    st.caption(f"{said} · {figure.definition} · 编码 {code}")
    if wanted.on is not None and figure.basis is not Basis.NOW:
        _narrowing(wanted.on)
    if figure.county_only and (of.unit_id, of.township_id) != (None, None):
        st.info("只按全县统计。点上面的“看全县”，再打开明细。")
        return
    side = _side(figure) if figure.is_ratio else Side.PART
    day = wanted.on.last if code == "overdue" and wanted.on is not None else None

    def read(session: Session, limit: int = figure_rows.SHOWN) -> Behind:
        if day is not None:
            return _newly(session, of, day)
        return _behind(session, code, of, side, limit=limit)

    found = _kept("rows", (code, side, of, day, today), read)
    if figure.is_ratio:
        st.markdown(f"{figure.label} **{reading.shown}**")
    _counted(found, figure, side)
    if not figure_rows.total(found):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        # The register knows neither the other sides of a rate nor what was overdue from one day on.
        if found.wanted is not None or (side is Side.PART and day is None):
            _list(code, of, found)
        # The ledgers of disputes and visits have an export of their own.
        if found.disputes is None and found.visits is None:
            which = f"，{_words(figure)[side]}" if figure.is_ratio else ""
            figure_export.rows(
                (code, side, of, day),
                [f"指标：{figure.label}（{code}）{which}", *overview_filter.said(of, said)],
                lambda session: read(session, MOST_ROWS),
            )
    figure_rows.draw(found, actor, today=today)


def _of_when(wanted: Wanted, days: Days) -> str:
    figure = REGISTRY[wanted.code]
    if figure.basis is not Basis.NOW:
        return days.label
    return f"{wanted.on.last} 开始超期" if wanted.on is not None else "截至现在"


def _kept(name: str, key: object, read: Callable[[Session], T]) -> T:
    return store.kept(f"overview_{name}", key, read)


def _reading(session: Session, code: str, of: Asked) -> Reading:
    return situation.situation(session, of, **store.moment()).readings[code]


def _behind(
    session: Session, code: str, of: Asked, side: Side, *, limit: int = figure_rows.SHOWN
) -> Behind:
    given: dict[str, Any] = {"side": side, "limit": limit}
    return situation_behind.behind(session, code, of, **given, **store.moment())


def _newly(session: Session, of: Asked, day: date) -> Behind:
    found = overview.newly_overdue(session, of, day, **store.moment())
    return Behind(Opens.CASES, found.total, cases=found)


def _narrowing(on: Days) -> None:
    """Draw the button that narrows the whole screen to the days of a bar."""
    said = "这一天" if on.first == on.last else "这个月" if overview_filter.month(on) else "这些天"
    st.button(
        f"只看{said}",
        key="o_narrow",
        type="tertiary",
        icon=":material/filter_alt:",
        on_click=_narrow,
        args=(on,),
    )


def _narrow(on: Days) -> None:
    _close()
    overview_filter.only(on)
    # The drawer runs by itself: the screen has to follow.
    st.session_state[_NARROWED] = True


def _words(figure: Figure) -> dict[Side, str]:
    return {
        Side.PART: figure.part,
        Side.WHOLE: figure.whole,
        Side.REST: f"{figure.whole}里没有{figure.part}的",
    }


def _side(figure: Figure) -> Side:
    words = _words(figure)
    # Of what is no part of its whole, as people are of nothing that came in, there is no rest.
    offered = [
        each for each in Side if figure.unit == Counted.PERCENT.label or each is not Side.REST
    ]
    chosen = st.segmented_control(
        "看哪些",
        offered,
        default=Side.PART,
        required=True,
        format_func=lambda side: words[side],
        key=_SIDE,
        label_visibility="collapsed",
    )
    return chosen or Side.PART


def _list(code: str, of: Asked, found: Behind) -> None:
    if found.cases is not None:
        overview_lists.of_cases(code, of)
    elif isinstance(found.wanted, DisputeFilter):
        overview_lists.of_disputes(found.wanted)
    elif found.wanted is not None:
        overview_lists.of_visits(found.wanted)


def _counted(found: Behind, figure: Figure, side: Side) -> None:
    """Say how much the reader may open; what is counted of the county may be more."""
    everything = signin.actor().sees_all_cases
    if not found.count and not figure_rows.total(found):
        st.info(_nothing(found.opens, everything=everything))
        return
    unit = figure.of if figure.is_ratio else figure.unit
    if not figure.of and side is not Side.PART:
        unit = Counted.NAMES.label
    listed, rows = figure_rows.shown(found), figure_rows.total(found)
    aside = f"，见下面 {rows} 行" if rows != found.count and listed == rows else ""
    more = f"，列出最近 {listed} 行" if listed < rows else ""
    st.markdown(f"{'共' if everything else '您看得到'} **{found.count}** {unit}{aside}{more}")


def _nothing(opens: Opens, *, everything: bool) -> str:
    if opens is Opens.OFFICIAL:
        return "没有录入这段时间的上级通报数。"
    return "没有。" if everything else "没有您看得到的。数是全县的，明细只列您看得到的。"
