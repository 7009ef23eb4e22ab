"""The demo county: every part of the board has something to show, and all of it by the rules."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.demo import county
from db.engine import Store
from db.models.cases import Case
from db.models.duty import CaseDuty, Measure
from db.models.procedure import CaseStep
from db.models.supervision import FollowUp, SignOff
from db.queries import batches
from rules.batches import tally
from rules.permissions import SYSTEM
from rules.terms import CaseState
from tests.conftest import NOW, TODAY
from tests.db.demo.test_evaluations import shows_every_step
from tests.db.demo.test_sweeps import shows_every_state


def test_the_demo_shows_every_part_of_the_board(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        states = set(session.scalars(select(Case.state).distinct()))
        letters = session.scalars(select(FollowUp.sent_on)).all()
        signed = session.scalars(select(SignOff.signed_on)).all()
        duties = session.scalars(select(CaseDuty.team)).all()
        measures = session.scalar(select(func.count()).select_from(Measure))
        (line,) = batches.batches(session, today=TODAY)
        outcomes = batches.batch_file(session, line.id, today=TODAY).outcomes

    assert states >= {CaseState.RETURNED, CaseState.DISPUTED, CaseState.IN_REVIEW}
    assert states >= {CaseState.IN_RECHECK, CaseState.SIGNED_OFF}
    assert TODAY in letters
    assert None in letters
    assert TODAY in signed
    assert None in signed
    assert "" in duties
    assert measures
    assert tally(outcomes).resolved * 5 == tally(outcomes).assigned * 4


@pytest.mark.parametrize(
    ("config", "days"), [("sqlite", 45), ("postgresql", 102)], indirect=["config"]
)
def test_the_demo_obeys_the_rules_and_shows_all_its_parts_on_any_day(
    store: Store, days: int
) -> None:
    today, now = TODAY + timedelta(days=days), NOW + timedelta(days=days)
    county.load(store, cases=400, seed=days, now=now, today=today)

    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(CaseStep))
    shows_every_state(store, today=today, now=now)
    shows_every_step(store, today=today, now=now)
