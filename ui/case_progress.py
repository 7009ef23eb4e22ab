"""A case's timeline, and the form that adds a line with its files."""

from collections.abc import Sequence

import streamlit as st

import settings
from db.commands import cases as commands
from db.commands.cases import NewFile
from db.queries.case_file import CaseFile, Event, File
from rules.attachments import ALLOWED
from rules.errors import RuleError
from rules.terms import EntryKind
from ui import forms, personal_numbers, store

_KINDS: tuple[EntryKind, ...] = tuple(EntryKind)


def form(file: CaseFile) -> None:
    """Draw the form; what is typed stays in it until it is saved."""
    st.subheader("填报进展")
    limit = settings.current().attachment_mb
    with st.form("progress"):
        left, right = st.columns(2)
        kind = left.selectbox("类别", _KINDS, format_func=lambda k: k.label, key="entry_kind")
        on = right.date_input("日期", value=store.today(), format="YYYY-MM-DD", key="entry_on")
        text = st.text_area(
            "内容", key="entry_text", height=110, placeholder="做了什么、结果如何、下一步"
        )
        files = st.file_uploader(
            f"附件(每个不超过 {limit} MB)",
            type=list(ALLOWED),
            accept_multiple_files=True,
            max_upload_size=limit,
            key=f"entry_files_{st.session_state.get('entry_files_round', 0)}",
        )
        confirmed = st.checkbox("内容里确需保留身份证号、手机号等号码", key="entry_keep_numbers")
        if not st.form_submit_button("保存进展", type="primary"):
            return
    found = personal_numbers.warnings_in({"内容": text or ""})
    if found and not confirmed:
        st.warning(
            "  \n".join(forms.plain(line) for line in found)
            + "  \n请删去号码,或勾选“确需保留”后再保存。"
        )
        return
    _save(file, kind, on, text or "", [NewFile(f.name, f.getvalue()) for f in files])


def _save(file: CaseFile, kind: EntryKind, on: object, text: str, files: list[NewFile]) -> None:
    def work(session: object) -> None:
        commands.add_entry(
            session,  # type: ignore[arg-type]
            file.id,
            kind=kind,
            happened_on=on,  # type: ignore[arg-type]
            text=text,
            files=files,
            limit_mb=settings.current().attachment_mb,
            today=store.today(),
            now=store.now(),
        )
        st.session_state["entry_files_round"] = st.session_state.get("entry_files_round", 0) + 1

    forms.save(work, refilled={"entry_text": "", "entry_keep_numbers": False})


def timeline(events: Sequence[Event]) -> None:
    """Draw everything that happened, the newest first."""
    st.subheader("经过")
    for index, event in enumerate(events):
        with st.container(border=True, gap="xsmall"):
            moment = f"{store.local(event.at):%Y-%m-%d %H:%M}"
            day = f" · 发生于 {event.on}" if event.on and str(event.on) != moment[:10] else ""
            st.caption(f"{moment} · {forms.plain(event.actor)} · **{event.heading}**{day}")
            if event.text:
                st.text(event.text)
            for file in event.files:
                _file(file, index)


def _file(file: File, index: int) -> None:
    ready = st.session_state.get("_download")
    size = (
        f"{file.size / 1024:.0f} KB" if file.size < 1024 * 1024 else f"{file.size / 1024**2:.1f} MB"
    )
    if ready and ready["id"] == file.id:
        st.download_button(
            forms.plain(f"保存 {file.name}"),
            ready["content"],
            file_name=ready["name"],
            mime=ready["type"],
            key=f"save_{file.id}",
            on_click="ignore",
        )
    elif st.button(
        forms.plain(f"{file.name}({size})"),
        icon=":material/attach_file:",
        key=f"take_{file.id}_{index}",
    ):
        _take(file)


def _take(file: File) -> None:
    try:
        with store.writing() as session:
            name, media_type, content = commands.download(session, file.id)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state["_download"] = {
        "id": file.id,
        "name": name,
        "type": media_type,
        "content": content,
    }
    st.rerun()
