from collections.abc import Callable
from datetime import date

import pytest

from db.commands import calendar_links, publications
from db.commands import rosters as commands
from db.engine import Store
from db.queries import calendar_links as link_queries
from db.queries import publications as queries
from db.queries import rosters
from rules.errors import Conflict, Invalid, Missing, NotAllowed
from rules.permissions import Actor
from rules.reception_terms import Level
from rules.roster_edits import CellChange
from rules.terms import Role
from tests.conftest import NOW, OFFICE
from tests.rules.test_roster_notices import NOTICE

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)


@pytest.fixture
def roster(store: Store, make_leader: Callable[[str], int]) -> tuple[int, int, int]:
    """A roster with one turn of the first of two leaders: its id and theirs."""
    one, other = make_leader("王强"), make_leader("李敏")
    with store.writing(OFFICE) as session:
        roster_id = commands.make_roster(
            session,
            name="12月",
            level=Level.COUNTY,
            unit_id=None,
            first_on=FIRST,
            last_on=LAST,
            now=NOW,
        )
        commands.edit(session, roster_id, [CellChange(MONDAY, one, None, 0)])
    return roster_id, one, other


def version(store: Store) -> int:
    with store.reading(OFFICE) as session:
        return rosters.rosters(session)[0].version


def publish(store: Store, roster_id: int, *, seen: int | None = None, by: Actor = OFFICE) -> int:
    with store.writing(by) as session:
        return publications.publish(
            session, roster_id, NOTICE, version=seen or version(store), now=NOW
        )


def test_what_was_published_stays_and_the_next_says_what_changed(
    store: Store, roster: tuple[int, int, int]
) -> None:
    roster_id, _, other = roster
    assert publish(store, roster_id) == 1
    with store.reading(OFFICE) as session:
        turn = rosters.turns(session, roster_id)[0]
    with store.writing(OFFICE) as session:
        commands.substitute(
            session, turn.turn.id, substitute_id=other, reason="开会", version=turn.version
        )

    assert publish(store, roster_id) == 2

    with store.reading(OFFICE) as session:
        second, first = queries.of_roster(session, roster_id)
    assert [line.leader for line in first.lines] == ["王强"]
    assert [(line.leader, line.instead_of) for line in second.lines] == [("李敏", "王强")]
    assert second.changes == ("2026年12月7日（星期一）王强：改由李敏（替王强）接访",)
    assert first.notice == NOTICE


def test_nobody_publishes_what_he_did_not_read(store: Store, roster: tuple[int, int, int]) -> None:
    roster_id, one, _ = roster
    seen = version(store)
    with store.writing(OFFICE) as session:
        commands.edit(session, roster_id, [CellChange(TUESDAY, one, None, 0)])

    with pytest.raises(Conflict):
        publish(store, roster_id, seen=seen)


def test_an_empty_roster_is_not_published(store: Store, roster: tuple[int, int, int]) -> None:
    roster_id, one, _ = roster
    with store.writing(OFFICE) as session:
        commands.edit(session, roster_id, [CellChange(MONDAY, one, 0, None)])

    with pytest.raises(Invalid, match="还没有班次"):
        publish(store, roster_id)


def test_only_the_office_publishes(store: Store, roster: tuple[int, int, int]) -> None:
    leader = Actor(None, "王强", frozenset({Role.LEADER}), leader_id=roster[1])

    with pytest.raises(NotAllowed):
        publish(store, roster[0], by=leader)


def test_a_calendar_gives_what_is_published_until_it_is_revoked(
    store: Store, roster: tuple[int, int, int]
) -> None:
    roster_id, one, _ = roster
    publish(store, roster_id)
    with store.writing(OFFICE) as session:
        commands.edit(session, roster_id, [CellChange(TUESDAY, one, None, 0)])
        link = calendar_links.make_link(
            session, level=Level.COUNTY, leader_id=one, label="", now=NOW
        )

    def feed(secret: str) -> list[date] | None:
        with store.reading(None) as session:
            found = link_queries.feed(session, secret, first=FIRST, last=LAST)
        if found is None:
            return None
        return [line.on for each in found.published for line in each.lines]

    assert feed(link.secret) == [MONDAY]
    assert feed(link.secret + "x") is None
    with store.writing(OFFICE) as session:
        calendar_links.revoke_link(session, link.id, now=NOW)
    assert feed(link.secret) is None
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        calendar_links.revoke_link(session, link.id, now=NOW)
