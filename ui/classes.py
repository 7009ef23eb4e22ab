"""The likely class of a matter, learnt in the background from what the office has classified.

Kept in this process alone, by store, and learnt anew seldom: training takes seconds of a core.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import settings
from db.engine import Store
from db.queries import classified
from rules.permissions import SYSTEM

if TYPE_CHECKING:
    from analysis.classification import Classifier, Suggestion

AGAIN_AFTER = timedelta(days=1)
LARGE = 1_000  # cases brought by imports since, after which it is learnt anew at once
_FEWEST_WORDS = 4  # characters of a title that say something
_LEAST = 0.05  # a class less likely than this is no suggestion


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt when, and the last import and the store it was learnt from."""

    classifier: "Classifier"
    at: datetime
    last_import: int


_LEARNT: dict[str, Learnt] = {}


def catch_up(store: Store, *, today: date, now: datetime) -> bool:
    """Learn anew where a day or a large import has passed since; says whether it did.

    Accusations and merged cases are not read (db/queries/classified.py).
    """
    # Heavy, and of no use before there is something to learn.
    from analysis import classification

    key = settings.current().database_url
    last = _LEARNT.get(key)
    with store.reading(SYSTEM) as session:
        brought = list(classified.imports(session))
        if not due(last, brought, now=now):
            return False
        matters = classified.matters(session, newest=classification.NEWEST)
        names = classified.names(session, today=today)
    learnt = classification.train(
        [classification.Classified(m.title, m.content, m.code_id) for m in matters], names=names
    )
    _LEARNT[key] = Learnt(learnt, now, max((batch_id for batch_id, _ in brought), default=0))
    return True


def due(last: Learnt | None, brought: Sequence[tuple[int, int]], *, now: datetime) -> bool:
    """Say whether to learn anew; `brought` are the imports, each with how many cases it brought."""
    if last is None or now - last.at >= AGAIN_AFTER:
        return True
    return sum(cases for batch_id, cases in brought if batch_id > last.last_import) >= LARGE


def suggestions(title: str, content: str = "") -> tuple["Suggestion", ...]:
    """List up to three likely classes of the first level; none until they are learnt, or for no words."""
    learnt = _learnt()
    if learnt is None or len((title + content).strip()) < _FEWEST_WORDS:
        return ()
    return tuple(one for one in learnt.suggest(title, content) if one.probability >= _LEAST)


def likeliest(texts: Sequence[tuple[str, str]]) -> list["Suggestion | None"]:
    """Suggest one class for each title and content of many."""
    learnt = _learnt()
    return [None] * len(texts) if learnt is None else learnt.likeliest(texts)


def reason() -> str:
    """Say why nothing is suggested at all; '' where something is."""
    learnt = _learnt()
    return "正在从已分类的案件中学习，请稍候再看" if learnt is None else learnt.reason


def _learnt() -> "Classifier | None":
    found = _LEARNT.get(settings.current().database_url)
    return found.classifier if found else None
