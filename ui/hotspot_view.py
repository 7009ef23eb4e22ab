"""A hotspot on the screen: what it is, its figures and weeks, who works on it; also in large letters.

Nobody who wrote stands on it, so that it may be projected.
"""

from datetime import date

import pyarrow as pa
import streamlit as st

from db.queries.hotspots import HotspotFile
from rules.case_terms import HotspotState
from rules.figures import HOTSPOT_FIGURES
from rules.hotspots import Counts, lately, week_of
from rules.permissions import Actor
from rules.terms import Role
from ui import chart_view, forms, store, tables
from ui.charts import hotspot as charts
from ui.charts.theme import Size

COLOURS = {
    HotspotState.WATCHED: "orange",
    HotspotState.HANDLED: "red",
    HotspotState.ENDED: "green",
}
ASKED = "hotspot"

# With the figures above it the whole page is seen at once, at the desk and on the wall.
_DESK_PLOT, _WALL_PLOT = 180, 320


def go_to(hotspot_id: int) -> None:
    """Open a hotspot: a link from a screen to itself would leave the browser's address as it was."""
    st.query_params[ASKED] = str(hotspot_id)


def leave() -> None:
    """Go back to the board."""
    del st.query_params[ASKED]


def asked() -> int | None:
    """Return the hotspot the address names; None for none, 0 for what is no number."""
    text = st.query_params.get(ASKED, "")
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def back() -> None:
    """Draw the way back to the board."""
    st.button(
        "返回热点",
        key="hotspot_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=leave,
    )


def bar(actor: Actor) -> bool:
    """Draw the way back beside the switch to large letters; returns how it stands."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        back()
        if "big" not in st.session_state and Role.SCREEN in actor.roles:
            st.session_state["big"] = True
        return st.toggle("大字（投屏用）", key="big", bind="query-params")


def draw(file: HotspotFile, *, today: date, big: bool) -> None:
    """Draw all of a hotspot that a room may see."""
    with st.container(key="hotspot_big" if big else "hotspot_desk"):
        _heading(file)
        _figures(file.counts)
        _course(file)
        left, right = st.columns([3, 2], gap="large")
        with left:
            _trend(file, today=today, big=big)
        with right:
            _team(file)


def _heading(file: HotspotFile) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(forms.plain(file.name), width="content")
        st.badge(file.state.label, color=COLOURS[file.state])  # type: ignore[arg-type]
    since = f"{file.ended_on} 解决" if file.ended_on else ""
    parts = [file.values["place"], file.names["township_id"], file.names["code_id"], since]
    st.markdown(forms.plain(" · ".join(filter(None, parts))) or "（未填地点和分类）")


def _figures(counts: Counts) -> None:
    for place, (code, figure) in zip(
        st.columns(len(HOTSPOT_FIGURES)), HOTSPOT_FIGURES.items(), strict=True
    ):
        place.metric(
            f"{figure.label}（{figure.unit}）",
            getattr(counts, code),
            help=figure.definition,
            border=True,
        )


def _course(file: HotspotFile) -> None:
    if file.counts.first_on is None:
        st.markdown("还没有归入案件。")
        return
    told = [f"首次反映 **{file.counts.first_on}**", f"最近一次 **{file.counts.last_on}**"]
    if file.state is not HotspotState.ENDED:
        now, before = lately(file.weeks)
        told.append(f"近 4 周 **{now}** 件，之前 4 周 **{before}** 件")
    st.markdown(" · ".join(told))


def _trend(file: HotspotFile, *, today: date, big: bool) -> None:
    first, last = file.weeks[0][0], file.weeks[-1][0]
    running = week_of(today)
    chart_view.show(
        charts.trend,
        {
            "week": [f"{monday}" for monday, _ in file.weeks],
            "matters": [count for _, count in file.weeks],
            "kind": [
                charts.RUNNING if monday >= running else charts.WHOLE for monday, _ in file.weeks
            ],
        },
        alt=chart_view.in_words(
            f"{file.name}，{first} 至 {last} 各周的件数",
            [f"{monday} {count} 件" for monday, count in reversed(file.weeks) if count],
        ),
        size=Size.WALL if big else Size.DESK,
        height=_WALL_PLOT if big else _DESK_PLOT,
    )
    with st.expander("各周件数", key="hotspot_weeks", on_change="rerun") as shown:
        if shown.open:
            st.dataframe(
                pa.table(
                    {
                        "周一": [f"{monday}" for monday, _ in reversed(file.weeks)],
                        "件": [count for _, count in reversed(file.weeks)],
                    }
                ),
                hide_index=True,
                alt="各周件数",
            )


def _team(file: HotspotFile) -> None:
    values, names = file.values, file.names
    facts = {
        "包案领导": names["lead_id"] or "（未定）",
        "专项小组": names["lead_unit_id"] and f"{names['lead_unit_id']}（牵头）",
        "成员单位": values["members"],
        "行业主管": names["sector_unit_id"],
        "时间段": _span(values["first_on"], values["last_on"]),
        "关键词": values["words"],
        "说明": values["note"],
        "建立": f"{file.created_by} {store.local(file.created_at):%Y-%m-%d}",
    }
    tables.facts_table({label: text for label, text in facts.items() if text})


def _span(first: date | None, last: date | None) -> str:
    if first and last:
        return f"{first} 至 {last}"
    return f"{first} 起" if first else f"至 {last}" if last else ""
