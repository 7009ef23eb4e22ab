"""Exports of identity, read: the requests, who may decide, and the rows an approval opens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.accounts import Account
from db.models.cases import Petitioner
from db.models.export_requests import ExportRequest
from db.queries import cases
from db.queries.case_filters import CaseFilter, from_json
from db.queries.cases import ExportRow
from db.scope import actor_of
from rules import export_requests as rules
from rules.errors import Missing
from rules.permissions import MATRIX, Action, roles_from
from rules.terms import RequestState

_LISTED = 200
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as it stands at the moment it was read; `mine` says that the actor asked."""

    id: int
    version: int
    requester: str
    mine: bool
    asked_at: datetime
    reason: str
    wanted: CaseFilter
    filters: tuple[str, ...]
    with_content: bool
    rows: int
    state: RequestState
    decided_by: str
    decided_at: datetime | None
    opinion: str
    expires_at: datetime | None
    used_at: datetime | None


def requests(session: Session, *, now: datetime) -> list[RequestRow]:
    """List the latest requests the actor may see, what waits first, the newest before the older."""
    waiting = ExportRequest.state == RequestState.WAITING
    found = session.scalars(
        select(ExportRequest).order_by(waiting.desc(), ExportRequest.id.desc()).limit(_LISTED)
    )
    return [_row(session, request, now) for request in found]


def deciders(session: Session) -> list[str]:
    """Name the accounts besides the actor's own that can sign in and decide, by name."""
    actor = actor_of(session)
    has_way_in = or_(Account.password_hash.is_not(None), Account.external_name.is_not(None))
    found = session.execute(
        select(Account.name, Account.roles)
        .where(Account.active, has_way_in, Account.id != actor.account_id)
        .order_by(Account.name)
    )
    return [
        name
        for name, codes in found
        if any(Action.EXPORT_RESTRICTED in MATRIX[role] for role in roles_from(codes.split(",")))
    ]


def rows(session: Session, request_id: int, *, now: datetime, limit: int) -> list[ExportRow]:
    """Return the rows of the actor's own approved request with names and phones in clear.

    The only way to many names at once. Raises RuleError unless another has approved it, and
    it is neither over nor used. Nothing is handed out before `commands.use` has noted it.
    """
    actor_of(session).require(Action.EXPORT_RESTRICTED)
    request = session.get(ExportRequest, request_id)
    if request is None:
        raise Missing("该申请不存在")
    granted = _row(session, request, now)
    rules.require_own(own=granted.mine)
    rules.require_state(granted.state, [RequestState.APPROVED])
    found = cases.export_rows(session, granted.wanted, limit=limit)
    people = _people_of(session, [each.row.id for each in found])
    return [replace(each, people=people.get(each.row.id, "")) for each in found]


def _row(session: Session, request: ExportRequest, now: datetime) -> RequestRow:
    return RequestRow(
        id=request.id,
        version=request.version,
        requester=request.requester,
        mine=request.account_id == actor_of(session).account_id,
        asked_at=request.asked_at,
        reason=request.reason,
        wanted=from_json(request.wanted),
        filters=tuple(request.filters),
        with_content=request.with_content,
        rows=request.rows,
        state=rules.state_at(request.state, request.expires_at, now=now),
        decided_by=request.decided_by or "",
        decided_at=request.decided_at,
        opinion=request.opinion,
        expires_at=request.expires_at,
        used_at=request.used_at,
    )


def _people_of(session: Session, case_ids: Sequence[int]) -> dict[int, str]:
    cipher = cipher_of(session)
    people: dict[int, list[str]] = {}
    for start in range(0, len(case_ids), _CHUNK):
        chunk = case_ids[start : start + _CHUNK]
        rows = session.execute(
            select(Petitioner.case_id, Petitioner.name_encrypted, Petitioner.phone_encrypted)
            .where(Petitioner.case_id.in_(chunk))
            .order_by(Petitioner.case_id, Petitioner.position)
        )
        for case_id, name, phone in rows:
            shown = cipher.decrypt(name) + (f" {cipher.decrypt(phone)}" if phone else "")
            people.setdefault(case_id, []).append(shown)
    return {case_id: "、".join(names) for case_id, names in people.items()}
