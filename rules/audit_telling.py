"""An entry of the audit chain in words: what it is about, and what was changed from what to what.

The chain holds some of a matter's content; the auditor is owed the procedure and not the
content, so it is left out for anyone who may not read every matter. Ids are told by names that
the caller has looked up (`references`), moments on the caller's clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rules import steps
from rules.audit import WITHHELD, column_label, is_content, is_said, referred, terms_of
from rules.cases import FIELDS, Kind, shown_money
from rules.policy import PARAMETERS
from rules.terms import AuditAction, Outcome, Term

# What people call a row: by its table and id.
Names = Mapping[tuple[str, int], str]
EMPTY = "（空）"
_HIDDEN = "***"
# By which a row that is gone is still called, in this order.
_CALLED = ("number", "name", "label", "alias", "file_name", "key")


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says, as it lies in the chain."""

    action: AuditAction
    entity: str
    entity_id: int | None
    changes: Mapping[str, Any]

    @property
    def case_id(self) -> int | None:
        """The matter it is about, as far as the entry itself tells."""
        if self.entity == "cases":
            return self.entity_id
        said = self.changes.get("case_id") or self.changes.get("case")
        return said if isinstance(said, int) else None

    def withholds(self) -> bool:
        """Whether some of it is a matter's own content."""
        return any(is_content(self.entity, column) for column in self.changes)


def references(entry: Entry) -> Iterator[tuple[str, int]]:
    """Tell the rows, by table and id, that must be named to put an entry in words."""
    if entry.entity_id is not None:
        yield entry.entity, entry.entity_id
    for column, value in entry.changes.items():
        table = referred(entry.entity, column)
        if table is not None:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, int):
                    yield table, one


def subject(entry: Entry, names: Names) -> str:
    """Name what an entry is about; what is gone is called as the entry itself calls it."""
    if entry.entity_id is not None and (entry.entity, entry.entity_id) in names:
        return names[entry.entity, entry.entity_id]
    if entry.case_id is not None and ("cases", entry.case_id) in names:
        return names["cases", entry.case_id]
    for column in _CALLED:
        said = entry.changes.get(column)
        if isinstance(said, str) and not is_content(entry.entity, column):
            return _plain(entry.entity, column, said)
    return "" if entry.entity_id is None else f"#{entry.entity_id}"


def describe(entry: Entry, *, content: bool, names: Names, clock: tzinfo) -> list[str]:
    """Tell an entry's changes, a line for each; without `content` a matter's own is left out."""
    lines = []
    for column, value in entry.changes.items():
        if not is_said(entry.entity, column):
            continue
        if is_content(entry.entity, column) and not content:
            told = WITHHELD
        elif entry.action is AuditAction.UPDATE and isinstance(value, list) and len(value) == 2:
            told = _change(entry.entity, column, value, names, clock)
        else:
            told = value_in_words(entry.entity, column, value, names=names, clock=clock)
        lines.append(f"{column_label(entry.entity, column)}：{told}")
    return lines


def value_in_words(entity: str, column: str, value: Any, *, names: Names, clock: tzinfo) -> str:
    """Tell one value of the chain as the screens show it."""
    if value in (None, "", []):
        return EMPTY
    if value == _HIDDEN:
        return "（不显示）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "、".join(_noted(key, item) for key, item in value.items())
    if isinstance(value, list):
        told = (value_in_words(entity, column, one, names=names, clock=clock) for one in value)
        return "、".join(told)
    table = referred(entity, column)
    if table is not None and isinstance(value, int):
        return names.get((table, value), f"#{value}")
    if column == "at" or column.endswith("_at"):
        moment = datetime.fromisoformat(value).astimezone(clock)
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    if entity == "cases" and column in FIELDS and FIELDS[column].kind is Kind.MONEY:
        return shown_money(value)
    if terms := terms_of(entity, column):
        return "、".join(_label(code, terms) for code in str(value).split(","))
    return _plain(entity, column, str(value))


def _change(entity: str, column: str, value: list[Any], names: Names, clock: tzinfo) -> str:
    if value == [_HIDDEN, _HIDDEN]:
        return "已修改（不显示）"
    before, after = (value_in_words(entity, column, v, names=names, clock=clock) for v in value)
    return f"{before} → {after}"


def _plain(entity: str, column: str, text: str) -> str:
    if (entity, column) == ("parameters", "key") and text in PARAMETERS:
        return PARAMETERS[text].label
    return text


def _noted(key: str, value: Any) -> str:
    """Tell what a step has with it, or how many rows of a kind an import had."""
    if key in steps.FIELDS:
        return f"{steps.FIELDS[key]} {steps.shown(key, value)}"
    return f"{'行数' if key == 'rows' else _label(key, (Outcome,))} {value}"


def _label(code: str, terms: tuple[type[Term], ...]) -> str:
    found = (kind.from_text(code) for kind in terms)
    return next((term.label for term in found if term is not None), code)
