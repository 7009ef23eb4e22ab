"""Taking the filtered list along: what is asked, what is swept, and the entry it leaves."""

from collections.abc import Sequence

import streamlit as st

from db import audit
from db.queries import cases
from db.queries.case_filters import CaseFilter
from db.queries.cases import ExportRow
from documents import case_sheet
from rules import cases as rules
from rules.errors import Invalid, Problem, RuleError
from rules.masking import redact, sweep
from rules.permissions import Action, Actor
from rules.terms import AuditAction
from ui import forms, store
from ui.options import options

LIMIT = 100_000
_READY = "_export"
_SEARCHED = "搜索"


def popover(wanted: CaseFilter, _total: int, actor: Actor) -> None:
    """Draw the export: choose, make, read the warning, download; each making is an entry.

    The list's own total stops at a cap, and counts what is not exported: it is counted anew.
    """
    popover = st.popover("导出", icon=":material/download:", key="export_menu", on_change="rerun")
    if not popover.open:
        return
    count = store.kept(
        "export_count", wanted, lambda s: cases.export_count(s, wanted, limit=LIMIT + 1)
    )
    with popover:
        shown = f"{count} 件" if count <= LIMIT else f"至少 {LIMIT} 件（一次最多导出这么多）"
        st.caption(
            f"导出当前筛选的 {shown}，列与屏幕一致。姓名电话和检举控告件不导出，"
            "正文中的号码自动打码。"
        )
        content = st.checkbox("包括“反映内容”", key="export_content")
        people, reason = False, ""
        if actor.may(Action.EXPORT_RESTRICTED):
            people = st.checkbox("包括信访人姓名、电话（记入审计）", key="export_people")
            if people:
                reason = st.text_input("导出身份信息的理由", key="export_reason") or ""
        if st.button("生成文件", key="export_make", type="primary"):
            _make(wanted, content=content, people=people, reason=reason)
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            for line in ready["warnings"]:
                st.warning(line)
            st.download_button(
                f"下载 {ready['name']}",
                ready["file"],
                file_name=ready["name"],
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                key="export_download",
                on_click="ignore",
            )


def _make(wanted: CaseFilter, *, content: bool, people: bool, reason: str) -> None:
    """Write the workbook and only then the entry: what failed has not been exported."""
    try:
        with st.spinner("正在生成…"):
            if people and len(reason.strip()) < 2:
                raise Invalid([Problem("export_reason", "请填写导出身份信息的理由")])
            with store.reading() as session:
                rows = cases.export_rows(session, wanted, with_people=people, limit=LIMIT + 1)
                left_out = _left_out(cases.withheld(session, wanted))
                actor = session.info["actor"]
            if len(rows) > LIMIT:
                message = f"超过 {LIMIT} 件，请用时间或单位缩小范围后分次导出"
                raise Invalid([Problem("export", message)])
            filters, moment = described(wanted), store.local(store.now())
            about = case_sheet.About(
                title="案件登记簿",
                as_of=f"{moment:%Y-%m-%d %H:%M}",
                exported_by=actor.name,
                filters=filters,
                rows=len(rows),
                masking=f"含姓名电话（理由：{reason.strip()}）"
                if people
                else "不含姓名电话，正文号码已打码",
                left_out=left_out,
            )
            lines = [_sheet_row(row, content=content, people=people) for row in rows]
            file = case_sheet.write(lines, about)
            with store.writing() as session:
                audit.record(
                    session,
                    AuditAction.EXPORT,
                    "cases",
                    rows=len(rows),
                    filters=noted(filters, wanted.term),
                    people=people,
                    content=content,
                    reason=reason.strip(),
                )
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state[_READY] = {
        "wanted": wanted,
        "name": f"案件登记簿_{moment:%Y%m%d_%H%M}.xlsx",
        "file": file,
        "warnings": [*filter(None, [left_out]), *_warnings(rows, content=content)],
    }


def _left_out(accusations: int) -> str:
    """Say that accusations are kept from every list that leaves the office (条例 §30)."""
    if not accusations:
        return ""
    return f"检举控告 {accusations} 件不在文件中（《信访工作条例》第三十条），请在系统内查看"


def _sheet_row(found: ExportRow, *, content: bool, people: bool) -> case_sheet.Row:
    row = found.row
    line: case_sheet.Row = {
        "案件编号": row.number,
        "版本": found.version,
        "标题": redact(row.title),
        "当前状态": row.state.label,
        "收到日期": rules.shown_date(row.received_on, row.received_precision),
        "信访形式": row.channel.label,
        "信访目的": found.purpose.label if found.purpose else "",
        "内容分类": row.code,
        "属地": row.township,
        "责任单位": row.unit,
        "包案领导": row.lead,
        "人数": f"约{row.people}" if row.people_approx else row.people,
        "初次/重复": row.repeat.label,
        "标记": "、".join(flag.label for flag in row.flags),
    }
    if people:
        line["信访人"] = found.people
    if content:
        line["反映内容"] = redact(found.content)
    return line


def _warnings(rows: Sequence[ExportRow], *, content: bool) -> list[str]:
    masked = [
        found.row.number
        for found in rows
        if sweep(found.row.title) or (content and sweep(found.content))
    ]
    if not masked:
        return []
    shown = "、".join(masked[:5]) + ("等" if len(masked) > 5 else "")
    return [f"有 {len(masked)} 件的文字里含身份证号、手机号或银行卡号，文件中已打码：{shown}"]


def noted(filters: Sequence[str], term: str) -> list[str]:
    """Put the filters as the audit keeps them: what was searched for may name somebody."""
    searched = f"{_SEARCHED}：{len(term.split())} 个词（内容不记入审计）"
    return [searched if line.startswith(f"{_SEARCHED}：") else line for line in filters]


def described(wanted: CaseFilter) -> list[str]:
    """Say a filter in words, a line for each condition; a person's name is not repeated."""
    names = options()
    lines = []
    if wanted.first or wanted.last:
        lines.append(f"{wanted.base.label}：{wanted.first or '…'} 至 {wanted.last or '…'}（含）")
    for label, value in (
        ("责任单位", names.unit_names.get(wanted.unit_id or 0)),
        ("属地", names.unit_names.get(wanted.township_id or 0)),
        ("内容分类", names.code_names.get(wanted.code_id or 0)),
        ("包案领导", names.leader_names.get(wanted.lead_id or 0)),
        ("状态", "、".join(state.label for state in wanted.states)),
        ("信访形式", "、".join(channel.label for channel in wanted.channels)),
        ("标记", "、".join(flag.label for flag in wanted.flags)),
        ("初次/重复", wanted.repeat.label if wanted.repeat else ""),
        (_SEARCHED, wanted.term.strip()),
        ("信访人", "按姓名查找" if wanted.person else ""),
        ("疑似重复", "是" if wanted.suspected else ""),
    ):
        if value:
            lines.append(f"{label}：{value}")
    return lines
