"""The made-up county's judged evaluations: 20 held and 19 satisfied (seed S1-31), 18 at peace (S1-32)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.commands import ballots, evaluations
from db.commands import evaluation_meetings as meetings
from db.commands import evaluation_opinions as opinions
from db.commands import evaluation_outcomes as outcomes
from db.commands import evaluation_panels as panels
from db.commands.cases import NewFile
from db.commands.evaluation_opinions import OpinionText
from db.demo import evaluation_ways as way
from db.models.cases import Case
from db.models.evaluations import Evaluation
from db.queries import evaluation_panels
from rules.ballots import Tally
from rules.case_terms import Satisfaction
from rules.evaluation_terms import Condition, Medium, Party, Service, VoteMethod
from rules.permissions import Actor
from rules.terms import Role

JUDGED = 20
_SETTLED = 18
_DAY = timedelta(days=1)
_IMAGE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
_GOOD, _BAD = Tally(8, 1, 0), Tally(4, 4, 1)
# Two tellers count, each on an account of his own.
_SECOND = Actor(None, "演示联席办负责人", frozenset({Role.OFFICE}))


def load(session: Session, cases: Sequence[Case], *, today: date, now: datetime) -> None:
    """Hold an evaluation of each case in the weeks past; of the last the panel is not satisfied."""
    for place, case in enumerate(cases):
        # The one that fails is held lately, so that its 督办 is still open.
        ago = 6 if place == JUDGED - 1 else 12 + place * 2
        _judge(session, case, place, held=today - ago * _DAY, at=now - ago * _DAY)


def _judge(session: Session, case: Case, place: int, *, held: date, at: datetime) -> None:
    good = place < JUDGED - 1
    found = way.apply(session, case, list(Condition), on=held - 6 * _DAY, at=at - 6 * _DAY)

    def common(days: int = 0) -> dict[str, Any]:
        return {
            "version": way.version(session, found),
            "today": held - days * _DAY,
            "now": at - days * _DAY,
        }

    evaluations.admit(session, found, **common(5))
    session.flush()
    way.draw(session, found, common(4))
    session.flush()
    panels.form_panel(session, found, **common(4))
    session.flush()
    title = session.get_one(Evaluation, found).title
    meetings.publish(session, found, way.notice(title, held), **common(3))
    session.flush()
    _vote(session, found, _GOOD if good else _BAD, common)
    text = "认可" if good else "不认可"
    opinions.issue(
        session,
        found,
        OpinionText(
            text=f"评价小组{text}责任单位的处理意见。",
            reasons="事实清楚、依据充分、程序到位" if good else "处理措施没有回应主要诉求",
            advice="按期落实处理意见" if good else "重新调查，重新作出处理意见",
            signed="县评价小组",
            issued_on=held,
        ),
        **common(),
    )
    session.flush()
    for party in Party:
        opinions.serve(
            session,
            found,
            party=party,
            way=Service.ON_SPOT,
            delivered_on=held,
            receipt=NewFile("送达回证.png", _IMAGE),
            limit_mb=1,
            **common(),
        )
        session.flush()
    _follow(session, found, held, common, good=good, settled=place < _SETTLED)


def _vote(session: Session, found: int, tally: Tally, common: Any) -> None:
    sitting = [seat.id for seat in evaluation_panels.seats(session, found) if seat.seated]
    meetings.record_attendance(
        session,
        found,
        present=sitting,
        petitioner_came=True,
        judged_came=True,
        observers="",
        host="郑国梁",
        version=common()["version"],
        now=common()["now"],
    )
    session.flush()
    meetings.open_meeting(session, found, **common())
    session.flush()
    ballots.open_vote(session, found, method=VoteMethod.PAPER, **common())
    session.flush()
    own = session.info["actor"]
    for teller in (own, _SECOND):
        session.info["actor"] = teller
        ballots.key_count(
            session, found, tally, version=way.version(session, found), now=common()["now"]
        )
        session.flush()
    session.info["actor"] = own
    ballots.attach_tally(
        session, found, NewFile("计票.png", _IMAGE), limit_mb=1, version=common()["version"]
    )
    session.flush()
    ballots.close_vote(session, found, **common())
    session.flush()


def _follow(
    session: Session, found: int, held: date, common: Any, *, good: bool, settled: bool
) -> None:
    opinions.make_public(
        session,
        found,
        medium=Medium.WALL,
        place="村务公开栏",
        first_on=held,
        evidence=NewFile("张贴照片.png", _IMAGE),
        limit_mb=1,
        **common(),
    )
    session.flush()
    opinions.report(session, found, reported_to="市联席办", reported_on=held, **common())
    session.flush()
    opinions.note_petitioner(
        session,
        found,
        view=Satisfaction.SATISFIED if settled else Satisfaction.DISSATISFIED,
        asked_on=held,
        settled_on=held if settled else None,
        **common(),
    )
    session.flush()
    if good:
        opinions.end(session, found, **common())
    else:
        outcomes.hand_plan(
            session,
            found,
            text="成立专班重新调查，十五日内与信访人见面",
            handed_on=held,
            **common(),
        )
    session.flush()
