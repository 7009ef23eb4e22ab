"""Publishing a roster: the notice as it will stand, its forms to take away, and calendars of it."""

from collections.abc import Sequence

import streamlit as st

import settings
from db.commands import calendar_links as link_commands
from db.commands import publications as commands
from db.commands import rosters as roster_commands
from db.queries import calendar_links, office, publications
from db.queries.publications import Published
from db.queries.rosters import RosterRow, TurnView
from documents import roster_calendar, roster_notice
from documents.roster_calendar import Entry
from rules import roster_notices as rules
from rules.errors import RuleError
from rules.roster_notices import Line, Notice
from ui import forms, store, templates, windows

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def draw(roster: RosterRow, views: Sequence[TurnView]) -> None:
    """Draw the form of the notice, what is late, and what was published before."""
    today = store.today()
    with store.reading() as session:
        lines = publications.lines(session, roster.id)
        before = publications.of_roster(session, roster.id)
        template = templates.template(session, roster_notice.TEMPLATE)
        numbers = office.in_force(session, on=today)
    if not lines:
        st.info("排班表还没有班次，排好以后在这里公示。")
        return
    notice_days, tell_days = numbers["roster_notice_days"], numbers["roster_tell_days"]
    assert isinstance(notice_days, int)
    assert isinstance(tell_days, int)
    told = {view.turn.id: view.told_on for view in views}
    for words in rules.lateness(
        lines, published_on=today, told_on=told, notice_days=notice_days, tell_days=tell_days
    ):
        st.warning(forms.plain(words), icon=":material/schedule:")
    _changed(before, lines)
    _form(roster, str(numbers["county_name"]), before)
    _tell(views)
    windows.opened("calendar_links", "日历订阅", lambda key: _links(key, roster))
    _published(before, str(numbers["county_code"]), template)


def _changed(before: Sequence[Published], lines: Sequence[Line]) -> None:
    if not before:
        return
    said = rules.changes(before[0].lines, lines)
    if not said:
        st.success(f"与第 {before[0].number} 次公示一致，没有变更。")
        return
    st.markdown(f"**与第 {before[0].number} 次公示相比，变更 {len(said)} 处：**")
    st.markdown("\n".join(f"- {forms.plain(each)}" for each in said))


def _form(roster: RosterRow, county: str, before: Sequence[Published]) -> None:
    level, record = roster.level.label, f"notice-{roster.id}"
    last = before[0].notice if before else None
    values = {
        "notice_title": last.title if last else rules.title(county, roster.first_on, level),
        "notice_opening": last.opening
        if last
        else rules.opening(roster.first_on, roster.last_on, level),
        "notice_notes": "\n".join(last.notes if last else rules.NOTES),
        "notice_phone": last.phone if last else "",
        "notice_signed": last.signed if last else settings.current().office_name,
    }
    forms.filled(record, roster.version, values)
    # What is published is what was last on the screen, not what this click reads anew.
    seen = st.session_state.get(f"_seen_{record}", roster.version)
    st.session_state[f"_seen_{record}"] = roster.version
    with st.form("notice"):
        st.text_input("标题", key="notice_title")
        st.text_area("正文", key="notice_opening", height=80)
        st.text_area("注意事项（每行一条）", key="notice_notes", height=120)
        left, right = st.columns(2)
        left.text_input("咨询电话", key="notice_phone")
        right.text_input("落款", key="notice_signed")
        pressed = st.form_submit_button("公示", type="primary", key="notice_publish")
    st.caption("公示后留存，不能修改；排班有调整时再次公示，前一次仍可查看。")
    if pressed:
        typed = {name.removeprefix("notice_"): st.session_state[name] for name in values}
        notice = Notice(
            title=typed["title"].strip(),
            opening=typed["opening"].strip(),
            notes=tuple(filter(None, map(str.strip, typed["notes"].splitlines()))),
            phone=typed["phone"].strip(),
            signed=typed["signed"].strip(),
            published_on=store.today(),
        )
        forms.save(
            lambda session: commands.publish(
                session, roster.id, notice, version=seen, now=store.now()
            ),
            message=lambda number: f"已公示（第 {number} 次）",
        )


def _tell(views: Sequence[TurnView]) -> None:
    untold = [view.turn.id for view in views if view.told_on is None]
    if untold and st.button(
        f"记为已通知领导本人（{len(untold)} 个班次）",
        key="turns_tell",
        help="请在通知到本人之后再点；系统记下今天的日期。",
    ):
        forms.save(
            lambda session: roster_commands.tell(session, untold, on=store.today()),
            message="已记下通知日期",
        )


def _published(before: Sequence[Published], code: str, template: bytes) -> None:
    for each in before:
        on = rules.chinese_date(each.notice.published_on)
        with st.expander(
            f"第 {each.number} 次公示：{on}，{each.actor}", expanded=each is before[0]
        ):
            if each.changes:
                st.markdown("\n".join(f"- {forms.plain(words)}" for words in each.changes))
            _files(each, code, template)
            st.text_area(
                "文本（复制后粘贴到微信或网站）",
                rules.as_text(each.notice, each.lines),
                height=260,
                key=f"notice_text-{each.id}",
            )


def _files(each: Published, code: str, template: bytes) -> None:
    name = f"{each.notice.title}（第{each.number}次）"
    zone = store.clock()
    entries = [Entry(line, each.number, each.at) for line in each.lines]
    with st.container(horizontal=True):
        st.download_button(
            "Word",
            lambda: roster_notice.as_word(each.notice, each.lines, template=template),
            file_name=f"{name}.docx",
            mime=_DOCX,
            key=f"notice_docx-{each.id}",
            icon=":material/description:",
        )
        st.download_button(
            "Excel",
            lambda: roster_notice.as_sheet(each.notice, each.lines),
            file_name=f"{name}.xlsx",
            mime=_XLSX,
            key=f"notice_xlsx-{each.id}",
            icon=":material/table:",
        )
        st.download_button(
            "日历文件",
            lambda: roster_calendar.write(entries, name=each.notice.title, store=code, zone=zone),
            file_name=f"{name}.ics",
            mime="text/calendar",
            key=f"notice_ics-{each.id}",
            icon=":material/calendar_month:",
        )
        st.page_link(
            "pages/receptions/hall.py",
            label="大厅屏幕",
            icon=":material/tv:",
            query_params={"publication": str(each.id)},
        )


def _links(key: str, roster: RosterRow) -> None:
    st.caption(
        "把地址加到手机或电脑的日历里，公示后自动更新。知道地址的人都能看到领导姓名和接访日期，"
        "请只发给本人；不用时作废，地址立即失效。"
    )
    with store.reading() as session:
        people = publications.leaders_of(session, roster.id)
    chosen = forms.choose(
        "订阅谁的", people, key="link_leader", empty=f"全部{roster.level.label}领导"
    )
    label = st.text_input("说明（发给谁）", key="link_label")
    if st.button("生成地址", type="primary", key="link_make"):
        try:
            with store.writing() as session:
                made = link_commands.make_link(
                    session,
                    level=roster.level,
                    leader_id=chosen,
                    label=label,
                    now=store.now(),
                )
        except RuleError as refusal:
            forms.show_refusal(refusal)
            return
        st.success("地址只显示这一次，请现在复制，并在前面加上本系统的网址")
        st.code(f"/calendar/{made.secret}.ics", language=None)
    _standing()


def _standing() -> None:
    with store.reading() as session:
        links = calendar_links.links(session)
    for link in links:
        with st.container(horizontal=True, vertical_alignment="center"):
            whose = link.leader or f"全部{link.level.label}领导"
            ended = "（已作废）" if link.revoked_at else ""
            st.markdown(
                forms.plain(f"{whose} {link.label}{ended}，{link.created_by} 生成"), width="stretch"
            )
            if link.revoked_at is None and st.button("作废", key=f"link_revoke-{link.id}"):
                _revoke(link.id)


def _revoke(link_id: int) -> None:
    forms.save(
        lambda session: link_commands.revoke_link(session, link_id, now=store.now()),
        message="已作废，地址不再有效",
    )
