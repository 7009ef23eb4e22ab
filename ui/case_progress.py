"""A case's timeline, and the form that adds a line with its files."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

import settings
from db.commands import cases as commands
from db.commands.cases import NewFile
from db.engine import StoreAway
from db.queries.case_file import CaseFile, Event
from rules.attachments import ALLOWED
from rules.errors import RuleError
from rules.handed import Given, instructed_before
from rules.terms import EntryKind
from ui import forms, personal_numbers, signin, store

_KINDS: tuple[EntryKind, ...] = tuple(EntryKind)
_ROUND = "_progress_round"
_WARNED = "_progress_warned"


def form(file: CaseFile, events: Sequence[Event]) -> None:
    """Draw the form; what is typed stays in it until it is saved.

    Its fields are this case's own: a link leads from one case to another on the same page.
    Whoever may instruct is told of an instruction by somebody else among the `events`.
    """
    st.subheader("填报进展")
    actor = signin.actor()
    if actor.leader_id is not None or actor.sees_all_cases:
        instructed = [
            Given(event.on or store.local(event.at).date(), event.actor)
            for event in reversed(events)
            if event.kind is EntryKind.OPINION
        ]
        if told := instructed_before(instructed, actor.name):
            st.warning(forms.plain(told))
    limit = settings.current().attachment_mb
    with st.form(f"progress_{file.id}"):
        left, right = st.columns(2)
        kind = left.selectbox(
            "类别",
            _KINDS,
            format_func=lambda kind: kind.label,
            key=f"progress_kind_{file.id}",
            persist_state="page",
        )
        on = right.date_input(
            "日期",
            value=store.today(),
            format="YYYY-MM-DD",
            key=f"progress_on_{file.id}",
            persist_state="page",
        )
        text = st.text_area(
            "内容",
            key=f"progress_text_{file.id}",
            height=90,
            placeholder="做了什么、结果如何、下一步",
            persist_state="page",
        )
        files = st.file_uploader(
            f"附件（每个不超过 {limit} MB）",
            type=list(ALLOWED),
            accept_multiple_files=True,
            max_upload_size=limit,
            key=f"progress_files_{file.id}_{st.session_state.get(_ROUND, 0)}",
        )
        confirmed = _confirmed(file)
        if not st.form_submit_button("保存进展", type="primary"):
            return
    found = personal_numbers.warnings_in({"内容": text or ""})
    if found and not confirmed:
        st.session_state[_WARNED] = (file.id, found)
        st.rerun()
    kept = [NewFile(given.name, given.getvalue()) for given in files]
    _save(file, kind, on, text or "", kept)


def _confirmed(file: CaseFile) -> bool:
    """Ask, once numbers were found, whether they are to stay."""
    case_id, found = st.session_state.get(_WARNED, (None, []))
    if case_id != file.id:
        return False
    st.warning(
        "  \n".join(forms.plain(line) for line in found) + "  \n请删去号码，或勾选后再保存。"
    )
    return st.checkbox("内容里确需保留这些号码", key=f"progress_keep_{file.id}")


def _save(
    file: CaseFile, kind: EntryKind, on: date | None, text: str, files: list[NewFile]
) -> None:
    today = store.today()
    try:
        with store.writing() as session:
            commands.add_entry(
                session,
                file.id,
                kind=kind,
                happened_on=on or today,
                text=text,
                files=files,
                limit_mb=settings.current().attachment_mb,
                today=today,
                now=store.now(),
            )
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    except StoreAway as away:
        forms.show_refusal(RuleError(f"没有保存：{away}。您填写的内容还在"))
        return
    st.session_state.pop(_WARNED, None)
    # A new uploader: an old one cannot be emptied.
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    forms.refill({f"progress_text_{file.id}": ""})
    forms.flash("进展已保存")
    st.rerun()


def timeline(events: Sequence[Event]) -> None:
    """Draw everything that happened, the newest first; a file is fetched by its own address."""
    st.subheader("经过")
    for event in events:
        with st.container(border=True, gap="xsmall"):
            moment = f"{store.local(event.at):%Y-%m-%d %H:%M}"
            day = f"（{event.on} 发生）" if event.on and str(event.on) != moment[:10] else ""
            st.markdown(f"**{event.heading}**{day} :gray[{moment} {forms.plain(event.actor)}]")
            if event.text:
                st.text(event.text)
            for file in event.files:
                st.link_button(
                    forms.plain(f"{file.name}（{_size(file.size)}）"),
                    f"/files/{file.id}",
                    icon=":material/attach_file:",
                )


def _size(count: int) -> str:
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024**2:.1f} MB"
