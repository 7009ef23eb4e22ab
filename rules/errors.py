"""What the office refuses, said so that a clerk can act on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class RuleError(Exception):
    """The office forbids it; the message is a Chinese sentence that says what to do."""


class NotAllowed(RuleError):
    """The account's roles do not include this action."""


class Missing(RuleError):
    """The record does not exist, or lies outside the account's scope: the same words for both."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that differs: what I typed, what they saved, and what it was when I began."""

    field: str
    mine: Any
    theirs: Any
    base: Any

    @property
    def mine_only(self) -> bool:
        """Whether nobody else touched the field."""
        return bool(self.theirs == self.base)


class Conflict(RuleError):
    """Somebody else saved first; nothing typed may be lost over it.

    `fields` holds what differs and `version` the version to merge onto, where known.
    """

    def __init__(
        self, message: str, fields: Sequence[FieldConflict] = (), version: int | None = None
    ) -> None:
        super().__init__(message)
        self.fields = tuple(fields)
        self.version = version


class WrongKey(RuleError):
    """The field key does not open this store's restricted columns."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field, with the Chinese sentence to show beside it."""

    field: str
    message: str


class Invalid(RuleError):
    """One or more fields are wrong; `problems` names each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(problem.message for problem in problems))
        self.problems = problems
