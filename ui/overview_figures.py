"""The figures of 总览: each with its months, what it is held against, and the way to its rows."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from db.queries.overview import Overview, overview
from db.queries.situation_scope import Asked
from rules.figure_terms import Basis, Counted
from rules.overview import SHOWN, is_good, named
from rules.periods import Days
from rules.rates import as_percent
from rules.readings import Change, Reading
from ui import overview_rows, signin, store

_COLUMNS = 4
# Of the words in a card, so that the way to its rows stands beside them.
_BESIDE = 170
_COLOURS: dict[bool | None, Literal["green", "red", "gray"]] = {
    True: "green",
    False: "red",
    None: "gray",
}


def read(asked: Asked) -> Overview:
    """Read the screen once for each store version, day and question, for all who are told the same."""
    actor = signin.actor()
    told = None if actor.sees_county else actor.unit_ids
    return store.shared(
        "overview",
        (asked, store.today(), told, actor.sees_all_cases),
        lambda session: overview(session, asked, **store.moment()),
    )


def compared_with(found: Overview) -> None:
    """Say which days are counted, and which they are held against."""
    days = found.compared.now.days
    st.caption(
        f"统计 {_days(days)}　同比：比 {_days(days.year_before())}　"
        + ("" if _same(days) else f"环比：比 {_days(days.before())}　")
        + "小图：到期末为止的 12 个月"
    )
    if not any(reading.count for reading in found.compared.now.readings.values()):
        st.info(
            f"{days.label}没有登记过数据。换一段时间，或者先导入台账。", icon=":material/inbox:"
        )


def _same(days: Days) -> bool:
    """Whether the days before are those of the year before: of a year 同比 says it all."""
    return days.before() == days.year_before()


def _days(days: Days) -> str:
    return f"{days.first} 至 {days.last}"


def draw(found: Overview) -> None:
    """Draw the figures in rows of four."""
    for first in range(0, len(SHOWN), _COLUMNS):
        codes = SHOWN[first : first + _COLUMNS]
        for place, code in zip(st.columns(_COLUMNS, gap="small"), codes, strict=False):
            with place.container(border=True, gap="xxsmall", height="stretch"):
                _card(code, found)


def _card(code: str, found: Overview) -> None:
    reading = found.compared.now.readings[code]
    figure, days = reading.figure, found.compared.now.days
    year, before = found.compared.year_before[code], found.compared.before[code]
    compares = figure.basis is not Basis.NOW
    moves = compares and bool(year.moved)
    st.metric(
        named(figure) if figure.is_ratio else f"{named(figure)}（{figure.unit}）",
        _value(reading),
        year.shown if compares else None,
        delta_color=_COLOURS[is_good(code, year)],
        delta_arrow="auto" if moves else "off",
        delta_description=f"同比{_aside(year)}" if compares else None,
        help=f"{figure.definition}。{_counted_on(figure.basis)}",
        chart_data=_line(found.trends.get(code, ())),
        chart_type="area",
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(_below(reading, None if _same(days) else before), width=_BESIDE)
        st.space("stretch")
        st.button(
            "看明细",
            key=f"o_open_{code}",
            type="tertiary",
            on_click=overview_rows.ask,
            args=(code,),
        )


def _value(reading: Reading) -> str:
    if reading.figure.is_ratio:
        return as_percent(reading.value)
    return "—" if reading.count is None else f"{reading.count:,}"


def _below(reading: Reading, before: Change | None) -> str:
    figure = reading.figure
    if figure.basis is Basis.NOW:
        return "截至现在，不作比较"
    made_of = f"{reading.count}/{reading.whole} {figure.of}" if figure.is_ratio else ""
    told = f"环比 {before.shown}{_aside(before)}" if before else ""
    return "，".join(filter(None, (made_of, told)))


def _aside(change: Change) -> str:
    """Say why a change says little or nothing."""
    told = change.note or ("基数小" if change.small else "")
    return f"（{told}）" if told else ""


def _counted_on(basis: Basis | None) -> str:
    return f"按{basis.label}统计" if basis else ""


def _line(months: Sequence[Reading]) -> list[float] | None:
    """The months that have a value; a line of one point is none."""
    scale = 100 if months and months[0].figure.unit == Counted.PERCENT.label else 1
    points = [float(each.value * scale) for each in months if each.value is not None]
    return points if len(points) > 1 else None
