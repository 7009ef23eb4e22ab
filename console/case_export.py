"""The register given out from the command line: the options turned into the filter of the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

import settings
from console.store import now, today
from db.engine import Store
from db.queries.case_filters import CaseFilter
from db.queries.units import resolve_units
from rules.errors import RuleError
from rules.periods import Period, days_of
from rules.permissions import SYSTEM
from rules.terms import CaseState
from rules.units import normalise_name
from ui.register_file import Choice, RegisterFile, make, record


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command that narrow the register, as they were typed."""

    period: str | None
    since: datetime | None
    until: datetime | None
    unit: str | None
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the units of a filter are called; the command filters by no class and no leader."""

    unit_names: Mapping[int, str]
    code_names: Mapping[int, str] = field(default_factory=dict)
    leader_names: Mapping[int, str] = field(default_factory=dict)


def made(store: Store, asked: Asked, *, content: bool) -> RegisterFile:
    """Make the workbook; raises RuleError for an option that names nothing there is."""
    with store.reading(SYSTEM) as session:
        wanted, names = _filter(session, asked)
        moment = now().astimezone(ZoneInfo(settings.current().timezone))
        return make(session, wanted, Choice(content=content), names, moment=moment)


def noted(store: Store, made: RegisterFile) -> None:
    """Leave the entry of the export in the audit, once its file lies where it was asked for."""
    with store.writing(SYSTEM) as session:
        record(session, made)


def _filter(session: Session, asked: Asked) -> tuple[CaseFilter, _Names]:
    first, last = (day.date() if day else None for day in (asked.since, asked.until))
    if asked.period is not None:
        named = Period.from_text(asked.period)
        if named is None or named is Period.CUSTOM:
            raise RuleError(f"没有这个时间：{asked.period}")
        if first or last:
            raise RuleError("--period 不能与 --since、--until 同时使用")
        first, last = days_of(named, today=today())
    found = [CaseState.from_text(text) for text in asked.states]
    if None in found:
        labels = "、".join(each.label for each in CaseState)
        raise RuleError(f"没有这个状态：{'、'.join(asked.states)}；应为 {labels}")
    unit = asked.unit
    unit_id = resolve_units(session).get(normalise_name(unit)) if unit else None
    if unit and unit_id is None:
        raise RuleError(f"单位表里没有“{unit}”")
    chosen = tuple(each for each in found if each)
    wanted = CaseFilter(first=first, last=last, states=chosen, unit_id=unit_id)
    return wanted, _Names({unit_id: unit} if unit and unit_id else {})
