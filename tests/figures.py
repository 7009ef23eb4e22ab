"""Cases of any kind at all, for tests of what is counted; no test of its own."""

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from db.engine import Store
from db.models.cases import Case
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, Purpose, Repeat
from tests.conftest import NOW

FIRST = date(2025, 6, 1)
DATES = (
    *("registered_on", "forwarded_on", "accepted_on", "answered_on"),
    *("resolved_on", "settled_on", "closed_on", "declined_on", "limit_on", "due_on"),
)
# No sign-off, which the store refuses without its papers.
STATES = [state for state in CaseState if state is not CaseState.SIGNED_OFF]


def noise(chance: random.Random, units: list[int], **values: Any) -> dict[str, Any]:
    """Any case at all: dates missing and out of order, merged, accusing, of no unit."""
    received = FIRST + timedelta(days=chance.randrange(500))
    dates = {
        name: received + timedelta(days=chance.randrange(-3, 95)) if chance.random() < 0.6 else None
        for name in DATES
    }
    return {
        "state": chance.choice(STATES),
        "channel": chance.choice(list(Channel)),
        "purpose": chance.choice([None, Purpose.REQUEST, Purpose.ACCUSATION]),
        "repeat": chance.choice(list(Repeat)),
        "people": chance.choice([1, 1, 2, 5, 6, 30, 400]),
        "unit_id": chance.choice([None, *units]),
        "township_id": chance.choice([None, *units]),
        "received_on": received,
        **dates,
        **values,
    }


def added(store: Store, chance: random.Random, units: list[int], count: int) -> None:
    """Insert cases as an import does, past the unit of work."""
    with store.writing(SYSTEM) as session:
        rows = [
            {
                "number": f"{chance.random()}",
                "title": "标题",
                "version": 1,
                "created_by": "甲",
                "created_at": NOW,
                "updated_at": NOW,
                **noise(chance, units),
            }
            for _ in range(count)
        ]
        session.execute(insert(Case), rows)
