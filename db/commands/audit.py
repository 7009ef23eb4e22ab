"""What the auditor does: verifying the chain, and leaving word of an export."""

from sqlalchemy.orm import Session

from db import audit
from db.queries.audit import Filters
from db.scope import actor_of
from rules.audit import entity_label
from rules.permissions import Action
from rules.terms import AuditAction


def verify_chain(session: Session) -> audit.Verdict:
    """Recompute the whole chain; nothing is recorded, so a reading session will do."""
    actor_of(session).require(Action.VERIFY)
    return audit.verify(session)


def record_export(session: Session, filters: Filters, *, rows: int) -> None:
    """Write into the chain that the entries asked for were taken out of the house."""
    actor_of(session).require(Action.READ_AUDIT)
    asked = [
        f"操作人 {filters.actor}" if filters.actor else "",
        f"操作 {filters.action.label}" if filters.action else "",
        f"对象 {entity_label(filters.entity)}" if filters.entity else "",
        f"案件编号 {filters.number.strip()}" if filters.number.strip() else "",
        f"自 {filters.since:%Y-%m-%d %H:%M %z}" if filters.since else "",
        f"至 {filters.until:%Y-%m-%d %H:%M %z}" if filters.until else "",
    ]
    words = "、".join(word for word in asked if word) or "全部"
    audit.record(session, AuditAction.EXPORT, "audit_entries", None, rows=rows, filters=words)
