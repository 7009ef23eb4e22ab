"""上级数据 on the screen: the numbers of a period and population in a table, and all that was told."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from db.commands import official as commands
from db.commands.official import Line
from db.queries import official
from db.queries.official import OfficialRow
from rules.errors import RuleError
from rules.official import POPULATION
from rules.periods import Days, calendar_days, read_days
from rules.work_figures import OFFICIAL_LEVELS
from ui import forms, store

_COLUMNS = {"batches": "批次", "visits": "人次"}
_WHOLE = "全县"


def levels(today: date, *, may_enter: bool) -> None:
    """Draw the numbers of 到市、到省、进京 of a period as a table to be filled."""
    last = calendar_days(today.replace(day=1), "month").before()
    text = st.text_input(
        "所属期间",
        f"{last.first:%Y-%m}",
        key="official_period",
        placeholder="2026-06、2026Q2、2026H1 或 2026-01-01..2026-06-30",
        width=420,
    )
    try:
        days = read_days(text)
    except RuleError as error:
        st.warning(forms.plain(str(error)))
        return
    rows = _read(days, [f"{level}_{code}" for level in OFFICIAL_LEVELS for code in _COLUMNS])
    by_key = {row.key: row for row in rows}
    st.caption(
        f"{days.label}（{days.first} 至 {days.last}）。没有的填 0；空着表示还没有通报。"
        "批次和人次分开填，不相加，不登记到人。"
    )
    table: dict[str, list[Any]] = {"级别": list(OFFICIAL_LEVELS.values())}
    for code, label in _COLUMNS.items():
        values = [by_key.get(f"{level}_{code}") for level in OFFICIAL_LEVELS]
        table[label] = [row.value if row else None for row in values]
    key = f"official_levels-{days.first}-{days.last}"

    def lines(edited: Mapping[int, Mapping[str, Any]], seen: Mapping[Any, int]) -> list[Line]:
        places, codes = list(OFFICIAL_LEVELS), {label: code for code, label in _COLUMNS.items()}
        return [
            Line(
                f"{places[at]}_{codes[label]}",
                _number(value),
                seen.get(f"{places[at]}_{codes[label]}"),
            )
            for at, cells in edited.items()
            for label, value in cells.items()
        ]

    seen = {row.key: row.version for row in rows}
    _table(key, table, seen, days, lines, rows, may_enter=may_enter)


def population(today: date, *, may_enter: bool) -> None:
    """Draw the population of the county and of each township, as it was told of a day."""
    on = st.date_input("人口数据的时点", today, key="population_on", format="YYYY-MM-DD", width=220)
    if not isinstance(on, date):
        return
    days = Days(on, on)
    with store.reading() as session:
        names: dict[Any, str] = {None: _WHOLE, **official.townships(session, on=on)}
    rows = _read(days, [POPULATION])
    by_place = {row.township_id: row for row in rows}
    st.caption("万人信访比用期末之前最近一次的人口。全县和各乡镇分别录入，不相加。")
    places = list(names)
    table: dict[str, list[Any]] = {
        "属地": list(names.values()),
        "人口": [by_place[each].value if each in by_place else None for each in places],
    }
    seen: dict[Any, int] = {row.township_id: row.version for row in rows}

    def lines(edited: Mapping[int, Mapping[str, Any]], seen: Mapping[Any, int]) -> list[Line]:
        return [
            Line(POPULATION, _number(cells["人口"]), seen.get(places[at]), places[at])
            for at, cells in edited.items()
            if "人口" in cells
        ]

    _table(f"population-{on}", table, seen, days, lines, rows, may_enter=may_enter)


def told() -> None:
    """Draw all that was told, and who wrote what, former values with it."""
    with store.reading() as session:
        rows, writes = official.told(session), official.history(session)
    if not rows:
        st.info("还没有录入上级数据。收到市局通报后，在“到市到省进京”里按期间录入。")
    else:
        st.dataframe(
            [
                {
                    "期间": f"{row.first_on} 至 {row.last_on}",
                    "项目": row.label,
                    "属地": row.township or _WHOLE,
                    "数量": f"{row.value}{row.unit}",
                    "来源": row.source,
                    "录入人": row.entered_by,
                    "录入时间": f"{store.local(row.entered_at):%Y-%m-%d %H:%M}",
                }
                for row in rows
            ],
            hide_index=True,
            alt="已录入的上级数据",
        )
    if writes:
        st.subheader("修改记录")
        st.dataframe(
            [
                {
                    "时间": f"{store.local(each.at):%Y-%m-%d %H:%M}",
                    "经手人": each.actor,
                    "操作": each.action.label,
                    "项目": each.label,
                    "原值": each.before,
                    "现值": each.after,
                }
                for each in writes
            ],
            hide_index=True,
            alt="上级数据的修改记录",
        )


def _read(days: Days, keys: Sequence[str]) -> list[OfficialRow]:
    with store.reading() as session:
        return official.told(session, first_on=days.first, last_on=days.last, keys=keys)


def _table(
    key: str,
    table: Mapping[str, Sequence[Any]],
    seen: Mapping[Any, int],
    days: Days,
    lines: Any,
    rows: Sequence[OfficialRow],
    *,
    may_enter: bool,
) -> None:
    first = next(iter(table))
    filled = pa.table(
        {
            label: pa.array(values, pa.string() if label == first else pa.int64())
            for label, values in table.items()
        }
    )
    if not may_enter:
        st.dataframe(filled, hide_index=True, alt="上级数据")
        return
    round_ = st.session_state.setdefault(f"{key}-round", 0)
    pinned = st.session_state.setdefault(f"{key}-seen-{round_}", dict(seen))
    base = st.session_state.setdefault(f"{key}-base-{round_}", filled)
    with st.form(f"{key}-form", border=False):
        st.data_editor(
            base,
            key=f"{key}-{round_}",
            hide_index=True,
            disabled=[first],
            column_config={
                label: st.column_config.NumberColumn(min_value=0, step=1, format="%d")
                for label in table
                if label != first
            },
            placeholder="",
            alt="录入上级数据的表格",
        )
        source = st.text_input(
            "来源",
            rows[0].source if rows else "",
            key=f"{key}-source-{round_}",
            placeholder="例如：市信访局 2026 年第 6 期通报",
        )
        submitted = st.form_submit_button("保存", type="primary", key=f"{key}-save")
    if not submitted:
        return
    state: Any = st.session_state.get(f"{key}-{round_}") or {}
    edited = {int(at): cells for at, cells in state.get("edited_rows", {}).items()}
    wanted = lines(edited, pinned)
    if not wanted:
        st.warning("表格里没有改动")
        return
    forms.save(
        lambda s: commands.enter(
            s,
            wanted,
            first_on=days.first,
            last_on=days.last,
            source=source,
            today=store.today(),
            now=store.now(),
        ),
        # What the browser keeps of a table belongs to its key.
        refilled={f"{key}-round": round_ + 1},
        message=lambda written: f"已保存 {written} 项",
    )


def _number(value: Any) -> int | None:
    return None if value is None or value == "" else int(value)
