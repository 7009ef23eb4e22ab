"""Chinese text search: overlapping bigrams in an index of either engine, behind one function.

A token is two neighbouring characters in fixed-width hex, so that SQLite's ASCII
tokenizer and PostgreSQL's arrays treat every script and sign alike. The last character
stands alone too, so that one character is found as the head of a token.
"""

from itertools import pairwise

from sqlalchemy import ColumnElement, Text, cast, column, func, literal_column, select, table, text
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
    longer words the index narrows and the text itself decides.
    """
    conditions = []
    for word in searchable(term).split():
        conditions.append(_indexed(session, word))
        if len(word) > 2:
            conditions.append(func.searchable(_text()).contains(word, autoescape=True))
    criteria = conditions[0] if conditions else literal_column("1=1")
    for condition in conditions[1:]:
        criteria = criteria & condition
    return criteria


def _text() -> ColumnElement[str]:
    return Case.number + "\n" + Case.title + "\n" + Case.content


def _indexed(session: Session, word: str) -> ColumnElement[bool]:
    codes = [_HEX[character] for character in word]
    pairs = [first + second for first, second in pairwise(codes)]
    if session.get_bind().dialect.name == "sqlite":
        query = " AND ".join(f'"{pair}"' for pair in pairs) if pairs else f'"{codes[0]}"*'
        index = table("case_search", column("rowid"))
        found = select(index.c.rowid).where(
            text("case_search MATCH :bigrams").bindparams(bigrams=query)
        )
        return Case.id.in_(found)
    tokens = cast(pairs or codes, ARRAY(Text))
    return func.bigrams(_text()).bool_op("@>")(tokens)
