"""The made-up county's sweep: every state is there, made through the commands."""

from datetime import timedelta

import pytest

from db.demo import county, sweeps
from db.engine import Store
from db.queries import sweeps as queries
from db.queries.sweeps import GridFilter
from rules.permissions import SYSTEM
from rules.sweep_terms import RoundKind, SlotState
from rules.terms import UnitKind
from tests.conftest import NOW, TODAY


@pytest.mark.parametrize("days", [0, 45])
def test_the_sweep_shows_every_state_on_any_day(store: Store, days: int) -> None:
    today, now = TODAY + timedelta(days=days), NOW + timedelta(days=days)
    with store.writing(SYSTEM) as session:
        county._organise(session, now=now)
        sweeps.load(session, today=today, now=now)

    with store.reading(SYSTEM) as session:
        grids = [
            queries.grid(session, GridFilter(year, UnitKind.TOWNSHIP), today=today, now=now)
            for year in queries.years(session)
        ]
        waiting = queries.open_slots(session, today=today, now=now)
    states = {state for grid in grids for state, count in grid.states.items() if count}
    assert states == set(SlotState)
    campaign = [slot.state for slot in waiting if slot.round.kind is RoundKind.CAMPAIGN]
    assert len(campaign) == 63
    assert set(campaign) >= {SlotState.PENDING, SlotState.ZERO}
