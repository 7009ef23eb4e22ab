"""What follows a case on its page: 督办, 文书, 回访, 销号, read once and drawn one below the other."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import sign_off as commands
from db.engine import StoreAway
from db.queries import sign_off, supervision
from db.queries.case_file import CaseFile, Event
from db.queries.sign_off import SignOffFile
from db.queries.supervision import Supervision
from rules.permissions import Action, Actor
from rules.steps import ENDED
from ui import case_follow_up, case_papers, case_sign_off, store

_NOTED = "_opening_noted"


def draw(file: CaseFile, events: Sequence[Event], actor: Actor) -> None:
    """Draw what follows a case, and note that the office has looked at one that has ended."""
    today = store.today()

    def read(session: Session) -> tuple[Supervision, SignOffFile]:
        return (
            supervision.supervision(session, file.id, today=today),
            sign_off.sign_off_file(session, file.id, reader=actor.name, today=today),
        )

    found, signing = store.kept("after", (file.id, today), read)
    case_follow_up.draw(file, found, actor)
    case_papers.draw(file, signing.documents, events, actor)
    case_sign_off.look_backs(file, found, actor)
    case_sign_off.draw(file, signing, actor)
    _note_opening(file, actor)


def _note_opening(file: CaseFile, actor: Actor) -> None:
    """Write it once; while somebody else is writing much, the next run of the page does."""
    mark = (file.id, file.version)
    if (
        file.state not in ENDED
        or actor.account_id is None
        or not actor.may(Action.DIRECT_CASE)
        or st.session_state.get(_NOTED) == mark
    ):
        return
    with store.reading() as session:
        noted = sign_off.has_opened(session, file.id, actor.account_id)
    if not noted:
        try:
            with store.the_store().writing(actor, patient=False) as session:
                commands.record_opening(session, file.id, now=store.now())
        except StoreAway:
            return
    st.session_state[_NOTED] = mark
