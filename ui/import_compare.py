"""A row of a ledger beside what it resembles, before it is imported; nothing is decided here."""

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import comparison
from db.queries.comparison import Unfiled
from db.queries.import_matching import PlannedRow
from db.queries.imports import Plan
from db.queries.resemblance import reference
from rules.duplicates import Proposal, Shared
from rules.errors import Missing
from rules.masking import redact
from ui import case_import_tables, evaluation_banner, forms, pair_table, store
from ui.pair_table import Side


def draw(plan: Plan, *, limit: int) -> None:
    """Ask which of the first suspected rows to look at, and draw it beside what it resembles."""
    rows = {row.number: row for row in case_import_tables.suspected(plan)[:limit]}
    number = st.selectbox(
        "并排对照",
        list(rows),
        index=None,
        format_func=lambda each: _named(rows.get(each), each),
        key="preview_pair",
        placeholder="选一行，看它和相似的那一件哪些相同、哪些不同",
        width=480,
    )
    if number not in rows:
        return
    row, today = rows[number], store.today()
    other = next((each for each in plan.rows if -each.number == row.suspect_of), None)

    def read(session: Session) -> tuple[Side, Shared, Proposal]:
        matter = _matter(row)
        if other is not None:
            found = comparison.between(session, matter, _matter(other), today=today)
            return _side(other), *found
        there = reference(session, row.suspect_of)
        if there is None:
            raise Missing("相似的那一件已不在，或不在您的查看范围内，请刷新预览")
        file, shared, proposal = comparison.against(session, there.number, matter, today=today)
        return pair_table.filed(file), shared, proposal

    try:
        shown, shared, proposal = store.kept("preview_pair", (row, other, today), read)
    except Missing as refusal:
        forms.show_refusal(refusal)
        return
    if row.suspect_of is not None:
        for verdict in evaluation_banner.among([row.suspect_of]).values():
            st.info(forms.plain(evaluation_banner.asked(verdict)))
    pair_table.judged(_side(row), shown, shared, proposal)


def _named(row: PlannedRow | None, number: int) -> str:
    return f"第 {number} 行 {redact(_text(row, 'title')[:40])}" if row else f"第 {number} 行"


def _text(row: PlannedRow, name: str) -> str:
    return str(row.values.get(name) or "")


def _matter(row: PlannedRow) -> Unfiled:
    """Return what a row that can be imported tells; it has a day and a channel."""
    title, content = _text(row, "title"), _text(row, "content")
    day, channel = row.values["received_on"], row.values["channel"]
    return Unfiled(title, content, row.people, day, channel)


def _side(row: PlannedRow) -> Side:
    return pair_table.unfiled(
        f"本表第 {row.number} 行", {**dict.fromkeys(pair_table.SHOWN), **row.values}
    )
