"""The register of letters on the screen: narrowed by its address, counted, opened, taken along."""

import re
from collections.abc import Mapping
from datetime import date

import streamlit as st

from db.commands import letters as commands
from db.queries import letters as queries
from db.queries.letters import LetterFilter, LetterRow, Listing
from documents import case_sheet
from rules.errors import Invalid, Problem, RuleError
from rules.letters import COUNTED, LetterState, standing
from rules.masking import redact
from rules.permissions import Action, Actor
from ui import case_filter, export_file, forms, store, tables
from ui.options import options
from ui.tables import Number

_READY = "_letters_export"
_LIMIT = 100_000
_PAGE = re.compile("[0-9]{1,6}")
_YEARS = 8
_KEYS = ("letter_leader", "letter_unit", "letter_state", "letter_year")
OPEN = "_open_letter"


def draw(actor: Actor, *, today: date) -> None:
    """Draw the filter, the list and its counts."""
    leaders = store.kept("letter_leaders", None, queries.leader_names)
    counts = store.kept("letter_counts", None, queries.counts)
    years = sorted({year for each in counts.values() for year in each}, reverse=True)
    wanted = _bar(leaders, years)
    page = _asked_page(wanted)
    found = store.kept(
        "letters",
        (wanted, page, today),
        lambda session: queries.listing(session, wanted, page=page, today=today),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_counted(found), width="stretch")
        if found.rows and actor.may(Action.EXPORT):
            _export(wanted, actor, leaders)
        _pages(found)
    if found.rows:
        _table(found.rows, today=today)
    elif wanted == LetterFilter():
        st.info("还没有阅批来信。领导阅批的来信，点上面的“登记阅批来信”录入。")
    else:
        st.info("没有符合条件的阅批来信。可以清空搜索词，或去掉一两个筛选条件。")
    if counts:
        st.subheader("各位领导阅批件数")
        _by_leader(counts, leaders, years)


def _bar(leaders: Mapping[int, str], years: list[int]) -> LetterFilter:
    first, second, third, fourth, fifth = st.columns([3, 2, 2, 1.4, 1.2])
    term = first.text_input(
        "搜索标题、批示、编号",
        type="search",
        key="letter_term",
        placeholder="输入一个或几个词，用空格分开",
        persist_state="session",
    )
    leader_id = case_filter.choice(second, "阅批领导", [*leaders], leaders, key="letter_leader")
    offered = options()
    unit_id = case_filter.choice(
        third, "承办单位", offered.units, offered.unit_names, key="letter_unit"
    )
    state = fourth.selectbox(
        "反馈",
        list(LetterState),
        index=None,
        format_func=lambda term: term.label if term else "不限",
        key="letter_state",
        bind="query-params",
        placeholder="不限",
    )
    year = fifth.selectbox(
        "年份",
        years,
        index=None,
        format_func=lambda chosen: f"{chosen} 年",
        key="letter_year",
        bind="query-params",
        placeholder="不限",
    )
    return LetterFilter(
        first=date(year, 1, 1) if year else None,
        last=date(year, 12, 31) if year else None,
        leader_id=leader_id,
        unit_id=unit_id,
        state=state,
        term=term or "",
    )


def _asked_page(wanted: LetterFilter) -> int:
    if st.session_state.get("_letters_listed", wanted) != wanted and "page" in st.session_state:
        st.session_state["page"] = 1
    st.session_state["_letters_listed"] = wanted
    asked = str(st.session_state.get("page", st.query_params.get("page", "")))
    return int(asked) if _PAGE.fullmatch(asked) else 1


def _pages(found: Listing) -> None:
    if found.pages > 1:
        if st.session_state.get("page", found.page) != found.page:
            st.session_state["page"] = found.page
        st.pagination(found.pages, key="page", bind="query-params", max_visible_pages=3, width=260)


def _counted(found: Listing) -> str:
    parts = [f"{state.label} {number}" for state, number in found.by_state.items()]
    return " · ".join([f"共 **{found.total}** 件", *parts])


def _table(rows: tuple[LetterRow, ...], *, today: date) -> None:
    columns = {
        "批示日期": [f"{row.annotated_on}" for row in rows],
        "阅批领导": [row.leader for row in rows],
        "来信": [row.title for row in rows],
        "批示": [row.instruction.replace("\n", " ") for row in rows],
        "承办单位": [row.unit for row in rows],
        "反馈时限": [f"{row.due_on or ''}" for row in rows],
        "反馈": [standing(row.due_on, row.answered_on, today=today) for row in rows],
        "案件": [_case(row) for row in rows],
    }
    widths = {
        "批示日期": 84,
        "阅批领导": 72,
        "来信": 190,
        "批示": 160,
        "承办单位": 120,
        "反馈时限": 84,
        "反馈": 134,
        "案件": 150,
    }
    tables.opening_table(
        [row.number for row in rows],
        columns,
        widths,
        on_open=_open,
        key="letters",
        alt="阅批来信",
    )


def _case(row: LetterRow) -> str:
    if row.case_id is None:
        return ""
    state = f" {row.case_state.label}" if row.case_state else ""
    return f"{row.case_number}{state}" if row.case_number else "已关联"


def _open(number: str) -> None:
    st.session_state[OPEN] = number


def go_to_letter() -> None:
    """Go where a click on a number asked to: its own address."""
    if number := st.session_state.pop(OPEN, None):
        st.switch_page("pages/receptions/letters.py", query_params={"letter": number})


def _by_leader(
    counts: Mapping[int, Mapping[int, int]], leaders: Mapping[int, str], years: list[int]
) -> None:
    """Draw the numbers by leader and year; each is a button that narrows the list to its rows."""
    shown = years[:_YEARS]
    rows = [leader for leader in leaders if leader in counts]
    tables.number_table(
        "阅批领导",
        [leaders[leader] for leader in rows],
        {
            f"{year} 年": [
                Number(
                    f"{counts[leader].get(year, 0)}",
                    {"letter_leader": leader, "letter_year": year},
                )
                for leader in rows
            ]
            for year in shown
        },
        on_open=_narrow,
        key="letter_numbers",
        alt="各位领导各年阅批件数",
    )
    more = f"只列最近 {_YEARS} 年。" if len(years) > _YEARS else ""
    st.caption(f"{COUNTED}。点数字，上面就列出这些来信。{more}")


def _narrow(chosen: Mapping[str, object]) -> None:
    """Narrow the list to what a number counts: a callback, before the bar is drawn again."""
    for key in _KEYS:
        st.session_state[key] = chosen.get(key)
    st.session_state["letter_term"] = ""


def _export(wanted: LetterFilter, actor: Actor, leaders: Mapping[int, str]) -> None:
    popover = st.popover("导出", icon=":material/download:", key="letters_menu", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.caption("导出当前筛选的阅批来信，列与屏幕一致。检举控告件不导出，正文中的号码自动打码。")
        if st.button("生成文件", key="letters_make", type="primary"):
            try:
                st.session_state[_READY] = {"wanted": wanted, **_made(wanted, actor, leaders)}
            except RuleError as refusal:
                forms.show_refusal(refusal)
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            export_file.download(ready, key="letters_download")


def _made(wanted: LetterFilter, actor: Actor, leaders: Mapping[int, str]) -> dict[str, object]:
    moment, today = store.local(store.now()), store.today()
    with store.reading() as session:
        rows, kept_back = queries.export_rows(session, wanted, today=today, limit=_LIMIT + 1)
    if len(rows) > _LIMIT:
        raise Invalid([Problem("export", f"超过 {_LIMIT} 件，请加条件后分次导出")])
    left_out = (
        f"检举控告 {kept_back} 件不在文件中（《信访工作条例》第三十条），请在系统内查看"
        if kept_back
        else ""
    )
    filters = _said(wanted, leaders)
    content = case_sheet.write(
        [_line(row, today=today) for row in rows],
        case_sheet.About(
            title="阅批来信登记簿",
            as_of=f"{moment:%Y-%m-%d %H:%M}",
            exported_by=actor.name,
            filters=filters,
            rows=len(rows),
            masking="不含姓名电话，正文号码已打码",
            left_out=left_out,
            sheet="阅批来信",
        ),
    )
    noted = [
        f"搜索：{len(wanted.term.split())} 个词（内容不记入审计）"
        if line.startswith("搜索：")
        else line
        for line in filters
    ]
    with store.writing() as session:
        commands.note_export(session, rows=len(rows), filters=noted)
    return {
        "name": f"阅批来信_{moment:%Y%m%d_%H%M}.xlsx",
        "file": content,
        "warnings": [left_out] if left_out else [],
    }


def _line(row: LetterRow, *, today: date) -> case_sheet.Row:
    return {
        "来信编号": row.number,
        "来信日期": f"{row.received_on or ''}",
        "标题": redact(row.title),
        "阅批领导": row.leader,
        "批示日期": f"{row.annotated_on}",
        "批示内容": redact(row.instruction),
        "承办单位": row.unit,
        "反馈时限": f"{row.due_on or ''}",
        "反馈": standing(row.due_on, row.answered_on, today=today),
        "反馈日期": f"{row.answered_on or ''}",
        "反馈情况": redact(row.answer),
        "案件编号": row.case_number,
    }


def _said(wanted: LetterFilter, leaders: Mapping[int, str]) -> list[str]:
    units = options().unit_names
    told = (
        ("批示年份", f"{wanted.first.year} 年" if wanted.first else ""),
        ("阅批领导", leaders.get(wanted.leader_id or 0, "")),
        ("承办单位", units.get(wanted.unit_id or 0, "")),
        ("反馈", wanted.state.label if wanted.state else ""),
        ("搜索", wanted.term.strip()),
    )
    return [f"{name}：{value}" for name, value in told if value]
