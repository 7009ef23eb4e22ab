"""Quick entry at work: what is typed, its draft in the store, and the saving of it."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import cases as commands
from db.commands import desk as desk_commands
from db.engine import StoreAway
from db.queries import desk, office, resemblance
from db.queries.desk import KeptDraft
from db.queries.resemblance import Reference
from rules.cases import accusing_word
from rules.cells import read_date
from rules.errors import Invalid, Problem, RuleError
from rules.masking import redact
from rules.people import PersonEdit
from rules.terms import Channel, Purpose, Term
from ui import class_pills, forms, personal_numbers, signin, store
from ui.options import options

FORM = "cases/entry"
KEPT = ("received", "channel", "unit")
_WORDS = ("petitioner", "title", "phone", "content")
CLEARED = ("petitioner", "title", "township", "phone", "people", "content", "purpose", "code")


def label(term: Term) -> str:
    """The word people read."""
    return term.label


def choice(
    place: Any, label: str, ids: tuple[int, ...], names: Mapping[int, str], *, key: str
) -> None:
    """Draw a choice that typing narrows."""
    place.selectbox(
        label,
        ids,
        index=None,
        key=f"entry_{key}",
        placeholder="输入名称筛选",
        format_func=forms.named(names, missing=""),
        filter_mode="contains",
        **KEEP,
    )


def typed() -> dict[str, Any]:
    """What stands in the form now, as the draft keeps it."""
    return {name: st.session_state.get(f"entry_{name}") for name in (*KEPT, *CLEARED)}


def keep() -> None:
    """Keep the draft: called when any field is committed."""
    try:
        with store.writing() as session:
            desk_commands.keep_draft(session, FORM, typed(), now=store.now())
    except StoreAway as away:
        st.session_state["entry_refusal"] = _not_now(away)


# Every field keeps the draft, and its text while the store is away or another page is looked at.
KEEP: dict[str, Any] = {"on_change": keep, "persist_state": "session"}


def _not_now(away: StoreAway) -> RuleError:
    return RuleError(f"现在保存不了（{away}）。您填写的内容还在，请稍候再保存")


def fill(values: Mapping[str, Any]) -> None:
    """Put values into the fields; choices that are no longer offered stay empty."""
    offered = options()
    choices: dict[str, Any] = {
        "channel": tuple(Channel),
        "purpose": tuple(Purpose),
        "township": offered.townships,
        "unit": offered.units,
        "code": offered.codes,
    }
    for name, value in values.items():
        if name in choices:
            # The option itself, for a draft brings codes as plain text.
            otherwise = Channel.VISIT if name == "channel" else None
            value = next((offer for offer in choices[name] if offer == value), otherwise)
        elif value is None:
            value = 1 if name == "people" else ""
        st.session_state[f"entry_{name}"] = value


def fresh() -> None:
    """Empty the form for the next matter; date, channel and unit stay.

    The round names the form anew, which sets the cursor into its first field (house.js).
    """
    fill(dict.fromkeys(CLEARED))
    st.session_state["entry_round"] = st.session_state.get("entry_round", 0) + 1
    for asked in ("warnings", "accusing", "no_accusation", "repeats", "differs"):
        st.session_state.pop(f"entry_{asked}", None)


def save(text: str = "ask") -> None:
    """Register what is typed; `text` says what to do with numbers found in the free text."""
    st.session_state.pop("entry_warnings", None)
    given, today, actor = typed(), store.today(), signin.actor()
    word = accusing_word(given["title"], given["content"])
    if word and given["purpose"] is None and not st.session_state.get("entry_no_accusation"):
        st.session_state["entry_accusing"] = word
        return
    received = read_date(given["received"], year=today.year, today=today)
    values = {
        "received_on": received.value,
        "channel": given["channel"],
        "title": given["title"] or "",
        "content": given["content"] or "",
        "township_id": given["township"],
        "unit_id": given["unit"],
        # 首接: who took it in here and now, not whom it goes to.
        "first_unit_id": actor.unit_id,
        "first_person": actor.name,
        "people": given["people"] or 1,
        "purpose": given["purpose"],
        "code_id": given["code"],
    }
    if repeated := st.session_state.get("entry_repeats"):
        values["repeat_of_id"] = repeated.id
    if text == "mask":
        values |= {name: redact(values[name]) for name in ("title", "content")}
    elif text == "ask" and (found := personal_numbers.warnings_in(values)):
        st.session_state["entry_warnings"] = found
        return
    try:
        if received.problem:
            raise Invalid([Problem("received_on", received.problem)])
        edit = PersonEdit(given["petitioner"] or "", given["phone"] or "")
        people = [] if edit.is_empty else [edit.person()]
        with store.writing() as session:
            alike = None if repeated else next(iter(_alike(session, given, today)), None)
            opened = commands.open_case(
                session,
                values,
                people=people,
                today=today,
                now=store.now(),
                suspect_of=alike.id if alike else None,
            )
            desk_commands.drop_draft(session, FORM)
    except RuleError as refusal:
        st.session_state["entry_refusal"] = refusal
        return
    except StoreAway as away:
        st.session_state["entry_refusal"] = _not_now(away)
        return
    marked = f"（与 {alike.number} 疑似重复，已做标记，请在案件页核对）" if alike else ""
    forms.flash(f"已保存：{opened.number} {values['title']}{marked}")
    st.session_state["entry_last"] = opened.number
    fresh()


def begin() -> None:
    """Fill the form when the screen is newly opened, and look for a draft to offer."""
    if "entry_received" in st.session_state:
        return
    fill({"received": f"{store.today():%Y-%m-%d}", "channel": Channel.VISIT, "unit": None})
    fresh()
    with store.reading() as session:
        st.session_state["entry_draft"] = desk.draft(session, FORM)


def link_to_last() -> None:
    """Lead to what was saved last."""
    if last := st.session_state.get("entry_last"):
        label = f"打开刚登记的 {last}"
        st.page_link("pages/cases/detail.py", label=label, query_params={"case": last})


def offer_draft() -> None:
    """Offer what was typed before the connection was lost, if anything was."""
    draft = st.session_state.get("entry_draft")
    if not draft or not any(draft.values.get(name) for name in _WORDS):
        return
    saved = store.local(draft.saved_at)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        title = draft.values.get("title") or draft.values.get("content") or "（未填标题）"
        st.text(f"有一份未保存的草稿（{saved:%m-%d %H:%M}）：{title[:40]}", width="stretch")
        st.button("恢复草稿", type="primary", key="draft_restore", on_click=_restore, args=(draft,))
        if st.button("放弃草稿", key="draft_drop"):
            st.session_state["entry_draft"] = None
            forms.save(partial(desk_commands.drop_draft, form=FORM), message="草稿已放弃")


def _restore(draft: KeptDraft) -> None:
    st.session_state["entry_draft"] = None
    fill({name: draft.values.get(name) for name in (*KEPT, *CLEARED)})


def likely_duplicates() -> list[Reference] | None:
    """Look for cases like what is typed so far; None when there is nothing to compare yet."""
    given = typed()
    if not (given["title"] or given["petitioner"]):
        return None
    with store.reading() as session:
        return _alike(session, given, store.today())


def _alike(session: Session, given: Mapping[str, Any], today: date) -> list[Reference]:
    """List the cases like what is typed, without those the clerk knows for other matters."""
    percent = office.parameter(session, "duplicate_percent", on=today)
    return resemblance.likely_duplicates(
        session,
        title=given["title"] or "",
        person=given["petitioner"] or "",
        township_id=given["township"],
        today=today,
        percent=int(str(percent)),
        exclude=st.session_state.get("entry_differs", ()),
    )


def likely_classes() -> None:
    """Offer the likely classes of what is typed so far; the one pressed is chosen above."""
    given = typed()
    class_pills.pills(
        given["title"] or "",
        given["content"] or "",
        key="entry_class",
        chosen=given["code"],
        on_change=_take_class,
        note="点一个就填入，可以再改",
    )


def _take_class() -> None:
    pressed = st.session_state["entry_class"]
    if pressed is not None:
        st.session_state["entry_code"] = pressed
        keep()


def show_refusal() -> None:
    """Show why the last saving was refused; everything typed is still in its field."""
    refusal = st.session_state.pop("entry_refusal", None)
    if refusal is not None:
        forms.show_refusal(refusal)


def repeats(reference: Reference) -> None:
    """Note which case the one being typed is a repeat of: a callback of the list beside."""
    st.session_state["entry_repeats"] = reference


def differs(reference: Reference) -> None:
    """Note a case that the one being typed is not a repeat of: a callback of the list beside."""
    st.session_state["entry_differs"] = {
        *st.session_state.get("entry_differs", ()),
        reference.id,
    }


def show_repeated() -> None:
    """Say which case this will be a repeat of, and offer to take it back."""
    if reference := st.session_state.get("entry_repeats"):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            words = f"将作为 {reference.number}“{reference.title[:30]}”的重复件登记"
            st.text(words, width="stretch")
            if st.button("不是重复件", key="entry_no_repeat"):
                del st.session_state["entry_repeats"]
                st.rerun()


def ask_about_purpose() -> None:
    """Ask whether what sounds like an accusation is one, before a unit is to see it (§30)."""
    word = st.session_state.get("entry_accusing")
    if not word:
        return
    st.warning(
        f"文字里有“{word}”。检举控告类只由联席办处理，被指单位看不到（《信访工作条例》第三十条），请先定性。"
    )
    with st.container(horizontal=True):
        accuses = st.button("是检举控告", type="primary", key="entry_accuses", shortcut="Alt+J")
        other = st.button("不是，照常登记", key="entry_accuses_not", shortcut="Alt+N")
    if accuses or other:
        st.session_state.pop("entry_accusing")
        st.session_state["entry_no_accusation"] = other
        if accuses:
            st.session_state["entry_purpose"] = Purpose.ACCUSATION
        save()
        st.rerun()


def ask_about_numbers() -> None:
    """Ask whether personal numbers found in the free text are to be masked."""
    warnings = st.session_state.get("entry_warnings")
    if warnings and (choice := personal_numbers.ask(warnings, key="entry")):
        save(choice)
        st.rerun()
