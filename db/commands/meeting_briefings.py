"""听取汇报 written: which body heard how petitions stand, and when."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from db.models.meetings import CommitteeBriefing
from db.queries import meeting_briefings
from db.scope import actor_of
from rules.briefings import HearingBody
from rules.cases import EARLIEST, clean
from rules.errors import Invalid, NotAllowed, Problem
from rules.permissions import Action


def record_briefing(
    session: Session,
    body: HearingBody,
    *,
    unit_id: int | None,
    held_on: date | None,
    subject: str,
    today: date,
    now: datetime,
) -> int:
    """Write down that a body heard a report; a township its own, the office all of them."""
    actor = actor_of(session)
    actor.require(Action.REPORT_DECISION)
    if body is not HearingBody.TOWNSHIP:
        unit_id = None
        if not actor.may(Action.MANAGE_MEETINGS):
            raise NotAllowed("县里的会议由联席办登记")
    words = clean(subject)
    found = []
    if held_on is None or not EARLIEST <= held_on <= today:
        found.append(Problem("held_on", "请填写听取汇报的日期，不能晚于今天"))
    elif body is HearingBody.TOWNSHIP and unit_id not in meeting_briefings.townships(
        session, on=held_on
    ):
        found.append(Problem("unit_id", "请选择乡镇（街道），只能登记本单位的"))
    if not words or len(words) > 200:
        found.append(Problem("subject", "请填写汇报的内容，最多 200 个字"))
    if found:
        raise Invalid(found)
    assert held_on is not None
    row = CommitteeBriefing(
        body=body, unit_id=unit_id, held_on=held_on, subject=words, actor=actor.name, at=now
    )
    session.add(row)
    session.flush()
    return row.id
