"""What people call the rows that the audit chain knows by their ids."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import Session

from db.models import Base
from db.models.accounts import Account, SavedView
from db.models.base import Audited
from db.models.batches import Batch
from db.models.cases import Case, OfCase
from db.models.disputes import Dispute, DisputeClass
from db.models.evaluations import Evaluation, EvaluationPanel, Evaluator, EvaluatorCategory
from db.models.export_requests import ExportRequest
from db.models.hotspots import Hotspot
from db.models.imports import ImportBatch
from db.models.meetings import Decision, Meeting
from db.models.network import EarlySign, NetworkNode
from db.models.office import CalendarYear, Code, ParameterValue, SpecialPeriod
from db.models.receptions import Companion, Letter, ReceptionPlace, ReceptionRuleRow
from db.models.snapshots import Snapshot
from db.models.units import Leader, Unit, UnitAlias
from rules.policy import PARAMETERS

Row = tuple[str, int]
# No engine takes any number of values in one statement.
_AT_ONCE = 1000
# By which column people know a row, and how it is said.
_CALLED: dict[str, tuple[Any, Any, Callable[[Any], str]]] = {
    "accounts": (Account.id, Account.name, str),
    "batches": (Batch.id, Batch.name, str),
    "calendar_years": (CalendarYear.year, CalendarYear.year, "{} 年".format),
    "cases": (Case.id, Case.number, str),
    "codes": (Code.id, Code.path, str),
    "companions": (Companion.id, Companion.name, str),
    "dispute_classes": (DisputeClass.id, DisputeClass.name, str),
    "decisions": (Decision.id, Decision.id, "第 {} 号".format),
    "disputes": (Dispute.id, Dispute.number, str),
    "early_signs": (EarlySign.id, EarlySign.number, str),
    "evaluation_panels": (EvaluationPanel.id, EvaluationPanel.name, str),
    "evaluations": (Evaluation.id, Evaluation.number, str),
    "evaluator_categories": (EvaluatorCategory.id, EvaluatorCategory.name, str),
    "evaluators": (Evaluator.id, Evaluator.name, str),
    "export_requests": (ExportRequest.id, ExportRequest.id, "第 {} 号".format),
    "hotspots": (Hotspot.id, Hotspot.name, str),
    "import_batches": (ImportBatch.id, ImportBatch.id, "第 {} 批".format),
    "leaders": (Leader.id, Leader.name, str),
    "letters": (Letter.id, Letter.number, str),
    "snapshots": (Snapshot.id, Snapshot.number, str),
    "meetings": (Meeting.id, Meeting.number, str),
    "network_nodes": (NetworkNode.id, NetworkNode.name, str),
    "parameters": (
        ParameterValue.id,
        ParameterValue.key,
        lambda key: PARAMETERS[key].label if key in PARAMETERS else key,
    ),
    "reception_places": (ReceptionPlace.id, ReceptionPlace.name, str),
    "reception_rules": (ReceptionRuleRow.id, ReceptionRuleRow.name, str),
    "saved_views": (SavedView.id, SavedView.name, str),
    "special_periods": (SpecialPeriod.id, SpecialPeriod.name, str),
    "unit_aliases": (UnitAlias.id, UnitAlias.alias, str),
    "units": (Unit.id, Unit.name, str),
}
# What hangs on a matter and is called by its number.
OF_CASE: dict[str, Table] = {
    str(mapper.local_table.name): inspect(mapper.class_).local_table  # type: ignore[attr-defined]
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, OfCase) and issubclass(mapper.class_, Audited)
}


def names(session: Session, wanted: Iterable[Row], *, everywhere: bool = False) -> dict[Row, str]:
    """Name the rows that there still are; what hangs on a matter is called by its number.

    With `everywhere` matters are named outside the actor's scope as well, by their number and
    nothing else: the auditor is owed which matter an entry is about. The caller asks for the
    permission.
    """
    asked = set(wanted)
    cases = cases_of(session, asked)
    asked |= {("cases", case_id) for case_id in cases.values()}
    run = session.connection().execute if everywhere else session.execute
    found: dict[Row, str] = {}
    for table, (key, label, said) in _CALLED.items():
        for ids in _slices(table, asked):
            for row_id, called in run(select(key, label).where(key.in_(ids))):
                found[table, row_id] = said(called)
    for row, case_id in cases.items():
        if ("cases", case_id) in found:
            found[row] = found["cases", case_id]
    return found


def cases_of(session: Session, rows: Iterable[Row]) -> dict[Row, int]:
    """Map rows that hang on a matter to its id, in or out of the actor's scope."""
    wanted, found = set(rows), {}
    for name, table in OF_CASE.items():
        for ids in _slices(name, wanted):
            statement = select(table.c.id, table.c.case_id).where(table.c.id.in_(ids))
            for row_id, case_id in session.connection().execute(statement):
                found[name, row_id] = case_id
    return found


def _slices(table: str, rows: set[Row]) -> Iterator[list[int]]:
    ids = sorted(row_id for name, row_id in rows if name == table)
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]
