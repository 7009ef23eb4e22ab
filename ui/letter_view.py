"""One letter on its own page: what the leader wrote, what came of it, and its case."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db.commands import letters as commands
from db.queries import case_file, office, resemblance
from db.queries import letters as queries
from db.queries.letters import Earlier, LetterRow
from db.queries.resemblance import Reference
from rules.letters import standing
from rules.people import Person
from rules.permissions import Action, Actor
from rules.terms import Channel
from ui import forms, letter_entry, store, tables, windows
from ui.options import options

_EDIT = "letter_editing"
_CASE = "letter_opening"


def draw(number: str, actor: Actor, *, today: date) -> None:
    """Draw the letter of that number; raises Missing where the actor may see none."""
    with store.reading() as session:
        row = queries.letter(session, number)
        percent = int(str(office.parameter(session, "duplicate_percent", on=today)))
        others = queries.earlier(
            session,
            title=row.title,
            case_id=row.case_id,
            but=row.id,
            today=today,
            percent=percent,
        )
    st.title(f"阅批来信 {row.number}")
    back()
    # What may be written is the leader's own or the office's; the store asks again.
    writes = actor.may(Action.RECEIVE) and (
        actor.sees_all_cases or actor.leader_id == row.leader_id
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _facts(row, today=today)
        if writes:
            windows.opened(_EDIT, "修改", lambda key: _edit(key, row, actor))
        if others:
            letter_entry.show_earlier(others)
    with right:
        st.subheader("反馈")
        _answer(row, actor, today=today)
        st.subheader("案件")
        _case(row, actor, writes=writes)


def back() -> None:
    """Draw the way back to the register."""
    st.page_link("pages/receptions/letters.py", label="返回阅批来信", icon=":material/arrow_back:")


def _facts(row: LetterRow, *, today: date) -> None:
    tables.facts_table(
        {
            "来信": row.title,
            "来信日期": f"{row.received_on or '未填'}",
            "阅批领导": row.leader,
            "批示日期": f"{row.annotated_on}",
            "批示原文": row.instruction,
            "承办单位": row.unit or "未定",
            "反馈时限": f"{row.due_on}" if row.due_on else "不要求反馈",
            "反馈": standing(row.due_on, row.answered_on, today=today),
            "信访目的": row.purpose.label if row.purpose else "未定",
            "登记": f"{row.created_by} {store.local(row.created_at):%Y-%m-%d %H:%M}",
        }
    )


def _edit(key: str, row: LetterRow, actor: Actor) -> None:
    record, at = f"letter-{row.id}", f"-{row.id}"
    values = {f"letter_{name}{at}": getattr(row, name) for name in commands.FIELDS}
    version = forms.filled(record, row.version, values)
    letter_entry.fields(options(), actor, at=at)
    if st.button("保存", type="primary", key="letter_change"):
        given = letter_entry.typed(at)
        forms.save(
            lambda session: commands.change_letter(
                session, row.id, given, version=version, today=store.today(), now=store.now()
            ),
            record=record,
            refilled={key: False},
        )


def _answer(row: LetterRow, actor: Actor, *, today: date) -> None:
    if not actor.may(Action.HANDLE_CASE):
        st.text(f"{row.answered_on}：{row.answer}" if row.answered_on else "还没有反馈。")
        return
    record = f"letter-answer-{row.id}"
    values = {"letter_answer": row.answer, "letter_answered_on": row.answered_on or today}
    version = forms.filled(record, row.version, values)
    with st.form("answer_letter"):
        answer = st.text_area("反馈情况", key="letter_answer", height=140)
        answered_on = forms.date_input("反馈日期", key="letter_answered_on")
        submitted = st.form_submit_button("保存反馈", type="primary", key="letter_answer_set")
    if submitted:
        forms.save(
            lambda session: commands.answer_letter(
                session,
                row.id,
                answer=answer or "",
                answered_on=answered_on,
                version=version,
                today=today,
                now=store.now(),
            ),
            record=record,
            message="已保存反馈",
        )


def _case(row: LetterRow, actor: Actor, *, writes: bool) -> None:
    if row.case_id is not None:
        _linked(row, writes=writes)
        return
    if not writes:
        st.caption("还没有关联案件。")
        return
    _link(row)
    if actor.may(Action.REGISTER):
        windows.opened(_CASE, "登记为案件", lambda key: _open(key, row))


def _linked(row: LetterRow, *, writes: bool) -> None:
    if row.case_number:
        state = row.case_state.label if row.case_state else ""
        st.page_link(
            "pages/cases/detail.py",
            label=forms.plain(f"{row.case_number} {row.case_title}（{state}）"),
            icon=":material/description:",
            query_params={"case": row.case_number},
        )
    else:
        st.caption("已关联案件，不在您的查看范围内。")
    if writes and st.button("取消关联", key="letter_unlink", type="tertiary"):
        _save_link(row, "", again=False)


def _link(row: LetterRow) -> None:
    """Draw the box for a case's number, with cases that may be the same matter beneath."""
    number = st.text_input(
        "关联已有案件（编号）", key="letter_case", placeholder="粘贴编号，或点下面相近的案件"
    )
    others: Sequence[Earlier] = ()
    if number:
        with store.reading() as session:
            case_id = case_file.id_of(session, number.strip())
            if case_id is not None:
                others = queries.earlier(
                    session,
                    title="",
                    case_id=case_id,
                    but=row.id,
                    today=store.today(),
                    percent=100,
                )
    again = False
    if others:
        letter_entry.show_earlier(others)
        again = st.checkbox("已核实，确需再次批示", key="letter_link_again")
    if st.button("关联", key="letter_link", disabled=not number):
        _save_link(row, number or "", again=again)
    for reference in _alike(row):
        st.button(
            forms.plain(
                f"{reference.number} {reference.title[:24]}（相似 {reference.similarity}%）"
            ),
            key=f"letter_like_{reference.id}",
            type="tertiary",
            icon=":material/content_paste_go:",
            on_click=_take,
            args=(reference.number,),
        )


def _take(number: str) -> None:
    st.session_state["letter_case"] = number


def _alike(row: LetterRow) -> list[Reference]:
    today = store.today()
    with store.reading() as session:
        percent = int(str(office.parameter(session, "duplicate_percent", on=today)))
        return resemblance.likely_duplicates(
            session,
            title=row.title,
            person="",
            township_id=None,
            today=today,
            percent=percent,
            limit=3,
        )


def _save_link(row: LetterRow, number: str, *, again: bool) -> None:
    forms.save(
        lambda session: commands.link_case(
            session,
            row.id,
            number,
            again=again,
            version=row.version,
            today=store.today(),
            now=store.now(),
        ),
        message=f"已关联 {number}" if number else "已取消关联",
    )


def _open(key: str, row: LetterRow) -> None:
    """Draw what a case needs beside what the letter says already."""
    st.caption(
        f"标题、来信日期、承办单位用这封来信的；{row.leader}为首接、包案领导，批示写进案件的办理记录。"
    )
    offered = options()
    with st.form("letter_case_form", border=False):
        channel = st.radio(
            "信访形式",
            [Channel.LETTER, Channel.INSTRUCTION],
            format_func=lambda term: term.label,
            key="letter_channel",
            horizontal=True,
        )
        first, second = st.columns(2)
        person = first.text_input("信访人", key="letter_person", autocomplete="off")
        phone = second.text_input("电话", key="letter_phone", autocomplete="off")
        township_id = forms.choose(
            "属地",
            {key: offered.unit_names[key] for key in offered.townships},
            key="letter_township",
            empty="（不确定）",
        )
        code_id = forms.choose(
            "内容分类", offered.code_names, key="letter_code", empty="（不确定）"
        )
        content = st.text_area("反映内容", key="letter_content", height=160)
        submitted = st.form_submit_button("登记为案件", type="primary", key="letter_case_submit")
    if submitted:
        people = (
            [Person(person.strip(), (phone or "").strip())] if person and person.strip() else []
        )
        forms.save(
            lambda session: commands.open_case(
                session,
                row.id,
                channel=channel,
                content=content or "",
                township_id=township_id,
                code_id=code_id,
                people=people,
                version=row.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False},
            message=lambda opened: f"已登记案件 {opened.number}",
        )
