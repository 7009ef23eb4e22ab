"""The board of hotspots: each with its figures and the last weeks, and the form that opens one."""

from functools import partial

import pyarrow as pa
import streamlit as st

from db.commands import hotspots as commands
from db.queries import hotspots as queries
from db.queries.hotspots import Board
from rules import hotspots as rules
from rules.case_terms import HotspotState
from rules.errors import RuleError
from rules.figures import HOTSPOT_FIGURES
from ui import forms, hotspot_view, store
from ui.options import options

_SCREEN = "pages/cases/hotspots.py"
_FORM = ("name", "place", "township_id", "code_id")


def draw(*, directs: bool) -> None:
    """Draw the board, narrowed to some states and turned page by page."""
    today = store.today()
    chosen = st.pills(
        "状态",
        list(HotspotState),
        selection_mode="multi",
        default=[HotspotState.WATCHED, HotspotState.HANDLED],
        format_func=lambda state: state.label,
        key="hotspot_states",
        label_visibility="collapsed",
    )
    states = tuple(chosen)
    page = int(st.session_state.get("hotspot_page", 1))
    board = store.kept(
        "hotspots",
        (states, page, today),
        lambda session: queries.board(session, states, page=page, today=today),
    )
    counts = "，".join(f"{state.label} {count} 个" for state, count in board.by_state.items())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"共 {sum(board.by_state.values())} 个热点：{counts}", width="stretch")
        if board.pages > 1:
            st.pagination(board.pages, key="hotspot_page")
    if board.rows:
        _table(board)
    elif any(board.by_state.values()):
        st.info("没有这些状态的热点。可以在上面多选几个状态。")
    elif directs:
        st.info("还没有热点。可以到“发现”里看看哪些事项反映的是同一件事，或在下面新建一个。")
    else:
        st.info("目前没有由您牵头、主管或包案的热点。有了就会列在这里。")


def _table(board: Board) -> None:
    rows = board.rows

    def opened() -> None:
        clicked = st.session_state["hotspot_open"]
        if clicked is not None:
            hotspot_view.go_to(rows[clicked.row].id)

    figures = {
        f"{figure.label}（{figure.unit}）": [getattr(row.counts, code) for row in rows]
        for code, figure in HOTSPOT_FIGURES.items()
    }
    st.dataframe(
        pa.table(
            {
                "热点": [row.name for row in rows],
                "状态": [row.state.label for row in rows],
                **figures,
                "近 12 周": [list(row.weeks) for row in rows],
                "首次": [f"{row.counts.first_on or ''}" for row in rows],
                "最近": [f"{row.counts.last_on or ''}" for row in rows],
                "包案领导": [row.lead for row in rows],
                "牵头单位": [row.lead_unit for row in rows],
                "内容分类": [row.code.rsplit("/", 1)[-1] for row in rows],
                "地点": [row.place for row in rows],
            }
        ),
        hide_index=True,
        height="content",
        row_height=40,
        key="hotspot_rows",
        alt="热点",
        column_config={
            "热点": st.column_config.ButtonColumn(
                "热点（点击打开）",
                width=200,
                type="tertiary",
                alignment="left",
                pinned=True,
                on_click=opened,
                key="hotspot_open",
            ),
            "近 12 周": st.column_config.BarChartColumn(width=110, y_min=0),
            **{
                label: st.column_config.NumberColumn(
                    width=14 * len(label) + 12, help=figure.definition
                )
                for label, figure in zip(figures, HOTSPOT_FIGURES.values(), strict=True)
            },
        },
    )


def new() -> None:
    """Draw the form that opens a hotspot; its matters are put in on its own page."""
    offered = options()
    places = {key: offered.unit_names[key] for key in offered.townships}
    with st.form("new_hotspot", width=640):
        st.text_input(
            "名称",
            key="new_name",
            max_chars=rules.NAME_MAX,
            placeholder="例如：幸福小区物业收费",
        )
        st.text_input("地点", key="new_place", max_chars=rules.PLACE_MAX)
        forms.choose("属地", places, key="new_township_id", empty="（不限）")
        forms.choose("内容分类", offered.code_names, key="new_code_id", empty="（未定）")
        submitted = st.form_submit_button("新建热点", type="primary", key="new_submit")
    if submitted:
        given = {name: st.session_state[f"new_{name}"] for name in _FORM}
        open_and_go(partial(commands.open_hotspot, values=given))


def open_and_go(work: partial[int], *, message: str = "热点已建立，接着归入案件") -> None:
    """Open a hotspot by `work` and stand before it, or show here why the office refuses it."""
    try:
        with store.writing() as session:
            hotspot_id = work(session, today=store.today(), now=store.now())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    forms.flash(message)
    st.switch_page(_SCREEN, query_params={hotspot_view.ASKED: str(hotspot_id)})
