"""议定事项 on the screen: the list with its filter in the address, its export, whom to remind."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db.commands import meeting_decisions as commands
from db.queries import meeting_decisions as queries
from db.queries.meeting_decisions import DecisionFilter, DecisionListing, DecisionRow
from documents import case_sheet
from rules.errors import Invalid, Problem, RuleError
from rules.masking import redact
from rules.meetings import DecisionState, MeetingKind
from rules.permissions import Action, Actor
from ui import case_filter, export_file, forms, store, tables
from ui.options import options

PAGE = "pages/review/decisions.py"
_OPEN = "_open_decision"
_READY = "_decisions_export"
_LIMIT = 20_000


def draw(actor: Actor, *, today: date) -> None:
    """Draw the filter, the counts, the list and its export."""
    wanted = _bar()
    page = _asked_page(wanted)
    found = store.kept(
        "decisions",
        (wanted, page, today),
        lambda session: queries.listing(session, wanted, page=page, today=today),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        parts = [f"{state.label} {count}" for state, count in found.by_state.items()]
        st.markdown(" · ".join([f"共 **{found.total}** 项", *parts]), width="stretch")
        if found.rows and actor.may(Action.EXPORT):
            _export(wanted, actor, today=today)
        _pages(found)
    if found.rows:
        table(found.rows, key="decision_rows")
    elif wanted == DecisionFilter():
        st.info("还没有议定事项。开会时在会议页面上记下的议定事项列在这里。")
    else:
        st.info("没有符合条件的议定事项。可以去掉一两个筛选条件。")


def _bar() -> DecisionFilter:
    first, second, third, fourth, fifth = st.columns([3, 1.4, 2, 1.6, 1.4])
    term = first.text_input(
        "搜索内容、单位", type="search", key="decision_term", persist_state="session"
    )
    state = second.selectbox(
        "状态",
        list(DecisionState),
        index=None,
        format_func=lambda each: each.label if each else "不限",
        key="decision_state",
        bind="query-params",
        placeholder="不限",
    )
    offered = options()
    unit_id = case_filter.choice(
        third, "责任单位", offered.units, offered.unit_names, key="decision_unit"
    )
    kind = fourth.selectbox(
        "会议类型",
        list(MeetingKind),
        index=None,
        format_func=lambda each: each.label if each else "不限",
        key="decision_kind",
        bind="query-params",
        placeholder="不限",
    )
    waiting = fifth.checkbox("只看待认可", key="decision_waiting", bind="query-params")
    return DecisionFilter(
        state=state, unit_id=unit_id, kind=kind, waiting=waiting, term=(term or "").strip()
    )


def _asked_page(wanted: DecisionFilter) -> int:
    if st.session_state.get("_decisions_listed", wanted) != wanted and "page" in st.session_state:
        st.session_state["page"] = 1
    st.session_state["_decisions_listed"] = wanted
    asked = str(st.session_state.get("page", st.query_params.get("page", "")))
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _pages(found: DecisionListing) -> None:
    if found.pages > 1:
        if st.session_state.get("page", found.page) != found.page:
            st.session_state["page"] = found.page
        st.pagination(found.pages, key="page", bind="query-params", max_visible_pages=3, width=260)


def table(rows: Sequence[DecisionRow], *, key: str) -> None:
    """Draw decisions, each opened by a click on its number."""
    columns = {
        "议定事项": [row.text for row in rows],
        "责任单位": [row.unit for row in rows],
        "时限": [f"{row.due_on}" for row in rows],
        "状态": [row.standing for row in rows],
        "会议": [row.meeting_title for row in rows],
        "议题": [row.item for row in rows],
    }
    widths = {"议定事项": 330, "责任单位": 150, "时限": 92, "状态": 150, "会议": 200, "议题": 200}
    tables.opening_table(
        [f"第 {row.id} 号" for row in rows],
        columns,
        widths,
        on_open=_ask,
        key=key,
        alt="议定事项列表",
        opens=[str(row.id) for row in rows],
    )


def _ask(decision_id: str) -> None:
    st.session_state[_OPEN] = decision_id


def go() -> None:
    """Go to the decision a click asked for."""
    if decision_id := st.session_state.pop(_OPEN, None):
        st.switch_page(PAGE, query_params={"decision": decision_id})


def _export(wanted: DecisionFilter, actor: Actor, *, today: date) -> None:
    menu = st.popover("导出", icon=":material/download:", key="decision_export", on_change="rerun")
    if not menu.open:
        return
    with menu:
        st.caption("导出当前筛选的议定事项，内容里的号码自动打码。")
        if st.button("生成文件", key="decision_export_make", type="primary"):
            _make(wanted, actor, today=today)
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            export_file.download(ready, key="decision_export_take")


def _make(wanted: DecisionFilter, actor: Actor, *, today: date) -> None:
    """Write the workbook and only then the entry: what failed has not been exported."""
    try:
        with store.reading() as session:
            rows = queries.export_rows(session, wanted, today=today, limit=_LIMIT + 1)
        if len(rows) > _LIMIT:
            raise Invalid([Problem("export", f"超过 {_LIMIT} 项，请缩小范围后分次导出")])
        filters = _described(wanted)
        moment = store.local(store.now())
        about = case_sheet.About(
            title="议定事项清单",
            as_of=f"{moment:%Y-%m-%d %H:%M}",
            exported_by=actor.name,
            filters=filters,
            rows=len(rows),
            masking="不含信访人信息，内容中的号码已打码",
            sheet="议定事项",
            counted="项数",
        )
        file = case_sheet.write([_line(place, row) for place, row in enumerate(rows, 1)], about)
        noted = [line for line in filters if not line.startswith("搜索")]
        with store.writing() as session:
            commands.note_export(session, rows=len(rows), filters=noted)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    name = f"议定事项_{moment:%Y%m%d_%H%M}.xlsx"
    st.session_state[_READY] = {"wanted": wanted, "name": name, "file": file, "warnings": ()}


def _line(place: int, row: DecisionRow) -> case_sheet.Row:
    return {
        "序号": place,
        "会议": row.meeting_title,
        "会议日期": f"{row.held_on}",
        "议题": redact(row.item),
        "责任单位": row.unit,
        "议定事项": redact(row.text),
        "时限": f"{row.due_on}",
        "完成日期": f"{row.done_on or ''}",
        "状态": row.standing,
    }


def _described(wanted: DecisionFilter) -> list[str]:
    told = (
        ("状态", wanted.state.label if wanted.state else ""),
        ("责任单位", options().unit_names.get(wanted.unit_id or 0, "")),
        ("会议类型", wanted.kind.label if wanted.kind else ""),
        ("待认可", "是" if wanted.waiting else ""),
        ("搜索", wanted.term),
    )
    return [f"{label}：{value}" for label, value in told if value]


def remind(*, today: date) -> None:
    """Draw whom to remind, unit by unit, each ready to copy with one click."""
    with store.reading() as session:
        found = queries.to_remind(session, today=today)
    st.caption("超期的和快到期的、还没有报告的议定事项。点右上角复制，粘贴到工作群或通知里。")
    if not found:
        st.success("没有需要提醒的单位。")
    for unit, rows in found.items():
        lines = [
            f"{place}．{row.text}（{row.meeting_title}议定，{row.due_on} 前完成，{row.standing}）"
            for place, row in enumerate(rows, start=1)
        ]
        said = f"{unit}：以下议定事项请抓紧落实，并在工作台报告结果、上传证明材料。"
        st.code("\n".join([said, *lines]), language=None, wrap_lines=True)


def due(actor: Actor) -> None:
    """Tell on the home page what is due of the actor's decisions; nothing where nothing is."""
    if not actor.may(Action.SEE_MEETINGS):
        return
    today = store.today()
    found = store.kept("decisions_due", today, lambda session: queries.due(session, today=today))
    told = (
        (found.overdue, "超期 {} 项", {"decision_state": DecisionState.OVERDUE.label}),
        (found.soon, f"{found.days} 日内到期 {{}} 项", {"decision_state": "进行"}),
        (found.waiting, "待认可 {} 项", {"decision_waiting": "true"}),
    )
    shown = [each for each in told if each[0]]
    if not shown:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown("**议定事项**：", width="content")
        for count, label, query in shown:
            st.page_link(PAGE, label=label.format(count), query_params=query, width="content")
