"""What is counted of evaluations: each figure a question to one of them, rates, and the public copy."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.case_terms import Satisfaction
from rules.evaluation_terms import EvaluationState, RefusalReason, Verdict
from rules.rates import as_percent, rate, shown_rate, small_or

HIDDEN = "—"
_CONTENT = frozenset({Satisfaction.SATISFIED, Satisfaction.FAIRLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One evaluation as its figures ask about it; `settled` that the petitioner ceased and came no more."""

    number: str
    title: str
    state: EvaluationState
    unit: str
    kind: str
    applied_on: date
    confirmed_on: date | None = None
    refused_for: RefusalReason | None = None
    held_on: date | None = None
    verdict: Verdict | None = None
    view: Satisfaction | None = None
    settled: bool = False
    following: bool = False
    due_on: date | None = None


Span = tuple[date, date]


def _in(day: date | None, span: Span) -> bool:
    return day is not None and span[0] <= day <= span[1]


def _held(fact: Fact, span: Span) -> bool:
    return fact.verdict is not None and _in(fact.held_on, span)


_COUNTED: dict[str, Callable[[Fact, Span, date], bool]] = {
    "applied": lambda f, s, _: _in(f.applied_on, s),
    "admitted": lambda f, s, _: _in(f.confirmed_on, s) and f.state is not EvaluationState.REFUSED,
    "refused": lambda f, s, _: _in(f.confirmed_on, s) and f.state is EvaluationState.REFUSED,
    "held": lambda f, s, _: _held(f, s),
    "satisfied": lambda f, s, _: _held(f, s) and f.verdict is Verdict.SATISFIED,
    "dissatisfied": lambda f, s, _: _held(f, s) and f.verdict is Verdict.DISSATISFIED,
    "asked": lambda f, s, _: _held(f, s) and f.view is not None,
    "content": lambda f, s, _: _held(f, s) and f.view in _CONTENT,
    "settled": lambda f, s, _: _held(f, s) and f.settled,
    "following": lambda f, s, _: _held(f, s) and f.following,
    "late": lambda f, s, today: (
        _held(f, s) and f.following and f.due_on is not None and f.due_on < today
    ),
}
# Of what each rate is made: part and whole.
RATES = {
    "satisfaction_rate": ("satisfied", "held"),
    "content_rate": ("content", "asked"),
    "settled_rate": ("settled", "held"),
}
COUNTS = tuple(_COUNTED)


def counted(facts: Iterable[Fact], code: str, span: Span, *, today: date) -> list[Fact]:
    """List the evaluations a figure counts in some days; a rate counts its whole."""
    asked = _COUNTED[RATES[code][1] if code in RATES else code]
    return [fact for fact in facts if asked(fact, span, today)]


def counts(facts: Sequence[Fact], span: Span, *, today: date) -> dict[str, int]:
    """Count every figure that is a number of evaluations."""
    return {code: len(counted(facts, code, span, today=today)) for code in COUNTS}


def shown(code: str, found: dict[str, int]) -> str:
    """Show a figure: a rate with its numerator and denominator."""
    if code in RATES:
        part, whole = RATES[code]
        return shown_rate(found[part], found[whole])
    return f"{found[code]}"


@dataclass(frozen=True, slots=True)
class Row:
    """A unit or a class with what was held of it."""

    name: str
    held: int
    satisfied: int
    dissatisfied: int
    settled: int


def rows(facts: Sequence[Fact], span: Span, *, by: str, today: date) -> list[Row]:
    """Count what was held by unit or by kind, in the order of the names: nobody is ranked."""
    held = counted(facts, "held", span, today=today)
    found = []
    for name in sorted({getattr(fact, by) for fact in held}):
        own = counts([fact for fact in held if getattr(fact, by) == name], span, today=today)
        found.append(Row(name, own["held"], own["satisfied"], own["dissatisfied"], own["settled"]))
    return found


def public(found: Sequence[Row], *, least: int, decimals: int = 1) -> list[tuple[str, ...]]:
    """Show rows to the public: name, held, satisfied, dissatisfied, rate.

    A count below `least` is told as below. What would tell it by subtraction is hidden with it:
    the other verdict of its row, and where a column has one hidden cell the next smallest.
    """
    small = {row.name for row in found if 0 < row.held < least}
    _second(small, found)
    parted = {
        row.name
        for row in found
        if any(0 < each < least for each in (row.satisfied, row.dissatisfied, row.settled))
    } | small
    _second(parted, found)
    told: list[tuple[str, ...]] = []
    for row in found:
        held = f"{row.held}"
        if row.name in small:
            held = small_or(row.held, least) if row.held < least else HIDDEN
        apart = row.name in parted
        share = as_percent(rate(row.satisfied, row.held), decimals=decimals)
        told.append(
            (
                row.name,
                held,
                HIDDEN if apart else f"{row.satisfied}",
                HIDDEN if apart else f"{row.dissatisfied}",
                HIDDEN if apart else share,
            )
        )
    return told


def _second(hidden: set[str], found: Sequence[Row]) -> None:
    """Hide another row where one alone is hidden: the total would tell it."""
    others = sorted((row for row in found if row.name not in hidden), key=lambda row: row.held)
    if len(hidden) == 1 and others:
        hidden.add(others[0].name)


def public_total(code: str, found: dict[str, int], *, least: int, decimals: int = 1) -> str:
    """Show a figure of the whole county to the public: small counts as below, rates without parts.

    Where what is left of a whole is small, its part is not told either; the rate is published, but
    of a small whole: 66.7% of fewer than five could be 2 of 3 alone.
    """
    if code in RATES:
        part, whole = RATES[code]
        if found[whole] < least:
            return HIDDEN
        return as_percent(rate(found[part], found[whole]), decimals=decimals)
    wholes = dict(RATES.values()) | {"dissatisfied": "held"}
    left = found[wholes[code]] - found[code] if code in wholes else 0
    if found[code] >= least and 0 < left < least:
        return HIDDEN
    return small_or(found[code], least)
