"""What an operator says of figures: read them all, count the kept ones anew."""

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

import settings
from console.store import now, opened, today
from rules.errors import RuleError
from rules.permissions import SYSTEM


def figures(
    period: Annotated[
        str, typer.Option(help="期间：2019、2026-06、2026Q2、2026H1、2026-01-01..2026-06-30")
    ],
    unit: Annotated[str | None, typer.Option(help="只看一个责任单位（含下级），写名称")] = None,
    township: Annotated[str | None, typer.Option(help="只看一个属地（含下级），写名称")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")] = False,
) -> None:
    """打印一个期间的全部指标，含分子分母、口径、数据截至时间和数据版本。"""
    from db.queries import situation
    from db.queries.situation_scope import Asked
    from db.queries.units import resolve_units
    from rules.periods import read_days

    with opened() as store, store.reading(SYSTEM) as session:
        names = resolve_units(session)
        found = situation.situation(
            session,
            Asked(read_days(period), _named(names, unit), _named(names, township)),
            today=today(),
            now=now(),
            clock=ZoneInfo(settings.current().timezone),
        )
        rows = situation.as_rows(found)
    at = found.at.astimezone(ZoneInfo(settings.current().timezone))
    if as_json:
        told = {
            "first": str(found.days.first),
            "last": str(found.days.last),
            "unit": unit,
            "township": township,
            "as_of": at.isoformat(timespec="seconds"),
            "store_version": found.version,
            "figures": rows,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    where = "、".join(each for each in (unit, township) if each) or "全县"
    typer.echo(f"{found.asked.days.label}，{where}，统计 {found.days.first} 至 {found.days.last}")
    typer.echo(f"数据截至 {at:%Y-%m-%d %H:%M}，数据版本 {found.version}")
    for row in rows:
        parts = f"，{row['part_label']} ÷ {row['whole_label']}" if row["whole_label"] else ""
        unit_shown = "" if row["unit"] == "%" else row["unit"]
        typer.echo(
            f"{row['code']:<24}{row['label']}：{row['shown']}{unit_shown}（{row['basis']}{parts}）"
        )


def _named(names: dict[str, int], name: str | None) -> int | None:
    if name is None:
        return None
    if name not in names:
        raise RuleError(f"没有名为“{name}”的单位")
    return names[name]


def rebuild_figures() -> None:
    """按案件重新计算保存的指标数；平时不需要，核验发现不符时使用。"""
    from db import tallies

    with opened() as store, store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        count = tallies.rebuild(connection)
    typer.echo(f"已按 {count} 件案件重新计算")
