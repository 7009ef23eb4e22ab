"""The charts about cases on the screen: each with its definition, its words, and its numbers."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from db.queries import case_charts as queries
from db.queries.case_charts import Led
from rules.case_charts import Aged, Flow
from rules.case_terms import DutyList, Light
from rules.figures import CHARTED
from rules.periods import Period
from rules.permissions import Actor
from rules.rates import shown_rate
from rules.steps import OPEN
from rules.terms import CaseState, DateBase
from ui import case_filter, case_views, chart_view, store, tables
from ui.case_filter import Chosen
from ui.charts import cases as charts
from ui.charts.draw import Chart
from ui.charts.theme import Size
from ui.tables import Number

_OPEN = [state for state in CaseState if state in OPEN]


def draw(actor: Actor) -> None:
    """Draw the three charts, large and one below the other where the wall is to read them."""
    with st.container(horizontal=True, vertical_alignment="center"):
        large = st.toggle("大字（投屏）", key="charts_large", bind="query-params")
        if not actor.sees_all_cases:
            st.caption("只数您看得到的案件。")
    size = Size.WALL if large else Size.DESK
    left, right = (st.container(), st.container()) if large else st.columns(2, gap="medium")
    with left:
        _resolution(actor, size)
    with right:
        _ageing(actor, size)
        _flow(actor, size)


def heading(code: str, size: Size, words: str = "") -> None:
    """Draw the name of a figure, its sum in `words`, and what it means."""
    figure = CHARTED[code]
    title = f"{figure.label}（{figure.unit}）{words}"
    if size is Size.WALL:
        st.title(title)
    else:
        st.subheader(title, help=figure.definition)


def _show(
    chart: str,
    make: Chart,
    rows: Mapping[str, Sequence[object]],
    lists: Sequence[Chosen],
    *,
    alt: str,
    size: Size,
) -> None:
    """Draw a chart a click on which opens the list of cases that the table's number opens."""
    clicks = chart_view.Clicks(f"chart_{chart}_clicked", lists, case_views.open_list)
    chart_view.show(make, rows, alt=alt, size=size, clicks=clicks)


def _resolution(actor: Actor, size: Size) -> None:
    led = store.kept("chart_resolution", None, queries.resolution_by_lead)
    cases, resolved = sum(each.cases for each in led), sum(each.resolved for each in led)
    heading("resolution_by_lead", size, f" {shown_rate(resolved, cases)}" if led else "")
    if not led:
        st.info("还没有列入包案台账的案件。在案件页的“包案”里填写后，这里按包案领导统计。")
        return
    shown = [shown_rate(each.resolved, each.cases) for each in led]
    names = [each.lead for each in led]
    rates = [None if each.rate is None else float(each.rate) for each in led]
    told = [f"{name} {words}" for name, words in zip(names, shown, strict=True)]
    alt = chart_view.in_words(CHARTED["resolution_by_lead"].label, told)
    rows: dict[str, Sequence[object]] = {
        "lead": names,
        "rate": rates,
        "shown": shown,
        "opens": [f"列入台账 {each.cases} 件" for each in led],
    }
    lists = [_led(actor, each, DutyList.EVER) for each in led]
    _show("resolution", charts.resolution_by_lead, rows, lists, alt=alt, size=size)
    if place := chart_view.table_below("chart_resolution"):
        with place:
            _resolution_table(actor, led, shown)


def _led(actor: Actor, led: Led, duty: DutyList) -> Chosen:
    return case_filter.counted(actor, lead=led.lead_id, duty=duty)


def _resolution_table(actor: Actor, led: Sequence[Led], shown: Sequence[str]) -> None:
    def numbers(texts: Sequence[str], duty: DutyList) -> list[Number]:
        return [
            Number(text, _led(actor, each, duty)) for text, each in zip(texts, led, strict=True)
        ]

    tables.number_table(
        "包案领导",
        [each.lead for each in led],
        {
            "列入台账": numbers([f"{each.cases}" for each in led], DutyList.EVER),
            "已化解": numbers([f"{each.resolved}" for each in led], DutyList.RESOLVED),
            "未化解": numbers(
                [f"{each.cases - each.resolved}" for each in led], DutyList.UNRESOLVED
            ),
            "化解率": numbers(shown, DutyList.EVER),
        },
        on_open=case_views.open_list,
        key="chart_resolution_rows",
        alt="各包案领导的化解率",
    )


def _ageing(actor: Actor, size: Size) -> None:
    today = store.today()
    aged = store.kept("chart_ageing", today, lambda s: queries.ageing(s, today=today))
    total, late = sum(each.open for each in aged), sum(each.overdue for each in aged)
    heading("ageing", size, f" 共 {total}，其中超期 {late}")
    told = [f"{each.band.label} {each.open} 件，其中超期 {each.overdue} 件" for each in aged]
    columns = ("band", "kind", "count", "total", "shown", "opens")
    rows: dict[str, list[object]] = {column: [] for column in columns}
    lists: list[Chosen] = []
    for each in aged:
        words = f"{each.open}（超期 {each.overdue}）" if each.overdue else f"{each.open}"
        # No filter leaves what is not overdue: that part of a bar opens the whole of it.
        for kind, count, at_end, opens, due in (
            ("超期", each.overdue, words, f"超期 {each.overdue} 件", Light.OVERDUE),
            ("未超期", each.open - each.overdue, "", f"在办 {each.open} 件", None),
        ):
            values = (each.band.label, kind, count, each.open, at_end, opens)
            for column, value in zip(rows.values(), values, strict=True):
                column.append(value)
            lists.append(_aged(actor, each, due, today))
    alt = chart_view.in_words(CHARTED["ageing"].label, told)
    _show("ageing", charts.ageing, rows, lists, alt=alt, size=size)
    if place := chart_view.table_below("chart_ageing"):
        with place:
            _ageing_table(actor, aged)


def _aged(actor: Actor, aged: Aged, due: Light | None, today: date) -> Chosen:
    since, until = aged.band.days(today)
    span = {"period": Period.CUSTOM, "since": since, "until": until}
    return case_filter.counted(actor, states=_OPEN, due=due, **span)


def _ageing_table(actor: Actor, aged: Sequence[Aged]) -> None:
    today = store.today()

    def numbers(texts: Sequence[str], due: Light | None = None) -> list[Number]:
        return [
            Number(text, _aged(actor, each, due, today))
            for text, each in zip(texts, aged, strict=True)
        ]

    tables.number_table(
        "收到至今",
        [each.band.label for each in aged],
        {
            "在办": numbers([f"{each.open}" for each in aged]),
            "其中超期": numbers([f"{each.overdue}" for each in aged], Light.OVERDUE),
        },
        on_open=case_views.open_list,
        key="chart_ageing_rows",
        alt="在办案件按收到至今的天数",
    )


def _flow(actor: Actor, size: Size) -> None:
    today = store.today()
    found = store.kept("chart_flow", today, lambda s: queries.flow(s, today=today))
    last = found[-1]
    heading("flow", size, f" 本月收到 {last.received}，办结 {last.closed}")
    counts = [count for each in found for count in (each.received, each.closed)]
    kinds = ["收到", "办结"] * len(found)
    rows: dict[str, Sequence[object]] = {
        "month": [f"{each.first:%Y-%m}" for each in found for _ in range(2)],
        "kind": kinds,
        "count": counts,
        "opens": [f"{kind} {count} 件" for kind, count in zip(kinds, counts, strict=True)],
    }
    lists = [
        _moved(actor, each, base) for each in found for base in (DateBase.RECEIVED, DateBase.CLOSED)
    ]
    told = [f"{e.first:%Y-%m} 收到 {e.received} 件，办结 {e.closed} 件" for e in found]
    alt = chart_view.in_words(CHARTED["flow"].label, told)
    _show("flow", charts.flow, rows, lists, alt=alt, size=size)
    if place := chart_view.table_below("chart_flow"):
        with place:
            _flow_table(actor, found[::-1])


def _moved(actor: Actor, flow: Flow, base: DateBase) -> Chosen:
    return case_filter.counted(
        actor, period=Period.CUSTOM, since=flow.first, until=flow.last, base=base
    )


def _flow_table(actor: Actor, found: Sequence[Flow]) -> None:
    def numbers(counts: Sequence[int], base: DateBase) -> list[Number]:
        return [
            Number(f"{count}", _moved(actor, each, base))
            for count, each in zip(counts, found, strict=True)
        ]

    tables.number_table(
        "月份",
        [f"{each.first:%Y-%m}" for each in found],
        {
            "收到": numbers([each.received for each in found], DateBase.RECEIVED),
            "办结": numbers([each.closed for each in found], DateBase.CLOSED),
        },
        on_open=case_views.open_list,
        key="chart_flow_rows",
        alt="每月收到与办结",
    )
