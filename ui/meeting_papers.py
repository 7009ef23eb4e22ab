"""The papers of a meeting on the screen: its brief pages and its minutes as Word, corrections beside.

They go to every unit that comes, so they name nobody who brought a matter or is party to it
(domain.md 8.3: de-identified by default); villages stay, unlike in the room.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import streamlit as st

import settings
from db.commands import meetings as commands
from db.queries import meeting_pages, room_mask
from db.queries.meeting_pages import ItemPage
from db.queries.meetings import MeetingFile
from db.queries.room_mask import Mask
from documents import meeting_papers
from documents.evaluation_papers import Paper
from rules.meetings import TEXT_MAX, Presence, attendance_told, memory
from rules.permissions import Action, Actor
from rules.roster_notices import chinese_date
from ui import forms, signin, store, templates

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def papers(file: MeetingFile, actor: Actor, *, today: date) -> None:
    """Draw the papers of the meeting: its pages, its minutes, and what stands beside them."""
    if not file.whole:
        return
    st.subheader("会议材料和纪要")
    with store.reading() as session:
        minutes = templates.template(session, meeting_papers.MINUTES.template)
        material = templates.template(session, meeting_papers.PAGES.template)
    if file.items:
        st.download_button(
            "下载会议材料（Word，每项一页）",
            signin.on_click(lambda: _pages(file, template=material, today=today)),
            file_name=f"会议材料_{file.number}.docx",
            mime=_TYPE,
            key="material_take",
            on_click="ignore",
        )
    if file.issued_at is not None:
        _issued(file, actor)
    elif file.opened_at is not None and actor.may(Action.MANAGE_MEETINGS):
        st.download_button(
            "下载纪要草稿（Word）",
            signin.on_click(
                lambda: draw_minutes(file, mask=_mask(file), template=minutes, on=today)
            ),
            file_name=f"会议纪要草稿_{file.number}.docx",
            mime=_TYPE,
            key="draft_take",
            on_click="ignore",
        )
        with st.popover("印发纪要", type="primary"):
            st.caption("印发以后，会议、议程、到会情况和议定事项都不能再改，只能登记更正。")
            if st.button("确认印发", type="primary", key="minutes_issue"):
                draw = partial(draw_minutes, mask=_mask(file), template=minutes, on=today)
                forms.save(
                    lambda session: commands.issue(
                        session,
                        file.id,
                        draw=draw,
                        version=file.version,
                        today=today,
                        now=store.now(),
                    ),
                    message="纪要已印发",
                )


def _issued(file: MeetingFile, actor: Actor) -> None:
    assert file.issued_at is not None
    st.caption(f"{store.local(file.issued_at):%Y-%m-%d %H:%M} {forms.plain(file.issued_by)} 印发")

    def read() -> bytes:
        with store.writing() as session:
            return commands.download_minutes(session, file.id)

    st.download_button(
        "下载会议纪要（Word）",
        signin.on_click(read),
        file_name=f"会议纪要_{file.number}.docx",
        mime=_TYPE,
        key="minutes_take",
        on_click="ignore",
    )
    for each in file.corrections:
        st.text(f"更正（{store.local(each.at):%Y-%m-%d} {each.actor}）：{each.text}")
    if actor.may(Action.MANAGE_MEETINGS):
        with st.form("correction", border=False):
            text = st.text_input("更正（纪要本身不改）", key="correction_text", max_chars=TEXT_MAX)
            submitted = st.form_submit_button("登记更正", key="correction_save")
        if submitted:
            forms.save(
                lambda session: commands.correct(
                    session, file.id, text=text or "", now=store.now()
                ),
                refilled={"correction_text": ""},
                message="已登记更正",
            )


def _mask(file: MeetingFile) -> Mask:
    """Read who is behind the meeting and the older decisions that its minutes tell."""
    with store.reading() as session:
        older = {row.meeting_id for row in file.memory.carried}
        return room_mask.mask(session, {file.id, *older})


def _written(
    paper: Paper,
    values: Mapping[str, str],
    lists: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    mask: Mask,
    template: bytes,
) -> bytes:
    hide = partial(mask.hide, few=False)
    hidden = {
        name: [{column: hide(value) for column, value in row.items()} for row in rows]
        for name, rows in lists.items()
    }
    named = {**values, "标题": hide(values["标题"])}
    return meeting_papers.write(paper, named, hidden, template=template)


def draw_minutes(file: MeetingFile, *, mask: Mask, template: bytes, on: date) -> bytes:
    """Return the minutes of a meeting as Word."""
    titles = {item.id: item.title for item in file.items}
    away = [
        f"{each.name}{each.presence.label}（{each.note}）"
        for each in file.units
        if each.presence in (Presence.SUBSTITUTE, Presence.ABSENT)
    ]
    last = [(row, file.memory.states[row.id].label) for row in file.memory.decisions]
    last += [(row, row.state.label) for row in file.memory.carried]
    return _written(
        meeting_papers.MINUTES,
        {
            "标题": file.title,
            "编号": file.number,
            "会议类型": file.kind.label,
            "时间": chinese_date(file.held_on),
            "地点": file.place,
            "主持人": file.chair,
            "到会情况": attendance_told([each.presence for each in file.units]),
            "代会缺席": "；".join(away) or "无",
            "上次议定": memory(file.memory.states.values()),
            "落款": settings.current().office_name,
            "日期": chinese_date(on),
        },
        {
            "议程": _agenda_rows(file),
            "上次": [
                {
                    "序号": f"{place}",
                    "责任单位": row.unit,
                    "时限": f"{row.due_on}",
                    "议定事项": row.text,
                    "状态": state,
                }
                for place, (row, state) in enumerate(last, start=1)
            ],
            "议定": [
                {
                    "序号": f"{place}",
                    "议题": titles.get(row.item_id or 0, ""),
                    "责任单位": row.unit,
                    "时限": f"{row.due_on}",
                    "议定事项": row.text,
                }
                for place, row in enumerate(file.decisions, start=1)
            ],
        },
        mask=mask,
        template=template,
    )


def _agenda_rows(file: MeetingFile) -> list[dict[str, str]]:
    return [
        {
            "序号": f"{item.position}",
            "类别": item.kind.label,
            "议题": item.title,
            "汇报单位": item.unit,
        }
        for item in file.items
    ]


def _pages(file: MeetingFile, *, template: bytes, today: date) -> bytes:
    with store.reading() as session:
        pages = meeting_pages.pages(session, file.items, today=today)
    return draw_pages(file, pages, mask=_mask(file), template=template)


def draw_pages(
    file: MeetingFile, pages: Sequence[ItemPage], *, mask: Mask, template: bytes
) -> bytes:
    """Return the agenda and the brief page of each of its items as Word."""
    return _written(
        meeting_papers.PAGES,
        {
            "标题": file.title,
            "编号": file.number,
            "时间": chinese_date(file.held_on),
            "地点": file.place,
        },
        {
            "议程": _agenda_rows(file),
            "事项": [
                {
                    "序号": f"{page.position}",
                    "类别": page.kind.label,
                    "议题": page.title,
                    "情况": "\n".join(f"{label}：{value}" for label, value in page.facts),
                    "说明": page.note,
                }
                for page in pages
            ],
        },
        mask=mask,
        template=template,
    )
