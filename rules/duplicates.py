"""Two like matters: what they are to each other is proposed by what they share, and decided by a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rules.case_terms import SameKind
from rules.errors import Problem
from rules.terms import CaseState, Purpose

REASON_MAX = 200
ALIKE = 95  # per cent: word for word, but for slips of the pen

# What lists and figures count: a double stands for nothing beside the case it was merged into.
COUNTED: tuple[CaseState, ...] = tuple(s for s in CaseState if s is not CaseState.MERGED)

# What deciding does, in the words shown beside the buttons.
EFFECTS: dict[SameKind, str] = {
    SameKind.REPEAT: "两件都保留，各办各的；后一件记为重复，指向前一件",
    SameKind.DOUBLE: "后一件并入前一件，编号保留，停止计时，不再计数；经过和附件在前一件里看",
    SameKind.SHARED: "两件都保留、都在办，互相关联；人数按事项合计",
    SameKind.OTHER: "互不相干，以后不再提示",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """One petitioner as the office's keyed hashes know him; None for what is not known of him."""

    name: bytes | None
    phone: bytes | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What two matters have in common; `same_person` is None where it cannot be said."""

    same_person: bool | None
    same_day: bool
    same_channel: bool
    likeness: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A kind for a person to decide on, and why, in words."""

    kind: SameKind
    why: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What the decision asks of one of the two; `signing` says that a sign-off is asked for or given."""

    number: str
    state: CaseState
    purpose: Purpose | None
    signing: bool = False


def same_person(ours: Collection[Keys], theirs: Collection[Keys]) -> bool | None:
    """Say whether one at least brought both: of a group one representative is enough (domain.md 1.8).

    One phone is one person; one name is, unless both left a phone and the phones differ, which
    leaves it open. None as well where either is anonymous.
    """
    if not any(key.name or key.phone for key in ours) or not any(
        key.name or key.phone for key in theirs
    ):
        return None
    pairs = [(a, b) for a in ours for b in theirs]
    if any(a.phone and a.phone == b.phone for a, b in pairs):
        return True
    named = [(a, b) for a, b in pairs if a.name and a.name == b.name]
    if any(not (a.phone and b.phone) for a, b in named):
        return True
    nameless = any(key.name is None for key in (*ours, *theirs))
    return None if named or nameless else False


def proposed(shared: Shared, *, percent: int) -> Proposal:
    """Propose what two matters are to each other; texts are like from `percent` on.

    The same people seldom write about two things, so half of `percent` is enough for them.
    """
    like = shared.likeness >= percent
    at_once = shared.same_day and shared.same_channel
    match shared.same_person:
        case True if like and at_once:
            kind = SameKind.DOUBLE
        case True if shared.likeness >= percent // 2:
            kind = SameKind.REPEAT
        case None if shared.likeness >= ALIKE:
            kind = SameKind.DOUBLE if at_once else SameKind.REPEAT
        case False | None if like:
            kind = SameKind.SHARED
        case _:
            kind = SameKind.OTHER
    return Proposal(kind, told(shared))


def told(shared: Shared) -> str:
    """Say what two matters have in common."""
    person = {True: "同一人", False: "不是同一人", None: "是否同一人不明"}[shared.same_person]
    day = "同一天收到" if shared.same_day else "不同天收到"
    channel = "信访形式相同" if shared.same_channel else "信访形式不同"
    return f"{person}，{day}，{channel}，文字相似 {shared.likeness}%"


def later_first(one: tuple[date, int], other: tuple[date, int]) -> bool:
    """Say whether `one`, by its day of receipt and its id, came after `other`."""
    return one > other


def decision_problems(kind: SameKind, later: Matter, earlier: Matter) -> list[Problem]:
    """List why the two cannot be decided to be of a kind; only a merger asks for anything."""
    if kind is not SameKind.DOUBLE:
        return []
    found = []
    if (later.purpose is Purpose.ACCUSATION) is not (earlier.purpose is Purpose.ACCUSATION):
        found.append("一件是检举控告，另一件不是，不能并案：请先更正信访目的（§30）")
    if later.state is CaseState.SIGNED_OFF or later.signing:
        found.append(f"{later.number} 已销号或已申请销号，请先撤销销号，再并案")
    return [Problem("kind", words) for words in found]


def merged(kept: str | None) -> str:
    """Say that nothing is written on a merged case, and where instead; None where it is not seen."""
    where = f"请在 {kept} 上办理" if kept else "请由联席办在保留的那一件上办理"
    return f"本件已并案，不再单独办理，{where}；并错了的，可以由联席办撤销并案"


def people_of(counts: Collection[tuple[CaseState, int]]) -> int:
    """Add up the people of one matter that several brought; merged cases count for nothing."""
    return sum(people for state, people in counts if state in COUNTED)
