"""The demo county: made through the commands, so that it obeys the rules like any other."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.commands import accounts, clocks, codes, imports, leaders, units
from db.commands.import_batches import Source
from db.demo import (
    duplicates,
    evaluations,
    handling,
    hotspots,
    meetings,
    official,
    places,
    rosters,
    sweeps,
    visits,
)
from db.demo.matters import Matter, matters
from db.engine import Store
from db.models.accounts import Account
from db.models.cases import Case
from db.queries import leaders as leader_queries
from db.queries import office
from db.queries.codes import resolve_codes
from db.queries.import_matching import PlannedRow
from db.queries.imports import Plan
from db.queries.units import resolve_units
from rules import cases as rules
from rules import policy
from rules.errors import RuleError
from rules.leaders import body_and_rank
from rules.permissions import SYSTEM
from rules.terms import AuditAction, ImportMode, Outcome, Role, UnitKind

_CHUNK = 20_000
COUNTY = "演示县"

# 嘉荫县 swept out 54 key cases and resolved 42 of them: 77.8 % (seed S2-11).
KEY_CASES, KEY_RESOLVED = 54, 42

ACCOUNTS = {
    "演示联席办": (Role.OFFICE, None),
    "演示联席办负责人": (Role.OFFICE, None),
    "演示住建局": (Role.UNIT, "县住房和城乡建设局"),
    "演示城关镇": (Role.UNIT, "城关镇"),
    "演示县长": (Role.LEADER, None),
    "演示投屏": (Role.SCREEN, None),
    "演示审计": (Role.AUDITOR, None),
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was put in."""

    units: int
    leaders: int
    cases: int


Progress = Callable[[int, int], None]


def load(
    store: Store,
    *,
    cases: int,
    seed: int,
    now: datetime,
    today: date | None = None,
    years: int = 3,
    progress: Progress = lambda done, total: None,
) -> Loaded:
    """Fill an empty register with `cases` made-up matters of the last `years`.

    The accounts it opens have no password: the administrator sets one for each he wants
    used. Raises RuleError when the register is not empty.
    """
    today = today or now.date()
    with store.writing(SYSTEM) as session:
        if session.scalar(select(Case.id).limit(1)) is not None:
            raise RuleError("登记簿里已经有案件，演示数据只能装入空的登记簿")
        _organise(session, now=now)
        audit.record(session, AuditAction.DEMO, "store", None, cases=cases, seed=seed)
    made = 0
    source = matters(cases, seed=seed, townships=places.TOWNSHIPS, today=today, years=years)
    while chunk := list(islice(source, _CHUNK)):
        with store.writing(SYSTEM) as session:
            _register(session, chunk, first=made, today=today, now=now)
        made += len(chunk)
        progress(made, cases)
    handling.handle(store, today=today, now=now)
    with store.writing(SYSTEM) as session:
        hotspots.load(session, today=today, now=now)
    with store.writing(SYSTEM) as session:
        rosters.load(session, today=today, now=now)
    with store.writing(SYSTEM) as session:
        visits.load(session, today=today, now=now)
    sweeps.load(store, today=today, now=now)
    with store.writing(SYSTEM) as session:
        evaluations.load(session, today=today, now=now)
    with store.writing(SYSTEM) as session:
        meetings.load(session, today=today, now=now)
    with store.writing(SYSTEM) as session:
        official.load(session, today=today, now=now)
    duplicates.resemble(store, today=today, now=now)
    while clocks.catch_up(store, today=today, limit=_CHUNK):
        pass
    with store.writing(SYSTEM) as session:
        meetings.project(session, today=today, now=now)
    return Loaded(
        1
        + sum(1 + len(places.villages(town)) for town in places.TOWNSHIPS)
        + len(places.DEPARTMENTS),
        len(places.LEADERS),
        made,
    )


def _organise(session: Session, *, now: datetime) -> None:
    """Make units, leaders, classes and accounts, where the county has none of its own yet."""
    if resolve_units(session):
        return
    named = str(office.parameter(session, "county_name", on=now.date()))
    county = COUNTY if named == policy.PARAMETERS["county_name"].default else named
    units.add_unit(session, county, UnitKind.COUNTY)
    lines = [f"{name}\t乡镇\t{county}" for name in places.TOWNSHIPS]
    lines += [
        f"{village}\t村\t{town}" for town in places.TOWNSHIPS for village in places.villages(town)
    ]
    lines += [
        f"{name}\t部门\t{county}\t{'、'.join(aliases)}"
        for name, aliases in places.DEPARTMENTS.items()
    ]
    units.add_units(session, "\n".join(lines))
    for position, (name, post) in enumerate(places.LEADERS, start=1):
        body, rank = body_and_rank(post)
        leaders.add_leader(session, name, post, position=position, body=body, rank=rank)
    codes.import_codes(session, [code[:3] for code in places.CODES])
    by_name = resolve_units(session)
    leader_ids = _leader_ids(session)
    existing = set(session.scalars(select(Account.name)))
    for name, (role, unit) in ACCOUNTS.items():
        if name not in existing:
            accounts.create_account(
                session,
                name,
                None,
                roles=[role],
                now=now,
                unit_id=by_name[unit] if unit else None,
                leader_id=leader_ids["林政远"] if role is Role.LEADER else None,
            )


def _leader_ids(session: Session) -> dict[str, int]:
    return {leader.name: leader.id for leader in leader_queries.leaders(session)}


def _register(
    session: Session, chunk: Sequence[Matter], *, first: int, today: date, now: datetime
) -> None:
    by_unit, by_code = resolve_units(session), resolve_codes(session)
    unit_of = {code[2]: by_unit[code[3]] for code in places.CODES}
    leader_ids = list(_leader_ids(session).values())
    rows = []
    for offset, matter in enumerate(chunk):
        number = first + offset + 1
        values = {
            **matter.values,
            "township_id": by_unit[matter.township],
            "unit_id": unit_of[matter.label] if number % 3 else by_unit[matter.township],
            "code_id": by_code[matter.label],
        }
        if number % 9 == 0:
            values["lead_id"] = leader_ids[number // 9 % len(leader_ids)]
        if number <= KEY_CASES:
            values |= _key_case(values, resolved=number <= KEY_RESOLVED, today=today)
        problems = rules.problems(values, today=today)
        assert not problems, problems
        digest = hashlib.blake2b(str(number).encode(), digest_size=16).digest()
        rows.append(PlannedRow(number, Outcome.INSERTED, values, (matter.person,), row_hash=digest))
    imports.carry_out(
        session,
        Plan(rows, {}),
        source=Source("演示数据", "0" * 64, f"{first + 1}-{first + len(rows)}"),
        mode=ImportMode.VALID_ONLY,
        today=today,
        now=now,
    )


def _key_case(values: dict[str, Any], *, resolved: bool, today: date) -> dict[str, Any]:
    """One of the 54 key cases, of which 42 were resolved."""
    change: dict[str, Any] = {"legacy": True, "remark": "重点案件（2022 年，54 件中化解 42 件）"}
    done = values.get("closed_on") or min(values["received_on"] + timedelta(days=90), today)
    if resolved:
        return change | {"closed_on": done, "resolved_on": done}
    return change | {"closed_on": None, "resolved_on": None, "settled_on": None}
