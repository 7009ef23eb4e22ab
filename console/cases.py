"""What an operator says of cases on the command line: a ledger taken in, the register given out.

The work is case_import's and case_export's, imported when one of them is asked for.
"""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from console.files import Overwrite, output
from console.store import index, opened
from rules.errors import RuleError


def import_cases(
    file: Annotated[
        Path, typer.Argument(help="台账文件（.xlsx .xls .csv）", exists=True, dir_okay=False)
    ],
    sheet: Annotated[str | None, typer.Option(help="工作表名称，默认取最像台账的一张")] = None,
    map_file: Annotated[
        Path | None,
        typer.Option("--map", help="列对应关系 JSON：{表头：栏目}", exists=True, dir_okay=False),
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
    overwrite: Overwrite = False,
    as_json: Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")] = False,
) -> None:
    """把现有的 Excel 台账导入案件登记簿；先看 --dry-run。"""
    from console import case_import as work

    started = time.perf_counter()
    with opened() as store, output(rejects, overwrite=overwrite):
        wishes = work.wishes(mode, channel, closed_on=closed_on, unknown=unknown, map_file=map_file)
        planned = work.planned(store, file, sheet, wishes)
        work.tell(planned)
        counts, batch = planned.plan.counts(), None
        if not dry_run:
            result = work.carried_out(store, planned, wishes.mode)
            counts, batch = result.counts, result.batch
        seconds = round(time.perf_counter() - started, 3)
        index(store)
        if as_json:
            said = {**counts, "batch": batch, "seconds": seconds}
            typer.echo(json.dumps(said, ensure_ascii=False))
        else:
            done = "预览" if dry_run else f"第 {batch} 批" if batch else "没有写入"
            typer.echo(f"{done}：{work.counted(counts)}；{seconds} 秒")
        # Last: what was imported has been said when the disk refuses this.
        if rejects is not None and counts["rejected"]:
            rejects.write_bytes(work.returned(planned))


def export_cases(
    out: Annotated[Path, typer.Argument(help="要写的工作簿（.xlsx）")],
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
    overwrite: Overwrite = False,
) -> None:
    """把案件登记簿导出成工作簿；不含姓名电话，号码已打码，记入审计。"""
    from console import case_export as work

    with opened() as store, output(out, overwrite=overwrite):
        if out.suffix.lower() != ".xlsx":
            raise RuleError(f"文件名应以 .xlsx 结尾，现在是“{out.name}”")
        asked = work.Asked(period, since, until, unit, tuple(state or ()))
        made = work.made(store, asked, content=content)
        out.write_bytes(made.file)
        work.noted(store, made)
    for line in made.warnings:
        typer.echo(line, err=True)
    typer.echo(f"已导出 {made.rows} 件到 {out}")
