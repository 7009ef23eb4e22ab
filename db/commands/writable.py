"""What a command is about to write on, a case or a dispute: seen by the actor, and standing for itself."""

from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.disputes import Dispute
from db.queries.duplicates import kept_number
from rules import duplicates as rules
from rules.dispute_terms import DisputeState
from rules.errors import Conflict, Missing, RuleError
from rules.terms import CaseState


def writable_case(session: Session, case_id: int) -> Case:
    """Load a case to write on; raises Missing outside the scope, RuleError where it was merged.

    Every command that writes on a case comes through here, so that nothing is done on a double.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    if case.state is CaseState.MERGED:
        raise RuleError(rules.merged(kept_number(session, case_id)))
    return case


def writable_dispute(session: Session, dispute_id: int, version: int | None = None) -> Dispute:
    """Load a dispute to write on; raises Missing outside the scope, RuleError where it was merged.

    With `version`, raises Conflict where somebody saved it since.
    """
    row = session.get(Dispute, dispute_id)
    if row is None:
        raise Missing("该纠纷不存在，或不在您的查看范围内")
    if row.state is DisputeState.MERGED:
        kept = session.get(Dispute, row.merged_into_id) if row.merged_into_id else None
        where = f"请在 {kept.number} 上办理" if kept else "请由乡镇或联席办在保留的那一件上办理"
        raise RuleError(f"本件已并入另一件，不再单独办理，{where}；并错了的，可以撤销")
    if version is not None and row.version != version:
        raise Conflict(f"“{row.title}”已被他人修改，请核对后重新提交", version=row.version)
    return row
