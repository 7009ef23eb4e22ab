"""The operator's commands: migrate, create-account, demo, import-cases, export, backup, restore, verify, bench."""

import json
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

import settings
from db.commands import imports
from db.commands.imports import Result, Source
from db.crypto import file_digest
from db.engine import Store, StoreAway, open_store
from db.queries import imports as queries
from db.queries.case_filters import CaseFilter
from db.queries.imports import Plan
from documents.ledger_file import LedgerFile, open_ledger
from documents.returned import RejectedRow, returned_workbook
from rules.columns import LABELS, layout_key, map_columns, normalise_header
from rules.errors import RuleError
from rules.headers import heading_of
from rules.ledgers import Reading, proposed_channel, read_rows, said_by_sheet_name
from rules.periods import Period, days_of
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, ImportMode, Outcome, Role
from ui.case_import_tables import notices, shortened

LINES_TOLD = 20  # of each kind of notice; the rest is counted

app = typer.Typer(no_args_is_help=True, add_completion=False, help="联席会议工作台的管理命令")


@contextmanager
def _store(*, ready: bool = True) -> Iterator[Store]:
    """Open the store of the settings; an error ends the command with one Chinese sentence."""
    opened = None
    try:
        opened = open_store(settings.current())
        if ready:
            _prepare(opened)
        yield opened
    except (RuleError, StoreAway, settings.SettingsError) as error:
        typer.echo(f"没有完成：{error}", err=True)
        raise typer.Exit(1) from error
    finally:
        if opened is not None:
            opened.engine.dispose()


def _prepare(store: Store) -> str:
    from db import schema
    from db.commands.office import seed

    revision = schema.migrate(store)
    with store.writing(SYSTEM) as session:
        seed(session, now=_now())
    store.check_key()
    return revision


def _now() -> datetime:
    return datetime.now(UTC)


@app.command()
def migrate() -> None:
    """把数据库升级到程序需要的版本（新库则建好并装入日历、分类）。"""
    with _store(ready=False) as store:
        typer.echo(f"数据库已是版本 {_prepare(store)}")


@app.command()
def verify() -> None:
    """核验审计链：每一条记录都没有被改动、删除或调换。"""
    from db import audit

    with _store() as store, store.reading(SYSTEM) as session:
        verdict = audit.verify(session)
        typer.echo(verdict.message)
    if not verdict.whole:
        raise typer.Exit(1)


@app.command("create-account")
def create_account(
    name: Annotated[str, typer.Argument(help="账号名称")],
    role: Annotated[
        list[str], typer.Option(help="角色：admin office unit leader screen auditor，可多次")
    ],
    unit: Annotated[str | None, typer.Option(help="所属单位名称（责任单位账号必填）")] = None,
    leader: Annotated[str | None, typer.Option(help="对应领导姓名（县领导账号必填）")] = None,
    password_stdin: Annotated[bool, typer.Option(help="从标准输入读口令，不提示")] = False,
) -> None:
    """建立账号；口令在终端里输入两次，不会显示。"""
    from db.commands import accounts
    from db.queries.units import leaders, resolve_units
    from rules.units import normalise_name

    with _store() as store:
        try:
            roles = [Role.of(code) for code in role]
        except ValueError as error:
            raise RuleError(f"没有这个角色：{'、'.join(role)}") from error
        with store.writing(SYSTEM) as session:
            unit_id = resolve_units(session).get(normalise_name(unit)) if unit else None
            if unit and unit_id is None:
                raise RuleError(f"单位表里没有“{unit}”")
            by_name = {row.name: row.id for row in leaders(session)}
            if leader and leader not in by_name:
                raise RuleError(f"领导表里没有“{leader}”")
            accounts.create_account(
                session,
                name,
                _password(password_stdin),
                roles=roles,
                now=_now(),
                unit_id=unit_id,
                leader_id=by_name.get(leader) if leader else None,
            )
        typer.echo(f"已建立账号“{name}”")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("口令", hide_input=True, confirmation_prompt="再输入一次"))


@app.command()
def demo(
    cases: Annotated[int, typer.Option(help="案件数", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="随机种子，相同则数据相同")] = 7,
    passwords: Annotated[bool, typer.Option(help="给演示账号设随机口令，并在这里显示一次")] = False,
) -> None:
    """在空的登记簿里装入演示县：63 个乡镇、26 个部门、21 位领导和编造的案件。"""
    from db.commands import accounts
    from db.demo import county
    from db.queries.accounts import accounts as listed

    with _store() as store:
        with typer.progressbar(length=cases, label="装入案件") as bar:
            done = 0

            def progress(now_done: int, _total: int) -> None:
                nonlocal done
                bar.update(now_done - done)
                done = now_done

            loaded = county.load(
                store,
                cases=cases,
                seed=seed,
                now=_now(),
                today=_today(),
                years=5 if cases > 50_000 else 3,
                progress=progress,
            )
        _index(store)
        typer.echo(f"已装入 {loaded.units} 个单位、{loaded.leaders} 位领导、{loaded.cases} 件案件")
        if passwords:
            with store.writing(SYSTEM) as session:
                for row in listed(session):
                    if row.name in county.ACCOUNTS:
                        word = secrets.token_urlsafe(9)
                        accounts.reset_password(session, row.id, word, word)
                        typer.echo(f"{row.name}  {word}")


def _index(store: Store) -> None:
    """Index what came in bulk and tell its clocks; a running server would do it by itself."""
    from db import search
    from db.commands import clocks

    while search.catch_up(store.engine, limit=5000):
        pass
    while clocks.catch_up(store, today=_today(), limit=5000):
        pass


def _today() -> date:
    return datetime.now(ZoneInfo(settings.current().timezone)).date()


@app.command("import-cases")
def import_cases(
    file: Annotated[
        Path, typer.Argument(help="台账文件（.xlsx .xls .csv）", exists=True, dir_okay=False)
    ],
    sheet: Annotated[str | None, typer.Option(help="工作表名称，默认取最像台账的一张")] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="列对应关系 JSON:{表头： 栏目}")
    ] = None,
    mode: Annotated[str, typer.Option(help="valid-only 或 all-or-nothing")] = "valid-only",
    channel: Annotated[
        str | None,
        typer.Option(
            help="没有写信访形式的新行按此登记；不写则看标题、工作表、文件名，再没有按网上"
        ),
    ] = None,
    closed_on: Annotated[
        str, typer.Option(help="状态为办结而没有办结日期的行：none 只记入备注，today 按当天记")
    ] = "none",
    unknown: Annotated[
        str, typer.Option(help="单位、领导、分类表里没有的名称：reject 退回，blank 留空并记入备注")
    ] = "reject",
    dry_run: Annotated[bool, typer.Option(help="只预览，不写入")] = False,
    rejects: Annotated[Path | None, typer.Option(help="把退回的行存成工作簿")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")] = False,
) -> None:
    """把现有的 Excel 台账导入案件登记簿；先看 --dry-run。"""
    started = time.perf_counter()
    with _store() as store:
        chosen_mode = ImportMode.from_text(mode)
        chosen_channel = Channel.from_text(channel) if channel is not None else None
        if chosen_mode is None or (channel is not None and chosen_channel is None):
            raise RuleError(
                "--mode 应为 valid-only 或 all-or-nothing,--channel 应为来信、来访、网上等"
            )
        if closed_on not in ("none", "today") or unknown not in ("blank", "reject"):
            raise RuleError("--closed-on 应为 none 或 today，--unknown 应为 blank 或 reject")
        choices = queries.Choices(
            unknown_blank=unknown == "blank", closed_on=_today() if closed_on == "today" else None
        )
        remembered = _named_columns(map_file) if map_file else None
        ledger, mapping, reading, plan = _planned(
            store, file, sheet, remembered, chosen_channel, choices
        )
        _tell(reading, plan, ledger)
        counts, batch = plan.counts(), None
        if not dry_run:
            result = _carried_out(store, plan, ledger, file, chosen_mode)
            counts, batch = result.counts, result.batch
        seconds = round(time.perf_counter() - started, 3)
        if rejects is not None and counts["rejected"]:
            rows = [RejectedRow(r.number, r.problems) for r in plan.rows if r.problems]
            rejects.write_bytes(
                returned_workbook(None, ledger.sheet, ledger.header, rows, mapping=mapping)
            )
        _index(store)
    if as_json:
        typer.echo(json.dumps({**counts, "batch": batch, "seconds": seconds}, ensure_ascii=False))
        return
    _report(counts, batch, seconds, dry_run=dry_run)


def _named_columns(map_file: Path) -> dict[str, str]:
    """Read {header: field} with the headers as they stand in the ledger."""
    named = json.loads(map_file.read_text(encoding="utf-8"))
    return {normalise_header(name)[0]: target for name, target in named.items()}


def _planned(
    store: Store,
    file: Path,
    sheet: str | None,
    remembered: dict[str, str] | None,
    channel: Channel | None,
    choices: queries.Choices,
) -> tuple[LedgerFile, dict[int, str], Reading, Plan]:
    limit = settings.current().upload_mb
    if file.stat().st_size > limit * 1024 * 1024:
        size = file.stat().st_size / 1024 / 1024
        raise RuleError(f"文件有 {size:.0f} MB，最大 {limit} MB，请拆分后导入")
    ledger = open_ledger(
        file.read_bytes(),
        file.name,
        sheet_name=sheet,
        limit_bytes=limit * 1024 * 1024,
        known=remembered,
    )
    if sheet is not None and ledger.sheet.name != sheet:
        names = "、".join(each.name for each in ledger.sheets)
        raise RuleError(f"《{file.name}》里没有名为“{sheet}”的工作表，有：{names}")
    with store.reading(SYSTEM) as session:
        known = remembered or queries.layout(session, layout_key(ledger.header.names))
        mapping = map_columns(ledger.header.names, known)
        year = heading_of(ledger.sheet.rows, ledger.header).year or _today().year
        said = said_by_sheet_name(ledger.sheet.name, mapping, year=year, today=_today())
        if told := [LABELS[name] for name in said if name in LABELS]:
            named = f"没有“{'、'.join(told)}”一列，按工作表名“{ledger.sheet.name}”填"
            typer.echo(named, err=True)
        reading = read_rows(
            ledger.sheet.rows,
            ledger.header,
            mapping,
            today=_today(),
            merged=ledger.sheet.merged,
            said=said,
            defaults={"channel": channel or _proposed_channel(ledger, file.name)},
        )
        plan = queries.plan(session, reading, today=_today(), choices=choices)
        return ledger, mapping, reading, plan


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


def _tell(reading: Reading, plan: Plan, ledger: LedgerFile) -> None:
    """Say beside the result what the screen warns about, and what becomes of which row."""
    told = dict(notices(reading, plan, ledger.sheet, ledger.others))
    told["忽略"] = [f"第 {row.number} 行：{row.reason}" for row in plan.rows if row.reason]
    told["退回"] = [
        f"第 {row.number} 行 {problem.cell}：{problem.message}"
        for row in plan.rows
        for problem in row.problems
    ]
    for kind, lines in told.items():
        for line in shortened(lines, LINES_TOLD):
            typer.echo(f"  {kind}：{line}", err=True)


def _carried_out(
    store: Store, plan: Plan, ledger: LedgerFile, file: Path, mode: ImportMode
) -> Result:
    source = Source(file.name, file_digest(file.read_bytes()), ledger.sheet.name)
    with store.writing(SYSTEM) as session:
        return imports.carry_out(
            session, plan, source=source, mode=mode, today=_today(), now=_now()
        )


def _report(counts: dict[str, int], batch: int | None, seconds: float, *, dry_run: bool) -> None:
    parts = "、".join(f"{outcome.label} {counts[outcome.value]}" for outcome in Outcome)
    done = "预览" if dry_run else f"第 {batch} 批" if batch else "没有写入"
    typer.echo(
        f"{done}：共 {counts['rows']} 行，{parts}；新增中疑似重复 {counts['suspected_duplicates']}；{seconds} 秒"
    )


@app.command("export")
def export_cases(
    out: Annotated[Path, typer.Argument(help="要写的工作簿（.xlsx）", dir_okay=False)],
    period: Annotated[
        str | None, typer.Option(help="时间：今年、本月、上月、近 30 天、去年（按收到日期）")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="从哪天起")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="到哪天（含）")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="责任单位名称，含下级")] = None,
    state: Annotated[list[str] | None, typer.Option(help="状态，如 办理中，可多次")] = None,
    content: Annotated[bool, typer.Option(help="包括“反映内容”")] = False,
) -> None:
    """把案件登记簿导出成工作簿；不含姓名电话，号码已打码，记入审计。"""
    from ui import register_file

    with _store() as store:
        if out.suffix.lower() != ".xlsx":
            raise RuleError(f"文件名应以 .xlsx 结尾，现在是“{out.name}”")
        with store.reading(SYSTEM) as session:
            wanted, names = _asked_for(session, period, (since, until), unit, state or [])
            moment = _now().astimezone(ZoneInfo(settings.current().timezone))
            choice = register_file.Choice(content=content)
            made = register_file.make(session, wanted, choice, names, moment=moment)
        try:
            out.write_bytes(made.file)
        except OSError as error:
            raise RuleError(f"{out} 写不进去：{error.strerror}") from error
        with store.writing(SYSTEM) as session:
            register_file.record(session, made)
    for line in made.warnings:
        typer.echo(line, err=True)
    typer.echo(f"已导出 {made.rows} 件到 {out}")


@dataclass(frozen=True, slots=True)
class _Names:
    """What the units of a filter are called; the command filters by no class and no leader."""

    unit_names: Mapping[int, str]
    code_names: Mapping[int, str] = field(default_factory=dict)
    leader_names: Mapping[int, str] = field(default_factory=dict)


def _asked_for(
    session: Session,
    period: str | None,
    days: tuple[datetime | None, datetime | None],
    unit: str | None,
    states: list[str],
) -> tuple[CaseFilter, _Names]:
    """Turn the options into the filter of the screen; raises RuleError for what is none."""
    from db.queries.units import resolve_units
    from rules.units import normalise_name

    first, last = (day.date() if day else None for day in days)
    if period is not None:
        named = Period.from_text(period)
        if named is None or named is Period.CUSTOM:
            raise RuleError(f"没有这个时间：{period}")
        if first or last:
            raise RuleError("--period 不能与 --since、--until 同时使用")
        first, last = days_of(named, today=_today())
    found = [CaseState.from_text(text) for text in states]
    if None in found:
        labels = "、".join(each.label for each in CaseState)
        raise RuleError(f"没有这个状态：{'、'.join(states)}；应为 {labels}")
    unit_id = resolve_units(session).get(normalise_name(unit)) if unit else None
    if unit and unit_id is None:
        raise RuleError(f"单位表里没有“{unit}”")
    chosen = tuple(each for each in found if each)
    wanted = CaseFilter(first=first, last=last, states=chosen, unit_id=unit_id)
    return wanted, _Names({unit_id: unit} if unit and unit_id else {})


@app.command()
def backup(
    out: Annotated[Path, typer.Argument(help="备份文件")],
    passphrase_stdin: Annotated[bool, typer.Option(help="从标准输入读备份口令")] = False,
) -> None:
    """备份整个数据库（含附件和审计），使用中也可以进行；用口令加密。密钥文件须另行保管。"""
    from db.backup import back_up

    with _store() as store:
        manifest = back_up(store, settings.current(), out, _password(passphrase_stdin), now=_now())
    typer.echo(f"已备份 {sum(manifest.rows.values())} 行、审计 {manifest.chain_length} 条到 {out}")


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="备份文件", exists=True, dir_okay=False)],
    passphrase_stdin: Annotated[bool, typer.Option(help="从标准输入读备份口令")] = False,
) -> None:
    """把备份恢复到空的数据库；行数或审计链不符时拒绝。"""
    from db.backup import restore as take_in

    with _store(ready=False) as store:
        store.engine.dispose()
        manifest = take_in(settings.current(), source, _password(passphrase_stdin))
    typer.echo(f"已恢复 {manifest.made_at} 的备份：{manifest.rows['cases']} 件案件，审计链完整")


@app.command()
def bench(
    cases: Annotated[int, typer.Option(help="案件数", min=1000)] = 100_000,
    seed: Annotated[int, typer.Option(help="随机种子")] = 7,
    keep: Annotated[
        Path | None, typer.Option(help="把建好的演示库留在这个目录，下次沿用", file_okay=False)
    ] = None,
) -> None:
    """测量各项速度和内存，列表打印；不读写正式的数据库。"""
    from tests.load import bench as load

    load.run(cases=cases, seed=seed, keep=keep, say=typer.echo)


if __name__ == "__main__":
    app()
