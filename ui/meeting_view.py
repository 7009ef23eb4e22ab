"""One meeting on the screen: what it opens with, who came, its agenda, its minutes."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from db.commands import meetings as commands
from db.queries import meeting_pages
from db.queries.meeting_decisions import DecisionRow
from db.queries.meeting_pages import ItemPage
from db.queries.meetings import MeetingFile, UnitCame
from rules.meetings import REPORT_MAX, Came, ItemKind, Presence, attendance_told, memory
from rules.permissions import Action, Actor
from ui import forms, meeting_list, store, tables, windows
from ui.options import options

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ITEM_PAGES = {
    ItemKind.CASE: ("pages/cases/detail.py", "case"),
    ItemKind.HOTSPOT: ("pages/cases/hotspots.py", "hotspot"),
    ItemKind.BATCH: ("pages/cases/batches.py", "batch"),
    ItemKind.EVALUATION: ("pages/evaluations/evaluation.py", "evaluation"),
    ItemKind.DISPUTE: ("pages/sweeps/dispute.py", "dispute"),
}
_REFERENCE = {
    ItemKind.CASE: "案件编号",
    ItemKind.HOTSPOT: "热点名称",
    ItemKind.BATCH: "交办批次名称",
    ItemKind.EVALUATION: "评价编号",
    ItemKind.DISPUTE: "纠纷编号",
    ItemKind.TEXT: "议题内容",
}


def heading(file: MeetingFile, actor: Actor) -> None:
    """Draw the name of the meeting with how far it has come, and what leads on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(forms.plain(file.title), width="stretch")
        st.badge(file.stage, color="green" if file.issued_at else "blue")
    told = [file.number, file.kind.label, f"{file.held_on}", file.place]
    told.append(f"主持 {file.chair}" if file.chair else "")
    st.caption(forms.plain(" · ".join(filter(None, told))))
    if not actor.may(Action.MANAGE_MEETINGS) or file.issued_at is not None:
        return
    with st.container(horizontal=True):
        if file.opened_at is None and st.button(
            "开会", type="primary", key="meeting_open", shortcut="Alt+O"
        ):
            forms.save(
                lambda session: commands.open_meeting(
                    session, file.id, version=file.version, today=store.today(), now=store.now()
                ),
                message="会议已开始，可以记议定事项",
            )
        windows.opened("meeting_changing", "修改会议", partial(meeting_list.changing, file))


def opening(file: MeetingFile) -> None:
    """Draw what the meeting opens with: last time's decisions, each with how it stands."""
    told = file.memory
    st.subheader(memory(told.states.values()))
    if told.meeting:
        st.caption(forms.plain(f"上次：{told.held_on} {told.title}（{told.meeting}）"))
    decision_lines(told.decisions)
    if told.carried:
        st.markdown(f"**以前没有办完的 {len(told.carried)} 项**")
        decision_lines(told.carried)


def decision_lines(rows: Sequence[DecisionRow]) -> None:
    """Draw decisions a line each, with the way to each; how it stands comes first and is never cut."""
    for row in rows:
        st.page_link(
            "pages/review/decisions.py",
            label=forms.plain(f"{row.standing}　{row.unit} {row.due_on} 前　{row.text}"),
            help=forms.plain(row.text),
            icon=":material/task_alt:" if row.done_on else ":material/radio_button_unchecked:",
            query_params={"decision": str(row.id)},
        )


def attendance(file: MeetingFile, *, editable: bool) -> None:
    """Draw who came; the office writes it down, one line for each unit."""
    st.subheader("到会")
    st.caption(attendance_told([each.presence for each in file.units]))
    if not editable:
        for each in file.units:
            note = f"（{each.note}）" if each.note else ""
            label = each.presence.label if each.presence else "未登记"
            st.text(f"{each.name}　{label}{note}")
        return
    record = f"attendance-{file.id}"
    values: dict[str, object] = {}
    for each in file.units:
        values[f"presence-{each.unit_id}"] = each.presence or Presence.PRESENT
        values[f"presence_note-{each.unit_id}"] = each.note
    if not values:
        return
    version = forms.filled(record, file.attendance_version, values)
    with st.form("attendance"):
        came = [_presence(each) for each in file.units]
        saved = st.form_submit_button("保存到会情况", type="primary", key="attendance_save")
    if saved:
        forms.save(
            lambda session: commands.record_attendance(session, file.id, came, version=version),
            record=record,
        )


def _presence(each: UnitCame) -> Came:
    left, middle, right = st.columns([3, 5, 4], vertical_alignment="center")
    left.text(each.name)
    presence = middle.radio(
        f"{each.name}到会情况",
        list(Presence),
        format_func=lambda term: term.label,
        horizontal=True,
        key=f"presence-{each.unit_id}",
        label_visibility="collapsed",
    )
    note = right.text_input(
        f"{each.name}代会人、缺席原因",
        key=f"presence_note-{each.unit_id}",
        max_chars=100,
        placeholder="由谁代会，或缺席原因",
        label_visibility="collapsed",
    )
    return Came(each.unit_id, presence or Presence.PRESENT, note or "")


def agenda(file: MeetingFile, *, editable: bool, today: date) -> int | None:
    """Draw the agenda and the page of the item that is on; returns the item's id."""
    st.subheader("议程")
    chosen = None
    if file.items:
        labels = {item.id: f"{item.position}．{item.title}" for item in file.items}
        chosen = forms.choose(
            f"共 {len(file.items)} 项，正在议", labels, key="agenda_item", empty="（不按议题）"
        )
    else:
        st.caption("议程还没有议题。" if editable else "没有您单位的议题。")
    item = next((each for each in file.items if each.id == chosen), None)
    if item is not None:
        with store.reading() as session:
            (page,) = meeting_pages.pages(session, [item], today=today)
        _page(page)
        if editable:
            _ordering(file, item.id)
    if editable:
        _adding(file)
    return chosen


def _page(page: ItemPage) -> None:
    with st.container(border=True):
        st.markdown(f"#### {forms.plain(f'{page.position}．{page.title}')}")
        tables.facts_table({"类别": page.kind.label, **dict(page.facts)})
        if page.note:
            st.text(page.note)
        if page.reference and page.kind in _ITEM_PAGES:
            script, name = _ITEM_PAGES[page.kind]
            st.page_link(script, label="打开", query_params={name: page.reference})


def _ordering(file: MeetingFile, item_id: int) -> None:
    with st.container(horizontal=True):
        for label, up in (("上移", True), ("下移", False)):
            if st.button(label, key=f"item_{'up' if up else 'down'}"):
                forms.save(
                    lambda session, up=up: commands.move_item(  # type: ignore[misc]
                        session, item_id, up=up, version=file.version
                    )
                )
        if st.button("移出议程", key="item_remove"):
            forms.save(lambda session: commands.remove_item(session, item_id, version=file.version))


def _adding(file: MeetingFile) -> None:
    offered = options()
    with st.expander("增加议题", expanded=not file.items):
        kind = st.segmented_control(
            "类别",
            list(ItemKind),
            default=ItemKind.CASE,
            required=True,
            format_func=lambda each: each.label,
            key="item_kind",
        )
        with st.form("item", border=False):
            reference = st.text_input(_REFERENCE[kind], key="item_reference", max_chars=200)
            names = {key: offered.unit_choices[key] for key in offered.units}
            unit_id = forms.choose(
                "汇报单位", names, key="item_unit", empty="（事项自己的责任单位）"
            )
            note = st.text_area(
                "说明（可以不填）", key="item_note", max_chars=REPORT_MAX, height=70
            )
            submitted = st.form_submit_button("加入议程", type="primary", key="item_save")
    if submitted:
        forms.save(
            lambda session: commands.add_item(
                session,
                file.id,
                kind,
                reference or "",
                unit_id=unit_id,
                note=note or "",
                version=file.version,
            ),
            refilled={"item_reference": "", "item_note": "", "item_unit": None},
            message="已加入议程",
        )
