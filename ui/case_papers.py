"""The papers of a case on its page: what each holds by its kind, its scan, and the form for another."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from db.commands import sign_off as commands
from db.queries.case_file import CaseFile, Event
from db.queries.sign_off import DocumentRow
from rules import case_documents
from rules.case_terms import DocumentKind
from rules.permissions import Action, Actor
from rules.terms import CaseState
from ui import forms, store
from ui.case_follow_up import term_box
from ui.windows import opened

_OVER = frozenset({CaseState.SIGNED_OFF, CaseState.MERGED})


def draw(
    file: CaseFile, papers: Sequence[DocumentRow], events: Sequence[Event], actor: Actor
) -> None:
    """Draw the papers; whoever handles the case may put another on record until it has left."""
    writes = actor.may(Action.HANDLE_CASE) and file.state not in _OVER
    if not papers and not writes:
        return
    st.subheader("文书")
    for paper in papers:
        _paper(paper)
    if writes:
        files = {each.id: each.name for event in events for each in event.files}
        opened(f"paper_{file.id}", "登记文书", partial(_form, file, files))


def _paper(paper: DocumentRow) -> None:
    label = f"{paper.label}（{paper.lapsed}，不再作为销号依据）" if paper.lapsed else paper.label
    with st.expander(forms.plain(label), key=f"paper_shown_{paper.id}", on_change="rerun") as shown:
        if not shown.open:
            return
        for line in paper.lines:
            st.text(line)
        if paper.attachment_id is not None:
            st.link_button(
                forms.plain(paper.attachment),
                f"/files/{paper.attachment_id}",
                icon=":material/attach_file:",
            )


def _form(file: CaseFile, files: Mapping[int, str], key: str) -> None:
    kind: DocumentKind | None = term_box("文书种类", DocumentKind, key=f"{key}_kind")
    if kind is None:
        return
    fields = f"{key}_{kind.value}"
    with st.form(f"{fields}_form", border=False):
        number = st.text_input("文书编号（可不填）", key=f"{fields}_number")
        issued_on = forms.date_input("出具日期", key=f"{fields}_on")
        details = {
            name: st.text_area(case_documents.FIELDS[name], key=f"{fields}_{name}", height=80)
            for name in case_documents.NEEDS[kind]
        }
        attachment_id = forms.choose(
            "文书原件（先在“填报进展”里上传）",
            files,
            key=f"{fields}_file",
            empty="没有上传",
        )
        if not st.form_submit_button("保存文书", type="primary"):
            return
    forms.save(
        partial(
            commands.add_document,
            case_id=file.id,
            kind=kind,
            number=number,
            issued_on=issued_on,
            details=details,
            attachment_id=attachment_id,
            today=store.today(),
            now=store.now(),
        ),
        refilled={key: False, f"{key}_kind": None},
        message="文书已登记",
    )
