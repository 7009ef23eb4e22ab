"""The stage: the deck of a meeting, or of the situation as it is, on a wall of 1920 by 1080.

Meeting, slide, light and mode stand in the address, so that a reload goes on where it was; between
two whole runs the tab's own state counts, since a look for news may bring an address that is older
than the last key. Keys press the buttons at the foot (assets/stage.js); one fragment draws it all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

import streamlit as st
from sqlalchemy.orm import Session

from db.engine import StoreAway
from db.queries import slides, snapshots
from db.queries.situation_material import material
from db.queries.situation_scope import Asked
from db.queries.slides import Shown
from rules.errors import Missing
from rules.panel_terms import Material, Panel
from rules.permissions import Action, Actor
from rules.slides import live_days
from ui import forms, stage_slide, store

# How often the stage looks for news: what a colleague has written is seen within 2 s.
_SECONDS = 1.5
_PACES = (10, 15, 20, 30, 60)
_PACE = 20
# What the address says for no meeting, where one would be shown by itself, and for live figures.
_COUNTY, _LIVE = "county", "live"
_STATE = "_stage_state"


@dataclass(frozen=True, slots=True)
class Deck:
    """What is projected: its slides, of which meeting, of which snapshot, where the figures end."""

    pages: tuple[Panel, ...]
    meeting: Shown | None
    up: tuple[Shown, ...]
    snapshot: str
    ends: datetime

    @property
    def other(self) -> str:
        """What the switch between snapshot and live leads to; empty where there is no snapshot."""
        if self.snapshot:
            return _LIVE
        return (self.meeting.snapshot or self.meeting.latest) if self.meeting else ""


def draw(actor: Actor) -> None:
    """Draw the stage, anew as long as it is looked at."""
    st.session_state[_STATE] = st.query_params.to_dict()
    st.fragment(_drawn, run_every=_SECONDS)(actor)


def _drawn(actor: Actor) -> None:
    away = ""
    try:
        deck = _read()
        st.session_state["_stage_last"] = (deck, store.now())
    except Missing as refusal:
        st.title("投屏")
        st.error(forms.plain(str(refusal)))
        st.page_link("pages/review/slides.py", label="投屏（不指定会议）")
        return
    except StoreAway:
        if "_stage_last" not in st.session_state:
            raise
        deck, seen = st.session_state["_stage_last"]
        away = f"数据库暂时连接不上，显示的是 {store.local(seen):%H:%M} 的内容，恢复后自动继续"
    count = len(deck.pages)
    at = _turned(count, away=bool(away))
    dark = _asked("dark") == "1"
    with st.container(key="stage"), st.container(key="stage_dark" if dark else "stage_light"):
        if deck.pages:
            place = deck.meeting.title if deck.meeting else "全县"
            stage_slide.draw(deck.pages[at - 1], place=place, dark=dark)
        else:
            st.html('<h1 class="stage-title">这次会议的各页都已隐藏</h1>')
        _told(away)
        with st.container(key="stage_foot", horizontal=True):
            _source(deck, at)
            _controls(deck, at, actor)


def _read() -> Deck:
    """Read what the address asks for; what has not changed is not read again."""
    today = store.today()
    meeting, mode = _asked("meeting"), _asked("mode")
    deck = store.kept(
        "stage",
        (meeting, mode, today),
        lambda session: _composed(session, meeting, mode, today),
    )
    # What has not changed by now is told as of now.
    return deck if deck.snapshot else replace(deck, ends=store.now())


def _composed(session: Session, meeting: str, mode: str, today: date) -> Deck:
    up = tuple(slides.put_up(session))
    meeting = meeting or (up[0].number if up else _COUNTY)
    shown = None if meeting == _COUNTY else slides.shown(session, meeting)
    key = shown.meeting_id if shown else None
    mode = mode or (shown.snapshot if shown else "")
    number, now = "" if mode == _LIVE else mode, store.now()
    if number:
        # What is up says which snapshots the room may see.
        seen = (number, tuple(each.number for each in up))
        told = store.settled("stage_snapshot", seen, partial(_snapshot, number=number))
    else:
        told = material(
            session,
            Asked(live_days(today)),
            meeting_id=key,
            today=today,
            now=now,
            clock=store.clock(),
        )
    pages = tuple(slides.deck(session, key, told, today=today, now=now))
    return Deck(pages, shown, up, number, told.at)


def _snapshot(session: Session, number: str) -> Material:
    return snapshots.snapshot(session, number)


def _turned(count: int, *, away: bool) -> int:
    """Return the slide of the address, a further one when its time is over."""
    asked = _asked("slide")
    at = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    at = min(max(at, 1), max(count, 1))
    if _asked("play") == "1" and not away and count > 1:
        since, which = st.session_state.get("_stage_turned", (0.0, 0))
        if which != at:
            st.session_state["_stage_turned"] = (store.now().timestamp(), at)
        elif store.now().timestamp() - since >= _pace():
            at = at % count + 1
            _go(at)
    return at


def _asked(name: str) -> str:
    return str(st.session_state[_STATE].get(name, ""))


def _pace() -> int:
    asked = _asked("seconds")
    return int(asked) if asked in map(str, _PACES) else _PACE


def _go(to: int) -> None:
    _set("slide", str(to))
    st.session_state["_stage_turned"] = (store.now().timestamp(), to)


def _told(away: str) -> None:
    """Say what is wrong over the slide that stays; the browser shows the second when it is alone."""
    beat = f"{store.now().timestamp():.3f}"
    seen = f'<p class="stage-away">{away}</p>' if away else ""
    st.html(
        f'{seen}<p class="stage-lost" data-beat="{beat}">'
        "与服务器的连接中断，显示的是中断前的内容，恢复后自动继续</p>"
    )


def _source(deck: Deck, at: int) -> None:
    live = not deck.snapshot or (deck.pages and deck.pages[at - 1].at is not None)
    source = "实时" if live else f"快照 {deck.snapshot}"
    ends = store.now() if live and deck.snapshot else deck.ends
    st.html(
        f'<p class="stage-source"><b>{source}</b>　数据截至 {store.local(ends):%Y-%m-%d %H:%M}　'
        f"第 {at} 页 共 {max(len(deck.pages), 1)} 页</p>"
    )


def _controls(deck: Deck, at: int, actor: Actor) -> None:
    count = max(len(deck.pages), 1)
    playing = _asked("play") == "1"
    pace = _pace()
    following = _PACES[(_PACES.index(pace) + 1) % len(_PACES)]
    _button("first", "首页", partial(_go, 1))
    _button("back", "上一页", partial(_go, max(at - 1, 1)))
    _button("on", "下一页", partial(_go, min(at + 1, count)))
    _button("last", "末页", partial(_go, count))
    _button("play", "暂停" if playing else "自动放映", partial(_play, not playing, at))
    if playing:
        _button("pace", f"每 {pace} 秒", partial(_set, "seconds", str(following)))
    if deck.other:
        label = "看实时" if deck.snapshot else "看快照"
        _button("mode", label, partial(_set, "mode", deck.other))
    others = [_COUNTY, *(each.number for each in deck.up)]
    now = deck.meeting.number if deck.meeting else _COUNTY
    to = others[(others.index(now) + 1) % len(others)] if now in others else _COUNTY
    if to != now:
        _button("meeting", "换会议", partial(_choose, to))
    dark = _asked("dark") == "1"
    _button("shade", "浅色" if dark else "深色", partial(_set, "dark", "" if dark else "1"))
    if st.button("退出", key="stage_leave", type="tertiary"):
        _leave(deck, actor)


def _button(name: str, label: str, on_click: Callable[[], None]) -> None:
    st.button(label, key=f"stage_{name}", type="tertiary", on_click=on_click)


def _play(playing: bool, at: int) -> None:
    _set("play", "1" if playing else "")
    st.session_state["_stage_turned"] = (store.now().timestamp(), at)


def _set(name: str, value: str) -> None:
    state = {**st.session_state[_STATE], name: value}
    state = st.session_state[_STATE] = {key: value for key, value in state.items() if value}
    st.query_params.from_dict(state)


def _choose(meeting: str) -> None:
    _set("meeting", meeting)
    _set("mode", "")
    _go(1)


def _leave(deck: Deck, actor: Actor) -> None:
    if deck.meeting is not None and actor.may(Action.SEE_MEETINGS):
        st.switch_page("pages/review/meeting.py", query_params={"meeting": deck.meeting.number})
    st.switch_page("pages/home/start.py")
