"""全部指标 on the screen: every figure by its code, board by board, each with the way to its rows."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import situation
from db.queries.situation import Compared
from db.queries.situation_scope import Asked
from rules.figure_terms import Group
from rules.figures import GROUPS
from rules.readings import Change, Reading, worst
from rules.situation_papers import figure_row
from ui import figure_export, forms, overview_filter, overview_rows, signin, store, tables

_WIDTHS = {
    "指标": 176,
    "本期": 76,
    "分子/分母": 100,
    "单位": 66,
    "同比": 136,
    "环比": 136,
    "变动": 48,
    "口径": 420,
    "日期口径": 120,
    "上年同期": 140,
}


def draw(asked: Asked) -> None:
    """Draw the search, the export and a table for each board that has a figure left."""
    found = _read(asked)
    days = found.now.days
    with st.container(horizontal=True, vertical_alignment="bottom"):
        term = st.text_input(
            "找指标",
            key="f_term",
            type="search",
            bind="query-params",
            placeholder="编码、名称或口径里的字",
            width=320,
        )
        _export(asked, found)
    at = f"{store.local(found.now.at):%Y-%m-%d %H:%M}"
    st.caption(f"统计 {days.first} 至 {days.last}，数据截至 {at}。变动：{_limits(found)}。")
    listed = {
        group: [
            found.now.readings[figure.code]
            for figure in figures
            if figure.code in found.now.readings and _meant(found, figure.code, term or "")
        ]
        for group, figures in GROUPS.items()
    }
    if not any(listed.values()):
        st.info(f"没有编码、名称或口径里有“{forms.plain(term or '')}”的指标。")
    for group, readings in listed.items():
        if readings:
            _board(group, readings, found)


def _read(asked: Asked) -> Compared:
    """Read them once for each store version, day and question, for all who are told the same."""
    actor = signin.actor()
    told = None if actor.sees_county else actor.unit_ids

    def read(session: Session) -> Compared:
        return situation.compared(session, asked, **store.moment())

    return store.shared("figures", (asked, store.today(), told, actor.sees_all_cases), read)


def _meant(found: Compared, code: str, term: str) -> bool:
    figure = found.now.readings[code].figure
    held = f"{code} {figure.label} {figure.definition}".lower()
    return all(word in held for word in term.lower().split())


def _limits(found: Compared) -> str:
    odd, alarm = found.limits.odd, found.limits.alarm
    return f"同比或环比超过 {odd}% 为异常，超过 {alarm}% 为告警"


def _board(group: Group, readings: Sequence[Reading], found: Compared) -> None:
    st.subheader(group.label)
    codes = [each.figure.code for each in readings]
    changes = [(found.year_before[code], found.before[code]) for code in codes]
    tables.opening_table(
        codes,
        {
            "指标": [each.figure.label for each in readings],
            "本期": [each.shown.partition("（")[0] for each in readings],
            "分子/分母": [_made_of(each) for each in readings],
            "单位": [each.figure.unit for each in readings],
            "同比": [_moved(year) for year, _ in changes],
            "环比": [_moved(period) for _, period in changes],
            "变动": [worst(pair, found.limits).label for pair in changes],
            "口径": [each.figure.definition for each in readings],
            "日期口径": [each.figure.basis.label if each.figure.basis else "" for each in readings],
            "上年同期": [found.former[0][code].shown for code in codes],
        },
        _WIDTHS,
        on_open=overview_rows.ask,
        key=f"figures_{group.value}",
        alt=group.label,
        heading="编码（点击打开明细）",
    )


def _made_of(reading: Reading) -> str:
    if not reading.figure.is_ratio or reading.whole is None:
        return ""
    return f"{reading.count}/{reading.whole}"


def _moved(change: Change) -> str:
    return f"{change.shown}（基数小）" if change.small else change.shown


def _export(asked: Asked, found: Compared) -> None:
    days = found.now.days
    year, period = found.former

    def made(_: Session) -> figure_export.Made:
        rows = [
            figure_row(
                reading,
                (year[code], found.year_before[code]),
                (period[code], found.before[code]),
            )
            for code, reading in found.now.readings.items()
        ]
        return rows, ""

    filters = overview_filter.said(asked, f"{days.first} 至 {days.last}")
    figure_export.popover("list", (asked, found.now.version), filters, made)
