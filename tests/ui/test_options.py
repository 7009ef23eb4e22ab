"""What screens choose from: kept while matters come in, read anew once something of it changes."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from db.commands import cases, codes, leaders, office, units
from db.engine import Store
from db.queries.units import resolve_units
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel, UnitKind
from settings import Settings
from tests.conftest import OFFICE
from ui import store as stores
from ui.options import Options, options

Change = Callable[[Session], object]


def _alias(session: Session) -> None:
    units.add_alias(session, resolve_units(session)["县住建局"], "住建")


def _parameter(session: Session) -> None:
    now = datetime.now(UTC)
    office.set_parameter(
        session, "near_due_days", "4", valid_from=stores.today(), reason="试", now=now
    )


def _unit(session: Session) -> None:
    county = resolve_units(session)["本县"]
    units.add_unit(session, "城关镇", UnitKind.TOWNSHIP, parent_id=county)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            _unit,
            lambda found: "城关镇" in found.unit_by_name,
        ),
        (_alias, lambda found: "住建" in found.unit_by_name),
        (
            lambda session: leaders.add_leader(session, "林政远", "县长"),
            lambda found: "林政远（县长）" in found.leader_names.values(),
        ),
        (
            lambda session: codes.import_codes(session, [("农业农村", "", "")]),
            lambda found: "农业农村" in found.code_names.values(),
        ),
        (_parameter, lambda found: found.near_days == 4),
    ],
    ids=["unit", "alias", "leader", "code", "parameter"],
)
def test_a_change_of_what_is_offered_is_seen_on_the_next_run_and_no_other_reads_it_anew(
    environment: Settings, store: Store, change: Change, told: Callable[[Options], bool]
) -> None:
    with store.writing(SYSTEM) as session:
        county = units.add_unit(session, "本县", UnitKind.COUNTY)
        units.add_unit(session, "县住建局", UnitKind.DEPARTMENT, parent_id=county)
    before = options()
    assert not told(before)

    with store.writing(OFFICE) as session:
        today, now = stores.today(), datetime.now(UTC)
        values = {"title": "反映积水", "channel": Channel.VISIT, "received_on": today}
        cases.open_case(session, values, people=[Person("张三丰")], today=today, now=now)
    assert options() is before

    with store.writing(SYSTEM) as session:
        change(session)
    assert told(options())
