"""The roster under its secret address, without a sign-in."""

from datetime import date, timedelta

from icalendar import Calendar

from db.commands import calendar_links, leaders, publications, rosters
from db.engine import Store
from db.queries import rosters as queries
from rules.permissions import SYSTEM
from rules.reception_terms import Level
from rules.roster_edits import CellChange
from tests.conftest import NOW
from tests.rules.test_roster_notices import NOTICE
from ui import store as ui_store


def published(store: Store) -> str:
    """Publish a roster of next week and make an address of it; returns the secret."""
    on = ui_store.today() + timedelta(days=7)
    with store.writing(SYSTEM) as session:
        leader = leaders.add_leader(session, "王强", "县委书记")
        roster = rosters.make_roster(
            session,
            name="下周",
            level=Level.COUNTY,
            unit_id=None,
            first_on=on,
            last_on=on,
            now=NOW,
        )
        rosters.edit(session, roster, [CellChange(on, leader, None, 0)])
        session.flush()
        version = queries.rosters(session)[0].version
        publications.publish(session, roster, NOTICE, version=version, now=NOW)
        link = calendar_links.make_link(
            session, level=Level.COUNTY, leader_id=None, label="", now=NOW
        )
    return link.secret


def test_a_calendar_program_reads_the_roster_without_a_sign_in(visitor, store):
    secret = published(store)

    answer = visitor().get(f"/calendar/{secret}.ics")

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "no-store"
    found = Calendar.from_ical(answer.body).events
    assert [event["SUMMARY"] for event in found] == ["领导接访：王强"]
    assert isinstance(found[0].start, date)


def test_a_wrong_secret_finds_nothing(visitor, store):
    secret = published(store)

    for wrong in (secret[:-1] + "!", "x" * 500, "../healthz"):
        assert visitor().get(f"/calendar/{wrong}.ics").status in (400, 404)
