"""Moving a card on the board: its case's next step in a window over it, as on its own page."""

import streamlit as st

from db.queries import case_file
from rules.board import Stage, stage_of
from rules.errors import Missing
from rules.permissions import Actor
from rules.terms import CaseState
from ui import case_procedure, forms, store
from ui.case_procedure import Said

_MOVING = "_board_moving"
_MOVED = "_board_moved"


def page_key(stage: Stage) -> str:
    """Name what keeps the page a column stands at."""
    return f"board_page_{stage.value}"


def begin(number: str) -> None:
    """Ask for the window of a case: a callback, before the board is drawn again."""
    st.session_state[_MOVING] = number


def forget() -> None:
    """Begin anew: no window is open, and no card was just moved."""
    st.session_state.pop(_MOVING, None)
    st.session_state.pop(_MOVED, None)


def moved() -> int | None:
    """Return the case that was moved last, which leads its column."""
    found = st.session_state.get(_MOVED)
    return found if isinstance(found, int) else None


def window(actor: Actor) -> None:
    """Draw the window where one was asked for; it stays open until it is shut or a step is taken."""
    if number := st.session_state.get(_MOVING):
        dialog = st.dialog(f"办理 {number}", width="medium", on_dismiss=_shut)
        dialog(_body)(number, actor)


def _shut() -> None:
    st.session_state.pop(_MOVING, None)


def _body(number: str, actor: Actor) -> None:
    try:
        file = store.kept("moving", number, lambda session: case_file.case_file(session, number))
    except Missing as refusal:
        st.error(forms.plain(str(refusal)))
        return
    st.text(str(file.values["title"]))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"现在是“{file.state.label}”，{_column(file.state)}")
        st.page_link(
            "pages/cases/detail.py",
            label="打开案件页",
            icon=":material/description:",
            query_params={"case": file.number},
        )

    def telling(words: str, state: CaseState) -> Said:
        stage = stage_of(state)
        first_page = {page_key(stage): 1} if stage else {}
        refilled = {_MOVING: None, _MOVED: file.id, **first_page}
        return Said(f"{file.number} {words}，{_column(state)}", refilled)

    case_procedure.next_step(file, case_procedure.course(file), actor, telling=telling)


def _column(state: CaseState) -> str:
    stage = stage_of(state)
    return f"在“{stage.label}”栏" if stage else "不在看板上"
