"""内容分类: adding, renaming and ending classes, and taking in a whole list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models.office import Code
from db.models.units import Unit
from db.scope import actor_of
from rules import codes as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.permissions import Action
from rules.units import span_problems


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many classes of a list were new, and how many were there already."""

    added: int
    unchanged: int


def add_code(
    session: Session,
    label: str,
    *,
    parent_id: int | None = None,
    unit_id: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> int:
    """Add a class below `parent_id`, or on the first level, and return its id."""
    _list(session)
    parent = _code(session, parent_id) if parent_id is not None else None
    label = clean(label)
    problems = rules.label_problems(label) + rules.level_problems(parent.level if parent else 0)
    problems += span_problems(valid_from, valid_to) + _unit_problems(session, unit_id)
    problems += _taken(session, label, parent_id)
    if problems:
        raise Invalid(problems)
    code = _add(session, label, parent)
    code.unit_id, code.valid_from, code.valid_to = unit_id, valid_from, valid_to
    session.flush()
    return code.id


def change_code(
    session: Session,
    code_id: int,
    *,
    version: int,
    label: str,
    unit_id: int | None,
    valid_from: date | None,
    valid_to: date | None,
) -> None:
    """Rename or end a class or give it another 行业主管; the paths below follow its label.

    `valid_to` is the first day it may no longer be chosen, nor anything below it.
    """
    _list(session)
    code = _code(session, code_id)
    if code.version != version:
        raise Conflict(f"分类“{code.path}”已被他人修改，请核对后重新提交")
    label = clean(label)
    problems = rules.label_problems(label) + span_problems(valid_from, valid_to)
    problems += _unit_problems(session, unit_id)
    problems += _taken(session, label, code.parent_id, but=code_id)
    if problems:
        raise Invalid(problems)
    code.unit_id, code.valid_from, code.valid_to = unit_id, valid_from, valid_to
    if code.label != label:
        code.label = label
        parent = session.get(Code, code.parent_id) if code.parent_id is not None else None
        session.flush()
        _set_path(session, code, parent)


def import_codes(session: Session, rows: Iterable[tuple[str, str, str]]) -> ImportCounts:
    """Take in rows of three labels, empty from some level on; what is there already stays.

    Raises Invalid with every label that cannot be one, and adds nothing then.
    """
    _list(session)
    cells = [tuple(clean(cell) for cell in row) for row in rows]
    # A dict keeps the order of the file, in which the classes will be listed.
    paths = {row[:level]: None for row in cells for level in (1, 2, 3) if row[level - 1]}
    problems = [
        problem for path in paths for problem in rules.label_problems(path[-1], field="file")
    ]
    problems += [
        Problem("file", f"“{'/'.join(path)}”缺少上一级分类") for path in paths if not all(path)
    ]
    if problems:
        raise Invalid(problems)
    known: dict[tuple[str, ...], Code] = {
        tuple(code.path.split(rules.SEPARATOR)): code for code in session.scalars(select(Code))
    }
    added = 0
    for level in (1, 2, 3):
        new = [path for path in paths if len(path) == level and path not in known]
        for path in new:
            known[path] = _new(path[-1], known.get(path[:-1]))
        session.add_all(known[path] for path in new)
        session.flush()
        added += len(new)
    return ImportCounts(added, len(paths) - added)


def _list(session: Session) -> None:
    """Require the action and take the lock under which the list changes: its first level."""
    actor_of(session).require(Action.MANAGE_CODES)
    first = select(Code.id).where(Code.level == 1).order_by(Code.id)
    session.execute(first.with_for_update(key_share=True)).all()


def _code(session: Session, code_id: int) -> Code:
    code = session.get(Code, code_id)
    if code is None:
        raise Missing("该分类不存在")
    return code


def _new(label: str, parent: Code | None) -> Code:
    if parent is None:
        return Code(label=label, level=1, path=label)
    return Code(
        label=label, parent_id=parent.id, level=parent.level + 1, path=f"{parent.path}/{label}"
    )


def _add(session: Session, label: str, parent: Code | None) -> Code:
    code = _new(label, parent)
    session.add(code)
    return code


def _set_path(session: Session, code: Code, parent: Code | None) -> None:
    # Past the mapper: the paths follow from the label and are no changes of their own.
    path = f"{parent.path}/{code.label}" if parent else code.label
    session.execute(update(Code).where(Code.id == code.id).values(path=path))
    for child in session.scalars(select(Code).where(Code.parent_id == code.id)):
        _set_path(session, child, code)


def _unit_problems(session: Session, unit_id: int | None) -> list[Problem]:
    if unit_id is not None and session.get(Unit, unit_id) is None:
        return [Problem("unit_id", "行业主管单位不存在")]
    return []


def _taken(
    session: Session, label: str, parent_id: int | None, *, but: int | None = None
) -> list[Problem]:
    brothers = select(Code.id).where(
        Code.label == label, Code.parent_id.is_not_distinct_from(parent_id)
    )
    if any(found != but for found in session.scalars(brothers)):
        return [Problem("label", f"同一级已有分类“{label}”")]
    return []
