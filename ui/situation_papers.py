"""形势材料 on the screen: a snapshot chosen or taken, and its deck, report and annex made from it."""

from datetime import date
from typing import Any

import streamlit as st

import settings
from db.commands import situation_papers as commands
from db.commands.snapshots import take_snapshot
from db.queries import situation_rows, slides, snapshots, templates
from db.queries.situation_rows import Rows
from db.queries.situation_scope import Asked
from db.queries.snapshots import SnapshotRow
from documents import situation_annex, situation_deck, situation_report, slide_master
from rules.errors import RuleError
from rules.panel_terms import Material
from rules.periods import Days, read_days
from rules.permissions import Action, Actor
from rules.roster_notices import chinese_date
from rules.situation_papers import Paper, changed_since
from rules.situation_sums import sum_problems
from rules.slides import Span, span_days
from ui import forms, store
from ui import templates as office_templates

_READY = "_papers_ready"
_COUNTY = "全县"
_ABOUT = {
    Paper.DECK: "每个专题一页，图和表都能在 PowerPoint、WPS 里直接改；口径写在备注里。",
    Paper.REPORT: "五个部分的文字、图、表和指标附件；成因和走势留出位置，由联席办补写。",
    Paper.ANNEX: "全部指标的分子、分母、同比、环比和口径，分类、属地、单位、月份，以及主要指标的案件。",
}


def chosen(actor: Actor, *, today: date) -> SnapshotRow | None:
    """Draw which snapshot papers are made of, and the way to take one; None where there is none."""
    with store.reading() as session:
        found = snapshots.listing(session)
    rows = {row.number: row for row in found}
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with right:
        if actor.may(Action.MANAGE_MEETINGS):
            _taking(today)
    if not rows:
        left.info(
            "还没有形势快照。点“取快照”，把现在的数据留存下来，材料都从快照里出。"
            if actor.may(Action.MANAGE_MEETINGS)
            else "还没有形势快照，请联席办先取一个。"
        )
        return None
    number = left.selectbox(
        "形势快照",
        list(rows),
        format_func=lambda each: _label(rows[each]) if each in rows else each,
        key="papers_snapshot",
        bind="query-params",
    )
    return rows.get(number or "")


def _label(row: SnapshotRow) -> str:
    told = f"{row.number}　{row.first_on} 至 {row.last_on}　{row.place}"
    meeting = f"　会议 {row.meeting}" if row.meeting else ""
    return f"{told}　数据截至 {store.local(row.at):%Y-%m-%d %H:%M}{meeting}　{row.created_by}"


def _taking(today: date) -> None:
    days = span_days(Span.YEAR, today=today)
    with st.popover("取快照", icon=":material/photo_camera:", key="papers_taking"):
        with st.form("papers_take_form", border=False):
            text = st.text_input(
                "统计期间",
                f"{days.first}..{days.last}",
                key="papers_period",
                help="可写 2026、2026-06、2026Q2、2026H1 或 2026-01-01..2026-06-30",
            )
            asked = st.form_submit_button("取快照", type="primary", key="papers_take")
        if asked:
            _take(text, today=today)


def _take(text: str, *, today: date) -> None:
    try:
        days = read_days(text)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return

    def told(number: str) -> str:
        forms.refill({"papers_snapshot": number})
        return f"已取快照 {number}"

    given: dict[str, Any] = {"today": today, "now": store.now(), "clock": store.clock()}
    with st.spinner("正在汇总…"):
        forms.save(lambda session: take_snapshot(session, Asked(days), **given), message=told)


def draw(row: SnapshotRow, actor: Actor, *, today: date) -> None:
    """Draw a box for each paper: made on a click, then taken; none of parts that do not add up."""
    if problems := sum_problems(material(row.number)):
        told = "\n".join(f"- {forms.plain(each.message)}" for each in problems)
        st.error(f"这份快照的分项与总数不一致，不出材料。请重新取快照：\n\n{told}")
        return
    for column, paper in zip(st.columns(len(Paper)), Paper, strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{paper.label}**（.{paper.value}）")
            st.caption(_ABOUT[paper])
            if st.button(
                "生成", key=f"papers_make-{paper.value}", type="primary", icon=":material/build:"
            ):
                _make(row, paper, actor, today=today)
            ready = st.session_state.get(_READY, {}).get(paper)
            if ready and ready["number"] == row.number:
                st.download_button(
                    f"下载 {ready['name']}",
                    ready["file"],
                    file_name=ready["name"],
                    mime=paper.media,
                    key=f"papers_take-{paper.value}",
                    on_click="ignore",
                )


def template_boxes() -> None:
    """Draw the report's template and the deck's master, to be replaced by the office's own."""
    office_templates.draw(office_templates.PAPERS)


def material(number: str) -> Material:
    """Read what a snapshot keeps, once for as long as the page stays with it."""
    return store.kept(
        "papers_material", number, lambda session: snapshots.snapshot(session, number)
    )


def _make(row: SnapshotRow, paper: Paper, actor: Actor, *, today: date) -> None:
    """Make the file and only then the entry: what failed has not been taken along."""
    try:
        with st.spinner("正在生成…"):
            file, rows = _file(row, material(row.number), paper, actor, today=today)
            with store.writing() as session:
                commands.note_export(session, row.number, paper, rows=rows)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    name = f"{paper.label}_{row.number}.{paper.value}"
    ready = {"number": row.number, "name": name, "file": file}
    st.session_state[_READY] = {**st.session_state.get(_READY, {}), paper: ready}


def _file(
    row: SnapshotRow, read: Material, paper: Paper, actor: Actor, *, today: date
) -> tuple[bytes, int]:
    office, clock, now = settings.current().office_name, store.clock(), store.now()
    match paper:
        case Paper.DECK:
            with store.reading() as session:
                master = templates.content(session, slide_master.NAME)
                # A meeting's deck is what it projects: in its order, without what it hides.
                meeting = slides.shown(session, row.meeting).meeting_id if row.meeting else None
                told = slides.composed(session, meeting, read, today=today, now=now)
            about = situation_deck.About(office, actor.name, now, clock)
            return situation_deck.deck(told, read, about, master=master), 0
        case Paper.REPORT:
            with store.reading() as session:
                template = templates.content(session, situation_report.TEMPLATE)
            by = situation_report.About(office, chinese_date(today), actor.name, now, clock)
            return situation_report.write(read, by, template=template), 0
    rows, lines = _rows(read, today=today)
    as_of = f"{store.local(read.at):%Y-%m-%d %H:%M}"
    annex = situation_annex.About(as_of, actor.name, lines)
    found = rows.rows if rows else ()
    return situation_annex.write(read, found, annex), len(found)


def _rows(read: Material, *, today: date) -> tuple[Rows | None, list[str]]:
    """Read the cases behind the main figures, and say what of them a reader must know."""
    if read.place != _COUNTY:
        return None, [f"明细：快照的范围是{read.place}，没有附案件，可在案件登记簿按单位导出"]
    days = Days(read.days.first, read.days.last, read.days.kind)
    with store.reading() as session:
        rows = situation_rows.rows_behind(
            session, Asked(days), today=today, now=store.now(), clock=store.clock()
        )
    lines = ["明细：只列您能查看的案件，没有姓名和反映内容，同一案件可列在几个指标下"]
    if changed := changed_since(read, rows.readings):
        lines.append(f"明细：是导出时的情况，快照以后有变化的指标：{'、'.join(changed)}")
    lines += [
        f"明细：{name}另有 {count} 件没有列出，可在案件登记簿导出" for name, count in rows.left_out
    ]
    return rows, lines
