"""逐案销号: how far the disputes of a round, a campaign or a class have come, day by day and by age."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.case_charts import AgeBand
from rules.dispute_procedure import Tallied, tallied
from rules.dispute_terms import DisputeOutcome, DisputeState, Tally
from rules.terms import Term

DAYS_MAX = 400


class Basis(Term):
    """By what disputes are put together."""

    ROUND = "round", "按轮次"
    CAMPAIGN = "campaign", "专项、临时"
    CLASS = "class", "按类别"


@dataclass(frozen=True, slots=True)
class Flow:
    """Of one round or class: what was found, what came of it, and how much is signed off."""

    key: int
    name: str
    tally: Tallied
    signed: int

    @property
    def unresolved(self) -> int:
        """What is still to be resolved, in part or wholly."""
        return self.tally[Tally.UNRESOLVED] + self.tally[Tally.PARTLY]


def flows(
    counted: Iterable[tuple[int, DisputeState, DisputeOutcome, int]], names: Mapping[int, str]
) -> list[Flow]:
    """Put counts by key together, in the order of `names`; a key without a name is left out."""
    rows: dict[int, list[tuple[DisputeState, DisputeOutcome, int]]] = {key: [] for key in names}
    for key, state, outcome, count in counted:
        if key in rows:
            rows[key].append((state, outcome, count))
    return [
        Flow(
            key,
            names[key],
            tallied(found),
            sum(count for state, _, count in found if state is DisputeState.SIGNED_OFF),
        )
        for key, found in rows.items()
    ]


@dataclass(frozen=True, slots=True)
class Days:
    """On which day how many were found, came to an end (resolved or passed on), and were signed off."""

    found: Mapping[date, int] = field(default_factory=dict)
    ended: Mapping[date, int] = field(default_factory=dict)
    signed: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """What was left on a day: not resolved yet, and not signed off yet (转出 is not waited for)."""

    on: date
    unresolved: int
    unsigned: int


def burn_down(
    days: Days, *, passed_on: Mapping[date, int], until: date, most: int = DAYS_MAX
) -> list[Left]:
    """Count what was left on each day from the first find to `until`, at most the last `most` days.

    `passed_on` are those of `days.ended` that were petitioned, which are never signed off here.
    """
    if not days.found:
        return []
    first = min(days.found)
    begin = max(first, until - timedelta(days=most - 1))
    found, ended, signed, away = (
        sum(count for day, count in each.items() if day < begin)
        for each in (days.found, days.ended, days.signed, passed_on)
    )
    left = []
    for n in range(max(0, (until - begin).days) + 1):
        day = begin + timedelta(days=n)
        found += days.found.get(day, 0)
        ended += days.ended.get(day, 0)
        signed += days.signed.get(day, 0)
        away += passed_on.get(day, 0)
        left.append(Left(day, found - ended, found - signed - away))
    return left


def age_bands(limits: Sequence[int]) -> list[AgeBand]:
    """Part the days since the find at these limits, each in the band that ends with it."""
    ends = sorted(set(limits))
    bands, least = [], 0
    for end in ends:
        label = f"{end} 天以内" if not least else f"{least}\u2013{end} 天"
        bands.append(AgeBand(label, least, end))
        least = end + 1
    return [*bands, AgeBand(f"{least} 天以上" if least else "全部", least, None)]


@dataclass(frozen=True, slots=True)
class Early:
    """Of a class: all disputes, and those resolved before any petition on the matter."""

    class_id: int | None
    name: str
    disputes: int
    early: int
