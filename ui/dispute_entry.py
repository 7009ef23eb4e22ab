"""Registering several disputes in a table: typed or pasted, kept as a draft, with remembered defaults."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

from db.commands import desk
from db.commands import disputes as commands
from db.commands.disputes import NewDispute
from db.queries import desk as desk_queries
from db.queries import dispute_pairs as pairs
from db.queries.dispute_pairs import Like
from rules import dispute_rows as lines
from rules.dispute_rows import COLUMNS, Names, Read
from rules.permissions import Actor
from rules.units import normalise_name
from ui import dispute_filter, forms, store
from ui.options import options

DRAFT = "sweeps/entry"
_EMPTY = 8
_ROUND = "_dispute_round"
_WIDTHS = {
    "title": 210,
    "class_id": 90,
    "area_id": 130,
    "found_on": 100,
    "people": 96,
    "amount_fen": 108,
    "content": 230,
    "place": 120,
    "happened_on": 100,
    "petitioner": 110,
}
_DEFAULTS = ("unit_id", "class_id", "area_id", "found_on", "finder")
_CHECKED = 20  # titles that are held against the ledger while typing


def draw(actor: Actor, *, today: date) -> None:
    """Draw the defaults, the table and what is wrong in it; nothing is saved half."""
    units = _own_units(actor)
    _begin(units, today)
    defaults = _defaults(units)
    _paste()
    rows = _table()
    reads = lines.read_lines(rows, defaults, _names(), today=today)
    problems = [problem for read in reads for problem in read.problems]
    if problems:
        st.error("  \n".join(forms.plain(problem.message) for problem in problems))
    _warn(reads, today=today)
    with st.container(horizontal=True, vertical_alignment="center"):
        ready = bool(reads) and not problems
        shown = f"登记并上报 {len(reads)} 件" if reads else "登记并上报"
        # Ctrl+Enter never leaves the table, which takes it for itself.
        if st.button(
            shown, type="primary", key="dispute_submit", disabled=not ready, shortcut="Ctrl+S"
        ):
            _save(reads, submit=True, today=today)
        if st.button("只登记，暂不上报", key="dispute_keep", disabled=not ready):
            _save(reads, submit=False, today=today)
        st.button("清空表格", key="dispute_drop", type="tertiary", on_click=_drop)


def _own_units(actor: Actor) -> dict[int, str]:
    names = options().unit_names
    if actor.sees_all_cases:
        return dict(names)
    return {key: name for key, name in names.items() if key in actor.unit_ids}


def _begin(units: Mapping[int, str], today: date) -> None:
    """Fill the defaults once in a tab: as they were left, else with the own unit and today.

    A browser that was overtaken by another run forgets what was set for it: what no line can do
    without is filled again.
    """
    state = st.session_state
    begun = "dispute_unit_id" in state
    if begun and state["dispute_unit_id"] in units and state.get("dispute_found_on"):
        return
    with store.reading() as session:
        draft = desk_queries.draft(session, DRAFT)
    kept = draft.values.get("defaults", {}) if draft else {}
    own = next(iter(units), None)
    places = options().townships
    unit_id = kept.get("unit_id") if kept.get("unit_id") in units else own
    if begun:
        state["dispute_unit_id"] = state["dispute_unit_id"] or unit_id
        state["dispute_found_on"] = state.get("dispute_found_on") or today
        return
    area_id = kept.get("area_id") if kept.get("area_id") in places else unit_id
    values = {
        "unit_id": unit_id,
        "class_id": kept.get("class_id"),
        "area_id": area_id if area_id in places else None,
        "found_on": today,
        "finder": kept.get("finder") or "",
    }
    for name, value in values.items():
        state[f"dispute_{name}"] = value
    rows = draft.values.get("rows", []) if draft else []
    state[f"_base_{_key()}"] = rows
    if rows:
        state["_dispute_restored"] = True


def _defaults(units: Mapping[int, str]) -> dict[str, Any]:
    offered = options()
    classes = dispute_filter.class_names()
    places = {key: offered.unit_names[key] for key in offered.townships}
    first, second, third, fourth, fifth = st.columns([2, 1.4, 2, 1.2, 1.2])
    with first:
        _choose("排查单位", units, "unit_id", "请选择")
    with second:
        _choose("类别（没填的按此）", classes, "class_id", "（逐行填）")
    with third:
        _choose("所属乡镇、村（没填的按此）", places, "area_id", "（逐行填）")
    with fourth:
        forms.date_input("排查日期", key="dispute_found_on", on_change=_keep)
    fifth.text_input("排查人", key="dispute_finder", max_chars=64, on_change=_keep)
    return {name: st.session_state.get(f"dispute_{name}") for name in _DEFAULTS}


def _choose(label: str, names: Mapping[int, str], name: str, empty: str) -> None:
    key = f"dispute_{name}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = None
    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=forms.named(names, missing=""),
        key=key,
        placeholder=empty,
        filter_mode="contains",
        on_change=_keep,
    )


def _paste() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "一行一件，回车键入，Tab 到下一格。类别写几个字即可，如“宅基地”；人数可写“60多人”，"
            "金额可写“3.5万”。当事人只在需要时填，加密保存。",
            width="stretch",
        )
        popover = st.popover(
            "从 Excel 粘贴", icon=":material/content_paste:", key="paste_menu", on_change="rerun"
        )
    if popover.open:
        with popover:
            st.text_area(
                "在 Excel 里选中几行（可带表头）复制，粘贴到这里",
                key="dispute_paste",
                height=140,
                width=520,
            )
            st.button("放进表格", key="dispute_paste_in", type="primary", on_click=_pasted)
    if st.session_state.pop("_dispute_restored", False):
        st.info(
            "已恢复上次没有登记的内容，请核对后登记，或点“清空表格”。", icon=":material/history:"
        )


def _pasted() -> None:
    """Put pasted lines behind what stands in the table: a callback."""
    added = lines.from_paste(st.session_state.get("dispute_paste") or "")
    rows = [row for row in _rows() if not lines.is_empty(row)]
    _begin_table([*rows, *added])
    st.session_state["dispute_paste"] = ""
    _keep()


def _table() -> list[dict[str, str | None]]:
    base = _base()
    st.data_editor(
        pa.table(
            {
                label: pa.array([row.get(name) or "" for row in base], pa.string())
                for name, label in COLUMNS.items()
            }
        ),
        key=_key(),
        num_rows="dynamic",
        hide_index=True,
        row_height=34,
        column_config={
            label: st.column_config.TextColumn(width=_WIDTHS[name])
            for name, label in COLUMNS.items()
        },
        on_change=_keep,
        alt="登记矛盾纠纷的表格",
    )
    return _rows()


def _base() -> list[dict[str, str]]:
    """The table as its present round began; empty lines are there to be typed into."""
    rows: list[dict[str, str]] = st.session_state.get(f"_base_{_key()}", [])
    return [*rows, *({} for _ in range(max(2, _EMPTY - len(rows))))]


def _rows() -> list[dict[str, str | None]]:
    """What stands in the table: its beginning with what was typed over, added and taken out."""
    state: Any = st.session_state.get(_key()) or {}
    names = {label: name for name, label in COLUMNS.items()}

    def ours(cells: Mapping[str, Any]) -> dict[str, str | None]:
        return {names[label]: text for label, text in cells.items() if label in names}

    edited = {int(place): cells for place, cells in state.get("edited_rows", {}).items()}
    gone = set(state.get("deleted_rows", ()))
    rows: list[dict[str, str | None]] = [
        {**row, **ours(edited.get(place, {}))}
        for place, row in enumerate(_base())
        if place not in gone
    ]
    return [*rows, *(ours(cells) for cells in state.get("added_rows", ()))]


def _key() -> str:
    """The table's key: another one after each save, for the browser keeps what was typed."""
    return f"dispute_rows-{st.session_state.get(_ROUND, 0)}"


def _begin_table(rows: Sequence[Mapping[str, str | None]]) -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[f"_base_{_key()}"] = [dict(row) for row in rows]


def _names() -> Names:
    """By which names a cell is understood: of classes, of places with and without their township."""
    offered = options()
    classes = {}
    for class_id, path in dispute_filter.class_names().items():
        classes[normalise_name(path)] = classes[normalise_name(path.split("/")[-1])] = class_id
    areas = {
        name: unit_id
        for name, unit_id in offered.unit_by_name.items()
        if unit_id in offered.townships
    }
    for unit_id in offered.townships:
        areas[normalise_name(offered.unit_names[unit_id])] = unit_id
    return Names(classes, areas)


def _warn(reads: Sequence[Read], *, today: date) -> None:
    """Show what is in the ledger already and like what is being entered; it stops nobody."""
    wanted = [
        (read.place, read.values.get("title") or "", read.values.get("found_on"))
        for read in reads[:_CHECKED]
    ]

    def ask(session: Session) -> list[tuple[int, list[Like]]]:
        return [
            (place, pairs.like(session, title=title, township_id=None, found_on=on, today=today))
            for place, title, on in wanted
            if title and on is not None
        ]

    found = store.kept("dispute_like", (tuple(wanted), today), ask)
    told = [
        f"第 {place} 行与 {each.number}“{each.title}”（{each.unit}，{each.found_on}）相似 {each.likeness}%"
        for place, likes in found
        for each in likes[:2]
    ]
    if told:
        words = "；  \n".join(forms.plain(line) for line in told)
        st.warning(f"可能已经登记过，请核对，不是同一件的照常登记：  \n{words}")


def _keep() -> None:
    """Keep what stands in the table and its defaults as this person's draft."""
    rows = [row for row in _rows() if not lines.is_empty(row)]
    defaults = {n: st.session_state.get(f"dispute_{n}") for n in _DEFAULTS if n != "found_on"}
    with store.writing() as session:
        desk.keep_draft(session, DRAFT, {"defaults": defaults, "rows": rows}, now=store.now())


def _drop() -> None:
    _begin_table([])
    _keep()


def _save(reads: Sequence[Read], *, submit: bool, today: date) -> None:
    new = [NewDispute(read.values, read.people) for read in reads]
    defaults = {n: st.session_state.get(f"dispute_{n}") for n in _DEFAULTS if n != "found_on"}

    def work(session: Session) -> str:
        made = commands.add_disputes(session, new, submit=submit, today=today, now=store.now())
        kept = {"defaults": defaults, "rows": []}
        desk.keep_draft(session, DRAFT, kept, now=store.now())
        numbers = f"{made[0].number} 至 {made[-1].number}" if len(made) > 1 else made[0].number
        return f"已登记 {len(made)} 件：{numbers}"

    after = st.session_state.get(_ROUND, 0) + 1
    forms.save(
        work,
        refilled={_ROUND: after, f"_base_dispute_rows-{after}": []},
        message=lambda told: told,
    )
