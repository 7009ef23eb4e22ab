"""The board on the screen: what to show, the columns with their cards, and the way to a card."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db.queries.board import BoardFilter, Card, Column, board, hotspot_names
from rules.board import Grouping, Stage
from rules.cases import shown_count
from rules.permissions import Action, Actor
from ui import board_move, case_filter, case_views, forms, store, tables
from ui.board_move import page_key
from ui.case_procedure import LIGHT_COLOURS
from ui.options import Options, options


def filter_bar(offered: Options) -> BoardFilter:
    """Draw what the board is narrowed and put together by; it lies in the address."""
    hotspots = store.kept("board_hotspots", None, hotspot_names)
    places = offered.townships
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        lead = _choice("包案领导", offered.leaders, offered.leader_names, "lead")
        unit = _choice("责任单位", offered.units, offered.unit_names, "unit")
        township = _choice("属地", places, offered.unit_names, "township")
        hotspot = _choice("热点", [*hotspots], hotspots, "hotspot") if hotspots else None
        grouping = st.selectbox(
            "卡片分组",
            [*Grouping],
            format_func=lambda each: each.label,
            key="board_grouping",
            bind="query-params",
            width=140,
        )
        duty = st.toggle("只看包案", key="board_duty", bind="query-params")
        lacking = st.toggle("未五落实", key="board_lacking", bind="query-params")
    return BoardFilter(
        lead_id=lead,
        unit_id=unit,
        township_id=township,
        hotspot_id=hotspot,
        duty=duty,
        lacking=lacking,
        grouping=grouping,
    )


def _choice(label: str, ids: Sequence[int], names: Mapping[int, str], name: str) -> int | None:
    return case_filter.choice(st.container(width=170), label, ids, names, key=f"board_{name}")


def columns(wanted: BoardFilter) -> list[Column]:
    """Read the board, once for each store version, day, filter and pages."""
    today, near_days, moved = store.today(), options().near_days, board_move.moved()
    pages = {stage: int(st.session_state.get(page_key(stage), 1)) for stage in Stage}
    return store.kept(
        "board",
        (wanted, tuple(pages.values()), moved, today, near_days),
        lambda session: board(
            session, wanted, pages=pages, today=today, near_days=near_days, moved=moved
        ),
    )


def jump_box(found: Sequence[Column], actor: Actor) -> None:
    """Draw the box that handles a case by keyboard: the end of its number, or letters of it."""
    cards = [card for column in found for card in column.cards]
    moves = actor.may(Action.HANDLE_CASE)
    tables.open_box(
        cards,
        on_open=board_move.begin if moves else case_views.open_case,
        key="board_jump",
        does="办理" if moves else "打开",
    )


def draw(found: Sequence[Column], actor: Actor) -> None:
    """Draw the columns side by side; the title of a card opens its case, its button its next step."""
    moves = actor.may(Action.HANDLE_CASE)
    for place, column in zip(st.columns(len(found), gap="small"), found, strict=True):
        with place:
            st.markdown(f"**{column.stage.label}** :gray[{column.count} 件]")
            group = None
            for card in column.cards:
                if card.group != group and _grouped():
                    group = card.group
                    st.caption(forms.plain(group) or "（未定）")
                _card(card, moves=moves)
            if column.pages > 1:
                _turn(column)
            elif not column.cards:
                st.caption("没有")


def _grouped() -> bool:
    return bool(st.session_state.get("board_grouping", Grouping.NONE) is not Grouping.NONE)


def _clock(card: Card) -> str:
    """Say in words how a card stands to its nearest clock, counted in days."""
    if card.due_on is None:
        return card.light.label
    days = (card.due_on - store.today()).days
    return f"{card.light.label} {-days} 天" if days < 0 else f"{card.light.label} 还有 {days} 天"


def _card(card: Card, *, moves: bool) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.button(
            forms.plain(card.title),
            key=f"card_{card.id}",
            type="tertiary",
            on_click=case_views.open_case,
            args=(card.number,),
        )
        people = shown_count(card.people, approx=card.people_approx)
        just = " :blue-badge[刚办理]" if card.id == board_move.moved() else ""
        light = f":{LIGHT_COLOURS[card.light]}-badge[{_clock(card)}]"
        st.markdown(f"{light} :small[:gray[第 {card.days} 天]]{just}")
        lines = [forms.plain(" · ".join(filter(None, [card.unit, card.lead, people])))]
        if card.duty:
            lines.append(f"五个一 {forms.plain(card.duty)}")
        st.caption("  \n".join(lines))
        with st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            gap="xxsmall",
        ):
            st.caption(card.number)
            if moves:
                st.button(
                    "办理",
                    key=f"move_{card.id}",
                    type="tertiary",
                    on_click=board_move.begin,
                    args=(card.number,),
                )


def _turn(column: Column) -> None:
    key = page_key(column.stage)

    def go(step: int) -> None:
        st.session_state[key] = column.page + step

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "上一页",
            key=f"{key}_back",
            disabled=column.page == 1,
            on_click=go,
            args=(-1,),
            type="tertiary",
        )
        st.caption(f"{column.page}/{column.pages}")
        st.button(
            "下一页",
            key=f"{key}_on",
            disabled=column.page == column.pages,
            on_click=go,
            args=(1,),
            type="tertiary",
        )
