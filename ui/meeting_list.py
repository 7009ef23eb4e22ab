"""Meetings as a list, the form that puts one in or changes it, and the cadence of 听取汇报."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db.commands import meeting_briefings as briefing_commands
from db.commands import meetings as commands
from db.commands.meetings import Planned
from db.queries import meeting_briefings, meetings
from db.queries.meetings import MeetingFile, MeetingRow
from rules.briefings import HearingBody
from rules.errors import RuleError
from rules.meetings import PLACE_MAX, TITLE_MAX, MeetingKind
from rules.permissions import Action, Actor
from ui import forms, store, tables
from ui.options import options

PAGE = "pages/review/meeting.py"
_OPEN = "_open_meeting"
_YEARS = 6


def bar_and_table(*, today: date) -> None:
    """Draw the narrowing and the list."""
    left, right = st.columns([2, 3])
    kind = left.selectbox(
        "会议类型",
        list(MeetingKind),
        index=None,
        format_func=lambda each: each.label if each else "不限",
        key="m_kind",
        bind="query-params",
        placeholder="不限",
    )
    year = right.selectbox(
        "年份",
        [today.year + 1 - back for back in range(_YEARS)],
        index=None,
        format_func=lambda each: f"{each} 年" if each else "不限",
        key="m_year",
        bind="query-params",
        placeholder="不限",
        width=180,
    )
    rows = store.kept(
        "meetings",
        (kind, year),
        lambda session: meetings.listing(session, kind=kind, year=year),
    )
    if rows:
        _table(rows)
    elif kind or year:
        st.info("没有符合条件的会议。")
    else:
        st.info("还没有会议。联席办点上面的“新建会议”，填会议名称、日期和参会单位。")


def _table(rows: Sequence[MeetingRow]) -> None:
    columns = {
        "会议名称": [row.title for row in rows],
        "类型": [row.kind.label for row in rows],
        "日期": [f"{row.held_on}" for row in rows],
        "地点": [row.place for row in rows],
        "主持": [row.chair for row in rows],
        "进展": [row.stage for row in rows],
        "议题": [f"{row.items}" for row in rows],
        "议定事项": [f"{row.decisions}" for row in rows],
    }
    widths = {"会议名称": 300, "类型": 96, "日期": 96, "地点": 160, "主持": 84, "进展": 96}
    tables.opening_table(
        [row.number for row in rows],
        columns,
        {**widths, "议题": 60, "议定事项": 76},
        on_open=ask,
        key="meetings",
        alt="会议列表",
    )


def ask(number: str) -> None:
    """Ask for the page of a meeting: a callback, for a page is left by the script alone."""
    st.session_state[_OPEN] = number


def go() -> None:
    """Go to the meeting a click asked for."""
    if number := st.session_state.pop(_OPEN, None):
        st.switch_page(PAGE, query_params={"meeting": number})


def adding(key: str) -> None:
    """Draw the form of a new meeting, the day and the units of the last one kept for the next."""
    st.session_state.setdefault("mn_on", store.today())
    given = _form("mn", "新建会议")
    if given is None:
        return
    try:
        with store.writing() as session:
            made = commands.add_meeting(session, given, now=store.now())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state[key] = False
    forms.flash(f"已建立会议 {made.number}")
    st.switch_page(PAGE, query_params={"meeting": made.number})


def changing(file: MeetingFile, key: str) -> None:
    """Draw the form that changes a meeting whose minutes are not issued."""
    record = f"meeting-{file.id}"
    values = {
        "mc_title": file.title,
        "mc_kind": file.kind,
        "mc_on": file.held_on,
        "mc_place": file.place,
        "mc_chair": file.chair_id,
        "mc_units": [each.unit_id for each in file.units],
    }
    version = forms.filled(record, file.version, values)
    given = _form("mc", "保存", kept={each.unit_id: each.name for each in file.units})
    if given is not None:
        forms.save(
            lambda session: commands.change_meeting(session, file.id, given, version=version),
            record=record,
            refilled={key: False},
        )


def _form(prefix: str, button: str, kept: dict[int, str] | None = None) -> Planned | None:
    offered = options()
    names = {**(kept or {}), **{key: offered.unit_choices[key] for key in offered.units}}
    with st.form(f"{prefix}_form", border=False):
        kind = st.selectbox(
            "会议类型",
            list(MeetingKind),
            index=None,
            format_func=lambda each: each.label,
            key=f"{prefix}_kind",
            placeholder="请选择",
        )
        title = st.text_input("会议名称", key=f"{prefix}_title", max_chars=TITLE_MAX)
        held_on = forms.date_input("日期", key=f"{prefix}_on")
        place = st.text_input("地点", key=f"{prefix}_place", max_chars=PLACE_MAX)
        chair_id = forms.choose(
            "主持领导", dict(offered.leader_names), key=f"{prefix}_chair", empty="（未定）"
        )
        unit_ids = st.multiselect(
            "参会单位",
            list(names),
            format_func=lambda key: names.get(key, str(key)),
            key=f"{prefix}_units",
            placeholder="输入名称或别名",
            # Enter takes what was typed, never all of the county.
            select_all=False,
        )
        submitted = st.form_submit_button(
            button, type="primary", key=f"{prefix}_save", shortcut="Ctrl+Enter"
        )
    if not submitted:
        return None
    return Planned(
        kind=kind,
        title=title or "",
        held_on=held_on,
        place=place or "",
        chair_id=chair_id,
        unit_ids=tuple(unit_ids),
    )


def briefings(actor: Actor, *, today: date) -> None:
    """Draw how the three bodies keep the cadence of a quarter, and the form that notes a time."""
    quarters = [_quarter_before(today, back) for back in range(8)]
    day = st.selectbox(
        "季度",
        quarters,
        format_func=lambda each: f"{each.year} 年第 {(each.month + 2) // 3} 季度",
        key="b_quarter",
        width=220,
    )
    found = store.kept(
        "briefings",
        (day, today),
        lambda session: meeting_briefings.quarter(session, day, today=today),
    )
    for finding in found.findings:
        (st.success if finding.kept else st.warning)(forms.plain(finding.text))
    for row in found.heard:
        who = f"{row.unit}{row.body.label}" if row.unit else row.body.label
        st.text(f"{row.held_on} {who}：{row.subject}（{row.actor} 登记）")
    if actor.may(Action.REPORT_DECISION):
        _note_briefing(actor, today=today)


def _quarter_before(today: date, back: int) -> date:
    quarters = today.year * 4 + (today.month - 1) // 3 - back
    return date(quarters // 4, quarters % 4 * 3 + 1, 1)


def _note_briefing(actor: Actor, *, today: date) -> None:
    with store.reading() as session:
        towns = meeting_briefings.townships(session, on=today)
    manages = actor.may(Action.MANAGE_MEETINGS)
    if not manages and not towns:
        return
    bodies = list(HearingBody) if manages else [HearingBody.TOWNSHIP]
    st.subheader("登记听取汇报")
    with st.form("briefing", width=560):
        body = st.radio("会议", bodies, format_func=lambda each: each.label, key="b_body")
        unit_id = forms.choose("乡镇（街道）", towns, key="b_unit", empty="（县里的会议不填）")
        held_on = forms.date_input("日期", key="b_on")
        subject = st.text_input("汇报内容", key="b_subject", max_chars=200)
        submitted = st.form_submit_button("登记", type="primary", key="b_save")
    if submitted:
        forms.save(
            lambda session: briefing_commands.record_briefing(
                session,
                body,
                unit_id=unit_id,
                held_on=held_on,
                subject=subject or "",
                today=store.today(),
                now=store.now(),
            ),
            refilled={"b_subject": ""},
            message="已登记",
        )
