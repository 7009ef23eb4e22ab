"""What is noted of each member of a panel before its meeting: the facts sent, and that he comes."""

from datetime import date

import streamlit as st

from db.commands import evaluation_panels as commands
from db.queries import evaluation_papers as papers
from db.queries.evaluation_panels import SeatRow
from db.queries.evaluations import EvaluationFile
from documents import evaluation_papers
from rules import evaluation_steps
from rules.evaluation_terms import Move
from ui import evaluation_forms, forms, signin, store, templates, windows

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def counted(file: EvaluationFile) -> None:
    """Draw how many of those who sit were sent the facts, and how many said that they come."""
    if file.draw is None or evaluation_steps.blocked(Move.BRIEF, file.state):
        return
    sitting = [seat for seat in file.seats if seat.seated]
    briefed = sum(seat.briefed_on is not None for seat in sitting)
    promised = sum(seat.promised_on is not None for seat in sitting)
    few = f"，至少 {file.draw.quorum} 名到会才能票决" if promised < file.draw.quorum else ""
    st.caption(
        f"在席 {len(sitting)} 名：情况说明已送 {briefed} 名，会前确认到会 {promised} 名{few}。"
    )


def buttons(file: EvaluationFile) -> None:
    """Draw the brief to take away, and the way to the form that notes to whom it went and who comes."""

    def made() -> bytes:
        with store.reading() as session:
            values = papers.brief(session, file.id, today=store.today())
            template = templates.template(session, evaluation_papers.BRIEF.template)
        return evaluation_papers.brief(values, template=template)

    st.download_button(
        "情况说明（Word）",
        signin.on_click(made),
        file_name=f"评价事项情况说明_{file.number}.docx",
        mime=_TYPE,
        key="brief_take",
        icon=":material/description:",
        on_click="ignore",
    )
    windows.opened("panel_notes", "送情况说明、确认到会", lambda key: _form(key, file))


def _form(key: str, file: EvaluationFile) -> None:
    move = st.segmented_control(
        "登记什么",
        [Move.BRIEF, Move.PROMISE],
        default=Move.BRIEF,
        required=True,
        format_func=lambda each: each.label,
        key="note_move",
    )
    there = {seat.id: seat for seat in file.seats if seat.seated or seat.waits}
    at = f"note_who-{move}"
    if at not in st.session_state:
        st.session_state[at] = [
            seat.id for seat in there.values() if seat.seated and not _day(seat, move)
        ]
    chosen = st.pills(
        "哪几名（没有登记的已经选上）",
        list(there),
        selection_mode="multi",
        format_func=lambda seat_id: _named(there[seat_id], move),
        key=at,
    )
    st.session_state.setdefault("note_on", store.today())
    on: date | None = forms.date_input("日期（留空是收回登记）", key="note_on")
    if st.button("登记", type="primary", key="note_save"):
        forms.save(
            lambda session: commands.note_members(
                session,
                file.id,
                move,
                seat_ids=chosen,
                on=on,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False},
            message=lambda count: f"已登记 {count} 名：{move.label}",
            beside=evaluation_forms.beside(file),
        )


def _day(seat: SeatRow, move: Move) -> date | None:
    return seat.briefed_on if move is Move.BRIEF else seat.promised_on


def _named(seat: SeatRow, move: Move) -> str:
    day = _day(seat, move)
    waits = "，候补" if seat.waits else ""
    told = f" {day:%m-%d}" if day else ""
    return forms.plain(f"{seat.name}（{seat.category}{waits}）{told}")
