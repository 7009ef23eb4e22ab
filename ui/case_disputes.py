"""The disputes of the sweep that became a case or are about it, shown on the case's page."""

import streamlit as st

from db.queries import dispute_file
from db.queries.case_file import CaseFile
from ui import forms, store


def links(file: CaseFile) -> None:
    """Draw the way to each of them the actor may see; nothing where there is none."""
    found = store.kept(
        "case_disputes", file.id, lambda session: dispute_file.of_case(session, file.id)
    )
    for number, title in found:
        st.page_link(
            "pages/sweeps/dispute.py",
            label=forms.plain(f"矛盾纠纷 {number} {title}"),
            icon=":material/handshake:",
            query_params={"dispute": number},
        )
