"""The register taken along as a file, by a screen or by a command: its rows, its entry, its limits.

Streamlit has no part in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from db import audit
from db.commands import export_requests as commands
from db.queries import cases, export_requests
from db.queries.case_filters import CaseFilter
from db.queries.cases import ExportRow
from db.queries.export_requests import RequestRow
from db.scope import actor_of
from documents import case_sheet
from rules import cases as rules
from rules.errors import Invalid, Problem
from rules.masking import redact, sweep
from rules.terms import AuditAction

LIMIT = 100_000
_SEARCHED = "搜索"


class Names(Protocol):
    """What ids are called, to say a filter in words."""

    @property
    def unit_names(self) -> Mapping[int, str]:
        """The units by id."""

    @property
    def code_names(self) -> Mapping[int, str]:
        """The classes by id."""

    @property
    def leader_names(self) -> Mapping[int, str]:
        """The leaders by id."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for beside the filter; `granted` opens people in clear, once."""

    content: bool = False
    granted: RequestRow | None = None

    @classmethod
    def of(cls, granted: RequestRow) -> "Choice":
        """What another has approved, and nothing beside it."""
        return cls(granted.with_content, granted)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """The workbook, and what is told of it on the screen and to the audit."""

    name: str
    file: bytes
    rows: int
    filters: Sequence[str]
    warnings: Sequence[str]
    choice: Choice
    made_at: datetime


def make(
    session: Session, wanted: CaseFilter, choice: Choice, names: Names, *, moment: datetime
) -> RegisterFile:
    """Write what the filter leaves; `moment` is on the office's clock.

    What is granted is its own filter, whatever else is `wanted`. Raises Invalid beyond
    LIMIT. Nothing is handed out before `record` has noted it.
    """
    granted = choice.granted
    if granted:
        wanted = granted.wanted
        rows = export_requests.rows(session, granted.id, now=moment, limit=LIMIT + 1)
    else:
        rows = cases.export_rows(session, wanted, limit=LIMIT + 1)
    if len(rows) > LIMIT:
        message = f"超过 {LIMIT} 件，请用时间或单位缩小范围后分次导出"
        raise Invalid([Problem("export", message)])
    left_out = _left_out(cases.withheld(session, wanted))
    filters = described(wanted, names)
    about = case_sheet.About(
        title="案件登记簿",
        as_of=f"{moment:%Y-%m-%d %H:%M}",
        exported_by=actor_of(session).name,
        filters=filters,
        rows=len(rows),
        masking=f"含姓名电话（理由：{granted.reason}；审批人：{granted.decided_by}）"
        if granted
        else "不含姓名电话，正文号码已打码",
        left_out=left_out,
    )
    return RegisterFile(
        name=f"案件登记簿_{moment:%Y%m%d_%H%M}.xlsx",
        file=case_sheet.write([sheet_row(row, choice) for row in rows], about),
        rows=len(rows),
        filters=_noted(filters, wanted.term),
        warnings=[
            *filter(None, [left_out, _grown(granted, len(rows))]),
            *warnings(rows, content=choice.content),
        ],
        choice=choice,
        made_at=moment,
    )


def record(session: Session, made: RegisterFile) -> None:
    """Leave the entry of an export; of people in clear, it uses the approval up."""
    granted = made.choice.granted
    why: dict[str, Any] = {"reason": granted.reason, "request": granted.id} if granted else {}
    if granted:
        commands.use(session, granted.id, version=granted.version, now=made.made_at)
    audit.record(
        session,
        AuditAction.EXPORT,
        "cases",
        rows=made.rows,
        filters=list(made.filters),
        with_people=granted is not None,
        with_content=made.choice.content,
        **why,
    )


def sheet_row(found: ExportRow, choice: Choice) -> case_sheet.Row:
    """Put a case as a line of the sheet; a number in its words is masked."""
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
    if choice.granted:
        line["信访人"] = found.people
    if choice.content:
        line["反映内容"] = redact(found.content)
    return line


def _left_out(accusations: int) -> str:
    """Say that accusations are kept from every list that leaves the office (条例 §30)."""
    if not accusations:
        return ""
    return f"检举控告 {accusations} 件不在文件中（《信访工作条例》第三十条），请在系统内查看"


def _grown(granted: RequestRow | None, rows: int) -> str:
    """Say that the register has changed since the export was asked for."""
    if granted is None or granted.rows == rows:
        return ""
    return f"申请时 {granted.rows} 件，现在符合条件的 {rows} 件"


def warnings(rows: Sequence[ExportRow], *, content: bool) -> list[str]:
    """Say in how many cases numbers were masked, and in which."""
    masked = [
        found.row.number
        for found in rows
        if sweep(found.row.title) or (content and sweep(found.content))
    ]
    if not masked:
        return []
    shown = "、".join(masked[:5]) + ("等" if len(masked) > 5 else "")
    return [f"有 {len(masked)} 件的文字里含身份证号、手机号或银行卡号，文件中已打码：{shown}"]


def _noted(filters: Sequence[str], term: str) -> list[str]:
    """Put the filters as the audit keeps them: what was searched for may name somebody."""
    searched = f"{_SEARCHED}：{len(term.split())} 个词（内容不记入审计）"
    return [searched if line.startswith(f"{_SEARCHED}：") else line for line in filters]


def described(wanted: CaseFilter, names: Names) -> list[str]:
    """Say a filter in words, a line for each condition; a person's name is not repeated."""
    lines = []
    for label, value in (
        (wanted.base.label, _span(wanted.first, wanted.last)),
        ("责任单位", names.unit_names.get(wanted.unit_id or 0)),
        ("属地", names.unit_names.get(wanted.township_id or 0)),
        ("内容分类", names.code_names.get(wanted.code_id or 0)),
        ("包案领导", names.leader_names.get(wanted.lead_id or 0)),
        ("责任单位不含下级", "是" if wanted.alone else ""),
        ("期限届满日", _span(wanted.due_first, wanted.due_last)),
        ("包案台账", wanted.duty.label if wanted.duty else ""),
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


def _span(first: date | None, last: date | None) -> str:
    return f"{first or '…'} 至 {last or '…'}（含）" if first or last else ""
