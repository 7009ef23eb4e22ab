"""投屏 of a meeting at the desk: its snapshots, what is up in the room, its slides in their order."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import slides as commands
from db.commands.snapshots import take_snapshot
from db.queries import hotspots, slides, snapshots
from db.queries.meetings import MeetingFile
from db.queries.situation_scope import Asked
from db.queries.slides import Shown
from db.queries.snapshots import SnapshotRow
from rules.panel_terms import Inserted, PanelKind
from rules.slides import BY_HAND, Span, Standing, has_words, span_days
from ui import forms, store, windows

_STAGE = "pages/review/slides.py"
# More slides than a screen shows, and how high their list then is.
_MANY, _HIGH = 24, 640
_LIVE = "实时数据"


def draw(file: MeetingFile, *, editable: bool) -> None:
    """Draw what a meeting projects; its slides are changed until its minutes are issued."""
    with store.reading() as session:
        rows = slides.standing(session, file.id)
        shown = slides.shown(session, file.number)
        taken = snapshots.listing(session, meeting_id=file.id)
    st.page_link(
        _STAGE,
        label="开始投屏",
        icon=":material/slideshow:",
        query_params={"meeting": file.number},
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _slides(file, rows, editable=editable)
    with right:
        _room(file, shown, taken)
        _snapshots(file, taken)


def _slides(file: MeetingFile, rows: list[Standing], *, editable: bool) -> None:
    st.subheader(f"放映页（{len(rows)} 页）")
    names = {row.position: _name(row) for row in rows}
    if not editable:
        for name in names.values():
            st.text(name)
        return
    # What is longer than a screen rolls by itself, so that the buttons stay in reach.
    with st.container(height=_HIGH if len(rows) > _MANY else "content", border=False):
        at = st.radio(
            "选中一页，再用下面的按钮",
            list(names),
            format_func=lambda place: forms.plain(names.get(place, "")),
            key="slide_at",
        )
    row = rows[at - 1] if at and at <= len(rows) else None
    seen = forms.drawn_version(_listed(file), file.version)
    if row is not None:
        _ordering(file, row, len(rows), seen)
    if {item.id for item in file.items} - {row.item_id for row in rows}:
        _agenda(file)
    windows.opened("slide_adding", "插入一页", partial(_adding, file, at))
    if row is not None and has_words(row.kind):
        windows.opened("slide_wording", "修改这一页的文字", partial(_wording, file, row))
    with st.popover("恢复默认"):
        st.caption("恢复为固定的 14 项，插入的页和文字都会去掉。")
        if st.button("确认恢复", key="slides_reset"):
            _change(
                file,
                partial(commands.reset_slides, version=seen),
                refilled={"slide_at": 1},
                message="已恢复默认",
            )


def _agenda(file: MeetingFile) -> None:
    if st.button("议程各项插入放映", key="slides_agenda"):
        forms.save(
            lambda session: commands.add_agenda(session, file.id, version=file.version),
            message=lambda count: f"已插入 {count} 项议题",
        )


def _name(row: Standing) -> str:
    return f"{row.position}．{row.label}{'（已隐藏）' if row.hidden else ''}"


def _listed(file: MeetingFile) -> str:
    return f"slides-{file.id}"


def _change(file: MeetingFile, work: Callable[..., None], **given: Any) -> None:
    """Change the slides as they were drawn, and take one's own change for seen."""

    def changed(session: Session) -> None:
        work(session, file.id)
        forms.unpin(_listed(file))

    forms.save(changed, **given)


def _ordering(file: MeetingFile, row: Standing, count: int, seen: int) -> None:
    """Draw what is done with one slide, of the list of version `seen`."""
    at = row.position
    with st.container(horizontal=True):
        for label, up, shortcut in (("上移", True, "Alt+Up"), ("下移", False, "Alt+Down")):
            if st.button(label, key=f"slide_{'up' if up else 'down'}", shortcut=shortcut):
                to = max(1, at - 1) if up else min(count, at + 1)
                _change(
                    file,
                    partial(commands.move_slide, position=at, up=up, version=seen),
                    refilled={"slide_at": to},
                )
        if st.button("放映" if row.hidden else "隐藏", key="slide_hide", shortcut="Alt+H"):
            hidden = not row.hidden
            _change(file, partial(commands.hide_slide, position=at, hidden=hidden, version=seen))
        if not isinstance(row.kind, PanelKind) and st.button("移除", key="slide_remove"):
            _change(
                file,
                partial(commands.remove_slide, position=at, version=seen),
                refilled={"slide_at": max(1, at - 1)},
            )


def _adding(file: MeetingFile, after: int | None, window: str) -> None:
    record = f"{_listed(file)}-adding"
    version = forms.pinned_version(record, file.version, field="slide_kind")
    kind = st.segmented_control(
        "内容",
        list(BY_HAND),
        default=Inserted.HOTSPOT,
        required=True,
        format_func=lambda each: each.label,
        key="slide_kind",
    )
    hotspot_id, evaluation, title, text = None, "", "", ""
    with st.form("slide_add", border=False):
        if kind is Inserted.HOTSPOT:
            with store.reading() as session:
                offered = {each.id: each.name for each in hotspots.names(session)}
            hotspot_id = forms.choose("热点", offered, key="slide_hotspot", empty="请选择")
        elif kind is Inserted.EVALUATION:
            evaluation = st.text_input("评价编号", key="slide_evaluation", max_chars=32) or ""
        elif kind is Inserted.TEXT:
            title, text = _words()
        else:
            st.caption(
                "放映已公示的接访安排，从当天起一个月。"
                if kind is Inserted.ROSTER
                else "放映各乡镇未化解的矛盾纠纷。"
            )
        saved = st.form_submit_button("插入到选中页之后", type="primary", key="slide_save")
    if saved:
        forms.save(
            lambda session: commands.add_slide(
                session,
                file.id,
                kind,
                hotspot_id=hotspot_id,
                evaluation=evaluation,
                title=title,
                text=text,
                after=after,
                version=version,
            ),
            record=record,
            refilled={window: False, "slide_at": (after or 0) + 1, "slide_text": ""},
            message="已插入",
        )


def _words(*, titled: bool = True) -> tuple[str, str]:
    title = ""
    if titled:
        title = st.text_input("标题（一句话）", key="slide_title", max_chars=60) or ""
    text = st.text_area(
        "内容，每行一条",
        key="slide_text",
        height=240,
        help="不要写信访人的姓名、电话和住址；身份证号、手机号、银行卡号放映时自动隐去。",
    )
    return title, text or ""


def _wording(file: MeetingFile, row: Standing, window: str) -> None:
    titled = row.kind is Inserted.TEXT
    record = f"slide-{file.id}-{row.position}"
    values = {"slide_text": row.text, **({"slide_title": row.title} if titled else {})}
    version = forms.filled(record, file.version, values)
    if not titled:
        st.caption("会议议定的事项自动列在前面，这里的各条接在后面。")
    with st.form("slide_words", border=False):
        title, text = _words(titled=titled)
        saved = st.form_submit_button("保存", type="primary", key="slide_words_save")
    if saved:
        forms.save(
            lambda session: commands.change_slide(
                session, file.id, row.position, title=title, text=text, version=version
            ),
            record=record,
            refilled={window: False},
        )


def _room(file: MeetingFile, shown: Shown, taken: list[SnapshotRow]) -> None:
    """Draw what of the meeting is up in the room, and what puts it up or takes it down."""
    st.subheader("会场")
    if shown.is_up:
        assert shown.put_at is not None
        st.caption(
            f"已投到会场：{f'快照 {shown.snapshot}' if shown.snapshot else _LIVE}，"
            f"{forms.plain(shown.put_by)} {store.local(shown.put_at):%m-%d %H:%M}"
        )
    else:
        st.caption("还没有投到会场。投出以后，“投屏”账号才能看到这次会议。")
    choices = ["", *(row.number for row in taken)]
    latest = shown.snapshot if shown.is_up else shown.latest
    record = _projected(file)
    version = forms.filled(record, shown.version, {"room_snapshot": latest})
    chosen = st.selectbox(
        "放映的数据",
        choices,
        format_func=lambda number: f"快照 {number}" if number else _LIVE,
        key="room_snapshot",
    )
    with st.container(horizontal=True):
        if st.button("投到会场", type="primary", key="room_put_up"):
            forms.save(
                lambda session: commands.put_up(
                    session, file.id, snapshot=chosen or "", version=version, now=store.now()
                ),
                record=record,
                message="已投到会场",
            )
        if shown.is_up and st.button("撤下", key="room_take_down"):
            forms.save(
                lambda session: commands.take_down(session, file.id, version=version),
                record=record,
                message="已撤下",
            )


def _projected(file: MeetingFile) -> str:
    return f"projection-{file.id}"


def _snapshots(file: MeetingFile, taken: list[SnapshotRow]) -> None:
    st.subheader("形势快照")
    for row in taken:
        st.text(
            f"{row.number}　{row.first_on} 至 {row.last_on}　"
            f"{store.local(row.at):%m-%d %H:%M} {row.created_by}"
        )
    if not taken:
        st.caption("还没有快照。快照把某一刻的数据固定下来，会上放映、材料和报告用同一份。")
    span = st.selectbox(
        "期间", list(Span), format_func=lambda each: each.label, key="snapshot_span"
    )
    first: date | None = None
    last: date | None = None
    if span is Span.CUSTOM:
        left, right = st.columns(2)
        with left:
            first = forms.date_input("开始日期", key="snapshot_first")
        with right:
            last = forms.date_input("结束日期", key="snapshot_last")
    if st.button("生成快照", key="snapshot_take"):
        today = store.today()
        forms.save(
            lambda session: take_snapshot(
                session,
                Asked(span_days(span or Span.YEAR, today=today, first=first, last=last)),
                meeting_id=file.id,
                today=today,
                now=store.now(),
                clock=store.clock(),
            ),
            record=_projected(file),
            message=lambda number: f"已生成快照 {number}",
        )
