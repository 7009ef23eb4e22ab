"""Deciding what two like cases are to each other, and taking the decision back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import plain_value
from db.commands import clocks
from db.commands.sign_off import raised_again, repeat_withdrawn
from db.commands.writable import writable_case
from db.models.cases import Case
from db.models.duplicates import CasePair
from db.queries import duplicates as queries
from db.queries import sign_off
from db.scope import actor_of
from rules import duplicates as rules
from rules.case_terms import SameKind
from rules.cases import clean
from rules.duplicates import Matter
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.terms import CaseState, Repeat

_READ = {"state": CaseState.of, "repeat": Repeat.of}


def decide_pair(
    session: Session,
    case_id: int,
    other_id: int,
    *,
    kind: SameKind,
    reason: str = "",
    version: int,
    other_version: int,
    today: date,
    now: datetime,
) -> int:
    """Decide what two cases are to each other, whichever is named first; returns the decision's id.

    A double is merged into the one received first: it keeps its number, and what pointed at it
    points at the other. Raises Conflict where either was saved since its version was read, and
    RuleError for a pair of which something stands already.
    """
    actor = actor_of(session)
    actor.require(Action.EDIT_CASE)
    if case_id == other_id:
        raise RuleError("请选择两件不同的案件")
    one, other = _unchanged(session, case_id, version), _unchanged(session, other_id, other_version)
    if there := queries.standing(session, case_id, other_id):
        raise RuleError(f"这两件已认定为“{there.kind.label}”，要改请先撤销")
    later, earlier = (one, other) if _later(one, other) else (other, one)
    problems = rules.decision_problems(kind, _matter(session, later), _matter(session, earlier))
    words = clean(reason)
    if len(words) > rules.REASON_MAX:
        problems.append(Problem("reason", f"理由最多 {rules.REASON_MAX} 个字"))
    if problems:
        raise Invalid(problems)
    pair = CasePair(
        case_id=later.id,
        other_id=earlier.id,
        kind=kind,
        reason=words,
        former=_carried_out(session, kind, later, earlier).kept,
        actor=actor.name,
        at=now,
    )
    session.add(pair)
    _touch(session, later, earlier, today=today, now=now)
    if kind is SameKind.REPEAT:
        raised_again(
            session,
            later.repeat_of_id,
            number=later.number,
            received_on=later.received_on,
            today=today,
            now=now,
        )
    return pair.id


def _carried_out(session: Session, kind: SameKind, later: Case, earlier: Case) -> "_Former":
    """Change both cases as the decision says, and return what was there before."""
    former = _Former()
    for marked, like in ((later, earlier), (earlier, later)):
        if marked.suspect_of_id == like.id:
            former.change(marked, suspect_of_id=None)
    if kind is SameKind.REPEAT:
        former.change(later, suspect_of_id=None, repeat=Repeat.REPEAT, repeat_of_id=earlier.id)
    elif kind is SameKind.DOUBLE:
        _merge(session, former, later, earlier)
    return former


def undo_decision(
    session: Session,
    pair_id: int,
    *,
    version: int,
    other_version: int,
    today: date,
    now: datetime,
) -> None:
    """Take a decision back: both cases are as before it. `version` is that of the later one.

    Raises Conflict where either was saved since it was read, and RuleError where what the
    decision wrote was changed since. A draft of 督办 that followed by itself ends; a sign-off
    that was withdrawn stays so, for its case has gone on.
    """
    actor = actor_of(session)
    actor.require(Action.EDIT_CASE)
    pair = session.get(CasePair, pair_id)
    if pair is None:
        raise Missing("该认定不存在，或不在您的查看范围内")
    if pair.undone_at is not None:
        raise RuleError("该认定已经撤销，请刷新")
    later = _seen(session, pair.case_id, version)
    earlier = _seen(session, pair.other_id, other_version)
    _restore(session, pair, {later.id: later, earlier.id: earlier})
    pair.undone_by, pair.undone_at = actor.name, now
    _touch(session, later, earlier, today=today, now=now)
    if pair.kind is SameKind.REPEAT:
        repeat_withdrawn(
            session, earlier.id, number=later.number, received_on=later.received_on, today=today
        )


class _Former:
    """What a decision changes of which case, from what to what, as JSON keeps it."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, list[Any]]] = {}

    def change(self, case: Case, **values: Any) -> None:
        """Set columns of a case; what stays as it is, is not noted."""
        for name, value in values.items():
            if (before := getattr(case, name)) != value:
                noted = [plain_value(before), plain_value(value)]
                self.kept.setdefault(str(case.id), {})[name] = noted
                setattr(case, name, value)


def _merge(session: Session, former: _Former, later: Case, earlier: Case) -> None:
    """Merge a double: what repeats it, or may, is about the one that is kept."""
    former.change(later, state=CaseState.MERGED, suspect_of_id=None)
    for column in ("repeat_of_id", "suspect_of_id"):
        pointing = select(Case).where(getattr(Case, column) == later.id)
        for case in session.scalars(pointing.order_by(Case.id)).all():
            kept = None if case.id == earlier.id else earlier.id
            former.change(case, **{column: kept})


def _restore(session: Session, pair: CasePair, two: Mapping[int, Case]) -> None:
    """Bring back what stood before; of other cases only what nobody has changed since."""
    for key, changes in pair.former.items():
        case = two.get(int(key)) or session.get(Case, int(key))
        if case is None:
            continue
        moved = [n for n, (_, set_to) in changes.items() if plain_value(getattr(case, n)) != set_to]
        if moved and case.id in two:
            raise RuleError(f"{case.number} 在认定之后又改过，不能撤销；请在案件页直接更正")
        for name, (before, _) in changes.items():
            if name not in moved:
                read = _READ.get(name)
                setattr(case, name, read(before) if read else before)


def _touch(session: Session, *cases: Case, today: date, now: datetime) -> None:
    """Raise the version of each, so that a form that stands open meets it, and wind its clock."""
    for case in cases:
        case.updated_at = now
        clocks.wind(session, case, today=today)


def _later(one: Case, other: Case) -> bool:
    return rules.later_first((one.received_on, one.id), (other.received_on, other.id))


def _matter(session: Session, case: Case) -> Matter:
    signing = sign_off.standing(session, case.id) is not None
    return Matter(case.number, case.state, case.purpose, signing)


def _unchanged(session: Session, case_id: int, version: int) -> Case:
    writable_case(session, case_id)
    return _seen(session, case_id, version)


def _seen(session: Session, case_id: int, version: int) -> Case:
    case = session.get(Case, case_id)
    if case is None:
        raise Missing("该案件不存在，或不在您的查看范围内")
    if case.version != version:
        raise Conflict(f"“{case.title}”已被他人修改，请核对后重新认定", version=case.version)
    return case
