"""票决: one vote with its totals, the tellers' counts, and ballots that are nobody's.

Ballots and codes are outside of the audit chain and hold no person, no seat, no moment and no
order: as many rows as people came are made when a vote opens, and each ballot cast writes all
of them anew, sealed and shuffled (db/commands/ballots.py). Triggers of the store refuse a row
more once somebody has voted, and any change once the vote is closed.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from db.models.base import Audited, Base, BigId, Moment, PrimaryKey, UtcDateTime, Versioned, coded
from db.models.evaluations import OfEvaluation
from rules.evaluation_terms import Choice, PassRule, Verdict, VoteMethod

_WHOLE = (
    "closed_at IS NULL OR (satisfied + dissatisfied + abstained = used AND used <= issued "
    "AND verdict IS NOT NULL)"
)
_STANDS = "cancelled_at IS NULL"


class EvaluationVote(Versioned, OfEvaluation, Audited, Base):
    """A vote: how many there are and came, what is asked of their votes, and what was counted.

    Nothing is counted before `closed_at`; `used` is how many voted, `issued` how many could.
    """

    __tablename__ = "evaluation_votes"
    __table_args__ = (
        CheckConstraint("present >= quorum", name="ck_evaluation_votes_quorum"),
        CheckConstraint(_WHOLE, name="ck_evaluation_votes_whole"),
        Index(
            "uq_evaluation_votes_one",
            "evaluation_id",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
    )
    restricted = frozenset({"content"})

    id: Mapped[PrimaryKey]
    method: Mapped[VoteMethod] = mapped_column(coded(VoteMethod))
    members: Mapped[int]
    present: Mapped[int]
    quorum: Mapped[int]
    rule: Mapped[PassRule] = mapped_column(coded(PassRule))
    share: Mapped[str] = mapped_column(String(20))
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[Moment]
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_why: Mapped[str] = mapped_column(String(300), default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    cancelled_why: Mapped[str] = mapped_column(String(300), default="")
    issued: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)
    dissatisfied: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    verdict: Mapped[Verdict | None] = mapped_column(coded(Verdict))
    name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class TellerCount(OfEvaluation, Audited, Base):
    """What one teller counted of paper ballots; another account's must be the same."""

    __tablename__ = "teller_counts"
    __table_args__ = (Index("uq_teller_counts_one", "vote_id", "teller", unique=True),)
    restricted = frozenset({"satisfied", "dissatisfied", "abstained"})

    id: Mapped[PrimaryKey]
    vote_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("evaluation_votes.id", ondelete="CASCADE"), index=True
    )
    teller: Mapped[str] = mapped_column(String(64))
    satisfied: Mapped[int]
    dissatisfied: Mapped[int]
    abstained: Mapped[int]
    at: Mapped[Moment]


class Ballot(Base):
    """A ballot: sealed with the field key while the vote is open, plain once it is closed."""

    __tablename__ = "ballots"

    id: Mapped[PrimaryKey]
    vote_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("evaluation_votes.id", ondelete="CASCADE"), index=True
    )
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    choice: Mapped[Choice | None] = mapped_column(coded(Choice))


class BallotCode(Base):
    """A one-time code, hashed with the key: whether it was used, and nothing of by whom or for what."""

    __tablename__ = "ballot_codes"

    id: Mapped[PrimaryKey]
    vote_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("evaluation_votes.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    used: Mapped[bool] = mapped_column(default=False)
