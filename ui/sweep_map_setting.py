"""Setting up the wall map: the table of rows and columns, and the county's own boundaries."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pyarrow as pa
import streamlit as st

from db.commands import sweep_maps as commands
from db.queries import office
from db.queries import sweep_maps as queries
from db.queries.sweep_maps import Boundary
from documents import boundaries
from documents.boundaries import Area
from rules.errors import RuleError
from rules.sweep_map import MOST, Shape, Square, placed
from rules.units import normalise_name
from ui import forms, store

_ROW, _HEAD = 34, 37
_TALL = 560
_READ = "_map_boundary_read"


def layout(key: str) -> None:
    """Draw the table in which the office says where each township's square stands."""
    with store.reading() as session:
        names = queries.townships(session, today=store.today())
        saved, newest = queries.layout(session)
    if not names:
        st.info("还没有乡镇。请系统管理员在“单位”里添加。")
        return
    editor = "map_squares"
    version = forms.pinned_version("map_layout", newest, field=editor)
    base = placed(saved, list(names))
    st.caption(
        f"照着墙上的图，填每个乡镇在第几行、第几列（1\u2013{MOST}）。没有排过的自动排好；"
        "空着的行列照样留出。"
    )
    with st.form("map_layout_form", border=False):
        st.data_editor(
            pa.table(
                {
                    "乡镇": list(names.values()),
                    "行": pa.array([base[unit_id][0] for unit_id in names], pa.int64()),
                    "列": pa.array([base[unit_id][1] for unit_id in names], pa.int64()),
                }
            ),
            key=editor,
            hide_index=True,
            disabled=["乡镇"],
            row_height=_ROW,
            height=min(len(names) * _ROW + _HEAD + 2, _TALL),
            column_config={
                each: st.column_config.NumberColumn(width=80, min_value=1, max_value=MOST, step=1)
                for each in ("行", "列")
            },
            alt="各乡镇在挂图上的行和列",
        )
        if st.form_submit_button("保存布局", type="primary", key="map_layout_save"):
            _save(key, _typed(editor, names, base), version)
    if saved and st.button("恢复自动排列", key="map_layout_default"):
        _save(key, {}, version, message="已恢复自动排列")


def _typed(
    editor: str, names: Mapping[int, str], base: Mapping[int, Square]
) -> dict[int, tuple[int | None, int | None]]:
    state: Any = st.session_state.get(editor) or {}
    edited = {int(place): cells for place, cells in state.get("edited_rows", {}).items()}
    found = {}
    for place, unit_id in enumerate(names):
        cells, (row, column) = edited.get(place, {}), base[unit_id]
        found[unit_id] = (cells.get("行", row), cells.get("列", column))
    return found


def _save(
    key: str,
    squares: Mapping[int, tuple[int | None, int | None]],
    version: int,
    *,
    message: str = "布局已保存",
) -> None:
    forms.save(
        lambda s: commands.set_layout(
            s, squares, version=version, today=store.today(), now=store.now()
        ),
        record="map_layout",
        refilled={key: False},
        message=message,
    )


def boundary(key: str) -> None:
    """Draw what boundaries there are, and the way to bring others in."""
    today = store.today()
    with store.reading() as session:
        listed = queries.boundaries(session)
        names = queries.townships(session, today=today)
        known = queries.township_names(session, today=today)
        limit = office.parameter(session, "map_file_mb", on=today)
    assert isinstance(limit, int)
    for each in listed:
        _listed(key, each)
    st.markdown("**上传本县的乡镇边界**")
    st.caption(
        f"GeoJSON 格式，经纬度坐标，每个乡镇一个区域，最大 {limit} MB（参数）。"
        "上传后自动简化，只存简化后的界线；原来的边界可以恢复。"
    )
    given = st.file_uploader(
        "边界文件", type=["geojson", "json"], key="boundary_file", label_visibility="collapsed"
    )
    if given is None:
        return
    content = given.getvalue()
    areas = _areas(content, limit, known)
    if areas is not None:
        _match(key, areas, names, known, given.name, sha256(content).hexdigest())


def _listed(key: str, each: Boundary) -> None:
    used = each.removed_at is None
    when = f"{store.local(each.created_at):%Y-%m-%d %H:%M}"
    state = "正在使用" if used else f"已由{each.removed_by}移除"
    with st.container(horizontal=True, vertical_alignment="center"):
        told = f"{each.file_name}：{each.areas} 个乡镇、{each.points} 个点，{each.created_by} {when} 上传，{state}"
        st.markdown(forms.plain(told), width="stretch")
        label, command = (
            ("移除", commands.remove_boundary) if used else ("恢复", commands.restore_boundary)
        )
        if st.button(label, key=f"boundary_{each.id}_{'remove' if used else 'restore'}"):
            forms.save(
                lambda s: command(s, each.id, version=each.version, now=store.now()),
                refilled={key: False},
                message="边界已移除，挂图改用方格" if used else "边界已恢复",
            )


def _areas(content: bytes, limit: int, known: Mapping[str, int]) -> list[Area] | None:
    """Read the file once and keep what was read; None where it is refused, which is shown."""
    mark = (sha256(content).digest(), limit, tuple(known))
    kept = st.session_state.get(_READ)
    if kept is not None and kept[0] == mark:
        found: list[Area] = kept[1]
        return found
    try:
        with st.spinner("正在检查边界…"):
            areas = boundaries.read(content, limit_mb=limit, known=known)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return None
    st.session_state[_READ] = (mark, areas)
    return areas


def _match(
    key: str,
    areas: list[Area],
    names: Mapping[int, str],
    known: Mapping[str, int],
    file_name: str,
    digest: str,
) -> None:
    """Name the areas whose name is no township's, ask what they are, and draw by them."""
    matched = {area.place: known.get(normalise_name(area.name)) for area in areas}
    unknown = [area for area in areas if matched[area.place] is None]
    st.markdown(f"文件里有 **{len(areas)}** 个区域，认出 **{len(areas) - len(unknown)}** 个乡镇。")
    if unknown:
        st.caption("下面这些名称没有认出，请选对应的乡镇；不选的不画。")
    labels = forms.distinct(dict(names))
    for area in unknown:
        matched[area.place] = forms.choose(
            forms.plain(f"第 {area.place} 个区域：{area.name or '没有名称'}"),
            labels,
            key=f"boundary_area_{digest[:8]}_{area.place}",
            empty="不画",
        )
    shapes: dict[int, list[Shape]] = {}
    for area in areas:
        unit_id = matched[area.place]
        if unit_id is not None:
            shapes.setdefault(unit_id, []).append(area.shape)
    if missing := [name for unit_id, name in names.items() if unit_id not in shapes]:
        st.caption(forms.plain(f"没有边界的乡镇 {len(missing)} 个：{'、'.join(missing[:20])}"))
    if st.button("启用这份边界", type="primary", key="boundary_use"):
        forms.save(
            lambda s: commands.add_boundary(
                s,
                {unit_id: boundaries.joined(found) for unit_id, found in shapes.items()},
                file_name=file_name,
                sha256=digest,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, _READ: None},
            message="已启用这份边界",
        )
