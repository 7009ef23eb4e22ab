"""The hall's screen: what is published for today and the days to come, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import publications
from db.engine import Store
from db.models.receptions import Roster, TurnRow
from rules.permissions import SYSTEM
from rules.roster_notices import Notice
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.receptions import make_turn

Open = Callable[..., AppTest]


def _shown(page: AppTest) -> str:
    return "\n".join(each.proto.body for each in page.get("html"))


@pytest.fixture
def published(store: Store, make_leader: Callable[[str], int]) -> int:
    """A roster published with a turn today and one tomorrow; the id of today's."""
    turn, other = make_turn(store, make_leader("<b>王</b>强")), make_leader("李敏")
    with store.writing(SYSTEM) as session:
        roster = session.get_one(Roster, session.get_one(TurnRow, turn).roster_id)
        roster.last_on = TODAY + timedelta(days=9)
        days = {"held_on": TODAY + timedelta(days=1), "roster_id": roster.id}
        session.add(TurnRow(**days, planned_leader_id=other, leader_id=other))
    notice = Notice(
        title="十一月接访公示",
        opening="",
        notes=("请带证件",),
        phone="",
        signed="联席办",
        published_on=TODAY,
    )
    with store.writing(OFFICE) as session:
        version = session.get_one(Roster, roster.id).version
        publications.publish(session, roster.id, notice, version=version, now=NOW)
    return turn


def test_todays_leader_stands_on_top_and_names_are_text(open_page: Open, published: int) -> None:
    shown = _shown(open_page("receptions/hall", Role.SCREEN))

    assert "今天接访：&lt;b&gt;王&lt;/b&gt;强" in shown
    assert "<b>" not in shown
    assert "李敏" in shown


def test_what_is_changed_and_not_published_is_not_shown(
    open_page: Open, store: Store, published: int
) -> None:
    with store.writing(SYSTEM) as session:
        session.delete(session.get_one(TurnRow, published))

    assert "强" in _shown(open_page("receptions/hall", Role.SCREEN))
