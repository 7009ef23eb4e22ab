"""The made-up county's hotspots: one of each state, none with an accusation, and one dismissed."""

from datetime import date

import pytest
from sqlalchemy import func, select

from db.demo import county
from db.engine import Store
from db.models.cases import Case
from db.models.hotspots import DismissedProposal, HotspotCase
from db.queries import hotspots as queries
from rules.case_terms import HotspotState
from rules.permissions import SYSTEM
from rules.terms import Purpose
from tests.conftest import NOW, TODAY


def test_the_demo_has_a_hotspot_of_each_state(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        board = queries.board(session, (), page=1, today=TODAY)
        accused = session.scalar(
            select(func.count())
            .select_from(HotspotCase)
            .join(Case, HotspotCase.case_id == Case.id)
            .where(Case.purpose == Purpose.ACCUSATION)
        )
        dismissed = session.scalar(select(func.count()).select_from(DismissedProposal))
        first = queries.hotspot_file(session, board.rows[0].id, today=TODAY)

    assert set(board.by_state.values()) <= {1, 2}
    assert accused == 0
    assert dismissed == 1
    assert all(row.counts.matters > 1 for row in board.rows)
    assert first.counts.first_on is not None
    assert first.counts.first_on > date(2026, 5, 1)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_county_too_small_for_groups_has_no_hotspots(store: Store) -> None:
    county.load(store, cases=1, seed=7, now=NOW, today=TODAY)

    with store.reading(SYSTEM) as session:
        assert queries.names(session) == []


def test_the_one_that_is_handled_has_a_lead_and_a_group(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        (row,) = queries.board(session, [HotspotState.HANDLED], page=1, today=TODAY).rows
        file = queries.hotspot_file(session, row.id, today=TODAY)

    assert file.names["lead_id"]
    assert file.names["lead_unit_id"] == file.names["sector_unit_id"] != ""
    assert "县司法局" in file.values["members"]
