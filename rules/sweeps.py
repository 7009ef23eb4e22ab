"""The dispute sweep as plain values: who owes a report in which round, and where each unit stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.reception_terms import PeriodType
from rules.sweep_terms import Cadence, RoundKind, SlotState
from rules.terms import UnitKind
from rules.units import in_force as valid

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRule:
    """How often the units of a level report, from a day on.

    A report is due `due_days` after the last day of its period at `due_time`; where it `rolls`,
    a day that is not worked gives way to the next that is, by the calendar with its 调休.
    """

    code: str
    name: str
    level: UnitKind
    period_type: PeriodType
    cadence: Cadence
    rolls: bool
    clause: str
    due_days: int = 0
    due_time: str = "18:00"
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of a sweep: both days in; `unit_ids` are those it was opened for by hand.

    A round of a cadence names its `level` and asks every unit of it. It takes no report any
    more once it is closed, which it is by itself at `closes_at`.
    """

    id: int
    name: str
    kind: RoundKind
    level: UnitKind | None
    first_on: date
    last_on: date
    due_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    unit_ids: frozenset[int] = frozenset()

    def expects(self, unit: "SweepUnit") -> bool:
        """Whether `unit` owes a report: it is asked, and in use on the last day of the round."""
        asked = unit.id in self.unit_ids if self.level is None else unit.kind is self.level
        return asked and valid(unit.valid_from, unit.valid_to, on=self.last_on)

    def is_closed(self, now: datetime) -> bool:
        """Whether nothing is taken any more, also where nobody has looked since its end."""
        return self.closed_at is not None or self.closes_at <= now


@dataclass(frozen=True, slots=True)
class SweepUnit:
    """A unit that may owe a report; `township` is the name of what it stands under."""

    id: int
    name: str
    kind: UnitKind
    township_id: int | None = None
    township: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """What a unit filed in a round under the name it had; `filed_at` None is a closed miss."""

    round_id: int
    unit_id: int
    unit_name: str
    zero: bool
    found: int
    resolved: int
    filed_at: datetime | None
    filed_by: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one unit stands in one round; `filing` is None while nothing is kept of it."""

    round: Round
    unit_id: int
    unit_name: str
    state: SlotState
    filing: Filing | None = None


def in_force(rules: Iterable[SweepRule], *, on: date) -> dict[str, SweepRule]:
    """Map each code to the rule in force on `on`, the one that began last."""
    found: dict[str, SweepRule] = {}
    for rule in rules:
        before = found.get(rule.code)
        if valid(rule.valid_from, rule.valid_to, on=on) and (
            before is None or (before.valid_from or date.min) <= (rule.valid_from or date.min)
        ):
            found[rule.code] = rule
    return found


def answering(path: str, wanted: Iterable[str]) -> bool:
    """Whether a class of 内容分类 answers to one asked for: it stands above, below or is the same.

    Classes of disputes are compared with 内容分类 of the first level, a campaign may be about
    one of the third: what may be meant is asked about. An empty path answers to nothing.
    """
    return any(
        (path and f"{each}/".startswith(f"{path}/")) or path.startswith(f"{each}/")
        for each in wanted
    )


def is_late(moment: datetime, due_at: datetime) -> bool:
    """Whether `moment` is past what is due at `due_at`: within its minute is still in time.

    Times are told to the minute, so that what is read beside each other is what is judged.
    """
    return moment - due_at >= _MINUTE


def standing(due_at: datetime, filing: Filing | None, *, now: datetime) -> SlotState:
    """Say where a unit stands by what it filed and by the clock."""
    if filing is None or filing.filed_at is None:
        return SlotState.MISSING if is_late(now, due_at) else SlotState.PENDING
    if is_late(filing.filed_at, due_at):
        return SlotState.LATE
    return SlotState.ZERO if filing.zero else SlotState.REPORTED


def slots(
    rounds: Iterable[Round],
    units: Sequence[SweepUnit],
    filings: Iterable[Filing],
    *,
    now: datetime,
) -> list[Slot]:
    """List one slot for each unit and round it owes a report in, round by round.

    Of a closed round what was written down at its end stands, whatever became of the units
    since; a report once filed stands in an open one as well.
    """
    filed: dict[int, dict[int, Filing]] = defaultdict(dict)
    for filing in filings:
        filed[filing.round_id][filing.unit_id] = filing
    found = []
    for each in rounds:
        kept = filed[each.id]
        found += [
            Slot(each, unit_id, filing.unit_name, standing(each.due_at, filing, now=now), filing)
            for unit_id, filing in kept.items()
        ]
        if each.closed_at is None:
            bare = standing(each.due_at, None, now=now)
            found += [
                Slot(each, unit.id, unit.name, bare)
                for unit in units
                if unit.id not in kept and each.expects(unit)
            ]
    return found
