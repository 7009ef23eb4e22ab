"""Rounds made and closed by themselves when somebody looks, and the years without a calendar."""

from datetime import date
from functools import lru_cache

import settings
from db.commands import sweep_rounds as commands
from db.engine import StoreAway
from db.queries import sweep_plan
from db.queries.sweep_plan import Difference
from rules.permissions import SYSTEM
from ui import store


def keep_up() -> tuple[int, ...]:
    """Make and close what is due for everybody; returns the planned years without holidays.

    Asked once an hour and whenever anything was written. While somebody writes in bulk it is
    left to the next look: a report is judged by its own round all the same.
    """
    today, opened = store.today(), store.the_store()
    address, hour = settings.current().database_url, store.now().hour
    found = _difference(address, opened.version(), today, hour)
    if found:
        try:
            with opened.writing(SYSTEM, patient=False) as session:
                commands.keep_up(
                    session,
                    until=today + sweep_plan.AHEAD,
                    today=today,
                    now=store.now(),
                    clock=store.clock(),
                )
        except StoreAway:
            return found.unknown
    return found.unknown


@lru_cache(maxsize=4)
def _difference(_store: str, _version: int, today: date, _hour: int) -> Difference:
    # As the system: who sees less would take a round others reported to for an empty one.
    with store.the_store().reading(SYSTEM) as session:
        return sweep_plan.difference(
            session,
            until=today + sweep_plan.AHEAD,
            today=today,
            now=store.now(),
            clock=store.clock(),
        )
