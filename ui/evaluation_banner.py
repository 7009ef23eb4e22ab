"""What a satisfied verdict tells on the page of its matter, and asks on that of a matter like it."""

from collections.abc import Collection, Sequence

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import evaluation_outcomes as commands
from db.queries import evaluation_outcomes as queries
from db.queries import evaluation_returns
from db.queries.case_file import CaseFile
from db.queries.evaluation_outcomes import Satisfied
from db.queries.evaluation_returns import Return
from rules.evaluation_outcomes import ASKED, NOTICE
from rules.people import Person
from rules.permissions import Action, Actor
from rules.terms import CaseState
from ui import forms, store

_PAGE = "pages/evaluations/evaluation.py"
_ANSWERS = {True: "有新事实、新理由", False: "没有新事实、新理由"}


def of_case(file: CaseFile, actor: Actor) -> None:
    """Draw that a panel was satisfied with this case, or with one it comes back to and what was asked."""

    def read(session: Session) -> tuple[Satisfied | None, list[Return]]:
        return queries.satisfied(session, case_id=file.id), evaluation_returns.returns(
            session, file.id
        )

    found, returned = store.kept("evaluation_banner", file.id, read)
    if found is not None:
        told(found)
    for each in returned if actor.may(Action.EDIT_CASE) else ():
        _returned(file, each)


def of_dispute(dispute_id: int) -> None:
    """Draw that a panel was satisfied with how this dispute was handled."""
    with store.reading() as session:
        found = queries.satisfied(session, dispute_id=dispute_id)
    if found is not None:
        told(found)


def told(found: Satisfied) -> None:
    """Draw the verdict with the way to its evaluation, and what it does not touch."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{NOTICE}**（{forms.plain(found.opinion)}，{found.issued_on}）")
        st.caption(
            "不再接访、交办、包案；不影响依法申请复查、复核、行政复议、诉讼，"
            "有新事实、新理由的照常登记、办理。"
        )
        st.page_link(
            _PAGE,
            label=f"第三方评价 {found.evaluation}",
            icon=":material/balance:",
            query_params={"evaluation": found.evaluation},
        )


def among(ids: Sequence[int]) -> dict[int, Satisfied]:
    """Return which of the cases listed as likely doubles have a satisfied verdict in force."""
    if not ids:
        return {}
    with store.reading() as session:
        return queries.satisfied_among(session, ids)


def brought_by(person: str, phone: str, shown: Collection[int]) -> None:
    """Draw what panels found of other matters of who is being typed; `shown` are told already."""
    if not person.strip() and not phone.strip():
        return
    with store.reading() as session:
        found = evaluation_returns.brought_by(session, [Person(person, phone)])
    for each in found:
        if each.case_id not in shown:
            st.info(forms.plain(f"同一人反映过的 {each.case_number}：{asked(each.earlier)}"))


def asked(found: Satisfied) -> str:
    """Say beside a likely double what a panel found, and what will be asked."""
    return (
        f"{NOTICE}（{found.opinion}，{found.issued_on}）：{found.text[:80]}。"
        f"新的事项照常登记，登记后在案件页回答{ASKED}。"
    )


def _returned(file: CaseFile, each: Return) -> None:
    with st.container(border=True):
        which = "相似的" if each.alike else "同一人反映过的"
        st.markdown(f"**{which} {each.case_number} 已第三方评价满意**")
        st.caption(
            forms.plain(f"{each.earlier.opinion}，{each.earlier.issued_on}：{each.earlier.text}")
        )
        if each.new_facts is not None:
            said = f"：{each.text}" if each.text else ""
            st.text(f"{ASKED}：{_ANSWERS[each.new_facts]}{said}（{each.actor}）")
        if file.state is not CaseState.MERGED:
            _asking(file, each)


def _asking(file: CaseFile, each: Return) -> None:
    at = f"{each.earlier.evaluation_id}"
    record = f"return-{file.id}-{at}"
    values = {f"return_facts-{at}": each.new_facts, f"return_text-{at}": each.text}
    version = forms.filled(record, each.version or 0, values)
    with st.form(record, border=False):
        new_facts = st.segmented_control(
            f"{ASKED}？（不影响登记和办理）",
            list(_ANSWERS),
            format_func=lambda value: _ANSWERS[value],
            key=f"return_facts-{at}",
        )
        text = st.text_input("是什么", key=f"return_text-{at}", max_chars=1000)
        submitted = st.form_submit_button("保存回答", key=f"return_save-{at}")
    if submitted:
        forms.save(
            lambda session: commands.answer_return(
                session,
                file.id,
                each.earlier.evaluation_id,
                new_facts=new_facts,
                text=text or "",
                version=version or None,
                now=store.now(),
            ),
            record=record,
            message="回答已保存",
        )
