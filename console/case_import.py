"""A ledger taken in from the command line: the options read, the file planned, told, carried out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

import settings
from console.store import now, today
from db.commands import imports
from db.commands.import_batches import Result, Source
from db.crypto import file_digest
from db.engine import Store
from db.queries import imports as queries
from db.queries.imports import Choices, Plan
from documents.ledger_file import LedgerFile, open_ledger
from documents.returned import RejectedRow, returned_workbook
from rules.columns import LABELS, layout_key, map_columns, normalise_header
from rules.errors import RuleError
from rules.headers import heading_of
from rules.ledgers import Reading, proposed_channel, read_rows, said_by_sheet_name
from rules.permissions import SYSTEM
from rules.terms import Channel, ImportMode, Outcome
from ui.case_import_tables import notices, shortened

LINES_TOLD = 20  # of each kind of notice; the rest is counted


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options come to; `columns` are headers given a field by hand."""

    mode: ImportMode
    channel: Channel | None
    choices: Choices
    columns: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A ledger as it was read, and what would become of each row."""

    source: Source
    ledger: LedgerFile
    mapping: Mapping[int, str]
    reading: Reading
    plan: Plan


def wishes(
    mode: str, channel: str | None, *, closed_on: str, unknown: str, map_file: Path | None
) -> Wishes:
    """Read the options; raises RuleError for a word that is none of an option's own."""
    chosen_mode = ImportMode.from_text(mode)
    chosen_channel = Channel.from_text(channel) if channel is not None else None
    if chosen_mode is None or (channel is not None and chosen_channel is None):
        raise RuleError(
            "--mode 应为 valid-only 或 all-or-nothing，--channel 应为来信、来访、网上等"
        )
    if closed_on not in ("none", "today") or unknown not in ("blank", "reject"):
        raise RuleError("--closed-on 应为 none 或 today，--unknown 应为 blank 或 reject")
    choices = Choices(
        unknown_blank=unknown == "blank", closed_on=today() if closed_on == "today" else None
    )
    columns = _named_columns(map_file) if map_file else None
    return Wishes(chosen_mode, chosen_channel, choices, columns)


def _named_columns(map_file: Path) -> dict[str, str]:
    """Read {header: field} with the headers as they stand in the ledger."""
    try:
        named = json.loads(map_file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise RuleError(
            f'--map 的文件《{map_file.name}》不是 JSON，应如 {{"表头": "栏目"}}'
        ) from error
    if not isinstance(named, dict):
        raise RuleError(f'--map 的文件《{map_file.name}》应是一个对象，如 {{"表头": "栏目"}}')
    return {normalise_header(str(name))[0]: str(target) for name, target in named.items()}


def planned(store: Store, file: Path, sheet: str | None, wishes: Wishes) -> Planned:
    """Read the file and ask the store what would become of each row; nothing is written.

    Without `sheet` the one most like a ledger is taken. Raises RuleError for a file too large,
    one that is no ledger, and a sheet it does not have.
    """
    limit = settings.current().upload_mb
    if file.stat().st_size > limit * 1024 * 1024:
        size = file.stat().st_size / 1024 / 1024
        raise RuleError(f"文件有 {size:.0f} MB，最大 {limit} MB，请拆分后导入")
    content = file.read_bytes()
    ledger = open_ledger(
        content,
        file.name,
        sheet_name=sheet,
        limit_bytes=limit * 1024 * 1024,
        known=wishes.columns,
    )
    if sheet is not None and ledger.sheet.name != sheet:
        names = "、".join(each.name for each in ledger.sheets)
        raise RuleError(f"《{file.name}》里没有名为“{sheet}”的工作表，有：{names}")
    source = Source(file.name, file_digest(content), ledger.sheet.name)
    with store.reading(SYSTEM) as session:
        known = wishes.columns or queries.layout(session, layout_key(ledger.header.names))
        mapping = map_columns(ledger.header.names, known)
        year = heading_of(ledger.sheet.rows, ledger.header).year or today().year
        said = said_by_sheet_name(ledger.sheet.name, mapping, year=year, today=today())
        if told := [LABELS[name] for name in said if name in LABELS]:
            named = f"没有“{'、'.join(told)}”一列，按工作表名“{ledger.sheet.name}”填"
            typer.echo(named, err=True)
        reading = read_rows(
            ledger.sheet.rows,
            ledger.header,
            mapping,
            today=today(),
            merged=ledger.sheet.merged,
            said=said,
            defaults={"channel": wishes.channel or _proposed_channel(ledger, file.name)},
        )
        plan = queries.plan(session, reading, today=today(), choices=wishes.choices)
        return Planned(source, ledger, mapping, reading, plan)


def _proposed_channel(ledger: LedgerFile, file_name: str) -> Channel:
    """Take the channel that the ledger is named for, saying so, or 网上."""
    proposal = proposed_channel(
        ledger.sheet.rows, ledger.header, sheet_name=ledger.sheet.name, file_name=file_name
    )
    if proposal is None:
        return Channel.WEB
    told = f"没有写信访形式的新行，按{proposal.told_by}登记为{proposal.channel.label}"
    typer.echo(f"{told}；要用别的请写 --channel", err=True)
    return proposal.channel


def tell(planned: Planned) -> None:
    """Say beside the result what the screen warns about, and what becomes of which row."""
    ledger, plan = planned.ledger, planned.plan
    told = dict(notices(planned.reading, plan, ledger.sheet, ledger.others))
    told["忽略"] = [f"第 {row.number} 行：{row.reason}" for row in plan.rows if row.reason]
    told["退回"] = [
        f"第 {row.number} 行 {problem.cell}：{problem.message}"
        for row in plan.rows
        for problem in row.problems
    ]
    for kind, lines in told.items():
        for line in shortened(lines, LINES_TOLD):
            typer.echo(f"  {kind}：{line}", err=True)


def carried_out(store: Store, planned: Planned, mode: ImportMode) -> Result:
    """Write the plan in one transaction."""
    with store.writing(SYSTEM) as session:
        return imports.carry_out(
            session, planned.plan, source=planned.source, mode=mode, today=today(), now=now()
        )


def returned(planned: Planned) -> bytes:
    """Put the rejected rows in a workbook, to correct and import again."""
    ledger = planned.ledger
    rows = [RejectedRow(row.number, row.problems) for row in planned.plan.rows if row.problems]
    return returned_workbook(None, ledger.sheet, ledger.header, rows, mapping=planned.mapping)


def counted(counts: Mapping[str, int]) -> str:
    """Say the counts in one line."""
    parts = "、".join(f"{outcome.label} {counts[outcome.value]}" for outcome in Outcome)
    return f"共 {counts['rows']} 行，{parts}；新增中疑似重复 {counts['suspected_duplicates']}"
