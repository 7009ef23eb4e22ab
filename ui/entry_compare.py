"""What is being typed in quick entry beside a case that is like it; nothing is decided here."""

import streamlit as st

from db.queries import comparison
from db.queries.comparison import Unfiled
from db.queries.resemblance import Reference
from rules.cases import QUALIFIERS
from rules.cells import read_date
from rules.people import Person
from ui import pair_table, quick_entry, store

_ASKED = "entry_compare"


def ask(reference: Reference) -> None:
    """Note the case to show beside what is typed: a callback of the list beside."""
    st.session_state[_ASKED] = reference.number


def show() -> None:
    """Open the window with both, where it was asked for."""
    if number := st.session_state.pop(_ASKED, None):
        _window(number)


@st.dialog("并排对照", width="large", icon=":material/compare:")
def _window(number: str) -> None:
    given, today = quick_entry.typed(), store.today()
    received = read_date(given["received"], year=today.year, today=today)
    people = [Person(given["petitioner"] or "", given["phone"] or "")]
    title, content = given["title"] or "", given["content"] or ""
    matter = Unfiled(title, content, people, received.value, given["channel"])
    with store.reading() as session:
        file, shared, proposal = comparison.against(session, number, matter, today=today)
    values = {
        "title": title,
        "content": content,
        "received_on": received.value,
        QUALIFIERS["received_on"]: received.precision,
        "channel": given["channel"],
        "purpose": given["purpose"],
        "code_id": given["code"],
        "township_id": given["township"],
        "unit_id": given["unit"],
        "people": given["people"] or 1,
    }
    typed = pair_table.unfiled("正在填写的", values)
    pair_table.judged(typed, pair_table.filed(file), shared, proposal)
