"""A vote as the desk and the wall may see it: how many have voted, and what only once it is closed."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.ballots import BallotCode, EvaluationVote, TellerCount
from db.models.evaluations import Evaluation, EvaluationNotice
from db.models.units import Unit
from db.scope import actor_of
from rules import ballots as rules
from rules.ballots import Electorate, Tally
from rules.evaluation_terms import Verdict, VoteMethod
from rules.permissions import Action


@dataclass(frozen=True, slots=True)
class VoteFile:
    """A vote; `tally` and `verdict` are None until it is closed, whoever looks.

    `tellers` are those who have keyed a count, never what.
    """

    id: int
    method: VoteMethod
    electorate: Electorate
    quorum: int
    opened_by: str
    opened_at: datetime
    issued: int
    used: int
    tellers: tuple[str, ...]
    photo: str
    closed_by: str
    closed_at: datetime | None
    closed_why: str
    tally: Tally | None
    verdict: Verdict | None
    reasoning: str

    @property
    def unused(self) -> int:
        """How many could have voted and have not."""
        return self.issued - self.used


@dataclass(frozen=True, slots=True)
class Booth:
    """What a ballot asks about: as it was published, and so naming nobody."""

    matter: str
    judged: str


def standing(session: Session, evaluation_id: int) -> EvaluationVote | None:
    """Return the vote of an evaluation that was not cancelled, open or closed."""
    return session.scalar(
        select(EvaluationVote).where(
            EvaluationVote.evaluation_id == evaluation_id, EvaluationVote.cancelled_at.is_(None)
        )
    )


def vote_file(session: Session, evaluation_id: int) -> VoteFile | None:
    """Return the vote of an evaluation the actor may see; None where none was opened."""
    vote = standing(session, evaluation_id)
    if vote is None:
        return None
    closed = vote.closed_at is not None
    electorate = Electorate(vote.members, vote.present, vote.rule, Fraction(vote.share))
    tally = Tally(vote.satisfied, vote.dissatisfied, vote.abstained) if closed else None
    return VoteFile(
        id=vote.id,
        method=vote.method,
        electorate=electorate,
        quorum=vote.quorum,
        opened_by=vote.opened_by,
        opened_at=vote.opened_at,
        issued=vote.issued,
        used=vote.used if closed else turnout(session, vote.id),
        tellers=tuple(
            session.scalars(
                select(TellerCount.teller)
                .where(TellerCount.vote_id == vote.id)
                .order_by(TellerCount.id)
            )
        ),
        photo=vote.name,
        closed_by=vote.closed_by or "",
        closed_at=vote.closed_at,
        closed_why=vote.closed_why,
        tally=tally,
        verdict=vote.verdict if closed else None,
        reasoning=rules.reasoning(tally, electorate) if tally else "",
    )


def turnout(session: Session, vote_id: int) -> int:
    """Count the codes of a vote that were used; it moves without the store version."""
    used = select(func.count()).where(BallotCode.vote_id == vote_id, BallotCode.used)
    return session.scalar(used) or 0


def booth(session: Session, code: str) -> Booth | None:
    """Return what a code would vote on; None for one that is unknown, used or of a closed vote."""
    actor_of(session).require(Action.CAST_BALLOT)
    hashed = cipher_of(session).lookup(f"ballot:{rules.cleaned_code(code)}")
    # Past the scope: who holds a code sees no evaluation, and is told what was published alone.
    votes, of, units = EvaluationVote.__table__.c, Evaluation.__table__.c, Unit.__table__.c
    codes, told = BallotCode.__table__.c, EvaluationNotice.__table__.c
    row = session.execute(
        select(told.notice, units.name)
        .select_from(BallotCode.__table__)
        .join(EvaluationVote.__table__, votes.id == codes.vote_id)
        .join(Evaluation.__table__, of.id == votes.evaluation_id)
        .join(Unit.__table__, units.id == of.judged_unit_id)
        .join(EvaluationNotice.__table__, told.evaluation_id == of.id)
        .where(
            codes.code_hash == hashed,
            codes.used.is_(False),
            votes.closed_at.is_(None),
            votes.cancelled_at.is_(None),
            told.ended_at.is_(None),
        )
    ).first()
    return Booth(str(row.notice["matter"]), row.name) if row else None
