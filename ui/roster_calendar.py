"""The calendar of a roster: days by leaders, typed into like a sheet, judged at each change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from db.commands import desk
from db.commands import rosters as commands
from db.queries import desk as desk_queries
from db.queries.rosters import RosterRow
from rules import roster_grid as grid
from rules.errors import Conflict, Problem, RuleError
from rules.reception_rules import days_between
from rules.receptions import Basis, Receiver, Turn
from rules.roster_edits import CellChange, edited
from ui import forms, store

_DAY, _NOTE = "日期", "备注"
_ROW_HEIGHT = 31


@dataclass(frozen=True, slots=True)
class Edited:
    """The calendar as it stands on the screen: the turns with what was typed, not yet saved."""

    turns: tuple[Turn, ...]
    changes: tuple[CellChange, ...]
    problems: tuple[Problem, ...]


def draw(roster: RosterRow, turns: Sequence[Turn], basis: Basis) -> Edited:
    """Draw the calendar with what was typed, and return the turns as they would be.

    The squares shown are those of when typing began, so that a colleague's save neither
    moves what is typed nor is overwritten unseen.
    """
    people = _columns(basis, turns)
    key = _key(roster.id)
    pinned = f"_base_{key}"
    _offer_draft(roster, key)
    typed_before = _typed(key, basis, people)
    if not typed_before or pinned not in st.session_state:
        st.session_state[pinned] = grid.squares(turns)
    base: Mapping[grid.Square, int] = st.session_state[pinned]
    days = [grid.day_label(on, basis) for on in days_between(basis.first, basis.last)]
    _legend(basis)
    st.data_editor(
        _table(days, people, base, basis, _draft(key, basis, people)),
        key=key,
        hide_index=True,
        disabled=[_DAY, _NOTE],
        row_height=_ROW_HEIGHT,
        height=(len(days) + 1) * _ROW_HEIGHT + 3,
        column_config=_widths(people),
        on_change=_keep_draft,
        args=(roster, key),
        alt=f"{roster.name}排班月历",
    )
    names = {leader_id: name for name, leader_id in people.items()}
    typed = _typed(key, basis, people)
    changes, problems = grid.read(typed, base, places=basis.places, names=names)
    return Edited(tuple(edited(turns, changes)), tuple(changes), tuple(problems))


def save(roster: RosterRow, now: Edited) -> None:
    """Draw the button that saves what was typed, and what stops it."""
    if now.problems:
        st.error("  \n".join(forms.plain(problem.message) for problem in now.problems))
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            f"保存 {len(now.changes)} 处修改" if now.changes else "保存修改",
            type="primary",
            key="roster_save",
            disabled=not now.changes or bool(now.problems),
            shortcut="Ctrl+Enter",
        )
        st.button(
            "放弃修改",
            key="roster_drop",
            disabled=not now.changes and not now.problems,
            on_click=_let_go,
            args=(roster.id,),
        )
    if not pressed:
        return
    try:
        with store.writing() as session:
            count = commands.edit(session, roster.id, now.changes)
            desk.drop_draft(session, _form(roster.id))
    except Conflict as rival:
        _told(roster, rival)
        return
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    _empty(roster.id)
    forms.flash(f"已保存 {count} 处修改")
    st.rerun()


def _told(roster: RosterRow, rival: Conflict) -> None:
    """Say square by square what both wrote, and offer to go on from the newest."""
    st.error(forms.plain(str(rival)))
    if rival.fields:
        st.dataframe(
            pa.table(
                {
                    "日期和领导": [field.field for field in rival.fields],
                    "您填的": [_said(field.mine) for field in rival.fields],
                    "对方已改为": [_said(field.theirs) for field in rival.fields],
                    "原来": [_said(field.base) for field in rival.fields],
                }
            ),
            hide_index=True,
            alt="双方都改过的格子",
        )
    st.caption("您填写的内容还在表格中。以最新内容为底后再次保存，将以您填的为准。")
    st.button(
        "以最新内容为底，保留我填的",
        key="roster_rebase",
        on_click=_rebase,
        args=(roster.id,),
    )


def _said(place_id: Any) -> str:
    return "空" if place_id is None else "接访"


def _rebase(roster_id: int) -> None:
    st.session_state.pop(f"_base_{_key(roster_id)}", None)


def _let_go(roster_id: int) -> None:
    _empty(roster_id)
    with store.writing() as session:
        desk.drop_draft(session, _form(roster_id))


def _columns(basis: Basis, turns: Sequence[Turn]) -> dict[str, int]:
    """Map each heading to its leader: who may receive in these days, and who has a turn."""
    taken = {turn.leader_id for turn in turns}
    days = days_between(basis.first, basis.last)
    offered: list[Receiver] = [
        each
        for each in sorted(basis.receivers, key=lambda each: (each.position, each.id))
        if each.id in taken or any(each.in_office(on) for on in (days[0], days[-1]))
    ]
    return {name: leader_id for leader_id, name in grid.headings(offered).items()}


def _table(
    days: Sequence[grid.DayLabel],
    people: Mapping[str, int],
    base: Mapping[grid.Square, int],
    basis: Basis,
    draft: Mapping[grid.Square, str | None],
) -> pa.Table:
    """Return the sheet as it is first shown: the squares, with a draft typed over them."""
    columns: dict[str, list[str]] = {
        _DAY: [label.text for label in days],
        _NOTE: [label.note for label in days],
    }
    for name, leader_id in people.items():
        columns[name] = [
            draft[at] or "" if at in draft else grid.mark(base.get(at), basis.places)
            for at in ((label.on, leader_id) for label in days)
        ]
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _widths(people: Mapping[str, int]) -> dict[str, Any]:
    text = st.column_config.TextColumn
    return {
        _DAY: text(width=92, pinned=True),
        _NOTE: text(width=48, pinned=True),
        **{name: text(width=15 * len(name) + 36, max_chars=4) for name in people},
    }


def _legend(basis: Basis) -> None:
    places = "，".join(f"{n} {place.name}" for n, place in enumerate(basis.places, start=1))
    words = f"格子里填场所序号：{places}" if places else "接访的格子里填 √"
    st.caption(
        forms.plain(
            f"{words}；留空为不接访。备注：休 休息日，班 调休上班，特 特护期。可用方向键移动、直接键入，支持整块粘贴。"
        )
    )


def _typed(key: str, basis: Basis, people: Mapping[str, int]) -> dict[grid.Square, str | None]:
    """Read what stands typed in the calendar, by square; typed now over what a draft holds."""
    state: Any = st.session_state.get(key) or {}
    return _draft(key, basis, people) | _squares(state.get("edited_rows", {}), basis, people)


def _draft(key: str, basis: Basis, people: Mapping[str, int]) -> dict[grid.Square, str | None]:
    return _squares(st.session_state.get(f"_draft_{key}", {}), basis, people)


def _squares(
    rows: Mapping[Any, Mapping[str, str | None]], basis: Basis, people: Mapping[str, int]
) -> dict[grid.Square, str | None]:
    days: list[date] = days_between(basis.first, basis.last)
    return {
        (days[int(row)], people[name]): text
        for row, cells in rows.items()
        for name, text in cells.items()
        if name in people and int(row) < len(days)
    }


def _key(roster_id: int) -> str:
    """The calendar's key: another one after each save, for the browser keeps what it was typed."""
    return f"roster_squares-{roster_id}-{st.session_state.get(f'_roster_round-{roster_id}', 0)}"


def _empty(roster_id: int) -> None:
    rounds = f"_roster_round-{roster_id}"
    st.session_state[rounds] = st.session_state.get(rounds, 0) + 1


def _form(roster_id: int) -> str:
    return f"roster-{roster_id}"


def _keep_draft(roster: RosterRow, key: str) -> None:
    """Keep what is typed in the store at each committed square."""
    rows = {row: dict(cells) for row, cells in st.session_state.get(f"_draft_{key}", {}).items()}
    for row, cells in st.session_state[key].get("edited_rows", {}).items():
        rows.setdefault(str(row), {}).update(cells)
    with store.writing() as session:
        if rows:
            kept = {"rows": rows}
            desk.keep_draft(session, _form(roster.id), kept, now=store.now())
        else:
            desk.drop_draft(session, _form(roster.id))


def _offer_draft(roster: RosterRow, key: str) -> None:
    """Put back what was typed before a connection was lost, once in a tab."""
    if key in st.session_state or f"_roster_asked-{roster.id}" in st.session_state:
        return
    st.session_state[f"_roster_asked-{roster.id}"] = True
    with store.reading() as session:
        draft = desk_queries.draft(session, _form(roster.id))
    if draft is not None:
        st.session_state[f"_draft_{key}"] = draft.values["rows"]
        st.info(
            "已恢复您上次未保存的修改，请核对后保存，或点“放弃修改”。", icon=":material/history:"
        )
