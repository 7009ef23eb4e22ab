"""Importing a list of evaluators: what ui/ledger_import.py asks of this kind."""

from sqlalchemy.orm import Session

from db.commands import evaluator_import as commands
from db.commands.import_batches import Result, Source
from db.queries import evaluator_import as queries
from db.queries import evaluators
from db.queries.evaluator_import import KINDS, EvaluatorPlan
from rules.evaluator_columns import EVALUATORS
from rules.ledgers import Reading
from rules.terms import ImportMode, SerialKind
from ui import ledger_import, store
from ui.ledger_import import LedgerKind, Names


def draw() -> None:
    """Draw the import from the file to what was written."""
    ledger_import.draw(_KIND)


def batches() -> None:
    """Draw the batches that were imported, and the undoing of each."""
    ledger_import.batches(_KIND)


def _plan(reading: Reading, names: Names | None) -> EvaluatorPlan:
    with store.reading() as session:
        return queries.plan(session, reading, today=store.today(), names=names)


def _offered(_: str) -> dict[int, str]:
    with store.reading() as session:
        return {row.id: row.name for row in evaluators.categories(session) if row.active}


def _carry_out(
    session: Session, plan: EvaluatorPlan, source: Source, mode: ImportMode, _: Names
) -> Result:
    return commands.carry_out(session, plan, source=source, mode=mode, now=store.now())


_KIND = LedgerKind(
    key="evaluator",
    what="评价员名单",
    counted="名",
    serial=SerialKind.EVALUATOR,
    words=EVALUATORS,
    kinds=KINDS,
    needed=frozenset({"category"}),
    told="类别必须指定；单位表里没有的单位，按原样记下。",
    offered=_offered,
    plan=_plan,
    carry_out=_carry_out,
    undo=commands.undo,
)
