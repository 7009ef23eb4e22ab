"""What each person keeps on his desk, read: the draft of a form, the views of a list."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.accounts import Account, Draft, SavedView
from db.scope import actor_of


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was typed and not saved; values as JSON keeps them, dates as ISO text."""

    values: dict[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class View:
    """A saved view; `mine` says whether the actor may remove it."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str


def draft(session: Session, form: str) -> KeptDraft | None:
    """Return the actor's draft of a form."""
    found = session.scalar(
        select(Draft).where(Draft.account_id == actor_of(session).account_id, Draft.form == form)
    )
    if found is None:
        return None
    return KeptDraft(json.loads(cipher_of(session).decrypt(found.content)), found.saved_at)


def views(session: Session, screen: str) -> list[View]:
    """List the actor's own views of a screen and everybody's shared ones, by name."""
    account_id = actor_of(session).account_id
    rows = session.execute(
        select(SavedView, Account.name)
        .join(Account, SavedView.account_id == Account.id)
        .where(
            SavedView.screen == screen,
            or_(SavedView.account_id == account_id, SavedView.shared),
        )
        .order_by(SavedView.name)
    )
    return [
        View(view.id, view.name, view.query, view.shared, view.account_id == account_id, owner)
        for view, owner in rows
    ]
