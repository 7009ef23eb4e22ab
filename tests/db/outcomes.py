"""An evaluation brought past its vote and along what follows; no test of its own."""

from datetime import date
from typing import Any

from db.commands import ballots, evaluations
from db.commands import evaluation_opinions as commands
from db.commands.cases import NewFile, Opened
from db.commands.evaluation_opinions import OpinionText
from db.commands.evaluations import Application
from db.engine import Store
from db.models.evaluations import Evaluation
from db.queries import evaluation_outcomes as queries
from db.queries.evaluation_outcomes import OutcomeFile
from rules.ballots import Tally
from rules.dispute_terms import DisputeStep
from rules.evaluation_terms import ApplicationRoute, Medium, Party, Service, VoteMethod
from rules.permissions import Actor
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db import evaluations as e

HELD = TODAY + 3 * e.DAY
LATER = NOW + 3 * e.DAY
SECOND = Actor(None, "联席办老张", frozenset({Role.OFFICE}))
PHOTO = NewFile("计票.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
RECEIPT = NewFile("回证.png", b"\x89PNG\r\n\x1a\n" + b"1" * 64)
GOOD, BAD = Tally(7, 2, 0), Tally(3, 5, 1)


def decided(store: Store, place: e.Place, case: Opened, tally: Tally = GOOD) -> Opened:
    """Bring an evaluation of a case past its vote, held three days from today."""
    found = e.noticed(store, place, case)
    vote(store, found, tally)
    return found


def vote(store: Store, found: Opened, tally: Tally = GOOD) -> None:
    """Hold the meeting of one whose notice is published, and count its votes."""
    e.attend(store, found)
    e.open_meeting(store, found)
    moment: dict[str, Any] = {"today": HELD, "now": LATER}
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        ballots.open_vote(session, found.id, method=VoteMethod.PAPER, version=seen, **moment)
    for teller in (OFFICE, SECOND):
        with store.writing(teller) as session:
            seen = session.get_one(Evaluation, found.id).version
            ballots.key_count(session, found.id, tally, version=seen, now=LATER)
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        ballots.attach_tally(session, found.id, PHOTO, limit_mb=1, version=seen)
        ballots.close_vote(session, found.id, version=seen, **moment)


def text(**given: Any) -> OpinionText:
    """An opinion, of the day of the meeting unless told otherwise."""
    values: dict[str, Any] = {
        "text": "处理意见事实清楚、依据充分",
        "reasons": "多收的物业费已经退还，收费标准已经公示",
        "advice": "",
        "signed": "县评价小组",
        "issued_on": HELD,
        **given,
    }
    return OpinionText(**values)


def issue(store: Store, found: Opened, *, today: date = HELD, **given: Any) -> str:
    """Issue the opinion."""
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        return commands.issue(
            session, found.id, text(**given), version=seen, today=today, now=LATER
        )


def serve(store: Store, found: Opened, party: Party, *, today: date = HELD, **given: Any) -> None:
    """Serve one party on the spot, with a receipt."""
    values: dict[str, Any] = {
        "party": party,
        "way": Service.ON_SPOT,
        "delivered_on": HELD,
        "receipt": RECEIPT,
        **given,
    }
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        commands.serve(
            session, found.id, limit_mb=1, version=seen, today=today, now=LATER, **values
        )


def publish(store: Store, found: Opened, **given: Any) -> None:
    """Make the result public on the wall."""
    values: dict[str, Any] = {
        "medium": Medium.WALL,
        "place": "城关镇公示栏",
        "first_on": HELD,
        "evidence": RECEIPT,
        **given,
    }
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        commands.make_public(
            session, found.id, limit_mb=1, version=seen, today=HELD, now=LATER, **values
        )


def report(store: Store, found: Opened) -> None:
    """Report the result to the superior."""
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        commands.report(
            session,
            found.id,
            reported_to="市联席办",
            reported_on=HELD,
            version=seen,
            today=HELD,
            now=LATER,
        )


def end(store: Store, found: Opened, *, today: date = HELD) -> None:
    """End the evaluation."""
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        commands.end(session, found.id, version=seen, today=today, now=LATER)


def whole(store: Store, place: e.Place, case: Opened) -> Opened:
    """Bring an evaluation to its end: satisfied, served, published, reported."""
    found = decided(store, place, case)
    finish(store, found)
    return found


def finish(store: Store, found: Opened) -> None:
    """Issue, serve, publish, report and end one that was satisfied."""
    issue(store, found)
    for party in Party:
        serve(store, found, party)
    publish(store, found)
    report(store, found)
    end(store, found)


def outcome(store: Store, found: Opened, *, today: date = HELD) -> OutcomeFile:
    """What followed the vote, as the office sees it."""
    with store.reading(OFFICE) as session:
        seen = queries.outcome_file(session, found.id, today=today)
    assert seen is not None
    return seen


class Disputed:
    """A dispute that was settled in part, and an evaluation of it that was voted on."""

    def __init__(self, store: Store, place: e.Place, tally: Any) -> None:
        self.dispute = d.add(store, place.town)
        d.handle(store, self.dispute, place.town)
        d.step(store, self.dispute, DisputeStep.PARTLY, text="双方各让一半，立界桩为准")
        given = Application(
            route=ApplicationRoute.UNIT,
            unit_id=place.town,
            matter=self.dispute.number,
            title="两户宅基地界线",
            claims="重新划界",
            applied_on=TODAY,
        )
        with store.writing(OFFICE) as session:
            self.evaluation = evaluations.apply(session, given, today=TODAY, now=NOW)
        e.admit(store, self.evaluation)
        e.draw(store, self.evaluation)
        e.form(store, self.evaluation)
        e.publish(store, self.evaluation)
        vote(store, self.evaluation, tally)
