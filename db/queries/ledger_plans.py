"""A plan of an import, whatever its ledger: its rows, their counts and hashes, and what came before."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from rules.ledger_rows import CellProblem, LedgerRow
from rules.people import Person
from rules.terms import Outcome

_LIKE = 80
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One row of the sheet and what is to become of it."""

    number: int
    outcome: Outcome
    values: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    row_hash: bytes = b""
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()
    reason: str = ""


Line = TypeVar("Line", bound=PlannedLine)


def counted(rows: Iterable[PlannedLine]) -> dict[str, int]:
    """Count rows by outcome; rows is always the sum of the five outcomes."""
    by_outcome = Counter(row.outcome for row in rows)
    return {
        "rows": sum(by_outcome.values()),
        **{outcome.value: by_outcome[outcome] for outcome in Outcome},
    }


class RowHash:
    """The keyed hash of what a row of one kind of ledger says, whatever the order of its columns."""

    def __init__(self, session: Session, kind: str) -> None:
        self._keyed = hashlib.blake2b(digest_size=16, key=cipher_of(session).lookup(kind))

    def of(self, row: LedgerRow) -> bytes:
        """Hash one row."""
        content = repr(sorted((name, str(value)) for name, value in row.values.items()))
        digest = self._keyed.copy()
        digest.update(content.encode())
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a kind of ledger is held against: its model, which has number, title and row_hash.

    Two of one `whose` on one `day` with like titles are told to whoever imports; `called` is
    what one of them is called, `alike` begins that sentence and ends it.
    """

    model: Any
    called: str
    whose: str
    day: str
    alike: tuple[str, str]


def matched(session: Session, planned: Sequence[Line], kept: Kept) -> list[Line]:
    """Leave out rows that came before or stand twice; name those that resemble what is there."""
    hashes = _known(session, kept.model, "row_hash", [row.row_hash for row in planned])
    numbers = _known(session, kept.model, "number", [row.values.get("number") for row in planned])
    near = _near(session, planned, kept)
    seen: dict[bytes, int] = {}
    found = []
    for row in planned:
        own = row.values.get("number")
        if own in numbers or row.row_hash in hashes:
            # Whatever was asked about it then has been answered.
            reason = f"已在台账中（{own if own in numbers else hashes[row.row_hash]}）"
            row = replace(row, outcome=Outcome.UNCHANGED, reason=reason, problems=(), warnings=())
        elif row.outcome is not Outcome.INSERTED:
            pass
        elif own:
            message = f"台账里没有编号 {own}：新的{kept.called}请把编号留空"
            told = CellProblem(row.number, None, _place(row), "number", message, str(own))
            row = replace(row, outcome=Outcome.REJECTED, problems=(told,))
        elif row.row_hash in seen:
            reason = f"与第 {seen[row.row_hash]} 行完全相同"
            row = replace(row, outcome=Outcome.IGNORED, reason=reason)
        else:
            seen[row.row_hash] = row.number
            row = _resembling(row, near, kept)
        found.append(row)
    return found


def _place(row: PlannedLine) -> str:
    return f"第 {row.number} 行"


def _known(session: Session, model: Any, name: str, wanted: Sequence[Any]) -> dict[Any, str]:
    column = getattr(model, name)
    keys = sorted({each for each in wanted if each})
    found: dict[Any, str] = {}
    for start in range(0, len(keys), _CHUNK):
        statement = select(column, model.number).where(column.in_(keys[start : start + _CHUNK]))
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


_Near = Mapping[tuple[int, date], list[tuple[str, str]]]


def _near(session: Session, planned: Sequence[PlannedLine], kept: Kept) -> _Near:
    days = [row.values[kept.day] for row in planned if row.outcome is Outcome.INSERTED]
    found: dict[tuple[int, date], list[tuple[str, str]]] = {}
    if days:
        whose, day = getattr(kept.model, kept.whose), getattr(kept.model, kept.day)
        statement = select(whose, day, kept.model.number, kept.model.title)
        for by, on, number, title in session.execute(
            statement.where(day.between(min(days), max(days)))
        ):
            found.setdefault((by, on), []).append((number, title))
    return found


def _resembling(row: Line, near: _Near, kept: Kept) -> Line:
    values = row.values
    for number, title in near.get((values[kept.whose], values[kept.day]), ()):
        if fuzz.ratio(title, values["title"]) >= _LIKE:
            message = f"{kept.alike[0]} {number}，{kept.alike[1]}；照常导入，请核对"
            told = CellProblem(row.number, None, _place(row), "title", message, values["title"])
            return replace(row, warnings=(*row.warnings, told))
    return row
