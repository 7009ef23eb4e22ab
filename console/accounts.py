"""The accounts an office begins with: one made by hand, or those of the made-up county."""

import secrets
from typing import Annotated

import typer

from console.store import index, now, opened, today, typed_password
from rules.errors import RuleError
from rules.permissions import SYSTEM
from rules.terms import Role


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
    from db.queries.leaders import leaders
    from db.queries.units import resolve_units
    from rules.units import normalise_name

    with opened() as store:
        try:
            roles = [Role.of(code) for code in role]
        except ValueError as error:
            raise RuleError(f"没有这个角色：{'、'.join(role)}") from error
        with store.reading(SYSTEM) as session:
            unit_id = resolve_units(session).get(normalise_name(unit)) if unit else None
            by_name = {row.name: row.id for row in leaders(session)}
        if unit and unit_id is None:
            raise RuleError(f"单位表里没有“{unit}”")
        if leader and leader not in by_name:
            raise RuleError(f"领导表里没有“{leader}”")
        # Asked for before the transaction: nobody else could write while somebody types.
        password = typed_password(from_stdin=password_stdin)
        with store.writing(SYSTEM) as session:
            accounts.create_account(
                session,
                name,
                password,
                roles=roles,
                now=now(),
                unit_id=unit_id,
                leader_id=by_name.get(leader) if leader else None,
            )
        typer.echo(f"已建立账号“{name}”")


def demo(
    cases: Annotated[int, typer.Option(help="案件数", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="随机种子，相同则数据相同")] = 7,
    passwords: Annotated[bool, typer.Option(help="给演示账号设随机口令，并在这里显示一次")] = False,
) -> None:
    """在空的登记簿里装入演示县：63 个乡镇、26 个部门、21 位领导和编造的案件。"""
    from db.commands import accounts
    from db.demo import county
    from db.queries.accounts import accounts as listed

    with opened() as store:
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
                now=now(),
                today=today(),
                years=5 if cases > 50_000 else 3,
                progress=progress,
            )
        index(store)
        typer.echo(f"已装入 {loaded.units} 个单位、{loaded.leaders} 位领导、{loaded.cases} 件案件")
        if passwords:
            with store.writing(SYSTEM) as session:
                for row in listed(session):
                    if row.name in county.ACCOUNTS:
                        word = secrets.token_urlsafe(9)
                        accounts.reset_password(session, row.id, word, word)
                        typer.echo(f"{row.name}  {word}")
