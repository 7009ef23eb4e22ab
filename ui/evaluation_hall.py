"""The notices of evaluations on the hall's screen: what is published and still to come, large."""

from datetime import date
from html import escape

import streamlit as st

from db.queries import evaluations as queries
from db.queries.evaluations import NoticeRow
from rules.roster_notices import chinese_date
from ui import store

_SECONDS = 60
_COLUMNS = ("日期", "时间", "地点", "评价事项", "被评价单位")
_ROWS = 6


def draw() -> None:
    """Draw the notices in force of today and later, anew each minute."""
    st.fragment(_drawn, run_every=_SECONDS)()


def _drawn() -> None:
    today = store.today()
    found = store.kept(
        "evaluation_hall", today, lambda session: queries.published(session, since=today)
    )
    if not found:
        st.title("第三方评价会公示")
        st.info("还没有公示的评价会。")
        return
    pages = -(-len(found) // _ROWS)
    turn = store.now().minute % pages
    _page(found[turn * _ROWS : (turn + 1) * _ROWS], today)


def _page(shown: list[NoticeRow], today: date) -> None:
    first = shown[0].notice
    st.html(f'<h1 class="hall-title">{escape(first.title)}</h1>')
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(_row(row, today) for row in shown)
    st.html(
        f'<table class="hall-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )
    phone = f"监督电话：{first.phone}　" if first.phone else ""
    st.html(
        f'<p class="hall-foot">欢迎社会各界监督。{escape(phone)}{escape(first.signed)}　'
        f"{chinese_date(shown[0].published_on)}公示　"
        '<a class="house-link" href="/" target="_self">返回首页</a></p>'
    )


def _row(row: NoticeRow, today: date) -> str:
    cells = (
        chinese_date(row.held_on),
        row.notice.held_time,
        row.notice.place,
        row.notice.matter,
        row.notice.judged,
    )
    told = "".join(
        f'<td class="{"hall-short" if place < 2 else ""}">{escape(cell)}</td>'
        for place, cell in enumerate(cells)
    )
    return f'<tr class="{"hall-now" if row.held_on == today else ""}">{told}</tr>'
