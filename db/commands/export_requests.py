"""Exports of identity, step by step: asked for, decided by another, taken back or used once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from db.models.export_requests import ExportRequest
from db.queries import cases, office
from db.queries.case_filters import CaseFilter, as_json
from db.scope import actor_of
from rules import export_requests as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, RuleError
from rules.masking import redact
from rules.permissions import Action
from rules.terms import RequestState


def ask(
    session: Session,
    wanted: CaseFilter,
    *,
    filters: Sequence[str],
    content: bool,
    reason: str,
    limit: int,
    now: datetime,
) -> int:
    """Ask for what the filter leaves with names and phones; returns the id of the request.

    `filters` is the same filter in words, for whoever decides. Raises Invalid without a
    reason, for nothing or more than `limit`, and for a filter that may name somebody.
    """
    actor = actor_of(session)
    actor.require(Action.EXPORT_RESTRICTED)
    if actor.account_id is None:
        raise RuleError("身份信息导出须由登录的账号申请")
    words = redact(clean(reason))
    rows = cases.export_count(session, wanted, limit=limit + 1)
    searched = bool(wanted.term.strip() or wanted.person.strip())
    if problems := rules.request_problems(words, searched=searched, rows=rows, limit=limit):
        raise Invalid(problems)
    request = ExportRequest(
        account_id=actor.account_id,
        requester=actor.name,
        asked_at=now,
        reason=words,
        wanted=as_json(wanted),
        filters=list(filters),
        with_content=content,
        rows=rows,
        state=RequestState.WAITING,
    )
    session.add(request)
    session.flush()
    return request.id


def decide(
    session: Session,
    request_id: int,
    *,
    version: int,
    approve: bool,
    opinion: str,
    today: date,
    now: datetime,
) -> None:
    """Approve another's request or refuse it, in words; an approval is over after some hours."""
    request = _taken(session, request_id, version)
    rules.require_other(own=_is_own(session, request))
    rules.require_state(_state(request, now), [RequestState.WAITING])
    words = redact(clean(opinion))
    if problems := rules.opinion_problems(words):
        raise Invalid(problems)
    request.state = RequestState.APPROVED if approve else RequestState.REFUSED
    request.decided_by, request.decided_at = actor_of(session).name, now
    request.opinion = words
    if approve:
        hours = office.parameter(session, "restricted_export_hours", on=today)
        assert isinstance(hours, int)
        request.expires_at = rules.expiry(now, hours=hours)


def withdraw(session: Session, request_id: int, *, version: int, now: datetime) -> None:
    """Take one's own request back, also one that is approved and not used yet."""
    request = _taken(session, request_id, version)
    rules.require_own(own=_is_own(session, request))
    rules.require_state(_state(request, now), rules.WITHDRAWABLE)
    request.state = RequestState.WITHDRAWN


def use(session: Session, request_id: int, *, version: int, now: datetime) -> None:
    """Note that the file was made, which uses one's own approval up; made twice, one is refused."""
    request = _taken(session, request_id, version)
    rules.require_own(own=_is_own(session, request))
    rules.require_state(_state(request, now), [RequestState.APPROVED])
    request.state, request.used_at = RequestState.USED, now


def _taken(session: Session, request_id: int, version: int) -> ExportRequest:
    actor_of(session).require(Action.EXPORT_RESTRICTED)
    request = session.get(ExportRequest, request_id)
    if request is None:
        raise Missing("该申请不存在")
    if request.version != version:
        raise Conflict("该申请刚刚有了变化，请看过最新情况后再操作")
    return request


def _is_own(session: Session, request: ExportRequest) -> bool:
    return request.account_id == actor_of(session).account_id


def _state(request: ExportRequest, now: datetime) -> RequestState:
    return rules.state_at(request.state, request.expires_at, now=now)
