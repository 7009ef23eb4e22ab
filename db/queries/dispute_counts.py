"""How figures of the sweep are counted: of the whole county for whom they are meant, else in scope."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from db.scope import actor_of


def counted(session: Session, statement: Any) -> Sequence[Any]:
    """Run a statement that counts disputes and reads nothing else of them.

    The office, the leaders and the room get the county's numbers, past the scope of each
    dispute: a number of matters tells of nobody. A unit gets those of its own disputes.
    """
    if actor_of(session).counts_all_disputes:
        found: Sequence[Any] = session.connection().execute(statement).all()
        return found
    return session.execute(statement).all()
