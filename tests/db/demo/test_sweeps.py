"""The made-up county's sweep: every state is there, made through the commands."""

from datetime import date, datetime

from db.engine import Store
from db.queries import sweeps as queries
from db.queries.sweeps import GridFilter
from rules.permissions import SYSTEM
from rules.sweep_terms import RoundKind, SlotState
from rules.terms import UnitKind
from tests.conftest import NOW, TODAY


def test_the_sweep_shows_every_state(demo: Store) -> None:
    shows_every_state(demo, today=TODAY, now=NOW)


def shows_every_state(store: Store, *, today: date, now: datetime) -> None:
    """Look for every state of a slot, and for a campaign of all townships that has begun."""
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
