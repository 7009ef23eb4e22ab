"""热点: opening one, changing it, which matters belong to it, merging, parting, its end, dismissals."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.hotspots import DismissedProposal, Hotspot, HotspotCase
from db.queries.hotspots import FIELDS
from db.scope import actor_of
from rules import hotspots as rules
from rules.case_terms import HotspotState
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.terms import CaseState, Purpose


def open_hotspot(
    session: Session,
    values: Mapping[str, Any],
    *,
    case_ids: Sequence[int] = (),
    today: date,
    now: datetime,
) -> int:
    """Open a hotspot with these matters in it, watched at first, and return its id.

    `values` are by column (db/queries/hotspots.FIELDS), what is left out is empty. Raises Invalid
    naming every field that is wrong and every matter that cannot be in it.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    plain = _plain(values)
    problems = rules.problems(plain, today=today) + _name_taken(session, plain.get("name"))
    problems += _matter_problems(session, case_ids)
    if problems:
        raise Invalid(problems)
    hotspot = Hotspot(**plain, state=HotspotState.WATCHED, created_by=actor.name, created_at=now)
    session.add(hotspot)
    session.flush()
    _put(session, hotspot.id, case_ids, now=now)
    return hotspot.id


def change_hotspot(
    session: Session,
    hotspot_id: int,
    values: Mapping[str, Any],
    *,
    state: HotspotState,
    version: int,
    today: date,
) -> None:
    """Change what a hotspot is called, where and when it is, whose it is, and its state.

    It is ended by `end_hotspot` alone, and one that has ended is reopened first.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    hotspot = _standing(session, hotspot_id, version)
    plain = _plain(values)
    if state is HotspotState.ENDED:
        raise RuleError("请用“解决”登记解决日期")
    problems = rules.problems({**plain, "state": state}, today=today)
    problems += _name_taken(session, plain.get("name"), but=hotspot_id)
    if problems:
        raise Invalid(problems)
    for name, value in plain.items():
        setattr(hotspot, name, value)
    hotspot.state = state


def add_cases(session: Session, hotspot_id: int, case_ids: Sequence[int], *, now: datetime) -> int:
    """Put matters into a hotspot, all of them or none; returns how many were not in it yet.

    They may be in others as well. Adding conflicts with nothing, so no version is asked.
    """
    actor_of(session).require(Action.DIRECT_CASE)
    _standing(session, hotspot_id)
    if not case_ids:
        raise RuleError("请先选择要归入的案件")
    if problems := _matter_problems(session, case_ids):
        raise Invalid(problems)
    return _put(session, hotspot_id, case_ids, now=now)


def take_out(session: Session, hotspot_id: int, case_ids: Sequence[int]) -> int:
    """Take matters out of a hotspot; returns how many were in it."""
    actor_of(session).require(Action.DIRECT_CASE)
    _standing(session, hotspot_id)
    links = _links(session, hotspot_id, case_ids)
    if not links:
        raise RuleError("请先勾选要移出的案件；已移出的请刷新")
    for link in links:
        session.delete(link)
    return len(links)


def merge_hotspots(
    session: Session,
    hotspot_id: int,
    other_id: int,
    *,
    version: int,
    other_version: int,
    today: date,
    now: datetime,
) -> int:
    """Let a hotspot take all of another, which is there no more; returns how many matters came.

    What the other was called, and its note, are kept in the note.
    """
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    if hotspot_id == other_id:
        raise RuleError("请选择另一个热点合并")
    hotspot = _standing(session, hotspot_id, version)
    other = _take(session, other_id, other_version)
    links = _links(session, other_id)
    came = _put(session, hotspot_id, [link.case_id for link in links], now=now)
    told = f"{today} {actor.name}并入“{other.name}”"
    note = "\n".join(filter(None, [hotspot.note, told, other.note]))
    if len(note) > rules.NOTE_MAX:
        raise RuleError(f"两个热点的说明合起来超过 {rules.NOTE_MAX} 个字，请先精简再合并")
    hotspot.note = note
    days = [day for day in (hotspot.first_on, other.first_on) if day is not None]
    hotspot.first_on = min(days, default=None)
    days = [day for day in (hotspot.last_on, other.last_on) if day is not None]
    hotspot.last_on = max(days, default=None)
    for link in links:
        session.delete(link)
    session.flush()
    session.delete(other)
    return came


def part_hotspot(
    session: Session,
    hotspot_id: int,
    case_ids: Sequence[int],
    *,
    name: str,
    today: date,
    now: datetime,
) -> int:
    """Move some matters of a hotspot into a new one of the same place and class; returns its id."""
    actor_of(session).require(Action.DIRECT_CASE)
    hotspot = _standing(session, hotspot_id)
    links = _links(session, hotspot_id, case_ids)
    if not links:
        raise RuleError("请先勾选要拆出去的案件；已移出的请刷新")
    if len(links) == len(_links(session, hotspot_id)):
        raise RuleError("不能把全部案件都拆出去；要改名称，请用“修改”")
    values = {
        "name": name,
        **{kept: getattr(hotspot, kept) for kept in ("code_id", "place", "township_id")},
        "sector_unit_id": hotspot.sector_unit_id,
    }
    moved = [link.case_id for link in links]
    new_id = open_hotspot(session, values, case_ids=moved, today=today, now=now)
    for link in links:
        session.delete(link)
    return new_id


def end_hotspot(
    session: Session, hotspot_id: int, *, ended_on: date | None, version: int, today: date
) -> None:
    """Say that what a hotspot reports is solved; its matters go their own way."""
    actor_of(session).require(Action.DIRECT_CASE)
    hotspot = _take(session, hotspot_id, version)
    first_on = session.scalar(
        select(func.min(Case.received_on))
        .join(HotspotCase, HotspotCase.case_id == Case.id)
        .where(HotspotCase.hotspot_id == hotspot_id)
    )
    problems = rules.end_problems(hotspot.state, ended_on, first_on=first_on, today=today)
    if problems:
        raise Invalid(problems)
    hotspot.state, hotspot.ended_on = HotspotState.ENDED, ended_on


def reopen_hotspot(session: Session, hotspot_id: int, *, version: int) -> None:
    """Watch a hotspot again that was thought solved."""
    actor_of(session).require(Action.DIRECT_CASE)
    hotspot = _take(session, hotspot_id, version)
    if hotspot.state is not HotspotState.ENDED:
        raise RuleError("这个热点没有结束，不用重新打开")
    hotspot.state, hotspot.ended_on = HotspotState.WATCHED, None


def drop_hotspot(session: Session, hotspot_id: int, *, version: int) -> None:
    """Drop a hotspot opened by mistake, while no matter is in it."""
    actor_of(session).require(Action.DIRECT_CASE)
    hotspot = _take(session, hotspot_id, version)
    if _links(session, hotspot_id):
        raise RuleError("热点里还有案件，不能删除；请先移出，或并入别的热点")
    session.delete(hotspot)


def dismiss(
    session: Session,
    fingerprint: str,
    case_ids: Sequence[int],
    *,
    words: str,
    reason: str,
    now: datetime,
) -> int:
    """Say that a proposal is no hotspot; it comes back when it has grown. Returns the id."""
    actor = actor_of(session)
    actor.require(Action.DIRECT_CASE)
    reason = clean(reason)
    if not case_ids:
        raise RuleError("这组提议已没有待定的案件，请刷新")
    if not reason:
        raise Invalid([Problem("reason", "请写明不采纳的理由")])
    if len(reason) > rules.REASON_MAX:
        raise Invalid([Problem("reason", f"理由最多 {rules.REASON_MAX} 个字")])
    row = DismissedProposal(
        fingerprint=rules.mark(fingerprint),
        words=words[: rules.WORDS_MAX],
        matters=len(set(case_ids)),
        members=rules.packed(case_ids),
        reason=reason,
        actor=actor.name,
        at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def undo_dismissal(session: Session, dismissed_id: int) -> None:
    """Let a dismissed proposal be proposed again; that it was dismissed stays in the audit."""
    actor_of(session).require(Action.DIRECT_CASE)
    row = session.scalar(select(DismissedProposal).where(DismissedProposal.id == dismissed_id))
    if row is None:
        raise Missing("这一条已经恢复，请刷新")
    session.delete(row)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns a person fills, texts cleaned."""
    unknown = set(values) - set(FIELDS)
    assert not unknown, unknown
    return {
        name: clean(value) if isinstance(value, str) else value for name, value in values.items()
    }


def _name_taken(session: Session, name: str | None, *, but: int | None = None) -> list[Problem]:
    found = session.scalar(select(Hotspot.id).where(Hotspot.name == name))
    if name and found not in (None, but):
        return [Problem("name", f"已有名为“{name}”的热点，请换一个名称，或归入那一个")]
    return []


def _take(session: Session, hotspot_id: int, version: int | None = None) -> Hotspot:
    """Load a hotspot and hold it: nobody merges or ends it meanwhile."""
    hotspot = session.scalar(
        select(Hotspot)
        .where(Hotspot.id == hotspot_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if hotspot is None:
        raise Missing("该热点不存在，或不在您的查看范围内")
    if version is not None and hotspot.version != version:
        raise Conflict(f"热点“{hotspot.name}”刚刚被他人修改，请核对后重新提交")
    return hotspot


def _standing(session: Session, hotspot_id: int, version: int | None = None) -> Hotspot:
    hotspot = _take(session, hotspot_id, version)
    if hotspot.state is HotspotState.ENDED:
        raise RuleError(f"热点“{hotspot.name}”已解决；又有反映的，请先“重新打开”")
    return hotspot


def _links(
    session: Session, hotspot_id: int, case_ids: Sequence[int] | None = None
) -> Sequence[HotspotCase]:
    statement = select(HotspotCase).where(HotspotCase.hotspot_id == hotspot_id)
    if case_ids is not None:
        statement = statement.where(HotspotCase.case_id.in_(case_ids))
    return session.scalars(statement.order_by(HotspotCase.id)).all()


def _matter_problems(session: Session, case_ids: Sequence[int]) -> list[Problem]:
    """List the matters that can be in no hotspot; one outside the actor's scope is told as missing."""
    if len(case_ids) > rules.AT_ONCE:
        return [Problem("cases", f"一次最多归入 {rules.AT_ONCE} 件，请分次")]
    rows = session.execute(
        select(Case.id, Case.number, Case.purpose, Case.state).where(Case.id.in_(case_ids))
    ).all()
    problems = []
    if len(rows) < len(set(case_ids)):
        problems.append(Problem("cases", "有案件已不存在，或不在您的查看范围内，请刷新"))
    for row in rows:
        if row.purpose is Purpose.ACCUSATION:
            problems.append(Problem("cases", f"{row.number}：检举控告不归入热点（§30）"))
        elif row.state is CaseState.MERGED:
            problems.append(Problem("cases", f"{row.number}：已并案，请归入并到的那一件"))
    return problems


def _put(session: Session, hotspot_id: int, case_ids: Sequence[int], *, now: datetime) -> int:
    there = {link.case_id for link in _links(session, hotspot_id, case_ids)}
    new = [case_id for case_id in dict.fromkeys(case_ids) if case_id not in there]
    session.add_all(
        HotspotCase(
            hotspot_id=hotspot_id, case_id=case_id, added_by=actor_of(session).name, added_at=now
        )
        for case_id in new
    )
    session.flush()
    return len(new)
