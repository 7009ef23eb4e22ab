"""What a situation is asked of: days, a unit, a township, and how far its reader may count."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, bindparam, exists, select, true
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.units import Unit
from db.queries import office
from db.scope import actor_of, past_scope
from rules.duplicates import COUNTED
from rules.errors import Missing
from rules.periods import Days
from rules.permissions import Action
from rules.policy import Value
from rules.terms import Purpose


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, and where it is narrowed to a unit or a township, with what stands under it."""

    days: Days
    unit_id: int | None = None
    township_id: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Which criteria a situation sets: building a statement costs more than answering it."""

    units: bool
    townships: bool
    sqlite: bool

    def ordinary(self) -> ColumnElement[bool]:
        """The cases that figures count, among the units and townships asked for."""
        units: Any = bindparam("units", expanding=True)
        townships: Any = bindparam("townships", expanding=True)
        return and_(
            Case.purpose.is_distinct_from(Purpose.ACCUSATION),
            Case.state.in_(sorted(COUNTED)),
            Case.unit_id.in_(units) if self.units else true(),
            Case.township_id.in_(townships) if self.townships else true(),
        )

    def counts(self, case_id: Any, *criteria: ColumnElement[bool]) -> ColumnElement[bool]:
        """Ask of a row that hangs on a case whether figures count that case.

        Asked for each row: SQLite would otherwise begin with all the cases.
        """
        return exists().where(Case.id == case_id, self.ordinary(), *criteria)


def in_days(day: Any) -> ColumnElement[bool]:
    """Ask whether a day lies in the days of the context."""
    return day.between(bindparam("first", type_=Date), bindparam("last", type_=Date))


TODAY: Any = bindparam("today", type_=Date)


@dataclass(frozen=True, slots=True)
class Context:
    """What every figure is counted by: `days` end today at the latest; None leaves all units in.

    `townships` are `township_id`, which was asked for, and what stands under it.
    """

    session: Session
    days: Days
    units: frozenset[int] | None
    township_id: int | None
    townships: frozenset[int] | None
    today: date
    now: datetime
    clock: ZoneInfo
    parameters: Mapping[str, Value]

    @property
    def of_county(self) -> bool:
        """Whether it is of the whole county."""
        return self.units is None and self.townships is None

    def number(self, key: str) -> int:
        """Return a parameter in force at the end of the days."""
        value = self.parameters[key]
        assert isinstance(value, int)
        return value

    @property
    def form(self) -> Form:
        """What its statements are kept by."""
        sqlite = self.session.get_bind().dialect.name == "sqlite"
        return Form(self.units is not None, self.townships is not None, sqlite)

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of a statement of its form; each takes what it names."""
        found: dict[str, Any] = {
            "first": self.days.first,
            "last": self.days.last,
            "today": self.today,
        }
        for name, ids in (("units", self.units), ("townships", self.townships)):
            if ids is not None:
                found[name] = sorted(ids)
        return found


@contextmanager
def counting(
    session: Session, asked: Asked, *, today: date, now: datetime, clock: ZoneInfo
) -> Iterator[Context]:
    """Count what `asked` names: the county for whoever may see it, else the actor's own units.

    Within the block the session reads past the scope, so that everybody is told one figure;
    counts alone leave it. Raises NotAllowed, and Missing for a unit that is not the actor's.
    """
    actor = actor_of(session)
    actor.require(Action.SEE_SITUATION)
    units = _under(session, asked.unit_id)
    if not actor.sees_county:
        units = actor.unit_ids if units is None else units & actor.unit_ids
        if not units:
            raise Missing("该单位不存在，或者不在您的范围内")
    days = asked.days.until(today)
    with past_scope(session):
        yield Context(
            session=session,
            days=days,
            units=units,
            township_id=asked.township_id,
            townships=_under(session, asked.township_id),
            today=today,
            now=now,
            clock=clock,
            parameters=office.in_force(session, on=max(days.first, days.last)),
        )


def _under(session: Session, unit_id: int | None) -> frozenset[int] | None:
    if unit_id is None:
        return None
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    if path is None:
        raise Missing("该单位不存在，或者不在您的范围内")
    found = session.scalars(select(Unit.id).where(Unit.path.startswith(path, autoescape=True)))
    return frozenset(found)
