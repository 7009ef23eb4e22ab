"""Chinese text search: overlapping bigrams in an index of either engine, behind one function.

A token is two neighbouring characters in fixed-width hex, so that SQLite's ASCII
tokenizer and PostgreSQL's arrays treat every script and sign alike. The last character
stands alone too, so that one character is found as the head of a token.
"""

from itertools import pairwise

from sqlalchemy import (
    ColumnElement,
    Engine,
    Text,
    and_,
    cast,
    column,
    func,
    or_,
    select,
    table,
    text,
    true,
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


def matches(session: Session, term: str) -> ColumnElement[bool]:
    """Return the criteria that title, content or number hold every word of `term`.

    Words are parted by spaces. One or two characters are answered by the index alone; of
    longer words the index narrows and the text itself decides. Cases whose index is still
    to be made are searched as they stand, so that nothing imported is ever missed.
    """
    words = searchable(term).split()
    if not words:
        return true()
    waiting = _is_sqlite(session) and session.scalar(select(_BACKLOG.c.case_id).limit(1))
    backlog = Case.id.in_(select(_BACKLOG.c.case_id))
    conditions = []
    for word in words:
        plain = func.searchable(_text()).contains(word, autoescape=True)
        indexed = _indexed(session, word)
        if len(word) > 2:
            indexed = and_(indexed, plain)
        conditions.append(or_(indexed, and_(backlog, plain)) if waiting else indexed)
    return and_(*conditions)


def catch_up(engine: Engine, *, limit: int = 400) -> int:
    """Index up to `limit` of the cases that came in bulk; returns how many are still waiting.

    Short transactions, so that nobody waits for it. PostgreSQL indexes as it goes: 0.
    """
    if engine.dialect.name != "sqlite":
        return 0
    with engine.connect() as connection:
        if connection.scalar(select(_BACKLOG.c.case_id).limit(1)) is None:
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


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _text() -> ColumnElement[str]:
    return Case.number + "\n" + Case.title + "\n" + Case.content


def _indexed(session: Session, word: str) -> ColumnElement[bool]:
    codes = [_HEX[character] for character in word]
    pairs = [first + second for first, second in pairwise(codes)]
    if _is_sqlite(session):
        query = " AND ".join(f'"{pair}"' for pair in pairs) if pairs else f'"{codes[0]}"*'
        index = table("case_search", column("rowid"))
        match = text("case_search MATCH :bigrams").bindparams(bigrams=query)
        return Case.id.in_(select(index.c.rowid).where(match))
    tokens = cast(pairs or codes, ARRAY(Text))
    return func.bigrams(_text()).bool_op("@>")(tokens)
