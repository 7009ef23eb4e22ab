"""票决: a vote opened, cast, counted and closed, so that no ballot leads back to who cast it.

What an attacker with the whole store could join is taken away where it would arise: ballots and
codes are made before the first vote and never afterwards; one cast writes every ballot and every
code of the vote in one transaction, so that no row is the one just written; ballots are sealed
with the field key, which lies outside of the store, blank ones alike, until the close puts them
down plain in an order of chance. Neither the audit chain nor the store version moves meanwhile.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.commands.cases import NewFile
from db.commands.evaluations import noted, writable
from db.crypto import Cipher, file_digest
from db.engine import cipher_of
from db.models.ballots import Ballot, BallotCode, EvaluationVote, TellerCount
from db.models.evaluations import Evaluation
from db.queries import evaluation_panels, office
from db.queries.ballots import standing
from db.scope import actor_of
from rules import attachments, evaluation_steps
from rules import ballots as rules
from rules.ballots import Electorate, Tally
from rules.cases import clean
from rules.errors import Invalid, Problem, RuleError
from rules.evaluation_terms import Choice, Move, PassRule, VoteMethod
from rules.permissions import Action

_BLANK = "blank"
_WIDTH = 16
_WHY_MAX = 300
# The tables themselves: what is written here passes neither scope nor audit.
_VOTES: Any = EvaluationVote.__table__
_BALLOTS: Any = Ballot.__table__
_CODES: Any = BallotCode.__table__
_CHOICES = {each.value: each for each in Choice}
_UNKNOWN = "没有这个投票码，或者票决已经结束，请核对后重新输入"


@dataclass(frozen=True, slots=True)
class Opened:
    """A vote that was opened, with its codes in clear: nobody can be told them again."""

    id: int
    codes: tuple[str, ...]


def open_vote(
    session: Session,
    evaluation_id: int,
    *,
    method: VoteMethod,
    version: int,
    today: date,
    now: datetime,
) -> Opened:
    """Open the vote for those present; raises RuleError naming whatever its gate still lacks.

    An electronic one makes a ballot and a code for each of them, and never one more.
    """
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.OPEN_VOTE, row.state)
    if lacks := evaluation_panels.vote_may_open(session, row, today=today, now=now):
        raise RuleError("；".join(lacks))
    holds = evaluation_panels.standing_draw(session, row.id)
    assert holds is not None
    present = sum(s.present for s in evaluation_panels.seats(session, row.id) if s.seated)
    share = office.parameter(session, "panel_pass", on=today)
    by_members = office.parameter(session, "panel_pass_by_members", on=today)
    vote = EvaluationVote(
        evaluation_id=row.id,
        method=method,
        members=holds.size,
        present=present,
        quorum=holds.quorum,
        rule=PassRule.MEMBERS if by_members else PassRule.PRESENT,
        share=str(share),
        opened_by=actor_of(session).name,
        opened_at=now,
        issued=present,
    )
    session.add(vote)
    session.flush()
    codes: tuple[str, ...] = ()
    if method is VoteMethod.ELECTRONIC:
        cipher = cipher_of(session)
        blank = [{"vote_id": vote.id, "sealed": _seal(cipher, vote.id, _BLANK)}] * present
        session.execute(_BALLOTS.insert(), blank)
        codes = _issue(session, vote)
    before, row.state = row.state, after
    text = f"{method.label}，应到 {holds.size} 人，实到 {present} 人"
    noted(session, row, Move.OPEN_VOTE, before=before, text=text, on=today, now=now)
    return Opened(vote.id, codes)


def reissue_codes(session: Session, evaluation_id: int, *, version: int) -> tuple[str, ...]:
    """Make all codes anew, where the slips were lost; refused once somebody has voted."""
    _managed(session, evaluation_id, version)
    vote = _open_vote(session, evaluation_id)
    if vote.method is not VoteMethod.ELECTRONIC:
        raise RuleError("纸质票没有投票码")
    if _used(session, vote):
        raise RuleError("已经有人投票，不能再重发投票码")
    session.execute(delete(BallotCode).where(BallotCode.vote_id == vote.id))
    return _issue(session, vote)


def _issue(session: Session, vote: EvaluationVote) -> tuple[str, ...]:
    cipher = cipher_of(session)
    codes = rules.new_codes(vote.present)
    rows = [{"vote_id": vote.id, "code_hash": _hash(cipher, each), "used": False} for each in codes]
    secrets.SystemRandom().shuffle(rows)
    session.execute(_CODES.insert(), rows)
    return tuple(codes)


def cast(session: Session, code: str, choice: Choice) -> None:
    """Cast one ballot with a one-time code, whoever's screen it is; nothing says whose it was.

    Raises RuleError for a code that is unknown, used, or of a vote that is over.
    """
    actor_of(session).require(Action.CAST_BALLOT)
    cipher = cipher_of(session)
    hashed = _hash(cipher, rules.cleaned_code(code))
    found = session.execute(
        select(_CODES.c.id, _CODES.c.vote_id).where(_CODES.c.code_hash == hashed)
    ).first()
    if found is None:
        raise RuleError(_UNKNOWN)
    # One at a time: the lock of the vote orders those who press at once.
    locked = session.execute(
        select(_VOTES.c.closed_at, _VOTES.c.cancelled_at)
        .where(_VOTES.c.id == found.vote_id)
        .with_for_update()
    ).one()
    if locked.closed_at is not None or locked.cancelled_at is not None:
        raise RuleError(_UNKNOWN)
    if session.scalar(select(_CODES.c.used).where(_CODES.c.id == found.id)):
        raise RuleError("这个投票码已经用过：一码一票，不能再投")
    ballots = _unsealed(session, cipher, found.vote_id)
    places = [place for place, (_, said) in enumerate(ballots) if said == _BLANK]
    if not places:
        raise RuleError("选票已经投完，请联系计票人")
    said = [each for _, each in ballots]
    said[secrets.choice(places)] = choice.value
    _rewrite(session, cipher, found.vote_id, [each for each, _ in ballots], said)
    session.execute(
        update(_CODES)
        .where(_CODES.c.vote_id == found.vote_id)
        .values(used=or_(_CODES.c.used, _CODES.c.id == found.id))
    )


def key_count(
    session: Session, evaluation_id: int, tally: Tally, *, version: int, now: datetime
) -> bool:
    """Key what one teller counted; returns whether both have and agree.

    Two accounts, neither told of the other's numbers; where they differ both are put away and
    each counts again. Raises Invalid where the numbers do not come to those present.
    """
    _managed(session, evaluation_id, version)
    vote = _open_vote(session, evaluation_id)
    if vote.method is not VoteMethod.PAPER:
        raise RuleError("电子票由系统在票决结束时计票")
    if problems := rules.count_problems(tally, present=vote.present):
        raise Invalid(problems)
    teller = actor_of(session).name
    keyed = session.scalars(select(TellerCount).where(TellerCount.vote_id == vote.id)).all()
    if any(each.teller == teller for each in keyed):
        raise RuleError("您已经录入过，须由另一名计票人用自己的账号录入")
    session.add(
        TellerCount(
            evaluation_id=evaluation_id,
            vote_id=vote.id,
            teller=teller,
            satisfied=tally.satisfied,
            dissatisfied=tally.dissatisfied,
            abstained=tally.abstained,
            at=now,
        )
    )
    if not keyed:
        return False
    if rules.tellers_problem(_tally(keyed[0]), tally) is None:
        return True
    session.flush()
    for each in session.scalars(select(TellerCount).where(TellerCount.vote_id == vote.id)):
        session.delete(each)
    return False


def attach_tally(
    session: Session, evaluation_id: int, file: NewFile, *, limit_mb: int, version: int
) -> None:
    """Keep the photo of the tally, which is the evidence of a paper vote."""
    _managed(session, evaluation_id, version)
    vote = _open_vote(session, evaluation_id)
    if vote.method is not VoteMethod.PAPER:
        raise RuleError("电子票没有计票照片")
    vote.name, vote.media_type = attachments.accepted(file.name, file.content, limit_mb=limit_mb)
    vote.size, vote.sha256 = len(file.content), file_digest(file.content)
    vote.content = file.content


def close_vote(
    session: Session,
    evaluation_id: int,
    *,
    why: str = "",
    version: int,
    today: date,
    now: datetime,
) -> str:
    """Close the vote, count it, and write down the verdict; returns it with its numbers.

    A paper vote needs two counts that agree and the photo; an electronic one that not everybody
    has cast is closed for a reason alone, and what was not cast is in nobody's favour.
    """
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.CLOSE_VOTE, row.state)
    vote = _open_vote(session, evaluation_id)
    if vote.method is VoteMethod.PAPER:
        tally = _of_tellers(session, vote)
    else:
        tally = _of_ballots(session, vote, why=clean(why))
    electorate = Electorate(vote.members, vote.present, vote.rule, Fraction(vote.share))
    vote.used = tally.total
    vote.satisfied, vote.dissatisfied = tally.satisfied, tally.dissatisfied
    vote.abstained, vote.verdict = tally.abstained, rules.verdict(tally, electorate)
    vote.closed_by, vote.closed_at = actor_of(session).name, now
    vote.closed_why = clean(why)[:_WHY_MAX]
    words = rules.reasoning(tally, electorate)
    before, row.state = row.state, after
    noted(session, row, Move.CLOSE_VOTE, before=before, text=words, on=today, now=now)
    return words


def cancel_vote(
    session: Session,
    evaluation_id: int,
    *,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> None:
    """Take a vote back that nobody has voted in yet; the meeting goes on and may open another."""
    row = _managed(session, evaluation_id, version)
    after = evaluation_steps.require(Move.CANCEL_VOTE, row.state)
    words = clean(why)
    if not words or len(words) > _WHY_MAX:
        raise Invalid([Problem("why", f"请填写取消的原因，最多 {_WHY_MAX} 个字")])
    vote = _open_vote(session, evaluation_id)
    counted = session.scalar(select(TellerCount.id).where(TellerCount.vote_id == vote.id).limit(1))
    if counted or _used(session, vote):
        raise RuleError("已经有人投票或计票，不能再取消，请投完后结束票决")
    session.execute(delete(BallotCode).where(BallotCode.vote_id == vote.id))
    session.execute(delete(Ballot).where(Ballot.vote_id == vote.id))
    vote.cancelled_at, vote.cancelled_why = now, words
    before, row.state = row.state, after
    noted(session, row, Move.CANCEL_VOTE, before=before, text=words, on=today, now=now)


def _of_tellers(session: Session, vote: EvaluationVote) -> Tally:
    keyed = session.scalars(select(TellerCount).where(TellerCount.vote_id == vote.id)).all()
    lacks = []
    if len(keyed) < 2:
        lacks.append(f"要两名计票人各自录入，现在有 {len(keyed)} 名")
    elif told := rules.tellers_problem(_tally(keyed[0]), _tally(keyed[1])):
        lacks.append(told)
    if not vote.sha256:
        lacks.append("请上传计票结果的照片")
    if lacks:
        raise RuleError("；".join(lacks))
    return _tally(keyed[0])


def _of_ballots(session: Session, vote: EvaluationVote, *, why: str) -> Tally:
    used = _used(session, vote)
    if used < vote.issued and not why:
        raise RuleError(
            f"发出 {vote.issued} 个投票码，已投 {used} 票，还有 {vote.issued - used} 人没有投；"
            "确实不再投的，请写明原因后结束"
        )
    ballots = _unsealed(session, cipher_of(session), vote.id)
    said = [each for _, each in ballots]
    voted = [_CHOICES[each] for each in said if each != _BLANK]
    if len(voted) != used:
        raise RuleError(
            f"已用投票码 {used} 个，选票 {len(voted)} 张，两者不符，不能计票，请联系系统管理员"
        )
    secrets.SystemRandom().shuffle(said)
    for (ballot_id, _), each in zip(ballots, said, strict=True):
        session.execute(
            update(_BALLOTS)
            .where(_BALLOTS.c.id == ballot_id)
            .values(sealed=None, choice=_CHOICES.get(each))
        )
    session.execute(update(_CODES).where(_CODES.c.vote_id == vote.id).values(used=_CODES.c.used))
    return rules.count(voted)


def _used(session: Session, vote: EvaluationVote) -> int:
    rows = session.scalars(select(_CODES.c.used).where(_CODES.c.vote_id == vote.id))
    return sum(bool(each) for each in rows)


def _unsealed(session: Session, cipher: Cipher, vote_id: int) -> list[tuple[int, str]]:
    """Return the ballots of a vote and what each says, in an order of chance."""
    rows = session.execute(
        select(_BALLOTS.c.id, _BALLOTS.c.sealed).where(_BALLOTS.c.vote_id == vote_id)
    )
    found = [(row.id, _open(cipher, vote_id, row.sealed)) for row in rows]
    secrets.SystemRandom().shuffle(found)
    return found


def _rewrite(
    session: Session, cipher: Cipher, vote_id: int, ids: Sequence[int], said: Sequence[str]
) -> None:
    """Write every ballot of a vote anew, so that no row is the one just cast."""
    mixed = list(said)
    secrets.SystemRandom().shuffle(mixed)
    for ballot_id, each in zip(ids, mixed, strict=True):
        session.execute(
            update(_BALLOTS)
            .where(_BALLOTS.c.id == ballot_id)
            .values(sealed=_seal(cipher, vote_id, each))
        )


def _seal(cipher: Cipher, vote_id: int, said: str) -> bytes:
    return cipher.encrypt(f"{vote_id}:{said:<{_WIDTH}}")


def _open(cipher: Cipher, vote_id: int, sealed: bytes) -> str:
    vote, said = cipher.decrypt(sealed).split(":", 1)
    if int(vote) != vote_id:
        raise RuleError("选票不属于这次票决，数据可能被改动，请联系系统管理员")
    return said.strip()


def _hash(cipher: Cipher, code: str) -> bytes:
    return cipher.lookup(f"ballot:{code}")


def _tally(row: TellerCount) -> Tally:
    return Tally(row.satisfied, row.dissatisfied, row.abstained)


def _open_vote(session: Session, evaluation_id: int) -> EvaluationVote:
    vote = standing(session, evaluation_id)
    if vote is None or vote.closed_at is not None:
        raise RuleError("现在没有正在进行的票决")
    # The lock a cast takes as well: what is asked of the vote now holds until this is written.
    session.execute(select(_VOTES.c.id).where(_VOTES.c.id == vote.id).with_for_update())
    return vote


def _managed(session: Session, evaluation_id: int, version: int) -> Evaluation:
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    return writable(session, evaluation_id, version)
