"""What the register has of the cases a ledger speaks of, and what people changed there since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.audit import AuditEntry
from db.models.cases import Case, CaseEntry, Petitioner
from db.models.procedure import CaseStep
from rules.cases import FIELDS
from rules.people import Person
from rules.terms import AuditAction, CaseState

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A case the sheet may speak of.

    `former` holds what each field was before somebody saved another value, as the audit chain
    keeps it; `typed_person` says that its petitioner was typed here after an import brought it.
    `stepped` says that its procedure is followed here, by which its dates and state go; `merged`
    that another case stands for it.
    """

    id: int
    version: int
    case: Mapping[str, Any]
    row_hash: bytes | None
    imported: bool
    entries: frozenset[str] = frozenset()
    person: Person | None = None
    typed_person: bool = False
    former: Mapping[str, frozenset[Any]] | None = None
    stepped: bool = False
    merged: bool = False


def known_cases(session: Session, column: Any, wanted: Iterable[Any]) -> dict[Any, Known]:
    """Return the cases whose `column` holds one of the values, by that value."""
    keys = sorted({key for key in wanted if key})
    found: dict[Any, Known] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        for case in session.scalars(select(Case).where(column.in_(chunk))):
            values = {name: getattr(case, name) for name in FIELDS}
            found[getattr(case, column.key)] = Known(
                case.id,
                case.version,
                values,
                case.row_hash,
                case.batch_id is not None,
                merged=case.state is CaseState.MERGED,
            )
        session.expunge_all()
    return found


def completed(session: Session, known: Sequence[Known]) -> dict[int, Known]:
    """Add to the cases what stands beside them: entries, petitioner, former values; by id."""
    done: dict[int, Known] = {}
    for start in range(0, len(known), _CHUNK):
        chunk = known[start : start + _CHUNK]
        ids = [each.id for each in chunk]
        entries, former = _entries(session, ids), _former(session, ids)
        people = _people(session, ids)
        steps = select(CaseStep.case_id).where(CaseStep.case_id.in_(ids)).distinct()
        stepped = frozenset(session.scalars(steps))
        typed = _typed(session, {row_id: case_id for case_id, (row_id, _) in people.items()})
        for each in chunk:
            done[each.id] = replace(
                each,
                entries=frozenset(entries.get(each.id, ())),
                person=people[each.id][1] if each.id in people else None,
                typed_person=each.imported and each.id in typed,
                stepped=each.id in stepped,
                former={n: frozenset(v) for n, v in former.get(each.id, {}).items()},
            )
    return done


def _entries(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    statement = select(CaseEntry.case_id, CaseEntry.text).where(CaseEntry.case_id.in_(ids))
    for case_id, words in session.execute(statement):
        found.setdefault(case_id, []).append(words)
    return found


def _former(session: Session, ids: Sequence[int]) -> dict[int, dict[str, set[Any]]]:
    """Collect the values that saves replaced; taking a batch back replaces nothing typed."""
    undone = select(AuditEntry.at).where(AuditEntry.action == AuditAction.UNDO)
    statement = select(AuditEntry.entity_id, AuditEntry.changes).where(
        AuditEntry.entity == Case.__tablename__,
        AuditEntry.entity_id.in_(ids),
        AuditEntry.action == AuditAction.UPDATE,
        AuditEntry.at.not_in(undone),
    )
    found: dict[int, dict[str, set[Any]]] = {}
    for case_id, changes in session.execute(statement):
        for name, change in changes.items():
            if isinstance(change, list) and case_id is not None:
                found.setdefault(case_id, {}).setdefault(name, set()).add(change[0])
    return found


def _people(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, Person]]:
    """Return the first petitioner of each case with his row's id, in clear, to be compared."""
    cipher = cipher_of(session)
    rows = session.execute(
        select(
            Petitioner.case_id,
            Petitioner.id,
            Petitioner.name_encrypted,
            Petitioner.phone_encrypted,
            Petitioner.address_encrypted,
        ).where(Petitioner.case_id.in_(ids), Petitioner.position == 0)
    )

    def clear(secret: bytes | None) -> str:
        return cipher.decrypt(secret) if secret else ""

    return {
        case_id: (row_id, Person(clear(name), clear(phone), clear(address)))
        for case_id, row_id, name, phone, address in rows
    }


def _typed(session: Session, case_of_row: Mapping[int, int]) -> set[int]:
    """Find the cases whose petitioner was typed or corrected by hand.

    What comes in bulk leaves no entry of its own, and what an import or its undoing
    corrects stands at the same moment as their own entry. A row's id may have been
    another's before, so an entry that says whose it is must say this case.
    """
    imported = select(AuditEntry.at).where(
        AuditEntry.action.in_([AuditAction.IMPORT, AuditAction.UNDO])
    )
    statement = select(AuditEntry.entity_id, AuditEntry.changes).where(
        AuditEntry.entity == Petitioner.__tablename__,
        AuditEntry.entity_id.in_(list(case_of_row)),
        AuditEntry.action.in_([AuditAction.CREATE, AuditAction.UPDATE]),
        AuditEntry.at.not_in(imported),
    )
    return {
        case_of_row[row_id]
        for row_id, changes in session.execute(statement)
        if row_id is not None
        and changes.get("case_id", case_of_row[row_id]) == case_of_row[row_id]
        and changes.keys() & {"name_encrypted", "phone_encrypted", "address_encrypted"}
    }
