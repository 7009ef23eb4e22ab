"""The operator's upkeep of an installation: migrate, verify, backup, restore, bench."""

from pathlib import Path
from typing import Annotated

import typer

import settings
from console.files import Overwrite, output
from console.store import now, opened, prepare, typed_password
from rules.permissions import SYSTEM


def migrate() -> None:
    """把数据库升级到程序需要的版本（新库则建好并装入日历、分类）。"""
    with opened(ready=False) as store:
        typer.echo(f"数据库已是版本 {prepare(store)}")


def verify() -> None:
    """核验审计链和指标：每一条记录都没有被改动、删除或调换，保存的指标数与案件相符。"""
    from db import audit, tallies

    with opened() as store, store.reading(SYSTEM) as session:
        verdict = audit.verify(session)
        typer.echo(verdict.message)
        wrong = tallies.differences(session.connection())
    if wrong:
        typer.echo(f"指标有 {len(wrong)} 处与案件不符，如 {wrong[0]}；请运行 rebuild-figures")
    else:
        typer.echo("指标与案件相符")
    if wrong or not verdict.whole:
        raise typer.Exit(1)


def backup(
    out: Annotated[Path, typer.Argument(help="备份文件")],
    passphrase_stdin: Annotated[bool, typer.Option(help="从标准输入读备份口令")] = False,
    overwrite: Overwrite = False,
) -> None:
    """备份整个数据库（含附件和审计），使用中也可以进行；用口令加密。密钥文件须另行保管。"""
    from db.backup import back_up

    with opened() as store, output(out, overwrite=overwrite):
        passphrase = typed_password(from_stdin=passphrase_stdin)
        manifest = back_up(store, settings.current(), out, passphrase, now=now())
    typer.echo(f"已备份 {sum(manifest.rows.values())} 行、审计 {manifest.chain_length} 条到 {out}")


def restore(
    source: Annotated[Path, typer.Argument(help="备份文件", exists=True, dir_okay=False)],
    passphrase_stdin: Annotated[bool, typer.Option(help="从标准输入读备份口令")] = False,
    overwrite: Overwrite = False,
) -> None:
    """把备份恢复到空的数据库；行数或审计链不符时拒绝。已有账号或案件的数据库任何时候都不覆盖。"""
    from db.backup import restore as take_in

    with opened(ready=False) as store, output(store.file, overwrite=overwrite):
        store.engine.dispose()
        passphrase = typed_password(from_stdin=passphrase_stdin)
        manifest = take_in(settings.current(), source, passphrase)
    typer.echo(f"已恢复 {manifest.made_at} 的备份：{manifest.rows['cases']} 件案件，审计链完整")


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
