"""Importing an old ledger of receptions: what ui/ledger_import.py asks of this kind."""

from sqlalchemy.orm import Session

from db.commands import visit_import as commands
from db.commands.import_batches import Result, Source
from db.commands.rosters import remember_aliases
from db.queries import leaders
from db.queries import visit_import as queries
from db.queries.visit_import import KINDS, VisitChoices, VisitPlan
from rules.ledgers import Reading
from rules.terms import ImportMode, SerialKind
from rules.visit_columns import VISITS
from ui import forms, ledger_import, store
from ui.ledger_import import LedgerKind, Names
from ui.options import options


def draw() -> None:
    """Draw the import from the file to what was written."""
    ledger_import.draw(_KIND)


def batches() -> None:
    """Draw the batches that were imported, and the undoing of each."""
    ledger_import.batches(_KIND)


def _plan(reading: Reading, names: Names | None) -> VisitPlan:
    """Plan with the names said, and ask on which day undated rows were closed."""
    plan = _read(reading, VisitChoices(names or {}))
    if names is None or not plan.undated:
        return plan
    closed_on = forms.date_input(
        f"办理结果已办结而没有办结日期的 {plan.undated} 行，办结日期记为",
        key="visit_closed_on",
        help="不填则按未落实导入",
    )
    return _read(reading, VisitChoices(names, closed_on))


def _read(reading: Reading, choices: VisitChoices) -> VisitPlan:
    with store.reading() as session:
        return queries.plan(session, reading, today=store.today(), choices=choices)


def _offered(kind: str) -> dict[int, str]:
    if kind == "leader":
        with store.reading() as session:
            rows = leaders.leaders(session)
        return {
            row.id: f"{row.name}（{row.post}）{'' if row.active else '，已离任'}" for row in rows
        }
    offered = options()
    return dict(offered.unit_choices if kind == "unit" else offered.code_names)


def _carry_out(
    session: Session, plan: VisitPlan, source: Source, mode: ImportMode, names: Names
) -> Result:
    """Write the plan, and remember whom each leader's name meant, unless nothing was written."""
    result = commands.carry_out(session, plan, source=source, mode=mode, now=store.now())
    if result.batch is not None:
        told = {name: chosen for (kind, name), chosen in names.items() if kind == "leader"}
        remember_aliases(session, {name: each for name, each in told.items() if each is not None})
    return result


_KIND = LedgerKind(
    key="visit",
    what="接访台账",
    counted="批次",
    serial=SerialKind.VISIT,
    words=VISITS,
    kinds=KINDS,
    needed=frozenset({"leader"}),
    told="领导必须指定，已离任的也在内，会记住，下次不再问；单位和分类可以留空，原名写进备注。",
    offered=_offered,
    plan=_plan,
    carry_out=_carry_out,
    undo=commands.undo,
)
