"""Deciding whether two like disputes are one, and taking the decision back."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands.dispute_steps import write_step
from db.commands.writable import writable_dispute
from db.models.disputes import Dispute, DisputePair
from db.queries import dispute_file, office
from db.queries import dispute_pairs as queries
from db.scope import actor_of
from rules.cases import clean
from rules.dispute_steps import Hand
from rules.dispute_terms import DisputeState, DisputeStep, PairKind
from rules.errors import Conflict, Invalid, Missing, NotAllowed, Problem, RuleError
from rules.permissions import Action

REASON_MAX = 200


def decide_pair(
    session: Session,
    dispute_id: int,
    other_id: int,
    *,
    kind: PairKind,
    reason: str = "",
    version: int,
    other_version: int,
    today: date,
    now: datetime,
) -> int:
    """Decide what two disputes are to each other, whichever is named first; returns the decision's id.

    One that was entered twice is merged into the one found first, which keeps its number and
    counts alone. Where that one was signed off within the county's window the matter has come
    back: it is open again (反弹); after the window it is a dispute of its own.
    """
    actor = actor_of(session)
    actor.require(Action.RECORD_DISPUTE)
    if dispute_id == other_id:
        raise RuleError("请选择两件不同的纠纷")
    two = [
        _reviewed(writable_dispute(session, key, seen), session)
        for key, seen in ((dispute_id, version), (other_id, other_version))
    ]
    if queries.standing(session, dispute_id, other_id) is not None:
        raise RuleError("这两件已经认定过，要改请先撤销")
    earlier, later = sorted(two, key=lambda row: (row.found_on, row.id))
    words = clean(reason)
    if len(words) > REASON_MAX:
        raise Invalid([Problem("reason", f"理由最多 {REASON_MAX} 个字")])
    former: dict[str, str] = {}
    if kind is PairKind.DOUBLE:
        _refuse_ended(session, later, earlier)
        if earlier.state is DisputeState.SIGNED_OFF:
            why = {"reason": f"销号后又有反映：{later.number}"}
            write_step(
                session,
                earlier,
                DisputeStep.REBOUND,
                why,
                happened_on=today,
                today=today,
                now=now,
            )
        former = {"state": later.state.value}
        later.state, later.merged_into_id = DisputeState.MERGED, earlier.id
    pair = DisputePair(
        dispute_id=later.id,
        other_id=earlier.id,
        kind=kind,
        reason=words,
        former=former,
        actor=actor.name,
        at=now,
    )
    session.add(pair)
    earlier.updated_at = later.updated_at = now
    session.flush()
    return pair.id


def undo_decision(session: Session, pair_id: int, *, version: int, now: datetime) -> None:
    """Take a decision back: the later dispute stands as before. `version` is that dispute's.

    What the earlier one went through meanwhile stays.
    """
    actor = actor_of(session)
    actor.require(Action.RECORD_DISPUTE)
    pair = session.get(DisputePair, pair_id)
    if pair is None:
        raise Missing("该认定不存在，或不在您的查看范围内")
    if pair.undone_at is not None:
        raise RuleError("该认定已经撤销，请刷新")
    later = session.get(Dispute, pair.dispute_id)
    if later is None:
        raise Missing("该纠纷不存在，或不在您的查看范围内")
    _reviewed(later, session)
    if later.version != version:
        raise Conflict(f"“{later.title}”已被他人修改，请核对后重新撤销")
    if pair.kind is PairKind.DOUBLE:
        if later.state is not DisputeState.MERGED or later.merged_into_id != pair.other_id:
            raise RuleError(f"{later.number} 在认定之后又改过，不能撤销")
        later.state, later.merged_into_id = DisputeState.of(pair.former["state"]), None
    pair.undone_by, pair.undone_at, later.updated_at = actor.name, now, now


def _reviewed(row: Dispute, session: Session) -> Dispute:
    """Let only a township, a department or the office decide: a village sees no other's ledger."""
    if not dispute_file.seat(session, row).takes(Hand.REVIEW):
        raise NotAllowed("是否同一纠纷，由两件共同的上级单位或联席办认定")
    return row


def _refuse_ended(session: Session, later: Dispute, earlier: Dispute) -> None:
    """Refuse a merger that would hide an end, or something that hangs on the later one."""
    if later.state in (DisputeState.REQUESTED, DisputeState.SIGNED_OFF):
        raise RuleError(f"{later.number} 已销号或已申请销号，不能并入另一件")
    if later.case_id is not None:
        raise RuleError(f"{later.number} 已关联信访事项，请先取消关联")
    if session.scalar(select(Dispute.id).where(Dispute.merged_into_id == later.id).limit(1)):
        raise RuleError(f"已有纠纷并入 {later.number}，请先撤销那次认定")
    if earlier.state is DisputeState.REMOVED or later.state is DisputeState.REMOVED:
        raise RuleError("已剔除的纠纷不参加认定")
    if earlier.signed_on is not None:
        days = office.parameter(session, "reopen_window_days", on=later.found_on)
        assert isinstance(days, int)
        if later.found_on > earlier.signed_on + timedelta(days):
            raise RuleError(
                f"{earlier.number} 于 {earlier.signed_on} 销号，已过 {days} 日，"
                f"{later.number} 按新的纠纷办理"
            )
