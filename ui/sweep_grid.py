"""Units by rounds on the screen: the filter in the address, the grid, the rates, whom to remind."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from db.queries import sweep_desk
from db.queries.sweeps import Grid, GridFilter, GridRow
from rules.permissions import Actor
from rules.rates import shown_rate
from rules.sweep_figures import DEFINITION, Punctuality, reminder_text, reminders, total
from rules.sweep_terms import RoundKind, SlotState
from rules.sweeps import Round, Slot, SweepUnit
from rules.terms import Term, UnitKind
from rules.units import ORDER
from ui import case_filter, forms, store, tables

# So tall that what is told of a square still begins on a screen of 900.
_ROW, _HEAD, _TALL = 34, 37, 420
_CORRECTED = "有更正"
_COLOURS = {
    SlotState.REPORTED.label: "green",
    SlotState.ZERO.label: "blue",
    SlotState.LATE.label: "orange",
    SlotState.MISSING.label: "red",
    SlotState.PENDING.label: "gray",
    _CORRECTED: "violet",
}


def bar(years: Sequence[int], units: Sequence[SweepUnit], actor: Actor) -> GridFilter:
    """Draw the filter, whose values live in the address, and return what it asks for."""
    this_year = store.today().year
    columns = st.columns([1.1, 1.1, 1.8, 1.2, 1.4, 1.6], vertical_alignment="bottom")
    listed = sorted({this_year, *years}, reverse=True)
    year = columns[0].selectbox(
        "年份",
        listed,
        index=listed.index(this_year),
        format_func=lambda chosen: f"{chosen} 年",
        key="year",
        bind="query-params",
    )
    level = columns[1].selectbox(
        "层级",
        list(UnitKind),
        index=ORDER.index(_first_level(units, actor)),
        format_func=_label,
        key="level",
        bind="query-params",
    )
    names = {unit.id: unit.name for unit in units if unit.kind is UnitKind.TOWNSHIP}
    township = case_filter.choice(
        columns[2], "乡镇", list(names), forms.distinct(names), key="township"
    )
    state = _term(columns[3], "报送状态", SlotState, key="state")
    kind = _term(columns[4], "类别", RoundKind, key="kind")
    ahead = columns[5].checkbox("未开始的轮次也列出", key="ahead", bind="query-params")
    return GridFilter(year, level or UnitKind.TOWNSHIP, township, state, kind, ahead)


def draw(found: Grid, wanted: GridFilter) -> None:
    """Draw the grid in words and colour, the latest round first, and what a square stands for."""
    st.markdown(" · ".join(f"{state.label} **{n}**" for state, n in found.states.items()))
    if not found.rows:
        st.info("没有符合条件的单位或轮次。可以换一个层级，或去掉一两个筛选条件。")
        return
    shown = list(reversed(found.rounds))
    states = words(found, wanted)
    headings = list(states)
    columns = {
        **{name: pa.array(each) for name, each in _named(found, wanted).items()},
        **{name: pa.array(each, pa.list_(pa.string())) for name, each in states.items()},
    }
    chosen = st.dataframe(
        pa.table(columns),
        hide_index=True,
        row_height=_ROW,
        height=min(len(found.rows) * _ROW + _HEAD + 2, _TALL),
        on_select="rerun",
        selection_mode="single-cell",
        key="sweep_grid",
        alt="各单位各轮次的报送情况",
        column_config={
            "单位": st.column_config.TextColumn(width=150, pinned=True),
            "乡镇": st.column_config.TextColumn(width=90, pinned=True),
            **{
                heading: st.column_config.MultiselectColumn(
                    width=92, options=list(_COLOURS), color=list(_COLOURS.values())
                )
                for heading in headings
            },
        },
    )
    st.caption("点一格看是谁在什么时候报的。空格是本轮不要求报送的。已关闭的轮次不再变动。")
    for row, heading in chosen["selection"]["cells"]:
        if heading in headings and row < len(found.rows):
            _behind(found.rows[row], shown[headings.index(heading)])


def words(found: Grid, wanted: GridFilter) -> dict[str, list[list[str]]]:
    """Return where each unit stands in each round, by the round's heading, the latest first."""
    shown = list(reversed(list(enumerate(found.rounds))))
    headings = _headings([each for _, each in shown], wanted.year)
    return {
        heading: [_words(row, place, found) for row in found.rows]
        for heading, (place, _) in zip(headings, shown, strict=True)
    }


def lines(found: Grid, wanted: GridFilter) -> list[dict[str, str]]:
    """Return the grid as lines of texts, as a sheet holds it."""
    columns = _named(found, wanted) | {
        heading: ["、".join(each) for each in states]
        for heading, states in words(found, wanted).items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _named(found: Grid, wanted: GridFilter) -> dict[str, list[str]]:
    columns = {"单位": [row.name for row in found.rows]}
    if wanted.level is UnitKind.VILLAGE:
        columns["乡镇"] = [row.township for row in found.rows]
    return columns


def rates(found: Grid) -> None:
    """Draw reporting rate and timeliness, unit by unit in the order of the tree."""
    st.caption(f"{DEFINITION}。按单位原有次序，不排名。")
    columns = rate_columns(found)
    if not columns:
        st.info("还没有到截止时间的轮次。")
        return
    st.dataframe(
        pa.table(columns),
        hide_index=True,
        row_height=_ROW,
        height=min(len(columns["单位"]) * _ROW + _HEAD + 2, _TALL),
        key="sweep_rates",
        alt="各单位报送率和及时率",
        column_config={
            name: st.column_config.TextColumn(width=width, alignment="right")
            for name, width in _RATES.items()
        },
    )


_RATES = {"应报": 64, "已报": 64, "其中零报告": 96, "迟报": 64, "缺报": 64}
_RATES |= {"报送率": 150, "及时率": 150}


def rate_columns(found: Grid) -> dict[str, list[str]]:
    """Return the rates in words by heading, the total first; empty where nothing is due yet."""
    owing = [row for row in found.rows if row.punctuality.owed]
    if not owing:
        return {}
    rows: list[tuple[str, str, Punctuality]] = [
        ("合计", "", total(row.punctuality for row in owing)),
        *((row.name, row.township, row.punctuality) for row in owing),
    ]
    return {
        "单位": [f"{name}（{above}）" if above else name for name, above, _ in rows],
        "应报": [str(each.owed) for _, _, each in rows],
        "已报": [str(each.filed) for _, _, each in rows],
        "其中零报告": [str(each.zero) for _, _, each in rows],
        "迟报": [str(each.filed - each.in_time) for _, _, each in rows],
        "缺报": [str(each.owed - each.filed) for _, _, each in rows],
        "报送率": [shown_rate(each.filed, each.owed) for _, _, each in rows],
        "及时率": [shown_rate(each.in_time, each.owed) for _, _, each in rows],
    }


def remind(slots: Sequence[Slot], *, hours: int) -> None:
    """Draw whom to remind, round by round, each ready to copy with one click."""
    found = reminders(slots, now=store.now(), ahead_hours=hours)
    st.caption(
        f"已过截止时间的和 {hours} 小时内截止的轮次里还没有报送的单位。点右上角复制，粘贴到工作群或通知里。"
    )
    if not found:
        st.success("没有需要催报的单位。")
    for each in found:
        st.code(reminder_text(each, clock=store.clock()), language=None, wrap_lines=True)


def _first_level(units: Sequence[SweepUnit], actor: Actor) -> UnitKind:
    """The office begins with the townships, a unit with its own level."""
    own = next((unit.kind for unit in units if unit.id == actor.unit_id), None)
    return UnitKind.TOWNSHIP if actor.sees_all_sweeps or own is None else own


def _words(row: GridRow, place: int, found: Grid) -> list[str]:
    slot = row.cells[place]
    if slot is None:
        return []
    corrected = (slot.round.id, row.unit_id) in found.corrected
    return [slot.state.label, *([_CORRECTED] if corrected else [])]


def _headings(rounds: Sequence[Round], year: int) -> list[str]:
    """Name the columns: the year stands in the filter, and no two may be called the same."""
    short = {
        each.id: each.name.removeprefix(f"{year}年").replace(f" {year}年", " ") for each in rounds
    }
    return list(forms.distinct(short).values())


def _behind(row: GridRow, each: Round) -> None:
    with store.reading() as session:
        slot = sweep_desk.report(session, each.id, row.unit_id, now=store.now())
        beside = sweep_desk.corrections(session, unit_id=row.unit_id, round_ids=[each.id])
    if slot is None:
        st.caption(f"{forms.plain(row.name)}：{forms.plain(each.name)}不要求报送。")
        return
    due = store.local(each.due_at)
    facts = {
        "单位": slot.unit_name,
        "轮次": f"{each.name}（{each.first_on} 至 {each.last_on}，{due:%Y-%m-%d %H:%M} 截止）",
        "状态": slot.state.label,
    }
    if slot.filed_at is not None:
        facts["报送"] = f"{slot.filed_by}，{store.local(slot.filed_at):%Y-%m-%d %H:%M}"
        facts["内容"] = "零报告" if slot.zero else f"排查 {slot.found} 件，化解 {slot.resolved} 件"
    if slot.changed_at is not None:
        facts["修改"] = f"{slot.changed_by}，{store.local(slot.changed_at):%Y-%m-%d %H:%M}"
    if slot.note:
        facts["说明"] = slot.note
    for place, entry in enumerate(beside, start=1):
        when = f"{store.local(entry.at):%Y-%m-%d %H:%M}"
        facts[f"更正 {place}"] = f"{entry.text}（{entry.actor}，{when}；理由：{entry.reason}）"
    tables.facts_table(facts)


def _term(place: Any, label: str, terms: type[Term], *, key: str) -> Any:
    return place.selectbox(
        label,
        list(terms),
        index=None,
        format_func=lambda term: term.label if term else "不限",
        key=key,
        bind="query-params",
        placeholder="不限",
    )


def _label(term: Term) -> str:
    return term.label
