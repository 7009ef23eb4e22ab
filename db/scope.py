"""Default deny: what an actor may see is added to every read, in the store and not in pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import Table, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.cache_key import HasCacheKey
from sqlalchemy.sql.visitors import InternalTraversal

from db.models import Base
from db.models.base import Scoped
from rules.permissions import SYSTEM, Actor


class NoActor(Exception):
    """A scoped table was read by a session that nobody's name is bound to: a defect."""


_SCOPED = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Scoped)]
_TABLES = {inspect(model).local_table for model in _SCOPED}


class _Eyes(HasCacheKey):
    """An actor as a statement's cache knows him: what he may see is built anew for each of them."""

    _traverse_internals: ClassVar[Any] = [("actor", InternalTraversal.dp_plain_obj)]

    def __init__(self, actor: Actor) -> None:
        self.actor = actor


def _criterion(model: type[Scoped], eyes: _Eyes) -> Any:
    # A callable is asked for each alias of its own; an expression would stand for the table alone,
    # and an alias joined to it would be let through.
    return with_loader_criteria(model, lambda cls: cls.visible_to(eyes.actor), include_aliases=True)


@lru_cache(maxsize=512)
def _criteria(actor: Actor) -> tuple[Any, ...]:
    eyes = _Eyes(actor)
    return tuple(
        _criterion(model, eyes) for model in _SCOPED if model.visible_to(actor) is not None
    )


def actor_of(session: Session) -> Actor:
    """Return who is acting in `session`; raises NoActor when nobody is bound."""
    actor = session.info.get("actor")
    if not isinstance(actor, Actor):
        raise NoActor("the session has no actor")
    return actor


@contextmanager
def past_scope(session: Session) -> Iterator[None]:
    """Read past the actor's scope within the block; what leaves it is the reader's to answer for."""
    actor = actor_of(session)
    session.info["actor"] = SYSTEM
    try:
        yield
    finally:
        session.info["actor"] = actor


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    actor = state.session.info.get("actor")
    if isinstance(actor, Actor):
        options = _criteria(actor)
        if options:
            state.statement = state.statement.options(*options)
    elif any(
        isinstance(element, Table) and element in _TABLES
        for element in visitors.iterate(state.statement)  # type: ignore[arg-type]
    ):
        raise NoActor("a scoped table was read without an actor")
