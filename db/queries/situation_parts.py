"""The parts of figures: which there are in a dimension, what each is called, what is counted of it."""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from db.models.batches import Batch
from db.models.cases import Case
from db.models.disputes import Dispute, DisputeClass
from db.models.duty import CaseDuty
from db.models.office import Code
from db.models.supervision import LookBack
from db.models.units import Leader, Unit
from db.queries import batches, situation_cases, situation_work
from db.queries.situation_cases import FORMULAS, Counted
from db.queries.situation_scope import Context, Form
from rules.batches import tally
from rules.dispute_procedure import tallied
from rules.dispute_terms import DisputeOutcome, DisputeState, RiskLevel
from rules.figure_terms import Basis, Dimension
from rules.figures import REGISTRY
from rules.terms import Channel

Parts = Mapping[Any, Counted]
# Whose parts stand in an order of their own; all others go by name, for nobody is ranked (条例 §39).
ORDERED = frozenset({Dimension.MONTH, Dimension.SIZE, Dimension.BATCH, Dimension.RISK})


def read(context: Context, dimension: Dimension, codes: Collection[str]) -> dict[Any, Counted]:
    """Map each part to what is counted of it: of every figure asked for, 0 where it has none."""
    found: dict[Any, Counted] = {}
    for source in SOURCES[dimension]:
        for key, counted in source(context, dimension, codes).items():
            told = {code: pair for code, pair in counted.items() if code in codes}
            if told:
                found.setdefault(key, {}).update(told)
    nothing: Counted = {code: (0, 0 if REGISTRY[code].is_ratio else None) for code in codes}
    return {key: {**nothing, **counted} for key, counted in found.items()}


def names(context: Context, dimension: Dimension, keys: Collection[Any]) -> dict[Any, str]:
    """Name the parts, in their order where they have one; what has no part is named 未填."""
    session, told = context.session, dict[Any, str]()
    match dimension:
        case Dimension.CHANNEL:
            told = {channel: channel.label for channel in Channel}
        case Dimension.CLASS:
            told = {row.id: row.path for row in session.execute(select(Code.id, Code.path))}
        case Dimension.SIZE:
            told = {size: f"{size}" for size in sorted(keys)}
        case Dimension.MONTH:
            told = {first: f"{first.year}年{first.month}月" for first in sorted(keys)}
        case Dimension.RISK:
            told = {level: level.label for level in RiskLevel}
        case Dimension.UNIT | Dimension.TOWNSHIP:
            told = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}
        case Dimension.LEAD:
            told = {row.id: row.name for row in session.execute(select(Leader.id, Leader.name))}
        case Dimension.DISPUTE_CLASS:
            rows = session.execute(select(DisputeClass.id, DisputeClass.name))
            told = {row.id: row.name for row in rows}
        case Dimension.BATCH:
            order = select(Batch.id, Batch.name).order_by(Batch.held_on, Batch.id)
            told = {row.id: row.name for row in session.execute(order)}
    return {**told, None: "未填"}


def _cases(context: Context, dimension: Dimension, codes: Collection[str]) -> Parts:
    spans = {code: situation_cases.days_of(context, code) for code in codes if code in FORMULAS}
    counts = {days: situation_cases.parts(context, days, dimension) for days in {*spans.values()}}
    found: dict[Any, Counted] = {}
    for code, days in spans.items():
        for key, each in counts[days].items():
            pair = situation_cases.pair(code, each)
            if any(pair):
                found.setdefault(_key(dimension, key), {})[code] = pair
    return found


def _key(dimension: Dimension, key: str) -> Any:
    if dimension is Dimension.CHANNEL:
        return Channel.of(key)
    return int(key) if key else None


def _sizes(context: Context, _: Dimension, __: Collection[str]) -> Parts:
    """Each number of people that came together; 集体访 are those of the county's number and more."""
    least = context.number("collective_min")
    return {
        size: {
            "visits": (counts["visits"], None),
            "visitors": (counts["visitors"], None),
            "collectives": (counts["visits"] if size >= least else 0, None),
            "collective_visitors": (counts["visitors"] if size >= least else 0, None),
        }
        for size, counts in situation_cases.of_sizes(context).items()
        if counts["visits"]
    }


def _months(context: Context, _: Dimension, codes: Collection[str]) -> Parts:
    told = [code for code in codes if code in FORMULAS and REGISTRY[code].basis is not Basis.NOW]
    return {
        first: {code: situation_cases.pair(code, counts) for code in told}
        for first, counts in situation_cases.months(context).items()
    }


def _collectives(context: Context, _: Dimension, codes: Collection[str]) -> Parts:
    """集体访 by month; nothing is read where nobody asks for them."""
    if "collectives" not in codes and "collective_visitors" not in codes:
        return {}
    return {
        first: {"collectives": (visits, None), "collective_visitors": (people, None)}
        for first, (visits, people) in situation_cases.collective_months(context).items()
    }


def _satisfied(context: Context, _: Dimension, __: Collection[str]) -> Parts:
    """What petitioners said at looks back, by the unit of the case."""
    said, due = _said(context.form)
    found: dict[Any, Counted] = {}
    for key, office, unit, of_office, of_unit in context.session.execute(said, context.given):
        found[key] = {
            "office_satisfaction": (int(office), int(of_office)),
            "unit_satisfaction": (int(unit), int(of_unit)),
        }
    for key, told, owed in context.session.execute(due, context.given):
        found.setdefault(key, {})["participation"] = (int(told), int(owed))
    return found


@lru_cache
def _said(form: Form) -> tuple[Any, Any]:
    kept = (LookBack.dropped_on.is_(None), form.ordinary())
    return tuple(
        select(Case.unit_id, *columns)
        .join(Case, Case.id == LookBack.case_id)
        .where(day, *kept)
        .group_by(Case.unit_id)
        for columns, day in (situation_work.SAID, situation_work.OWED)
    )  # type: ignore[return-value]


def _per_10k(context: Context, dimension: Dimension, codes: Collection[str]) -> Parts:
    """件次 for ten thousand people, of the townships whose population was told."""
    if "per_10k" not in codes:
        return {}
    people = situation_work.populations(context)
    counts = situation_cases.parts(context, context.days, dimension)
    received = {_key(dimension, key): each["received"] for key, each in counts.items()}
    return {
        key: {"per_10k": (received.get(key, 0), people.get(key))}
        for key in {*received, *people}
        if received.get(key) or key in people
    }


def _disputes(context: Context, dimension: Dimension, _: Collection[str]) -> Parts:
    """The ledger of disputes, a 小类 counted in its 大类."""
    above = func.coalesce(DisputeClass.parent_id, DisputeClass.id)
    part: Any = Dispute.level if dimension is Dimension.RISK else above
    statement = situation_work.found_disputes(context, part).join(
        DisputeClass, DisputeClass.id == Dispute.class_id
    )
    rows: dict[Any, list[tuple[DisputeState, DisputeOutcome, int]]] = {}
    for key, *counted in context.session.execute(statement.group_by(part)):
        rows.setdefault(key, []).append((counted[0], counted[1], counted[2]))
    told = {key: tallied(each) for key, each in rows.items()}
    return {key: situation_work.of_disputes(each) for key, each in told.items() if each.found}


def _batches(context: Context, _: Dimension, __: Collection[str]) -> Parts:
    if context.townships is not None:
        return {}
    days = context.days
    held = batches.held_between(
        context.session, days.first, days.last, units=context.units, today=context.today
    )
    return {each.id: situation_work.of_batches(1, tally(each.outcomes)) for each in held}


def _led(context: Context, _: Dimension, __: Collection[str]) -> Parts:
    """The ledger of duties by who leads the case now."""
    listed = select(CaseDuty.case_id)
    rows = context.session.execute(
        select(Case.lead_id, func.count(Case.resolved_on), func.count())
        .where(Case.id.in_(listed), context.form.ordinary())
        .group_by(Case.lead_id),
        context.given,
    )
    return {key: {"lead_resolution": (done, cases)} for key, done, cases in rows}


# What counts the parts of which dimension; a figure names its dimensions itself (`Figure.splits`).
SOURCES: Mapping[Dimension, tuple[Callable[[Context, Dimension, Collection[str]], Parts], ...]] = {
    Dimension.CHANNEL: (_cases,),
    Dimension.CLASS: (_cases,),
    Dimension.TOWNSHIP: (_cases, _per_10k),
    Dimension.UNIT: (_cases, _satisfied),
    Dimension.SIZE: (_sizes,),
    Dimension.MONTH: (_months, _collectives),
    Dimension.DISPUTE_CLASS: (_disputes,),
    Dimension.RISK: (_disputes,),
    Dimension.BATCH: (_batches,),
    Dimension.LEAD: (_led,),
}
