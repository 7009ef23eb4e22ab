"""The case a command is about to write on: seen by the actor, and standing for itself."""

from sqlalchemy.orm import Session

from db.models.cases import Case
from db.queries.duplicates import kept_number
from rules import duplicates as rules
from rules.errors import Missing, RuleError
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
