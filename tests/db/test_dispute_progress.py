"""逐案销号 in the store: by round, campaign and class, day by day, and by age; each in its scope."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from db.commands.cases import Opened
from db.engine import Store
from db.models.disputes import Dispute
from db.models.sweeps import SweepRound
from db.queries import dispute_progress as queries
from db.queries import disputes
from db.queries.disputes import DisputeFilter
from rules.dispute_progress import Basis, Flow, burn_down
from rules.dispute_terms import DisputeStep, Tally
from rules.permissions import Actor
from rules.sweep_terms import RoundKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Make = Callable[..., Any]
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _round(store: Store, name: str, kind: RoundKind, *units: int) -> int:
    with store.writing(OFFICE) as session:
        row = SweepRound(
            kind=kind,
            name=name,
            first_on=TODAY - timedelta(15),
            last_on=TODAY,
            due_at=NOW,
            closes_at=NOW + timedelta(7),
            unit_ids=list(units),
            class_ids=[],
            created_by="小李",
            created_at=NOW,
        )
        session.add(row)
        session.flush()
        return row.id


def _progress(store: Store, basis: Basis, actor: Actor = OFFICE) -> list[Flow]:
    with store.reading(actor) as session:
        return queries.progress(session, basis, **YEAR, today=TODAY)


def _told(found: list[Flow]) -> list[tuple[str, int, int, int, int]]:
    return [
        (f.name, f.tally.found, f.tally[Tally.RESOLVED], f.tally[Tally.PARTLY], f.signed)
        for f in found
    ]


@pytest.fixture
def worked(store: Store, place: d.County) -> int:
    """One signed off, one resolved in part, one merely found, in a campaign; its round's id."""
    round_id = _round(store, "汛前专项", RoundKind.CAMPAIGN, place.village)
    _round(store, "没有纠纷的一轮", RoundKind.CAMPAIGN, place.neighbour)
    done = d.add(store, place.village)
    d.approve(store, d.ready(store, done, place.town))
    partly = d.add(store, place.village, title="水渠改道")
    d.handle(store, partly, place.town)
    d.step(store, partly, DisputeStep.PARTLY, text="一方接受")
    d.add(store, place.village, title="征地补偿")
    d.add(store, place.other_town, title="别处一件")
    return round_id


def test_a_campaign_a_class_and_a_round_are_told_apart(store: Store, worked: int) -> None:
    assert _told(_progress(store, Basis.CAMPAIGN)) == [("汛前专项", 3, 1, 1, 1)]
    assert _told(_progress(store, Basis.CLASS)) == [("房屋宅基地", 4, 1, 1, 1)]
    assert _progress(store, Basis.ROUND) == []


def test_a_number_of_the_flow_is_that_of_its_list(store: Store, worked: int) -> None:
    flow = _progress(store, Basis.CAMPAIGN)[0]

    with store.reading(OFFICE) as session:
        found = disputes.listing(session, DisputeFilter(round_id=worked), page=1, today=TODAY)
    assert (flow.key, found.total, found.tally) == (worked, 3, flow.tally)


def test_a_burn_down_ends_with_what_is_left(store: Store, worked: int) -> None:
    with store.reading(OFFICE) as session:
        burnt = queries.burnt(session, Basis.CAMPAIGN, worked, **YEAR)
        by_class = queries.burnt(session, Basis.CLASS, d.class_id(store), **YEAR)

    left = burn_down(burnt.days, passed_on=burnt.petitioned, until=TODAY)
    assert (left[0].on, left[0].unresolved, left[0].unsigned) == (TODAY - timedelta(10), 3, 3)
    assert (left[-1].unresolved, left[-1].unsigned) == (2, 2)
    assert sum(by_class.days.found.values()) == 4


def test_what_rebounds_is_left_again(store: Store, worked: int) -> None:
    number = next(
        row.number
        for row in _listing(store, DisputeFilter(round_id=worked))
        if row.signed_on is not None
    )
    signed = Opened(d.seen(store, number).id, number)
    d.step(store, signed, DisputeStep.REBOUND, reason="又起争执")

    with store.reading(OFFICE) as session:
        burnt = queries.burnt(session, Basis.CAMPAIGN, worked, **YEAR)
    last = burn_down(burnt.days, passed_on=burnt.petitioned, until=TODAY)[-1]
    assert (last.unresolved, last.unsigned) == (3, 3)


def _listing(store: Store, wanted: DisputeFilter) -> Any:
    with store.reading(OFFICE) as session:
        return disputes.listing(session, wanted, page=1, today=TODAY).rows


def test_a_unit_counts_its_own_in_every_figure(store: Store, place: d.County, worked: int) -> None:
    other = d.member(store, place.other_town)

    assert _told(_progress(store, Basis.CLASS, other)) == [("房屋宅基地", 1, 0, 0, 0)]
    assert _progress(store, Basis.CAMPAIGN, other) == []
    with store.reading(other) as session:
        burnt = queries.burnt(session, Basis.CAMPAIGN, worked, **YEAR)
        ages = queries.ageing(session, today=TODAY)
    assert burnt.days.found == {}
    assert sum(each.open for each in ages) == 1


@pytest.mark.parametrize(("days", "band"), [(15, 0), (16, 1), (30, 1), (31, 2), (90, 2), (91, 3)])
def test_ages_are_counted_in_the_band_whose_list_shows_them(
    store: Store, place: d.County, days: int, band: int
) -> None:
    opened = d.add(store, place.village, found_on=TODAY - timedelta(days))
    with store.writing(OFFICE) as session:
        session.get_one(Dispute, opened.id).due_on = TODAY - timedelta(1)

    with store.reading(OFFICE) as session:
        ages = queries.ageing(session, today=TODAY)

    assert [each.open for each in ages] == [int(at == band) for at in range(4)]
    assert ages[band].overdue == 1
    first, last = ages[band].band.days(TODAY)
    assert len(_listing(store, DisputeFilter(first=first, last=last, open_only=True))) == 1
