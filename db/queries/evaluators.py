"""The pool of evaluators, its categories, and the platforms, as the office sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from db.engine import cipher_of
from db.models.evaluations import (
    Evaluation,
    EvaluationPanel,
    EvaluationSeat,
    Evaluator,
    EvaluatorCategory,
    PanelMember,
)
from db.models.units import Unit
from db.scope import actor_of
from rules.evaluation_terms import PanelLevel, PanelPost
from rules.evaluators import Standing
from rules.masking import mask_phone
from rules.permissions import Action
from rules.terms import UnitKind


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category with how many of the pool it has."""

    id: int
    version: int
    name: str
    seats: int
    active: bool
    members: int


@dataclass(frozen=True, slots=True)
class EvaluatorRow:
    """One of the pool; the phone masked, `served` how often he sat in a meeting."""

    id: int
    version: int
    name: str
    category_id: int
    category: str
    unit_id: int | None
    unit: str
    employer: str
    post: str
    village_id: int | None
    village: str
    phone: str
    valid_from: date | None
    valid_to: date | None
    available: bool
    note: str
    served: int

    @property
    def standing(self) -> Standing:
        """What decides whether he is drawn from."""
        return Standing(self.valid_from, self.valid_to, self.available)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A post of a platform."""

    id: int
    version: int
    post: PanelPost
    name: str
    title: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PanelRow:
    """A platform with everybody who has or had a post in it."""

    id: int
    level: PanelLevel
    unit_id: int
    unit: str
    name: str
    office: str
    members: tuple[MemberRow, ...]


def categories(session: Session) -> list[CategoryRow]:
    """List the categories in their order, those given up as well."""
    found = session.execute(
        select(EvaluatorCategory, func.count(Evaluator.id))
        .outerjoin(Evaluator, Evaluator.category_id == EvaluatorCategory.id)
        .group_by(EvaluatorCategory.id)
        .order_by(EvaluatorCategory.position, EvaluatorCategory.id)
    )
    return [
        CategoryRow(row.id, row.version, row.name, row.seats, row.active, count)
        for row, count in found
    ]


_Village = aliased(Unit)


def pool(
    session: Session, *, category_id: int | None = None, term: str = "", on: date | None = None
) -> list[EvaluatorRow]:
    """List the pool by category and name; with `on` those in their term on that day alone.

    `term` is looked for in names, units and posts.
    """
    actor_of(session).require(Action.MANAGE_EVALUATIONS)
    cipher = cipher_of(session)
    statement = (
        select(Evaluator, EvaluatorCategory.name, Unit.name, _Village.name)
        .join(EvaluatorCategory, EvaluatorCategory.id == Evaluator.category_id)
        .outerjoin(Unit, Unit.id == Evaluator.unit_id)
        .outerjoin(_Village, _Village.id == Evaluator.village_id)
        .order_by(EvaluatorCategory.position, EvaluatorCategory.id, Evaluator.name, Evaluator.id)
    )
    if category_id is not None:
        statement = statement.where(Evaluator.category_id == category_id)
    if words := term.strip():
        columns = (Evaluator.name, Evaluator.employer, Evaluator.post, Unit.name, _Village.name)
        statement = statement.where(or_(*(c.contains(words, autoescape=True) for c in columns)))
    served = times_served(session)
    rows = [
        EvaluatorRow(
            id=e.id,
            version=e.version,
            name=e.name,
            category_id=e.category_id,
            category=category,
            unit_id=e.unit_id,
            unit=unit or "",
            employer=e.employer,
            post=e.post,
            village_id=e.village_id,
            village=village or "",
            phone=mask_phone(cipher.decrypt(e.phone_encrypted)) if e.phone_encrypted else "",
            valid_from=e.valid_from,
            valid_to=e.valid_to,
            available=e.available,
            note=e.note,
            served=served.get(e.id, 0),
        )
        for e, category, unit, village in session.execute(statement)
    ]
    return [row for row in rows if on is None or row.standing.in_term(on)]


def times_served(session: Session) -> dict[int, int]:
    """Count for each evaluator the meetings he was present at as a member of the panel."""
    found = session.execute(
        select(EvaluationSeat.evaluator_id, func.count())
        .join(Evaluation, Evaluation.id == EvaluationSeat.evaluation_id)
        .where(EvaluationSeat.present, EvaluationSeat.seated, Evaluation.opened_on.is_not(None))
        .group_by(EvaluationSeat.evaluator_id)
    )
    return {key: count for key, count in found if key is not None}


def panels(session: Session) -> list[PanelRow]:
    """List the platforms, the county's first, with their members in the order of their posts."""
    members: dict[int, list[MemberRow]] = {}
    order = list(PanelPost)
    for row in session.scalars(select(PanelMember).order_by(PanelMember.id)):
        kept = MemberRow(
            row.id, row.version, row.post, row.name, row.title, row.valid_from, row.valid_to
        )
        members.setdefault(row.panel_id, []).append(kept)
    found = session.execute(
        select(EvaluationPanel, Unit.name)
        .join(Unit, Unit.id == EvaluationPanel.unit_id)
        .order_by(EvaluationPanel.level, EvaluationPanel.id)
    )
    return [
        PanelRow(
            row.id,
            row.level,
            row.unit_id,
            unit,
            row.name,
            row.office,
            tuple(sorted(members.get(row.id, ()), key=lambda m: order.index(m.post))),
        )
        for row, unit in found
    ]


def units_of(session: Session, kinds: Collection[UnitKind]) -> list[int]:
    """List the units of some kinds, which may have a platform or apply, in the order of the tree."""
    found = select(Unit.id).where(Unit.kind.in_(sorted(kinds))).order_by(Unit.path)
    return list(session.scalars(found))
