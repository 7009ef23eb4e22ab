"""议定事项 taken down live: one line is read as who, by when and what, corrected, and kept by keys."""

from datetime import date

import streamlit as st

from db.commands import meeting_decisions as commands
from db.queries import office
from db.queries.meeting_decisions import DecisionRow
from db.queries.meetings import MeetingFile
from rules.meeting_lines import read_line
from rules.meetings import TEXT_MAX
from ui import forms, meeting_view, store
from ui.options import options

_LINE = "decision_line"
_READ = ("decision_units", "decision_due", "decision_text")


def draw(file: MeetingFile, item_id: int | None) -> None:
    """Draw the line, what it was read as, and the button that keeps it (Ctrl+Enter)."""
    st.subheader("记议定事项")
    st.caption("写一行：谁、什么时候前、做什么，按回车看读成什么，按 Ctrl+回车记下。")
    line = st.text_input(
        "议定事项（一行）",
        key=_LINE,
        placeholder="县住建局 12月5日前 拿出整改方案",
        max_chars=1000,
        on_change=_read,
        args=(file.held_on,),
    )
    if not (line or "").strip():
        return
    offered = options()
    with st.form("decision", border=True):
        left, right = st.columns([2, 1])
        unit_ids = left.multiselect(
            "责任单位",
            list(offered.units),
            format_func=lambda key: offered.unit_choices.get(key, str(key)),
            key=_READ[0],
            placeholder="没有认出单位，请选择",
            select_all=False,
        )
        with right:
            due_on = forms.date_input("时限（含当天）", key=_READ[1])
        text = st.text_input("议定事项", key=_READ[2], max_chars=TEXT_MAX)
        if len(unit_ids) > 1:
            st.caption(f"记为 {len(unit_ids)} 项，每个单位一项。")
        kept = st.form_submit_button(
            "记下", type="primary", key="decision_save", shortcut="Ctrl+Enter"
        )
    if kept:
        forms.save(
            lambda session: commands.record_decision(
                session,
                file.id,
                unit_ids=unit_ids,
                due_on=due_on,
                text=text or "",
                item_id=item_id,
                line=line or "",
                now=store.now(),
            ),
            refilled={_LINE: ""},
            message="已记下",
        )


def _read(held_on: date) -> None:
    offered = options()
    line = str(st.session_state[_LINE] or "")
    with store.reading() as session:
        calendar = office.calendar(session)
    found = read_line(line, offered.unit_by_name, held_on=held_on, calendar=calendar)
    units = [key for key in found.unit_ids if key in offered.unit_choices]
    values = (units, found.due_on, found.text[:TEXT_MAX])
    st.session_state.update(zip(_READ, values, strict=True))


def made(file: MeetingFile, *, editable: bool) -> None:
    """Draw what the meeting has decided; while its minutes are not issued each can be corrected."""
    st.subheader(f"议定事项（{len(file.decisions)} 项）")
    meeting_view.decision_lines(file.decisions)
    if not editable or not file.decisions:
        return
    with st.expander("更改、撤下"):
        labels = {
            row.id: f"{place}．{row.unit} {row.text}"
            for place, row in enumerate(file.decisions, start=1)
        }
        chosen = forms.choose("哪一项", labels, key="decision_which", empty="请选择")
        row = next((each for each in file.decisions if each.id == chosen), None)
        if row is not None:
            _correcting(row)


def _correcting(row: DecisionRow) -> None:
    record, at = f"decision-{row.id}", f"-{row.id}"
    values = {f"dc_unit{at}": row.unit_id, f"dc_due{at}": row.due_on, f"dc_text{at}": row.text}
    version = forms.filled(record, row.version, values)
    offered = options()
    names = {row.unit_id: row.unit, **{key: offered.unit_choices[key] for key in offered.units}}
    with st.form(record, border=False):
        unit_id = forms.choose("责任单位", names, key=f"dc_unit{at}", empty="请选择")
        due_on = forms.date_input("时限（含当天）", key=f"dc_due{at}")
        text = st.text_input("议定事项", key=f"dc_text{at}", max_chars=TEXT_MAX)
        saved = st.form_submit_button("保存", type="primary", key=f"dc_save{at}")
    if saved:
        forms.save(
            lambda session: commands.change_decision(
                session, row.id, unit_id=unit_id, due_on=due_on, text=text or "", version=version
            ),
            record=record,
        )
    if st.button("撤下这一项", key=f"dc_remove{at}"):
        forms.save(
            lambda session: commands.remove_decision(session, row.id, version=row.version),
            message="已撤下",
        )
