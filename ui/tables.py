"""Tables of records: drawn from plain rows through Arrow, without a frame in between."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from zlib import crc32

import pyarrow as pa
import streamlit as st

from db.queries.cases import CaseRow
from rules import cases as rules
from rules.terms import Repeat
from ui import forms

_ROW, _HEAD = 34, 37
_NUMBER = re.compile(r"\d{6}-\d{4}-\d{6,}")


def case_table(
    rows: Sequence[CaseRow],
    *,
    on_open: Callable[[str], None],
    key: str,
    choosing: bool = False,
) -> list[int]:
    """Draw a page of cases; a click on the number opens its case, `open_box` does by keyboard.

    Returns the places of the rows that are ticked, where that is asked for.
    """
    columns = {
        "标题": [row.title for row in rows],
        "状态": [row.state.label for row in rows],
        "收到日期": [rules.shown_date(row.received_on, row.received_precision) for row in rows],
        "提示": [_marks(row) for row in rows],
        "责任单位": [row.unit for row in rows],
        "属地": [row.township for row in rows],
        "形式": [row.channel.label for row in rows],
        "内容分类": [row.code.rsplit("/", 1)[-1] for row in rows],
        "包案领导": [row.lead for row in rows],
        "人数": [f"{'约' if row.people_approx else ''}{row.people}" for row in rows],
    }
    widths = {
        "标题": 256,
        "状态": 66,
        "收到日期": 92,
        "提示": 96,
        "责任单位": 140,
        "属地": 76,
        "形式": 72,
        "内容分类": 84,
        "包案领导": 74,
        "人数": 48,
    }
    numbers = [row.number for row in rows]
    return opening_table(
        numbers, columns, widths, on_open=on_open, key=key, alt="案件列表", choosing=choosing
    )


def opening_table(
    numbers: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    widths: Mapping[str, int],
    *,
    on_open: Callable[[str], None],
    key: str,
    alt: str,
    choosing: bool = False,
    opens: Sequence[str] | None = None,
    heading: str = "编号（点击打开）",
) -> list[int]:
    """Draw rows about cases, the number first as the button that opens its case.

    `columns` are texts by heading in their order, `widths` in pixels; 人数 stands on the right.
    `opens` is what each row opens where that is more than its number, `heading` what the numbers
    are called. Returns the places of the
    rows that are ticked, where that is asked for.
    """
    if choosing:
        # Ticks are kept by place: other rows must be another table, or they would be ticked.
        key = f"{key}_{crc32(' '.join(numbers).encode()):08x}"

    def opened() -> None:
        clicked = st.session_state[f"{key}_open"]
        if clicked is not None:
            on_open((opens or numbers)[clicked.row])

    chosen = st.dataframe(  # type: ignore[call-overload]
        pa.table({"编号": numbers, **columns}),
        hide_index=True,
        on_select="rerun" if choosing else "ignore",
        selection_mode="multi-row",
        row_height=_ROW,
        height=len(numbers) * _ROW + _HEAD,
        key=key,
        alt=alt,
        column_config={
            "编号": st.column_config.ButtonColumn(
                heading,
                width=160,
                type="tertiary",
                alignment="left",
                pinned=True,
                on_click=opened,
                key=f"{key}_open",
            ),
            **{
                name: st.column_config.TextColumn(
                    width=width, alignment="right" if name == "人数" else None
                )
                for name, width in widths.items()
            },
        },
    )
    return list(chosen["selection"]["rows"]) if choosing else []


Opens = TypeVar("Opens")


@dataclass(frozen=True)
class Number(Generic[Opens]):
    """A number of a table as it is shown, and the list of what it counts."""

    shown: str
    cases: Opens


def number_table(
    heading: str,
    names: Sequence[str],
    columns: Mapping[str, Sequence[Number[Opens]]],
    *,
    on_open: Callable[[Opens], None],
    key: str,
    alt: str,
) -> None:
    """Draw named rows of numbers, each a button that opens the list of what it counts."""

    def opened(column: str, at: str) -> None:
        clicked = st.session_state[at]
        if clicked is not None:
            on_open(columns[column][clicked.row].cases)

    keys = {column: f"{key}_open_{place}" for place, column in enumerate(columns)}
    shown = {column: [each.shown for each in numbers] for column, numbers in columns.items()}
    st.dataframe(
        pa.table({heading: names, **shown}),
        hide_index=True,
        row_height=_ROW,
        height=len(names) * _ROW + _HEAD,
        key=key,
        alt=alt,
        column_config={
            column: st.column_config.ButtonColumn(
                type="tertiary",
                alignment="right",
                on_click=opened,
                args=(column, at),
                key=at,
            )
            for column, at in keys.items()
        },
    )


def facts_table(facts: Mapping[str, str]) -> None:
    """Draw facts as label and value, one under the other; values are text, never Markdown."""
    table = pa.table(
        {"项目": list(facts), "内容": [forms.plain(value) for value in facts.values()]}
    )
    st.table(table, border="horizontal", hide_header=True, hide_index=True)


class Titled(Protocol):
    """A row about a case."""

    @property
    def number(self) -> str:
        """The number of the case."""

    @property
    def title(self) -> str:
        """Its title."""


def open_box(
    rows: Sequence[Titled], *, on_open: Callable[[str], None], key: str, does: str = "打开"
) -> None:
    """Draw a box that opens a case by keyboard: a few letters of a row, or any number typed.

    `does` says what is done with the case.
    """
    titles = {row.number: row.title for row in rows}

    def chosen() -> None:
        typed, st.session_state[key] = str(st.session_state[key] or "").strip(), None
        if typed:
            meant = meant_by(typed, titles)
            if len(meant) == 1:
                on_open(meant[0])
            elif meant:
                st.session_state[f"{key}_told"] = (
                    f"“{typed}”对应本页 {len(meant)} 件，请多键入几个字"
                )
            else:
                st.session_state[f"{key}_told"] = f"本页没有“{typed}”，可以用上面的搜索框找"

    st.selectbox(
        f"{does}案件",
        list(titles),
        index=None,
        key=key,
        format_func=lambda number: f"{number} {titles.get(number, '')}".strip(),
        placeholder=f"编号尾数或标题，回车{does}",
        accept_new_options=True,
        filter_mode="contains",
        label_visibility="collapsed",
        on_change=chosen,
        width=220,
    )
    if told := st.session_state.pop(f"{key}_told", None):
        st.toast(forms.plain(told), icon=":material/info:")


def meant_by(typed: str, titles: Mapping[str, str]) -> list[str]:
    """Say which numbers are meant: one written out, the end of one, or letters of a row.

    A number written out need not be on this page.
    """
    if typed in titles or _NUMBER.fullmatch(typed):
        return [typed]
    ending = [number for number in titles if number.endswith(typed)]
    if len(ending) == 1:
        return ending
    return [n for n, title in titles.items() if typed in n or typed in title]


def _marks(row: CaseRow) -> str:
    marks = [flag.label for flag in row.flags]
    if row.suspected:
        marks.insert(0, "疑似重复")
    if row.repeat is Repeat.REPEAT:
        marks.insert(0, "重复")
    return "、".join(marks)
