"""The filtered ledger of visits as a file (domain.md 4.3): masked, marked, without accusations."""

from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st
from sqlalchemy.orm import Session

from db import audit
from db.queries import visit_lists
from db.queries.visit_lists import ExportRow, VisitFilter
from db.scope import actor_of
from documents import case_sheet
from rules.errors import Invalid, Problem, RuleError
from rules.masking import redact
from rules.reception_terms import VisitOutcome
from rules.terms import AuditAction
from ui import export_file, forms, store
from ui.options import Options, options
from ui.visit_table import standing

LIMIT = 20_000
_READY = "_visit_export"


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """The workbook, and what is told of it on the screen and to the audit."""

    name: str
    file: bytes
    rows: int
    filters: tuple[str, ...]
    warnings: tuple[str, ...]


def popover(wanted: VisitFilter, count: int) -> None:
    """Draw the export: make, download; each making is an entry."""
    menu = st.popover("导出", icon=":material/download:", key="visit_export", on_change="rerun")
    if not menu.open:
        return
    with menu:
        st.caption(
            f"导出当前筛选的 {count} 批次为接访台账。姓名打码，正文中的号码自动打码，检举控告不导出。"
        )
        if st.button("生成文件", key="visit_export_make", type="primary"):
            _make(wanted)
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            export_file.download(ready, key="visit_export_take")


def _make(wanted: VisitFilter) -> None:
    """Write the workbook and only then the entry: what failed has not been exported."""
    try:
        with st.spinner("正在生成…"):
            with store.reading() as session:
                moment = store.local(store.now())
                made = make(session, wanted, options(), moment=moment, today=store.today())
            with store.writing() as session:
                audit.record(
                    session,
                    AuditAction.EXPORT,
                    "visits",
                    rows=made.rows,
                    filters=list(made.filters),
                    with_people=False,
                )
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state[_READY] = {
        "wanted": wanted,
        "name": made.name,
        "file": made.file,
        "warnings": made.warnings,
    }


def make(
    session: Session, wanted: VisitFilter, names: Options, *, moment: datetime, today: date
) -> LedgerFile:
    """Write what the filter leaves; raises Invalid beyond LIMIT. The caller notes it."""
    rows = visit_lists.export_rows(session, wanted, today=today, limit=LIMIT + 1)
    if len(rows) > LIMIT:
        message = f"超过 {LIMIT} 批次，请缩小时间范围后分次导出"
        raise Invalid([Problem("export", message)])
    accusations = visit_lists.withheld(session, wanted, today=today)
    left_out = f"检举控告 {accusations} 批次不在文件中（《信访工作条例》第三十条）"
    filters = tuple(described(wanted, names))
    about = case_sheet.About(
        title="领导接访台账",
        as_of=f"{moment:%Y-%m-%d %H:%M}",
        exported_by=actor_of(session).name,
        filters=filters,
        rows=len(rows),
        masking="姓名已打码，正文号码已打码，不含电话住址",
        left_out=left_out if accusations else "",
        sheet="接访台账",
        counted="批次",
    )
    lines = [_line(place, row) for place, row in enumerate(rows, start=1)]
    return LedgerFile(
        name=f"领导接访台账_{moment:%Y%m%d_%H%M}.xlsx",
        file=case_sheet.write(lines, about),
        rows=len(rows),
        filters=tuple(_noted(line) for line in filters),
        warnings=(left_out,) if accusations else (),
    )


def _line(place: int, found: ExportRow) -> case_sheet.Row:
    """Put a visit as a line of the ledger, in the columns of domain.md 4.3 and our number."""
    row, texts = found.row, found.texts
    problem = "\n".join(filter(None, [row.title, texts["content"]]))
    result = texts["result"] or standing(row)
    return {
        "序号": place,
        "编号": row.number,
        "接访日期": f"{row.received_on:%Y-%m-%d}",
        "接访领导": row.leader,
        "来访人": "、".join(person.name for person in found.people),
        "批次": 1,
        "人数": row.people,
        "反映主要问题及发生地": redact(problem),
        "产生原因": texts["cause"].label if texts["cause"] else "",
        "接待处理意见": redact(row.instruction),
        "处理方式": row.outcome.label if row.outcome else "",
        "责任单位": row.unit,
        "责任人": texts["handler"],
        "办结时限": f"{row.due_on:%Y-%m-%d}" if row.due_on else "",
        "办理结果": redact(result),
        "是否包案": "是" if row.outcome is VisitOutcome.LED or row.course.duty else "否",
        "满意度": texts["satisfaction"].label if texts["satisfaction"] else "",
        "回访": redact(texts["called_back"]),
        "备注": redact(texts["remark"]),
    }


def described(wanted: VisitFilter, names: Options) -> list[str]:
    """Say a filter in words, a line for each condition."""
    span = f"{wanted.first or '…'} 至 {wanted.last or '…'}（含）"
    told = (
        ("接访日期", span if wanted.first or wanted.last else ""),
        ("接访领导", names.leader_names.get(wanted.leader_id or 0)),
        ("领导层级", wanted.level.label if wanted.level else ""),
        ("承办单位", names.unit_names.get(wanted.unit_id or 0)),
        ("处理方式", wanted.outcome.label if wanted.outcome else ""),
        ("已到环节", wanted.stage.label if wanted.stage else ""),
        ("接访类型", wanted.kind.label if wanted.kind else ""),
        ("进展", wanted.wanted.label if wanted.wanted else ""),
        ("集体访", "是" if wanted.collective else ""),
        (_SEARCHED, wanted.term.strip()),
    )
    return [f"{label}：{value}" for label, value in told if value]


_SEARCHED = "搜索"


def _noted(line: str) -> str:
    """Put a condition as the audit keeps it: what was searched for may name somebody."""
    if not line.startswith(f"{_SEARCHED}："):
        return line
    return f"{_SEARCHED}：{len(line.split('：', 1)[1].split())} 个词（内容不记入审计）"
