"""What a list of cases is narrowed to, as criteria that statements are built and kept by.

Building a statement costs more than SQLite takes to answer it, so a filter is parted in
its form, of which there are few, and the values, which are parameters.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from db import search
from db.engine import cipher_of
from db.models.cases import Case, Petitioner
from db.models.duty import CaseDuty
from db.models.hotspots import HotspotCase
from db.models.office import Code
from db.models.units import Unit
from db.scope import actor_of
from rules import cases as rules
from rules.case_terms import DutyList
from rules.permissions import Action
from rules.terms import CaseState, Channel, DateBase, Flag, Purpose, Repeat, Term

_MANY_UNITS = 50
_NUMBER = re.compile(r"[\d-]{4,}")  # a case is looked for by its number, or the end of it
_OF_STATE = frozenset({"states", "counted"})


class Sort(Term):
    """The orders a list can be had in; each is answered by an index."""

    NEWEST = "newest", "收到日期 新→旧"
    OLDEST = "oldest", "收到日期 旧→新"
    CHANGED = "changed", "最近更新"
    NUMBER = "number", "编号"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to; `first` and `last` are both in, on the date `base` names.

    `person` is an exact name, looked up by hash; it is never kept in an address or a view.
    `due_first` and `due_last` bound the last day of the nearest clock. `alone` leaves out what
    is below the unit. `accusations` False leaves them out, True leaves nothing else (条例 §30: they stand on no
    board and in no detailed export).
    """

    base: DateBase = DateBase.RECEIVED
    first: date | None = None
    last: date | None = None
    states: tuple[CaseState, ...] = ()
    channels: tuple[Channel, ...] = ()
    flags: tuple[Flag, ...] = ()
    due_first: date | None = None
    due_last: date | None = None
    unit_id: int | None = None
    alone: bool = False
    township_id: int | None = None
    code_id: int | None = None
    lead_id: int | None = None
    batch_id: int | None = None
    hotspot_id: int | None = None
    duty: DutyList | None = None
    repeat: Repeat | None = None
    suspected: bool = False
    accusations: bool | None = None
    term: str = ""
    person: str = ""
    sort: Sort = Sort.NEWEST


def as_json(wanted: CaseFilter) -> dict[str, Any]:
    """Return what a filter sets, as JSON keeps it; `from_json` reads it back."""
    empty = CaseFilter()
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name in (each.name for each in fields(CaseFilter))
        if (value := getattr(wanted, name)) != getattr(empty, name)
    }


def from_json(kept: Mapping[str, Any]) -> CaseFilter:
    """Read what `as_json` wrote."""
    given = {name: _READ[name](value) if name in _READ else value for name, value in kept.items()}
    return CaseFilter(**given)


def _several(term: type[Term]) -> Callable[[Sequence[str]], tuple[Term, ...]]:
    return lambda codes: tuple(term.of(code) for code in codes)


_READ: dict[str, Callable[[Any], Any]] = {
    "base": DateBase.of,
    "first": date.fromisoformat,
    "last": date.fromisoformat,
    "due_first": date.fromisoformat,
    "due_last": date.fromisoformat,
    "states": _several(CaseState),
    "channels": _several(Channel),
    "flags": _several(Flag),
    "duty": DutyList.of,
    "repeat": Repeat.of,
    "sort": Sort.of,
}


@dataclass(frozen=True, slots=True)
class Form:
    """Which criteria a filter sets: what its statements are kept by."""

    base: DateBase = DateBase.RECEIVED
    parts: tuple[str, ...] = ()
    words: search.Words | None = None

    def without_words(self) -> "Form":
        """The same, whatever words are searched for."""
        return replace(self, words=None)

    def without_states(self) -> "Form":
        """The same in every state."""
        return replace(self, parts=tuple(part for part in self.parts if part not in _OF_STATE))


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as the store is asked: its form, its parameters, and whether its words are frequent."""

    form: Form
    parameters: dict[str, Any] = field(default_factory=dict)
    frequent: bool = False


def asked(session: Session, wanted: CaseFilter) -> Asked:
    """Part a filter in form and values; units and classes are resolved to their subtrees.

    A merged case is found by its number and in its own state, and stands in no other list.
    Raises NotAllowed when a person is looked for without the permission for it.
    """
    values: dict[str, Any] = {
        "first": wanted.first,
        "last": wanted.last,
        "due_first": wanted.due_first,
        "due_last": wanted.due_last,
        "states": wanted.states,
        "channels": wanted.channels,
        "lead": wanted.lead_id,
        "batch": wanted.batch_id,
        "hotspot": wanted.hotspot_id,
        "repeat": wanted.repeat,
    }
    values = {name: value for name, value in values.items() if value}
    parts = [*values, *(flag.value for flag in wanted.flags)]
    for name, unit_id in (("unit", wanted.unit_id), ("township", wanted.township_id)):
        if unit_id:
            alone = wanted.alone and name == "unit"
            part, ids = (name, unit_id) if alone else _within(session, name, unit_id)
            parts.append(part)
            values[part] = ids
    if wanted.code_id:
        parts.append("codes")
        values["codes"] = _codes_under(session, wanted.code_id)
    if wanted.duty:
        parts.append(f"duty_{wanted.duty.value}")
    if wanted.suspected:
        parts.append("suspected")
    if wanted.accusations is not None:
        parts.append("accusations" if wanted.accusations else "ordinary")
    if wanted.person.strip():
        actor_of(session).require(Action.FIND_PERSON)
        parts.append("person")
        values["person"] = cipher_of(session).lookup(wanted.person)
    if not wanted.states and not _NUMBER.fullmatch(wanted.term.strip()):
        parts.append("counted")
    found = search.asked(session, wanted.term)
    if found is None:
        return Asked(Form(wanted.base, tuple(parts)), values)
    form = Form(wanted.base, tuple(parts), found.words)
    return Asked(form, values | found.parameters, found.frequent)


def criteria(form: Form) -> ColumnElement[bool]:
    """Return the criteria of a form, with a bound parameter for each value."""
    on = getattr(Case, rules.date_base_column(form.base))
    parts = [_CRITERIA[part](on) for part in form.parts]
    if form.words:
        parts.append(search.matches(form.words))
    return and_(True, *parts)


def _among(column: Any, name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))


_CRITERIA: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "first": lambda on: on >= bindparam("first"),
    "last": lambda on: on <= bindparam("last"),
    "due_first": lambda _: Case.due_on >= bindparam("due_first"),
    "due_last": lambda _: Case.due_on <= bindparam("due_last"),
    "states": lambda _: _among(Case.state, "states"),
    "counted": lambda _: Case.state != CaseState.MERGED,
    "channels": lambda _: _among(Case.channel, "channels"),
    "lead": lambda _: Case.lead_id == bindparam("lead"),
    "batch": lambda _: Case.batch_id == bindparam("batch"),
    "hotspot": lambda _: Case.id.in_(
        select(HotspotCase.case_id).where(HotspotCase.hotspot_id == bindparam("hotspot"))
    ),
    "repeat": lambda _: Case.repeat == bindparam("repeat"),
    "codes": lambda _: _among(Case.code_id, "codes"),
    **{f"duty_{each.value}": lambda _, each=each: _listed(each) for each in DutyList},  # type: ignore[misc]
    "suspected": lambda _: Case.suspect_of_id.is_not(None),
    "accusations": lambda _: Case.purpose == Purpose.ACCUSATION,
    "ordinary": lambda _: Case.purpose.is_distinct_from(Purpose.ACCUSATION),
    "person": lambda _: exists().where(
        Petitioner.case_id == Case.id, Petitioner.name_hash == bindparam("person")
    ),
    "unit": lambda _: Case.unit_id == bindparam("unit"),
    "unit_any": lambda _: _among(Case.unit_id, "unit_any"),
    # Most of the county is no reason to leave the order of the list: a sum is in no index.
    "unit_most": lambda _: _among(Case.unit_id + 0, "unit_most"),
    "unit_none": lambda _: false(),
    "township": lambda _: Case.township_id == bindparam("township"),
    "township_any": lambda _: _among(Case.township_id, "township_any"),
    "township_most": lambda _: _among(Case.township_id + 0, "township_most"),
    "township_none": lambda _: false(),
    **{flag.value: lambda _, flag=flag: getattr(Case, flag.value) for flag in Flag},  # type: ignore[misc]
}


def _listed(wanted: DutyList) -> ColumnElement[bool]:
    listed = exists().where(CaseDuty.case_id == Case.id)
    match wanted:
        case DutyList.NOW:
            return listed.where(CaseDuty.left_on.is_(None))
        case DutyList.RESOLVED:
            return and_(listed, Case.resolved_on.is_not(None))
        case DutyList.UNRESOLVED:
            return and_(listed, Case.resolved_on.is_(None))
    return listed


def _within(session: Session, name: str, unit_id: int) -> tuple[str, Any]:
    """Name the criteria for a unit with its subtree; ids are looked up, so that an index is used."""
    ids = session.scalars(_SUBTREE, {"unit_id": unit_id}).all()
    if not ids:
        return f"{name}_none", None
    if len(ids) == 1:
        return name, ids[0]
    return f"{name}_{'most' if len(ids) > _MANY_UNITS else 'any'}", ids


_TOP = aliased(Unit)
_SUBTREE = (
    select(Unit.id)
    .join(_TOP, Unit.path.startswith(_TOP.path))
    .where(_TOP.id == bindparam("unit_id"))
)


def _codes_under(session: Session, code_id: int) -> Sequence[int]:
    path = session.scalar(select(Code.path).where(Code.id == code_id)) or ""
    under = Code.path.startswith(f"{path}/", autoescape=True)
    return session.scalars(select(Code.id).where(or_(Code.id == code_id, under))).all()
