"""The network of the sweep on the screen: coverage, its members, and changes put on file."""

from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from db.commands import network as commands
from db.queries import disputes as dispute_queries
from db.queries import network as queries
from db.queries.network import NodeRow
from rules.dispute_terms import NodeKind
from rules.network import STAFF, WANTED
from rules.permissions import Action, Actor
from rules.terms import UnitKind
from ui import case_filter, forms, store
from ui.options import options

_TIMES = {True: "专职", False: "兼职", None: ""}
_SHOWN = 300


def coverage(actor: Actor, *, today: date) -> None:
    """Draw which places lack what (横向到边、纵向到底)."""
    found = store.kept(
        "coverage",
        (today, actor.unit_ids),
        lambda session: queries.coverage(
            session,
            unit_ids=None if actor.sees_all_cases else sorted(actor.unit_ids),
            on=today,
        ),
    )
    wanted = "；".join(
        f"{kind.label}要有{'、'.join(each.label for each in WANTED[kind])}"
        for kind in (UnitKind.TOWNSHIP, UnitKind.VILLAGE)
    )
    st.caption(
        f"{wanted}。网格员登记了网格（组）的，每个组还要有信息员，或有全村的信息员。信息员只报事，不报人。"
    )
    st.markdown(
        f"乡镇、村 **{found.places}** 个 · 齐全 **{found.covered}** · 有缺口 **{len(found.gaps)}**"
    )
    if not found.places:
        st.info("还没有乡镇和村。请系统管理员先在“单位”里添加。")
        return
    if not found.gaps:
        st.success("横向到边、纵向到底：没有缺口。")
        return
    st.dataframe(
        pa.table(
            {
                "乡镇、村": [gap.place.name for gap in found.gaps],
                "层级": [gap.place.kind.label for gap in found.gaps],
                "缺什么": [gap.told for gap in found.gaps],
            }
        ),
        hide_index=True,
        height=min(len(found.gaps), 15) * 35 + 38,
        alt="覆盖缺口",
    )


def members(actor: Actor, *, today: date) -> None:
    """Draw the entries in use, narrowed by kind and place, and the form that changes one."""
    offered = options()
    left, middle, right = st.columns([1.4, 2, 1], vertical_alignment="bottom")
    kind = left.selectbox(
        "类别",
        list(NodeKind),
        index=None,
        format_func=lambda each: each.label if each else "不限",
        key="n_kind",
        bind="query-params",
        placeholder="不限",
    )
    unit_id = case_filter.choice(
        middle, "单位（含下属）", offered.units, offered.unit_names, key="n_unit"
    )
    ended = right.toggle("含已停用", key="n_ended", bind="query-params")

    def read(session: Any) -> list[NodeRow]:
        below = dispute_queries.units_below(session, unit_id) if unit_id is not None else None
        return queries.nodes(session, kind=kind, unit_ids=below, on=None if ended else today)

    rows = store.kept("nodes", (kind, unit_id, ended, today, actor.unit_ids), read)
    st.caption(f"共 {len(rows)} 条" + (f"，列出前 {_SHOWN} 条" if len(rows) > _SHOWN else ""))
    if not rows:
        st.info("没有登记。点上面的“登记成员”，先登记乡镇联席会议、村级调解小组和网格员。")
        return
    listed, beside = st.columns([3, 2], gap="medium")
    with listed:
        st.dataframe(
            pa.table(
                {
                    "单位": [row.unit for row in rows[:_SHOWN]],
                    "类别": [row.kind.label for row in rows[:_SHOWN]],
                    "名称": [row.name for row in rows[:_SHOWN]],
                    "网格（组）": [row.grid for row in rows[:_SHOWN]],
                    "专兼职": [_TIMES[row.full_time] for row in rows[:_SHOWN]],
                    "启用": [f"{row.valid_from or ''}" for row in rows[:_SHOWN]],
                    "停用": [f"{row.valid_to or ''}" for row in rows[:_SHOWN]],
                }
            ),
            hide_index=True,
            height=min(len(rows), 15) * 35 + 38,
            alt="排查网络成员",
        )
    with beside:
        if actor.may(Action.MANAGE_NETWORK):
            _change([row for row in rows if row.mine])


def add_form(key: str, actor: Actor) -> None:
    """Draw the form of a new entry; the unit and the kind stay for the next."""
    offered = options()
    units = {
        unit_id: name
        for unit_id, name in offered.unit_names.items()
        if actor.sees_all_cases or unit_id in actor.unit_ids
    }
    unit_id = forms.choose("所在单位", units, key="node_unit_id", empty="请选择")
    kind = st.selectbox(
        "类别",
        list(NodeKind),
        index=None,
        format_func=lambda each: each.label,
        key="node_kind",
        placeholder="请选择",
    )
    name = st.text_input("名称（人员填姓名）", key="node_name", max_chars=100)
    grid = st.text_input("网格（组），全村的不填", key="node_grid", max_chars=100)
    full_time = None
    if kind in STAFF:
        full_time = _full_time("node_full_time")
    valid_from = forms.date_input("启用日期", key="node_valid_from")
    st.caption("不登记电话和证件号。登记和变动自动列入“变动备案”。")
    if st.button("登记", type="primary", key="node_add"):
        forms.save(
            lambda session: commands.add_node(
                session,
                kind=kind,
                unit_id=unit_id,
                name=name or "",
                grid=grid or "",
                full_time=full_time,
                valid_from=valid_from,
                now=store.now(),
            ),
            refilled={"node_name": "", "node_grid": ""},
            message=f"已登记：{name}",
        )


def _full_time(key: str) -> bool | None:
    return st.radio(
        "专职或兼职",
        [True, False],
        index=None,
        format_func=lambda each: _TIMES[each],
        key=key,
        horizontal=True,
    )


def _change(rows: list[NodeRow]) -> None:
    if not rows:
        st.caption("这里没有您可以修改的成员。")
        return
    labels = {
        row.id: f"{row.unit} {row.kind.label} {row.name}{f' {row.grid}' if row.grid else ''}"
        for row in rows
    }
    chosen = forms.choose("要改的成员", labels, key="node_changed")
    row = next((each for each in rows if each.id == chosen), rows[0])
    record, at = f"node-{row.id}", f"-{row.id}"
    names = ("name", "grid", "full_time", "valid_from", "valid_to")
    version = forms.filled(record, row.version, {f"node_{n}{at}": getattr(row, n) for n in names})
    with st.form(record):
        st.text_input("名称", key=f"node_name{at}", max_chars=100)
        st.text_input("网格（组）", key=f"node_grid{at}", max_chars=100)
        if row.kind in STAFF:
            _full_time(f"node_full_time{at}")
        left, right = st.columns(2)
        with left:
            forms.date_input("启用日期", key=f"node_valid_from{at}")
        with right:
            forms.date_input("停用日期", key=f"node_valid_to{at}")
        st.caption("换了人的，停用原来的，另行登记。")
        submitted = st.form_submit_button("保存", type="primary", key=f"node_change{at}")
    if submitted:
        given: dict[str, Any] = {name: st.session_state.get(f"node_{name}{at}") for name in names}
        forms.save(
            lambda session: commands.change_node(
                session, row.id, **given, version=version, now=store.now()
            ),
            record=record,
        )


def filings(actor: Actor, *, today: date) -> None:
    """Draw the changes that wait to be put on file (备案 S4-58), and those that are."""
    with store.reading() as session:
        waiting = queries.filings(session, waiting=True)
        filed = queries.filings(session, waiting=False)
    st.caption("基层信访干部和排查网络的变动，报县联席会议备案。")
    st.subheader(f"待备案（{len(waiting)}）")
    for row in waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            moment = f"{store.local(row.at):%Y-%m-%d}"
            st.caption(
                forms.plain(f"{moment} {row.unit}：{row.told}（{row.actor}）"), width="stretch"
            )
            if actor.may(Action.MANAGE_SWEEPS) and st.button(
                "备案", key=f"file_{row.id}", type="tertiary"
            ):
                _confirm(row.id, today)
    if not waiting:
        st.caption("没有等待备案的变动。")
    st.subheader("已备案")
    for row in filed[:50]:
        st.caption(
            forms.plain(
                f"{row.filed_on} {row.unit}：{row.told}（{row.actor}报，{row.filed_by}备案）"
            )
        )


def _confirm(filing_id: int, today: date) -> None:
    forms.save(
        lambda session: commands.confirm_filing(session, filing_id, today=today), message="已备案"
    )
