"""The made-up county's sweep: every state is there, made through the commands, and it all fits."""

from datetime import date, datetime

from sqlalchemy import func, select

from db.demo import places
from db.engine import Store
from db.models.disputes import Dispute, DisputeLook, DisputePair
from db.models.network import EarlySign, NetworkFiling, NetworkNode
from db.models.sweeps import SweepReport, SweepRound
from db.models.units import Unit
from db.queries import network, sweep_items
from db.queries import sweeps as queries
from db.queries.sweeps import GridFilter
from rules.dispute_terms import DisputeState, EarlyState, NodeKind, RiskLevel
from rules.permissions import SYSTEM
from rules.sweep_terms import RoundKind, SlotState
from rules.terms import UnitKind
from tests.conftest import NOW, TODAY


def test_the_sweep_shows_every_state(demo: Store) -> None:
    shows_every_state(demo, today=TODAY, now=NOW)


def shows_every_state(store: Store, *, today: date, now: datetime) -> None:
    """Look for every state of slots, disputes and signs, and for a campaign that has begun."""
    with store.reading(SYSTEM) as session:
        grids = [
            queries.grid(session, GridFilter(year, UnitKind.TOWNSHIP), today=today, now=now)
            for year in queries.years(session)
        ]
        waiting = queries.open_slots(session, today=today, now=now)
        found = set(session.scalars(select(Dispute.state).distinct()))
        levels = set(session.scalars(select(Dispute.level).distinct()))
        signs = set(session.scalars(select(EarlySign.state).distinct()))
        due = session.scalars(
            select(DisputeLook.id).where(DisputeLook.due_on <= today, DisputeLook.done_on.is_(None))
        ).all()
        pairs = session.scalar(select(func.count()).select_from(DisputePair))
    states = {state for grid in grids for state, count in grid.states.items() if count}
    assert states == set(SlotState)
    campaign = [slot.state for slot in waiting if slot.round.kind is RoundKind.CAMPAIGN]
    assert len(campaign) == 63
    assert set(campaign) >= {SlotState.PENDING, SlotState.ZERO}
    assert found == set(DisputeState)
    assert levels == {*RiskLevel, None}
    assert signs == set(EarlyState)
    assert due
    assert pairs == 1


def test_reports_say_what_the_ledger_has_and_the_network_is_that_of_jiayin(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        filed = session.execute(
            select(SweepReport, SweepRound)
            .join(SweepRound, SweepRound.id == SweepReport.round_id)
            .where(SweepReport.filed_at.is_not(None), SweepRound.level == UnitKind.TOWNSHIP)
        ).all()
        told = [(row.found, row.resolved, row.zero) for row, _ in filed]
        known = [sweep_items.entered(session, each, row.unit_id) for row, each in filed]
    assert told == [
        (each.found, each.resolved, not (each.found or each.resolved)) for each in known
    ]
    assert {zero for _, _, zero in told} == {True, False}

    with demo.reading(SYSTEM) as session:
        kinds: dict[NodeKind, int] = dict(
            session.execute(select(NetworkNode.kind, func.count()).group_by(NetworkNode.kind)).all()
        )
        gaps = network.coverage(session, on=TODAY).gaps
        waiting = network.filings(session, waiting=True)
        on_file = session.scalar(select(func.count(NetworkFiling.filed_on)))
        villages = session.scalar(
            select(func.count()).where(Unit.kind == UnitKind.VILLAGE, Unit.valid_to.is_(None))
        )
    for kind in (NodeKind.JOINT_MEETING, NodeKind.JUSTICE_OFFICE, NodeKind.POLICE_STATION):
        assert kinds[kind] == 9
    assert kinds[NodeKind.MEDIATION_GROUP] == 73
    assert kinds[NodeKind.GRID_WORKER] == 198
    assert villages == 73 + 3 * (63 - 9)
    assert not [gap for gap in gaps if gap.place.name.split("/")[0] in places.NETWORKED]
    assert len(gaps) == (63 - 9) * 4
    assert (len(waiting), on_file) == (3, sum(kinds.values()) - 3)
