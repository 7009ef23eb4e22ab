"""A case brought to its end for tests of what follows it; no test of its own."""

from datetime import date, timedelta
from typing import Any

from db.commands import procedure, sign_off, supervision
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.supervision import SignOff
from rules.case_terms import DocumentKind, ExitReason, Performance, Satisfaction, Step
from rules.permissions import Actor
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY

SECOND = Actor(None, "联席办老张", frozenset({Role.OFFICE}))
AGREEMENT = {"parties": "信访人与县住建局", "terms": "三个月内退还押金"}


def member(unit_id: int) -> Actor:
    """Somebody of a unit."""
    return Actor(None, "承办人", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))


def step(store: Store, opened: Opened, taken: Step, *, on: date = TODAY, **values: Any) -> None:
    """Take a step as the office."""
    with store.writing(OFFICE) as session:
        procedure.take_step(
            session,
            opened.id,
            taken,
            happened_on=on,
            values=values,
            version=session.get_one(Case, opened.id).version,
            today=TODAY,
            now=NOW,
        )


def take_back(store: Store, opened: Opened) -> None:
    """Take the last step back."""
    with store.writing(OFFICE) as session:
        version = session.get_one(Case, opened.id).version
        procedure.withdraw_step(
            session, opened.id, reason="点错了", version=version, today=TODAY, now=NOW
        )


def close(store: Store, opened: Opened, *, on: date = TODAY) -> None:
    """End a registered case by a mediation."""
    step(store, opened, Step.CLOSE, on=on, exit_reason=ExitReason.MEDIATED, text="调解成功")


def look_back(store: Store, opened: Opened, **values: Any) -> int:
    """Write a 回访 that leaves the matter at rest, unless told otherwise."""
    given = {
        "done_on": TODAY,
        "with_office": Satisfaction.SATISFIED,
        "with_unit": Satisfaction.FAIRLY,
        "outcome": "押金已收到",
        **values,
    }
    with store.writing(OFFICE) as session:
        return supervision.do_look_back(session, opened.id, given, today=TODAY, now=NOW)


def document(store: Store, opened: Opened) -> int:
    """Put the agreement on record."""
    with store.writing(OFFICE) as session:
        return sign_off.add_document(
            session,
            opened.id,
            kind=DocumentKind.MEDIATION,
            number="调〔2026〕1号",
            issued_on=TODAY - timedelta(days=1),
            details=AGREEMENT,
            today=TODAY,
            now=NOW,
        )


def request(store: Store, opened: Opened, *, document_id: int | None, **values: Any) -> int:
    """Ask for the sign-off."""
    given: dict[str, Any] = {
        "result": "押金已退还",
        "performance": Performance.PERFORMED,
        **values,
    }
    with store.writing(OFFICE) as session:
        return sign_off.request_sign_off(
            session,
            opened.id,
            document_id=document_id,
            version=session.get_one(Case, opened.id).version,
            now=NOW,
            **given,
        )


def head(store: Store, sign_off_id: int, *, by: Actor = OFFICE) -> None:
    """Write down the approval of the unit's head."""
    with store.writing(by) as session:
        version = session.get_one(SignOff, sign_off_id).version
        sign_off.record_head_approval(
            session, sign_off_id, head_name="王局长", head_on=TODAY, version=version, today=TODAY
        )


def approve(store: Store, sign_off_id: int, *, by: Actor = SECOND) -> None:
    """Approve as a second person of the office, unless told otherwise."""
    with store.writing(by) as session:
        version = session.get_one(SignOff, sign_off_id).version
        sign_off.approve_sign_off(session, sign_off_id, version=version, today=TODAY, now=NOW)


def ready(store: Store, opened: Opened, *, on: date = TODAY) -> int:
    """Bring a case to where only the second approval is wanting; returns the request's id."""
    close(store, opened, on=on)
    look_back(store, opened)
    asked = request(store, opened, document_id=document(store, opened))
    head(store, asked)
    return asked
