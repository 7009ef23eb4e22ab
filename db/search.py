"""Chinese text search: overlapping bigrams in an index of either engine, behind one function.

A token is two neighbouring characters in fixed-width hex, so that SQLite's ASCII
tokenizer and PostgreSQL's arrays treat every script and sign alike. The last character
stands alone too, so that one character is found as the head of a token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Engine,
    Integer,
    Text,
    and_,
    bindparam,
    column,
    exists,
    func,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db.models.cases import Case

# Full-width signs and capitals are one with their plain forms; nothing else is folded, so
# that both engines can do it alike, character by character.
_WIDE = {chr(point): chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F)}
_PLAIN = {sign: plain.lower() for sign, plain in _WIDE.items()} | {
    capital: capital.lower() for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
}
_FOLD = str.maketrans(_PLAIN)
# What something else may have been folded to.
_FOLDED = frozenset(_PLAIN.values())
# From so many cases on a word is frequent; making a list of fewer takes a millisecond.
_FREQUENT = 2_000
# What is typed beyond this is no search; a statement holds no thousand conditions.
_TERM_MAX, _WORDS_MAX = 200, 20


class _Hex(dict[str, str]):
    """The hex of each character, folded: four digits, or z and six beyond the basic plane."""

    def __missing__(self, character: str) -> str:
        point = ord(_PLAIN.get(character, character))
        code = "" if character.isspace() else f"{point:04x}" if point < 0x10000 else f"z{point:06x}"
        self[character] = code
        return code


_HEX = _Hex()


def searchable(value: str | None) -> str:
    """Fold width and case, so that Ａ, A and a are one character."""
    return value.translate(_FOLD) if value else ""


def bigrams(value: str | None) -> str:
    """Return the tokens of `value`, separated by spaces, each once."""
    if not value:
        return ""
    codes = [_HEX[character] for character in value]
    tokens = set(map(str.__add__, codes, codes[1:]))
    tokens.add(codes[-1])
    return " ".join(tokens)


@dataclass(frozen=True, slots=True)
class Words:
    """How the words of a search are asked for, without the words: statements are kept by it.

    `long` and `plain` tell of each word whether it is longer than the index decides on
    its own, and whether it stands in a text as it is, with no sign of it ever folded.
    """

    sqlite: bool
    waiting: bool
    long: tuple[bool, ...]
    plain: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: its form, the parameters of its statements, and whether its words are frequent.

    A frequent word is held by so many cases that a list is better gone through in its own
    order: SQLite makes a list of all of them before it looks at the first. PostgreSQL
    knows better by itself, and is told nothing.
    """

    words: Words
    parameters: dict[str, Any]
    frequent: bool


def asked(session: Session, term: str) -> Asked | None:
    """Say how `term`, words parted by spaces, is searched for; None when it holds no word."""
    given = searchable(term[:_TERM_MAX]).split()[:_WORDS_MAX]
    if not given:
        return None
    sqlite = _is_sqlite(session)
    index = {"bigrams": _query(given)} if sqlite else {"tokens": _all_tokens(given)}
    hits, waiting = session.execute(_HITS, index).one() if sqlite else (0, None)
    words = Words(
        sqlite=sqlite,
        waiting=waiting is not None,
        long=tuple(len(word) > 2 for word in given),
        plain=tuple(_FOLDED.isdisjoint(word) for word in given),
    )
    parameters = index | {f"word{n}": word for n, word in enumerate(given)}
    return Asked(words, parameters, frequent=sqlite and hits >= _FREQUENT)


def matches(words: Words, *, among: CTE | None = None) -> ColumnElement[bool]:
    """Return the criteria that title, content or number hold every word that is `asked` for.

    One or two characters are answered by the index alone; of longer words the index
    narrows and the text itself decides. Cases whose index is still to be made are searched
    as they stand, so that nothing imported is ever missed. With `among` the criteria are
    about its rows, by their column id, and on SQLite the index is read no further than
    they reach.
    """
    subject = Case.id if among is None else among.c.id
    unsure = [n for n, is_long in enumerate(words.long) if is_long]
    found = and_(_indexed(words, among), _of_case([_holds(words, n) for n in unsure], among))
    if not words.waiting:
        return found
    waiting = subject.in_(select(_BACKLOG.c.case_id))
    return or_(found, and_(waiting, _of_case([in_text(words)], among)))


def in_text(words: Words) -> ColumnElement[bool]:
    """Return the criteria that the case itself holds every word: right, and without an index."""
    return and_(True, *(_holds(words, n) for n in range(len(words.long))))


def _holds(words: Words, number: int) -> ColumnElement[bool]:
    at = func.instr if words.sqlite else func.strpos
    word: BindParameter[str] = bindparam(f"word{number}", type_=Text())
    if words.plain[number]:
        return or_(*(at(part, word) > 0 for part in (Case.title, Case.content, Case.number)))
    return at(func.searchable(_text()), word) > 0


def _of_case(criteria: Sequence[ColumnElement[bool]], among: CTE | None) -> ColumnElement[bool]:
    """Ask the case itself, which is looked up only where there is something to ask."""
    if among is None or not criteria:
        return and_(True, *criteria)
    return exists(select(Case.id).where(Case.id == among.c.id, *criteria))


def catch_up(engine: Engine, *, limit: int = 400) -> int:
    """Index up to `limit` of the cases that came in bulk; returns how many are still waiting.

    Short transactions, so that nobody waits for it. PostgreSQL indexes as it goes: 0.
    """
    if engine.dialect.name != "sqlite":
        return 0
    with engine.connect() as connection:
        if connection.scalar(_WAITING) is None:
            return 0
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        batch = f"SELECT case_id FROM case_search_backlog ORDER BY case_id LIMIT {limit:d}"  # noqa: S608
        connection.exec_driver_sql(
            "INSERT INTO case_search(rowid, words) SELECT id, "  # noqa: S608
            f"bigrams(number || char(10) || title || char(10) || content) FROM cases WHERE id IN ({batch})"
        )
        connection.exec_driver_sql(f"DELETE FROM case_search_backlog WHERE case_id IN ({batch})")  # noqa: S608
        return connection.scalar(select(func.count()).select_from(_BACKLOG)) or 0


_BACKLOG = table("case_search_backlog", column("case_id"))
_INDEX = table("case_search", column("rowid", Integer))
_MATCH = text("case_search MATCH :bigrams")
# Built once: building a statement costs more than SQLite takes to answer it.
_WAITING = select(_BACKLOG.c.case_id).limit(1)
_HITS = select(func.count(), _WAITING.scalar_subquery()).select_from(
    select(_INDEX.c.rowid).where(_MATCH).limit(_FREQUENT).subquery()
)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _text() -> ColumnElement[str]:
    return Case.number + "\n" + Case.title + "\n" + Case.content


def _indexed(words: Words, among: CTE | None) -> ColumnElement[bool]:
    if words.sqlite:
        found = select(_INDEX.c.rowid).where(_MATCH)
        if among is None:
            return Case.id.in_(found)
        least, most = select(func.min(among.c.id)), select(func.max(among.c.id))
        reach = _INDEX.c.rowid.between(least.scalar_subquery(), most.scalar_subquery())
        return among.c.id.in_(found.where(reach))
    tokens: Any = bindparam("tokens", type_=ARRAY(Text))
    return func.bigrams(_text()).bool_op("@>")(tokens)


def _query(words: Sequence[str]) -> str:
    """Ask FTS5 for all the words at once, which it answers much faster than one by one."""
    parts = []
    for word in words:
        head = "*" if len(word) == 1 else ""
        parts += [f'"{token}"{head}' for token in _tokens(word)]
    return " AND ".join(parts)


def _all_tokens(words: Sequence[str]) -> list[str]:
    return [token for word in words for token in _tokens(word)]


def _tokens(word: str) -> list[str]:
    codes = [_HEX[character] for character in word]
    return [first + second for first, second in pairwise(codes)] or codes
