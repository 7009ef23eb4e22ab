"""What screens choose from and tell lights by, read anew once something of it was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

import settings
from db.queries import audit, codes, leaders, office, units
from db.queries.units import UnitRow
from rules.permissions import SYSTEM
from rules.terms import UnitKind
from rules.units import in_force
from ui import store
from ui.forms import distinct


@dataclass(frozen=True, slots=True)
class Options:
    """Ids in the order to offer them, and the label of each, which no other has."""

    units: tuple[int, ...]
    townships: tuple[int, ...]
    unit_names: Mapping[int, str]
    # With the aliases, so that 住建局 finds 县住房和城乡建设局 where it is typed.
    unit_choices: Mapping[int, str]
    unit_by_name: Mapping[str, int]
    codes: tuple[int, ...]
    code_names: Mapping[int, str]
    leaders: tuple[int, ...]
    leader_names: Mapping[int, str]
    # Every unit there ever was, for looking back.
    tree: tuple[UnitRow, ...]
    # How many days before its end a clock is near (临期).
    near_days: int


def options() -> Options:
    """Return what may be chosen today; a change by anyone is seen on the next run."""
    version = store.the_store().version()
    return _options(settings.current().database_url, version, store.today())


@lru_cache(maxsize=4)
def _options(store_: str, _version: int, today: date) -> Options:
    """Read them, or tell those of the version before where the audit names no change to them.

    To read the tree of a county takes longer than to save a case, and a case is saved every second.
    """
    with store.the_store().reading(SYSTEM) as session:
        length = audit.length(session)
        before = _last.get((store_, today))
        if before and not audit.touched(session, _MADE_OF, since=before[0]):
            read = before[1]
        else:
            read = _read(session, today)
    _last.clear()
    _last[store_, today] = (length, read)
    return read


_MADE_OF = ("units", "unit_aliases", "leaders", "codes", "parameters")
# How long the chain of the audit was, and what was read then.
_last: dict[tuple[str, date], tuple[int, Options]] = {}


def _read(session: Session, today: date) -> Options:
    tree = units.tree(session)
    classes = codes.codes_valid(session, on=today)
    receiving = leaders.leaders(session, on=today)
    by_name = units.resolve_units(session)
    near_days = office.parameter(session, "near_due_days", on=today)
    assert isinstance(near_days, int)
    offered = [unit for unit in tree if in_force(unit.valid_from, unit.valid_to, on=today)]
    places = (UnitKind.TOWNSHIP, UnitKind.VILLAGE)
    return Options(
        units=tuple(unit.id for unit in offered),
        townships=tuple(unit.id for unit in offered if unit.kind in places),
        unit_names=distinct({unit.id: unit.path_name for unit in offered}),
        unit_choices=distinct({unit.id: _with_aliases(unit) for unit in offered}),
        unit_by_name=by_name,
        codes=tuple(code.id for code in classes),
        code_names=distinct({code.id: code.path for code in classes}),
        leaders=tuple(leader.id for leader in receiving),
        leader_names=distinct(
            {leader.id: f"{leader.name}（{leader.post}）" for leader in receiving}
        ),
        tree=tuple(tree),
        near_days=near_days,
    )


def _with_aliases(unit: UnitRow) -> str:
    return f"{unit.path_name}（{'、'.join(unit.aliases)}）" if unit.aliases else unit.path_name
