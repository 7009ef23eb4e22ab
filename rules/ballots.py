"""票决: what a ballot says, when a panel is satisfied, and what makes a count whole (domain.md 5.3).

Whoever presides does not vote. A vote is counted over those present (庆阳), or over all members
where a county says so; who abstains is not in favour, and neither is a ballot nobody cast.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from rules.errors import Problem
from rules.evaluation_terms import Choice, PassRule, Verdict

CODE_LENGTH = 8
# Digits alone: a tablet shows its number pad for them.
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a count found."""

    satisfied: int
    dissatisfied: int
    abstained: int

    @property
    def total(self) -> int:
        """All ballots counted."""
        return self.satisfied + self.dissatisfied + self.abstained


@dataclass(frozen=True, slots=True)
class Electorate:
    """Of how many a panel is and how many of them came, and what is asked of their votes.

    `share` is what PassRule.PRESENT asks of those present; PassRule.MEMBERS asks for more than
    half of all members whatever it is.
    """

    members: int
    present: int
    rule: PassRule
    share: Fraction


def verdict(tally: Tally, electorate: Electorate) -> Verdict:
    """Say what a panel found, by exact fractions: on the boundary two thirds suffice, half never."""
    if electorate.rule is PassRule.MEMBERS:
        passed = 2 * tally.satisfied > electorate.members
    else:
        passed = Fraction(tally.satisfied) >= electorate.share * electorate.present
    passed = passed and tally.satisfied > tally.dissatisfied  # a tie never, whatever the share
    return Verdict.SATISFIED if passed else Verdict.DISSATISFIED


def reasoning(tally: Tally, electorate: Electorate) -> str:
    """Say the verdict with the numbers it follows from."""
    found = verdict(tally, electorate)
    counted = (
        f"满意 {tally.satisfied} 票、不满意 {tally.dissatisfied} 票、弃权 {tally.abstained} 票"
    )
    if electorate.rule is PassRule.MEMBERS:
        asked = f"须超过全体成员 {electorate.members} 人的半数"
    else:
        share = f"{electorate.share.numerator}/{electorate.share.denominator}"
        asked = f"须达到实到 {electorate.present} 人的 {share}"
    met = "达到" if found is Verdict.SATISFIED else "未达到"
    return f"{counted}；{asked}，{met}，评价结果为“{found.label}”"


def count(choices: Iterable[Choice]) -> Tally:
    """Count ballots."""
    found = list(choices)
    return Tally(
        found.count(Choice.SATISFIED),
        found.count(Choice.DISSATISFIED),
        found.count(Choice.ABSTAINED),
    )


def count_problems(tally: Tally, *, present: int) -> list[Problem]:
    """List what keeps a teller's count from being whole: each of those present is in it once."""
    if min(tally.satisfied, tally.dissatisfied, tally.abstained) < 0:
        return [Problem("satisfied", "票数不能小于 0")]
    if tally.total == present:
        return []
    gap = abs(present - tally.total)
    more = "多" if tally.total > present else "差"
    return [
        Problem(
            "satisfied",
            f"三项合计 {tally.total} 票，实到 {present} 人，{more} {gap} 票，请重新点票（没有投的、废票计入弃权）",
        )
    ]


def tellers_problem(one: Tally, other: Tally) -> str | None:
    """Say that two tellers differ, never by what: both count again by themselves."""
    if one == other:
        return None
    return "两名计票人录入的结果不一致，请各自重新点票后再录入"


def new_codes(number: int) -> list[str]:
    """Make one-time codes, no two of them alike, from the system's randomness."""
    codes: set[str] = set()
    while len(codes) < number:
        codes.add("".join(secrets.choice(_DIGITS) for _ in range(CODE_LENGTH)))
    return secrets.SystemRandom().sample(sorted(codes), number)


def shown_code(code: str) -> str:
    """Part a code in two for reading, as 1234 5678."""
    half = CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"


def cleaned_code(text: str) -> str:
    """Return a code as typed, without what parts it; what is no code stays no code."""
    return "".join(each for each in text if each.isascii() and each.isalnum())
