"""The wall map on the screen: squares or boundaries, coloured and numbered, each opening its list."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from db.queries import sweep_maps as queries
from db.queries.sweep_maps import Town, WallMap
from rules.dispute_terms import Facet, RiskLevel
from rules.figures import SWEEP_FIGURES
from rules.permissions import Action, Actor
from rules.sweep_map import MapColour, Shape, TownCounts, flattened, tone
from ui import chart_view, dispute_list, forms, store, tables
from ui.case_filter import Chosen
from ui.charts import sweeps as charts
from ui.tables import Number

# Room for the rows of squares on a screen of 1080, and at a desk.
_WALL, _DESK = 800, 560
_TALLEST, _FOOT = 150, 60
_SECONDS = 60


def draw(colour: MapColour, actor: Actor, *, big: bool) -> None:
    """Draw the map; on the wall anew each minute."""
    if big:
        st.fragment(_drawn, run_every=_SECONDS)(colour, actor, True)
    else:
        _drawn(colour, actor, False)


def _drawn(colour: MapColour, actor: Actor, big: bool) -> None:
    today = store.today()
    found, shapes = store.kept(
        "wall_map",
        today,
        lambda s: (queries.wall_map(s, today=today), flattened(queries.shapes(s))),
    )
    opens = actor.may(Action.SEE_SWEEPS) and not big
    _heading(found, colour, big)
    if not found.towns:
        st.info("还没有乡镇。请系统管理员在“单位”里添加，挂图会自动排好。")
        return
    bounded = [town for town in found.towns if town.id in shapes]
    if bounded:
        _chart(found, bounded, shapes, colour, big=big, opens=opens)
        _unbounded([town for town in found.towns if town.id not in shapes], colour, big)
    else:
        _chart(found, found.towns, {}, colour, big=big, opens=opens)
    if opens and (place := chart_view.table_below("wall_map", "看数据（点数字打开这些纠纷）")):
        with place:
            _table(found)


def _unbounded(towns: Sequence[Town], colour: MapColour, big: bool) -> None:
    """Tell the numbers of townships the file has no area of: on the map they would be missing."""
    if not towns:
        return
    told = "没有边界的乡镇：" + "、".join(f"{_name(t)} {t.counts.of(colour)}" for t in towns)
    if big:
        st.html(f'<p class="hall-foot">{escape(told)}</p>')
    else:
        st.caption(forms.plain(told))


def _heading(found: WallMap, colour: MapColour, big: bool) -> None:
    whole = found.whole
    numbers = "　".join(f"{each.label} {whole.of(each)}" for each in MapColour)
    legend = _legend(found.many[colour])
    if big:
        st.html(
            f'<h1 class="hall-title">挂图作战　{escape(colour.label)} {whole.of(colour)} 件</h1>'
            f'<p class="hall-foot">全县　{escape(numbers)}　　{escape(legend)}　　'
            f"{store.local(store.now()):%Y-%m-%d %H:%M}　"
            '<a class="house-link" href="/sweeps-map" target="_self">退出大字</a></p>'
        )
        return
    st.markdown(f"**{colour.label}**：{SWEEP_FIGURES[colour.value].definition}。{legend}。")
    st.caption(f"合计　{numbers}（按数据截至现在，只计件数）")


def _legend(many: int) -> str:
    few = "1" if many == 2 else f"1\u2013{many - 1}"
    some = "" if many == 1 else f"有：{few} 件　"
    return f"无：0 件　{some}集中：{many} 件以上"


def _chart(
    found: WallMap,
    towns: Sequence[Town],
    shapes: Mapping[int, Shape],
    colour: MapColour,
    *,
    big: bool,
    opens: bool,
) -> None:
    rows: dict[str, list[Any]] = {
        "column": [town.square[1] for town in towns],
        "line": [town.square[0] for town in towns],
        "name": [_name(town) for town in towns],
        "number": [town.counts.of(colour) for town in towns],
        "tone": [tone(t.counts.of(colour), many=found.many[colour]).label for t in towns],
        **{each.value: [town.counts.of(each) for town in towns] for each in MapColour},
        "opens": [f"{t.name}{colour.label}的纠纷" if opens else "（大字不打开）" for t in towns],
    }
    told = [
        f"{name} {number} 件（{words}）"
        for name, number, words in zip(rows["name"], rows["number"], rows["tone"], strict=True)
    ]
    lists = [_list(colour, town.id) for town in towns]
    clicks = chart_view.Clicks(f"wall_map_{colour.value}", lists, dispute_list.ask_list)
    room = _WALL if big else _DESK
    lines = max(rows["line"])

    def fit(spec: dict[str, Any]) -> None:
        if shapes:
            charts.drawn(spec, rows, [shapes[town.id] for town in towns])
        else:
            charts.squared(spec, columns=max(rows["column"]), lines=lines)

    chart_view.show(
        charts.areas if shapes else charts.tiles,
        rows,
        alt=chart_view.in_words(f"各乡镇{colour.label}的纠纷", told),
        height=room - (_FOOT if len(towns) < len(found.towns) else 0)
        if shapes
        else min(room, lines * _TALLEST),
        clicks=clicks if opens else None,
        fit=fit,
    )


def _name(town: Town) -> str:
    return town.name if town.in_use else f"{town.name}（已撤并）"


def _list(colour: MapColour, area_id: int | None) -> Chosen:
    place = {"area": area_id} if area_id is not None else {"facet": Facet.NO_TOWNSHIP}
    match colour:
        case MapColour.RED:
            return {**place, "level": RiskLevel.RED, "open": True}
        case MapColour.OPEN:
            return {**place, "open": True}
    return {**place, "overdue": True}


def _table(found: WallMap) -> None:
    rows: list[tuple[str, int | None, TownCounts]] = [
        (_name(town), town.id, town.counts) for town in found.towns
    ]
    if found.elsewhere != TownCounts():
        rows.append(("县直及其他", None, found.elsewhere))
    tables.number_table(
        "乡镇",
        [name for name, _, _ in rows],
        {
            colour.label: [
                Number(f"{counts.of(colour)}", _list(colour, unit_id))
                for _, unit_id, counts in rows
            ]
            for colour in MapColour
        },
        on_open=dispute_list.ask_list,
        key="wall_map_rows",
        alt="各乡镇未化解的纠纷",
    )
