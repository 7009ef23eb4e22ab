"""What an import would do and did, in rows and lines for the screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from db.queries.import_matching import ENTRIES, PERSON, PlannedRow
from db.queries.imports import BatchRow, Plan
from documents.workbook import Sheet
from rules.cases import FIELDS
from rules.columns import LABELS
from rules.ledger_rows import CellProblem
from rules.ledgers import Reading, closed_without_date
from rules.masking import mask_name, mask_phone, redact
from rules.terms import Outcome

SUSPECTED = "疑似重复，照常导入并做标记"
KINDS = {"unit": "单位", "leader": "领导", "code": "内容分类"}


def counts_line(counts: Mapping[str, int]) -> str:
    """Say the counts in one line whose parts add up."""
    parts = [f"{outcome.label} {counts[outcome.value]}" for outcome in Outcome]
    suspected = counts["suspected_duplicates"]
    return f"共 {counts['rows']} 行 = " + " + ".join(parts) + f"（新增中疑似重复 {suspected}）"


def undoing_line(batch: BatchRow) -> str:
    """Say what taking a batch back does, to how many cases, and what stays as it is."""
    brought, changed = batch.counts["inserted"], batch.counts["updated"]
    done = [
        *([f"删去这一批新增的 {brought} 件，连同信访人和经过"] if brought else []),
        *([f"把这一批更新的 {changed} 件改回导入之前的样子"] if changed else []),
    ]
    return (
        f"撤销第 {batch.id} 批，会{'；'.join(done)}。其他案件不变，"
        f"{'用过的编号不再使用，' if brought else ''}导入和撤销都留有记录。"
        "其中任何一件在导入之后有人动过，就不能整批撤销。"
    )


def nothing_line(counts: Mapping[str, int]) -> str:
    """Say what to do where an import would bring nothing; '' where it brings something."""
    if counts["inserted"] or counts["updated"]:
        return ""
    if counts["rejected"]:
        return "还没有可以导入的行：请先处理下面的问题，或下载退回的行，改好再传。"
    return "没有要写入的：这些行系统里都有了。" if counts["unchanged"] else "表头下面没有事项。"


def problem_rows(plan: Plan) -> list[dict[str, str]]:
    """List what is wrong, cell by cell, for a table."""
    return [
        _problem(row, problem)
        for row in plan.rows
        if row.outcome is Outcome.REJECTED
        for problem in row.problems
    ]


def _problem(row: PlannedRow, problem: CellProblem) -> dict[str, str]:
    value = mask_name(problem.value) if problem.field == "petitioner" else problem.value
    return {
        "行": str(row.number),
        "单元格": problem.cell,
        "内容": value[:40],
        "原因": problem.message,
    }


def change_rows(plan: Plan) -> list[dict[str, str]]:
    """List what would change, field by field, and what stays because somebody typed it."""
    rows = []
    for row in plan.rows:
        if row.outcome is Outcome.UPDATED:
            rows += [_change(row, name, *change) for name, change in row.changes.items()]
        if row.outcome in (Outcome.UPDATED, Outcome.UNCHANGED):
            rows += [_change(row, name, *change, kept=True) for name, change in row.kept.items()]
    return rows


def _change(
    row: PlannedRow, name: str, before: Any, after: Any, *, kept: bool = False
) -> dict[str, str]:
    label = FIELDS[name].label if name in FIELDS else LABELS.get(name, name)
    told = _said(name, after)
    return {
        "行": str(row.number),
        "栏目": label,
        "现在": _said(name, before),
        "改为": f"系统中已改，保留（台账为“{told}”）" if kept else told,
    }


def other_rows(plan: Plan, outcome: Outcome) -> list[dict[str, str]]:
    """List the rows of one outcome with their reasons or titles."""
    return [
        {"行": str(row.number), "说明": row.reason or str(row.values.get("title", ""))[:60]}
        for row in plan.rows
        if row.outcome is outcome
    ]


def suspected_rows(plan: Plan) -> list[dict[str, str]]:
    """List the new rows that resemble a case or another row, and what that is."""
    return [
        {
            "行": str(row.number),
            "标题": redact(str(row.values.get("title", ""))[:60]),
            "相似于": row.resembles,
        }
        for row in suspected(plan)
    ]


def suspected(plan: Plan) -> list[PlannedRow]:
    """List the new rows that resemble a case or another row."""
    return [
        row for row in plan.rows if row.outcome is Outcome.INSERTED and row.suspect_of is not None
    ]


def doubtful_rows(plan: Plan) -> list[dict[str, str]]:
    """List what was read and should be looked at, cell by cell."""
    return [
        {"行": str(row.number), "单元格": warning.cell, "说明": warning.message}
        for row in plan.rows
        for warning in row.warnings
    ]


def lists(plan: Plan) -> dict[str, list[dict[str, str]]]:
    """Return every list of the preview under its title."""
    return {
        "退回的行和原因": problem_rows(plan),
        "将要更新的内容": change_rows(plan),
        SUSPECTED: suspected_rows(plan),
        "请核对的单元格": doubtful_rows(plan),
        "忽略的行": other_rows(plan, Outcome.IGNORED),
    }


def notices(
    reading: Reading, plan: Plan, sheet: Sheet, others: Sequence[str]
) -> Mapping[str, list[str]]:
    """Say all that is not wrong but should be known, by kind."""
    lines = [*reading.warnings, *reading.never]
    if others:
        lines.append(f"工作表“{'、'.join(others)}”也像台账，不在这一次导入之内，请另外选中再导入")
    if reading.unmapped:
        lines.append(f"没有对应栏目、不会导入的列：{'、'.join(reading.unmapped)}")
    if sheet.hidden_rows is None:
        lines.append("这个 .xls 看不出隐藏了哪些行和列，都已读取；有不该导入的，请先在表里删去")
    elif sheet.hidden_rows or sheet.hidden_columns:
        lines.append(
            f"工作表里有隐藏的 {sheet.hidden_rows} 行、{sheet.hidden_columns} 列，已一并读取"
        )
    if closed := closed_without_date(reading):
        how = "按导入当天记办结日期" if plan.choices.closed_on else "只记入备注，不算办结"
        lines.append(f"状态为办结而没有办结日期的有 {len(closed)} 行，{how}")
    names = []
    for kind, label in KINDS.items():
        if names_left := plan.undecided(kind):
            shown = "、".join(names_left[:10]) + ("等" if len(names_left) > 10 else "")
            names.append(
                f"{label}表里没有：{shown}（{len(names_left)} 个）。请指定对应，或先在“{label}”里补充"
            )
    cells = [f"{w.cell}：{w.message}" for row in plan.rows for w in row.warnings]
    return {"工作表": lines, "名称": names, "合计": list(reading.totals), "单元格": cells}


def shortened(lines: Sequence[str], limit: int) -> list[str]:
    """Leave the first lines, and say how many more there are."""
    more = len(lines) - limit
    return [*lines[:limit], *([f"……另有 {more} 条"] if more > 0 else [])]


def _said(name: str, value: Any) -> str:
    if name in PERSON:
        return _masked(name, value)
    if name == ENTRIES and value is None:
        return "（添加）"
    if value in (None, ""):
        return "（空）"
    text = redact(getattr(value, "label", None) or str(value))
    return text if len(text) <= 60 else f"{text[:60]}…"


def _masked(name: str, value: Any) -> str:
    """Show a field of a petitioner no clearer than the register's lists do."""
    if name == "phone":
        return value if "*" in (value or "") else mask_phone(value) or "（空）"
    if name == "address":
        return "（台账上的住址）" if value else "（原住址或空）"
    return mask_name(value) if value else "（已登记）"
