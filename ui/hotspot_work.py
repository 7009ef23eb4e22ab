"""What the office does with a hotspot: its matters, what it is called, merging it, its end."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from db.commands import hotspots as commands
from db.queries import cases, handing
from db.queries import hotspots as queries
from db.queries.case_filters import CaseFilter
from db.queries.hotspots import HotspotFile
from rules import hotspots as rules
from rules.case_terms import HotspotState
from rules.errors import Invalid, RuleError
from rules.permissions import Actor
from ui import case_filter, case_views, forms, hotspot_board, hotspot_view, store, tables
from ui.options import options

_TEXTS = ("name", "place", "words", "members", "note")
_STANDING = [state for state in HotspotState if state is not HotspotState.ENDED]


def matters(file: HotspotFile, *, working: bool) -> None:
    """Draw a page of the matters within scope; the office ticks some to take out or part off."""
    wanted = CaseFilter(hotspot_id=file.id, accusations=False)
    page = int(st.session_state.get("matters_page", 1))
    listing = store.kept(
        "hotspot_matters",
        (wanted, page),
        lambda session: cases.listing(session, wanted, page=page),
    )
    if not listing.rows:
        st.info("还没有归入案件。" if working else "其中没有交给您办理或由您包案的案件。")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        told = f"共 {listing.found.total} 件"
        if listing.found.total < file.counts.matters:
            told = f"在您查看范围内的 {listing.found.total} 件；热点共 {file.counts.matters} 件"
        elif working:
            told += "；勾选几件，可以移出或拆分成另一个热点"
        st.markdown(told, width="stretch")
        if listing.pages > 1:
            st.pagination(listing.pages, key="matters_page")
    ticked = tables.case_table(
        listing.rows,
        on_open=case_views.open_case,
        key=f"matters_{file.id}",
        choosing=working,
    )
    if ticked:
        _chosen(file, [listing.rows[row].id for row in ticked])


def _chosen(file: HotspotFile, ids: Sequence[int]) -> None:
    with st.form("matters_chosen", width=640):
        name = st.text_input(
            f"把勾选的 {len(ids)} 件拆分为新热点，名称",
            key="part_name",
            max_chars=rules.NAME_MAX,
        )
        with st.container(horizontal=True):
            parted = st.form_submit_button("拆分", key="part_submit")
            out = st.form_submit_button(f"移出这 {len(ids)} 件", key="take_out")
    if parted:
        work = partial(commands.part_hotspot, hotspot_id=file.id, case_ids=ids, name=name or "")
        hotspot_board.open_and_go(work, message=f"已拆分出 {len(ids)} 件")
    elif out:
        forms.save(
            partial(commands.take_out, hotspot_id=file.id, case_ids=ids),
            message=lambda count: f"已移出 {count} 件",
        )


def add(file: HotspotFile, actor: Actor) -> None:
    """Draw both ways to put matters in: by their numbers, or all that a filter leaves."""
    with st.form("add_numbers", width=640, clear_on_submit=False):
        text = st.text_area("案件编号（每行一个，从表格整列粘贴即可）", key="numbers", height=120)
        submitted = st.form_submit_button("归入", type="primary", key="numbers_submit")
    if submitted:
        _add_numbers(file, [line.strip() for line in (text or "").splitlines() if line.strip()])
    st.markdown("或按条件挑选：")
    wanted = case_filter.filter_bar(options(), actor, today=store.today())
    found = store.kept(
        "hotspot_pick",
        wanted,
        lambda session: cases.numbers(session, wanted, limit=rules.AT_ONCE + 1),
    )
    if len(found) > rules.AT_ONCE:
        st.caption(f"超过 {rules.AT_ONCE} 件，请再加条件。检举控告不在其中。")
        return
    st.caption(f"符合条件的 {len(found)} 件，检举控告不在其中。")
    if st.button(f"归入这 {len(found)} 件", key="pick_submit", disabled=not found):
        _add_numbers(file, found)


def _add_numbers(file: HotspotFile, numbers: Sequence[str]) -> None:
    try:
        with store.reading() as session:
            ids = handing.named(session, numbers)
    except Invalid as refusal:
        forms.show_refusal(refusal)
        return
    forms.save(
        partial(commands.add_cases, hotspot_id=file.id, case_ids=ids, now=store.now()),
        refilled={"numbers": ""},
        message=lambda count: f"归入 {count} 件，{len(ids) - count} 件原已在内",
    )


def change(file: HotspotFile) -> None:
    """Draw the form of a hotspot."""
    offered, values = options(), file.values
    record, at = f"hotspot-{file.id}", f"-{file.id}"
    filled = {f"{name}{at}": values[name] for name in queries.FIELDS}
    version = forms.filled(record, file.version, {**filled, f"state{at}": file.state})
    places = {key: offered.unit_names[key] for key in offered.townships}
    with st.form(f"change_hotspot{at}"):
        left, right = st.columns(2)
        with left:
            st.text_input("名称", key=f"name{at}", max_chars=rules.NAME_MAX)
            st.selectbox("状态", _STANDING, format_func=lambda state: state.label, key=f"state{at}")
            st.text_input("地点", key=f"place{at}", max_chars=rules.PLACE_MAX)
            _choose(file, "属地", "township_id", places, empty="（不限）")
            _choose(file, "内容分类", "code_id", offered.code_names)
            st.text_input("关键词", key=f"words{at}", max_chars=rules.WORDS_MAX)
        with right:
            _choose(file, "包案领导", "lead_id", offered.leader_names)
            _choose(file, "专项小组牵头单位", "lead_unit_id", offered.unit_names)
            st.text_input(
                "专项小组成员单位（用顿号隔开）", key=f"members{at}", max_chars=rules.MEMBERS_MAX
            )
            _choose(file, "行业主管", "sector_unit_id", offered.unit_names)
            with st.container(horizontal=True):
                forms.date_input("时间段 从", key=f"first_on{at}")
                forms.date_input("到（仍在发生的不填）", key=f"last_on{at}")
        st.text_area("说明", key=f"note{at}", height=100)
        st.caption("热点只写事和单位，不写信访人的姓名、电话。")
        saved = st.form_submit_button("保存", type="primary", key="hotspot_save")
    if saved:
        given = {name: st.session_state[f"{name}{at}"] for name in queries.FIELDS}
        work = partial(
            commands.change_hotspot,
            hotspot_id=file.id,
            values=given,
            state=st.session_state[f"state{at}"],
            version=version,
            today=store.today(),
        )
        forms.save(work, record=record)


def _choose(
    file: HotspotFile, label: str, name: str, offered: Mapping[int, str], empty: str = "（未定）"
) -> None:
    """Ask for one of the offered, or what is set although it is offered no more."""
    own = {file.values[name]: file.names[name]} if file.values[name] else {}
    forms.choose(label, {**own, **offered}, key=f"{name}-{file.id}", empty=empty)


def merge(file: HotspotFile) -> None:
    """Draw the choice of a hotspot that this one takes in whole."""
    found = store.kept("hotspot_names", None, queries.names)
    others = {each.id: f"{each.name}（{each.state.label}）" for each in found if each.id != file.id}
    if not others:
        st.caption("没有别的热点可以合并。")
        return
    other_id = forms.choose("把哪一个热点并进来", others, key="merge_other", empty="请选择")
    if other_id is None:
        return
    today = store.today()
    other = store.kept(
        "merge_other_file",
        (other_id, today),
        lambda session: queries.hotspot_file(session, other_id, today=today),
    )
    st.markdown(
        forms.plain(
            f"“{other.name}”的 {other.counts.matters} 件将全部归入“{file.name}”，"
            "两边都有的只算一件；之后“" + other.name + "”不再单独存在，名称和说明记入本热点的说明。"
        )
    )
    if st.button("合并", key="merge_submit", type="primary"):
        forms.save(
            partial(
                commands.merge_hotspots,
                hotspot_id=file.id,
                other_id=other_id,
                version=file.version,
                other_version=other.version,
                today=today,
                now=store.now(),
            ),
            refilled={"merge_other": None},
            message=lambda count: f"已合并，新归入 {count} 件",
        )


def end(file: HotspotFile) -> None:
    """Draw the end of a hotspot; an empty one opened by mistake can be dropped instead."""
    if not file.counts.matters:
        st.caption("还没有归入案件，建错了的可以删除。")
        if st.button("删除热点", key="hotspot_drop"):
            _drop(file)
    if file.counts.running:
        st.warning(f"还有 {file.counts.running} 件没有办结；登记解决不改变案件的状态。")
    record, key = f"hotspot-end-{file.id}", f"ended_on-{file.id}"
    version = forms.filled(record, file.version, {key: store.today()})
    with st.form("end_hotspot", width=420):
        ended_on = forms.date_input("解决日期", key=key)
        submitted = st.form_submit_button("登记为已解决", type="primary", key="end_submit")
    if submitted:
        work = partial(
            commands.end_hotspot,
            hotspot_id=file.id,
            ended_on=ended_on,
            version=version,
            today=store.today(),
        )
        forms.save(work, record=record, message="已登记为已解决")


def reopen(file: HotspotFile) -> None:
    """Draw the way back of a hotspot that was thought solved."""
    st.caption("又有反映的，重新打开后可以继续归入案件。")
    if st.button("重新打开", key="hotspot_reopen"):
        forms.save(
            partial(commands.reopen_hotspot, hotspot_id=file.id, version=file.version),
            message="已重新打开",
        )


def _drop(file: HotspotFile) -> None:
    try:
        with store.writing() as session:
            commands.drop_hotspot(session, file.id, version=file.version)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    forms.flash(f"已删除：热点“{file.name}”")
    hotspot_view.leave()
    st.rerun()
