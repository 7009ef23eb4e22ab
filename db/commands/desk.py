"""What each person keeps on his desk: drafts of forms, and saved views of lists."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.accounts import Draft, SavedView
from db.scope import actor_of
from rules.errors import Invalid, Missing, Problem
from rules.permissions import Action

VIEW_NAME_MAX = 30
VIEWS_MAX = 50


def keep_draft(session: Session, form: str, values: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what stands in a form, replacing the draft before; encrypted, it may hold names."""
    account_id = actor_of(session).account_id
    if account_id is None:
        return
    content = cipher_of(session).encrypt(json.dumps(dict(values), ensure_ascii=False, default=str))
    found = session.scalar(_draft(account_id, form))
    if found is None:
        session.add(Draft(account_id=account_id, form=form, content=content, saved_at=now))
    else:
        found.content, found.saved_at = content, now


def drop_draft(session: Session, form: str) -> None:
    """Forget the draft of a form, once it is saved or given up."""
    session.execute(
        delete(Draft).where(Draft.account_id == actor_of(session).account_id, Draft.form == form)
    )


def _draft(account_id: int, form: str) -> Any:
    return select(Draft).where(Draft.account_id == account_id, Draft.form == form)


def save_view(
    session: Session, screen: str, name: str, query: str, *, shared: bool, now: datetime
) -> None:
    """Save a list's filters under a name, replacing one's own of the same name.

    Sharing needs Action.SHARE_VIEW. Raises Invalid for a name that is missing or too long.
    """
    actor = actor_of(session)
    if shared:
        actor.require(Action.SHARE_VIEW)
    name = name.strip()
    if not name or len(name) > VIEW_NAME_MAX:
        raise Invalid([Problem("view_name", f"视图名称应为 1 到 {VIEW_NAME_MAX} 个字")])
    if len(query) > 2000:
        raise Invalid([Problem("view_name", "筛选条件太多，无法保存")])
    own = session.scalars(
        select(SavedView).where(
            SavedView.account_id == actor.account_id, SavedView.screen == screen
        )
    ).all()
    found = next((view for view in own if view.name == name), None)
    if found is None:
        if len(own) >= VIEWS_MAX:
            raise Invalid(
                [Problem("view_name", f"每人最多保存 {VIEWS_MAX} 个视图，请先删除不用的")]
            )
        assert actor.account_id is not None
        found = SavedView(account_id=actor.account_id, screen=screen, name=name, created_at=now)
        session.add(found)
    found.query, found.shared = query, shared


def remove_view(session: Session, view_id: int) -> None:
    """Remove a view of one's own; another's is not there for the actor."""
    found = session.get(SavedView, view_id)
    if found is None or found.account_id != actor_of(session).account_id:
        raise Missing("该视图不存在，或不是您保存的")
    session.delete(found)
