"""The published roster on the hall's screen: who receives now, and the days to come, large."""

from datetime import timedelta
from html import escape

import streamlit as st

from db.queries import publications
from db.queries.publications import Published
from rules.reception_terms import Level
from rules.roster_notices import COLUMNS, Line, chinese_date
from ui import store

_AHEAD = timedelta(days=31)
_ROWS = 9
_SECONDS = 60
# What stands on one line, so that a page of rows fits the screen.
_SHORT = frozenset({"日期", "星期", "接访时间", "接访形式"})


def draw() -> None:
    """Draw what is published for today and the days to come, anew each minute."""
    asked = st.query_params.get("publication", "")
    st.fragment(_drawn, run_every=_SECONDS)(
        int(asked) if asked.isdecimal() and len(asked) < 12 else None
    )


def _drawn(publication_id: int | None) -> None:
    today = store.today()
    published = store.kept(
        "hall",
        (today, publication_id),
        lambda session: (
            [publications.one(session, publication_id)]
            if publication_id is not None
            else publications.current(session, level=Level.COUNTY, first=today, last=today + _AHEAD)
        ),
    )
    found = [each for each in published if each is not None]
    if not found:
        st.title("领导接访安排")
        st.info("还没有公示的接访安排。")
        return
    lines = sorted(
        (line for each in found for line in each.lines if publication_id or line.on >= today),
        key=lambda line: line.on,
    )
    _page(found[0], lines)


def _page(published: Published, lines: list[Line]) -> None:
    notice = published.notice
    st.html(f'<h1 class="hall-title">{escape(notice.title)}</h1>')
    today = [line for line in lines if line.on == store.today()]
    if today:
        names = "、".join(f"{line.cells()['接访领导']}（{line.post}）" for line in today)
        place = "、".join(dict.fromkeys(filter(None, (line.place for line in today))))
        st.html(
            f'<p class="hall-today">今天接访：{escape(names)}　{escape(today[0].hours)}　{escape(place)}</p>'
        )
    pages = max(1, -(-len(lines) // _ROWS))
    size = -(-len(lines) // pages) or 1
    turn = store.now().minute % pages
    shown = lines[turn * size : (turn + 1) * size]
    st.html(_table(shown))
    foot = "　".join(f"{n}．{note}" for n, note in enumerate(notice.notes, start=1))
    phone = f"　咨询电话：{notice.phone}" if notice.phone else ""
    st.html(
        f'<p class="hall-foot">{escape(foot)}{escape(phone)}　'
        f"{escape(notice.signed)}　{chinese_date(notice.published_on)}公示　第 {turn + 1} 页 共 {pages} 页　"
        '<a class="house-link" href="/" target="_self">返回首页</a></p>'
    )


def _table(lines: list[Line]) -> str:
    columns = [name for name in COLUMNS if any(line.cells()[name] for line in lines)]
    head = "".join(f"<th>{name}</th>" for name in columns)
    rows = "".join(
        f'<tr class="{"hall-now" if line.on == store.today() else ""}">'
        + "".join(
            f'<td class="{"hall-short" if name in _SHORT else ""}">{escape(line.cells()[name])}</td>'
            for name in columns
        )
        + "</tr>"
        for line in lines
    )
    return f'<table class="hall-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
