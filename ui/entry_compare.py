"""What is being typed in quick entry beside a case that is like it; nothing is decided here."""

import streamlit as st

from db.queries import comparison
from db.queries.resemblance import Reference
from rules import cases as rules
from rules.cases import FIELDS
from rules.cells import read_date
from ui import pair_table, quick_entry, store
from ui.options import options

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
    with store.reading() as session:
        file, shared, proposal = comparison.against_typed(
            session,
            number,
            title=given["title"] or "",
            content=given["content"] or "",
            person=given["petitioner"] or "",
            phone=given["phone"] or "",
            received_on=received.value,
            channel=given["channel"],
            today=today,
        )
    offered = options()
    typed = {
        "title": given["title"] or "",
        "received_on": rules.shown_date(received.value, received.precision),
        "channel": given["channel"].label,
        "purpose": given["purpose"].label if given["purpose"] else "",
        "code_id": offered.code_names.get(given["code"], ""),
        "township_id": offered.unit_names.get(given["township"], ""),
        "unit_id": offered.unit_names.get(given["unit"], ""),
        "people": rules.shown_count(given["people"] or 1),
    }
    labelled = {FIELDS[name].label: words for name, words in typed.items()}
    there = {label: words for label, words in pair_table.told(file).items() if label in labelled}
    heading = f"{file.number}（{file.state.label}）"
    st.markdown(f"看来是：**{proposal.kind.label}**。{proposal.why}。")
    pair_table.draw(
        ("正在填写的", labelled),
        (heading, there),
        person=shared.same_person,
    )
    pair_table.texts(
        ("正在填写的", given["content"] or ""),
        (heading, str(file.values["content"] or "")),
        alike=None,
    )
