"""Putting chosen matters into a hotspot: one that is there, or a new one of their own."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from db.commands import hotspots as commands
from db.queries import hotspots as queries
from db.queries.discovery import MatterLine
from rules import hotspots as rules
from rules.case_terms import HotspotState
from ui import forms, hotspot_board, store
from ui.options import options


def standing() -> dict[int, str]:
    """Return the hotspots that take matters in, by id: all but those that have ended."""
    found = store.kept("hotspot_names", None, queries.names)
    return {each.id: each.name for each in found if each.state is not HotspotState.ENDED}


def into(case_ids: Sequence[int], offered: Mapping[int, str], *, key: str, what: str = "") -> None:
    """Draw the choice of a hotspot these matters go into; `what` tells them on the button."""
    if not offered:
        st.caption("还没有可以归入的热点，请先新建一个。")
        return
    with st.form("into_hotspot", border=False, width=640):
        hotspot_id = forms.choose("热点", offered, key=key, empty="请选择")
        submitted = st.form_submit_button(f"归入{what}", type="primary", key="into_submit")
    if submitted and not hotspot_id:
        st.error("请先选择一个热点")
    elif hotspot_id and submitted:
        forms.save(
            partial(commands.add_cases, hotspot_id=hotspot_id, case_ids=case_ids, now=store.now()),
            message=lambda count: f"归入 {count} 件{_already(len(case_ids) - count)}",
        )


def _already(count: int) -> str:
    return f"，{count} 件原已在内" if count else ""


def new(
    chosen: Sequence[MatterLine],
    *,
    mark: str,
    what: str,
    name: str = "",
    place: str = "",
    words: str = "",
) -> None:
    """Draw the form of a hotspot of these matters, filled with what most of them share.

    `mark` tells one form from another: what was typed belongs to it alone. The screen of
    hotspots is where it leads to.
    """
    offered = options()
    keys = {field: f"{field}_{mark}" for field in ("name", "place", "township_id", "code_id")}
    forms.filled(
        f"proposal-{mark}",
        0,
        {
            keys["name"]: name[: rules.NAME_MAX],
            keys["place"]: place[: rules.PLACE_MAX],
            keys["township_id"]: _of(
                rules.shared([line.township_id for line in chosen]), offered.townships
            ),
            keys["code_id"]: _of(rules.shared([line.code_id for line in chosen]), offered.codes),
        },
    )
    places = {key: offered.unit_names[key] for key in offered.townships}
    with st.form("open_proposal", border=False, width=640):
        st.text_input("名称", key=keys["name"], max_chars=rules.NAME_MAX)
        st.text_input("地点", key=keys["place"], max_chars=rules.PLACE_MAX)
        forms.choose("属地", places, key=keys["township_id"], empty="（不限）")
        forms.choose("内容分类", offered.code_names, key=keys["code_id"], empty="（未定）")
        submitted = st.form_submit_button(f"把{what}建成热点", type="primary", key="open_submit")
    if submitted:
        values = {field: st.session_state[key] for field, key in keys.items()}
        values |= {"first_on": min(line.received_on for line in chosen), "words": words}
        work = partial(commands.open_hotspot, values=values, case_ids=[line.id for line in chosen])
        hotspot_board.open_and_go(work, message=f"热点已建立，归入 {len(chosen)} 件")


def _of(value: int | None, offered: Sequence[int]) -> int | None:
    return value if value in offered else None
