"""The board on the screen: what to show, the columns with their cards, and the load."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

from db.queries import office
from db.queries.board import BoardFilter, Card, Column, Load, board, loads
from rules.board import Grouping, Stage
from rules.cases import shown_count
from ui import case_views, forms, store
from ui.case_procedure import LIGHT_COLOURS
from ui.options import Options


def filter_bar(offered: Options) -> BoardFilter:
    """Draw what the board is narrowed and put together by; it lies in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lead = _choice("包案领导", offered.leader_names, "lead")
        unit = _choice("责任单位", offered.unit_names, "unit")
        places = {key: offered.unit_names[key] for key in offered.townships}
        township = _choice("属地", places, "township")
        grouping = st.selectbox(
            "卡片分组",
            [*Grouping],
            format_func=lambda each: each.label,
            key="board_grouping",
            width=150,
        )
        duty = st.toggle("只看包案", key="board_duty")
        lacking = st.toggle("未五落实", key="board_lacking")
    return BoardFilter(
        lead_id=lead,
        unit_id=unit,
        township_id=township,
        duty=duty,
        lacking=lacking,
        grouping=grouping,
    )


def _choice(label: str, names: Mapping[int, str], name: str) -> int | None:
    with st.container(width=190):
        return forms.choose(label, names, key=f"board_{name}", empty="全部")


def columns(wanted: BoardFilter) -> list[Column]:
    """Read the board, once for each store version, day, filter and pages."""
    today = store.today()
    pages = {stage: int(st.session_state.get(_page_key(stage), 1)) for stage in Stage}

    def read(session: Session) -> list[Column]:
        near = office.parameter(session, "near_due_days", on=today)
        assert isinstance(near, int)
        return board(session, wanted, pages=pages, today=today, near_days=near)

    return store.kept("board", (wanted, tuple(pages.values()), today), read)


def _page_key(stage: Stage) -> str:
    return f"board_page_{stage.value}"


def draw(found: Sequence[Column]) -> None:
    """Draw the columns side by side; the title of a card opens its case."""
    for place, column in zip(st.columns(len(found), gap="small"), found, strict=True):
        with place:
            st.markdown(f"**{column.stage.label}** :gray[{column.count} 件]")
            group = None
            for card in column.cards:
                if card.group != group and _grouped():
                    group = card.group
                    st.caption(forms.plain(group) or "（未定）")
                _card(card)
            if column.pages > 1:
                _turn(column)
            elif not column.cards:
                st.caption("没有")


def _grouped() -> bool:
    return bool(st.session_state.get("board_grouping", Grouping.NONE) is not Grouping.NONE)


def _card(card: Card) -> None:
    with st.container(border=True, gap="xxsmall"):
        st.button(
            forms.plain(card.title),
            key=f"card_{card.id}",
            type="tertiary",
            help=card.number,
            on_click=case_views.open_case,
            args=(card.number,),
        )
        people = shown_count(card.people, approx=card.people_approx)
        due = f" {card.due_on:%m-%d}" if card.due_on else ""
        lines = [
            f":{LIGHT_COLOURS[card.light]}-badge[{card.light.label}{due}] :gray[第 {card.days} 天]",
            forms.plain(" · ".join(filter(None, [card.unit, card.lead, people]))),
        ]
        if card.duty:
            lines.append(f":gray[五个一 {forms.plain(card.duty)}]")
        st.caption("  \n".join(lines))


def _turn(column: Column) -> None:
    key = _page_key(column.stage)

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


def load(by: Grouping) -> None:
    """Draw the open cases of each lead or unit; each row leads to its cases on the board."""
    today = store.today()

    def read(session: Session) -> list[Load]:
        near = office.parameter(session, "near_due_days", on=today)
        assert isinstance(near, int)
        return loads(session, by, today=today, near_days=near)

    rows = store.kept(f"loads_{by.value}", today, read)
    if not rows:
        st.caption("目前没有在办的案件。")
        return
    key = "board_lead" if by is Grouping.LEAD else "board_unit"

    def chosen() -> None:
        clicked = st.session_state[f"load_{by.value}_open"]
        if clicked is not None:
            st.session_state[key] = rows[clicked.row].id

    names = [row.name for row in rows]
    st.dataframe(
        pa.table(
            {
                "名称": names,
                "在办": [row.open for row in rows],
                "临期": [row.near for row in rows],
                "超期": [row.overdue for row in rows],
                "最久（天）": [row.waiting_days for row in rows],
            }
        ),
        hide_index=True,
        key=f"load_{by.value}",
        alt="在办件数",
        column_config={
            "名称": st.column_config.ButtonColumn(
                "名称（点击看案件）",
                type="tertiary",
                alignment="left",
                on_click=chosen,
                key=f"load_{by.value}_open",
            )
        },
    )
