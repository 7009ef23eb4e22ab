"""Which step of a dispute can be taken, by whom, and how disputes are counted (domain.md 3.5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rules.dispute_steps import (
    APART,
    COUNTED,
    FIELDS,
    LENGTHS,
    ROUND,
    RULES,
    TEXT_MAX,
    Hand,
    StepRule,
)
from rules.dispute_terms import DisputeOutcome, DisputeState, DisputeStep, Tally, Tier
from rules.errors import Problem

_WHOSE = {
    Hand.ENTRY: "由登记单位或其上级单位办理",
    Hand.REVIEW: "由登记单位的上级单位（乡镇、部门）或联席办办理",
    Hand.DUTY: "由责任单位或联席办办理",
    Hand.OFFICE: "由联席办办理",
}
_TALLY = {
    DisputeOutcome.RESOLVED: Tally.RESOLVED,
    DisputeOutcome.PARTLY: Tally.PARTLY,
    DisputeOutcome.UNRESOLVED: Tally.UNRESOLVED,
    DisputeOutcome.ROUTED: Tally.PASSED_ON,
    DisputeOutcome.PETITIONED: Tally.PASSED_ON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """How an actor stands to one dispute; `village` that his own unit is no more than a village."""

    office: bool = False
    village: bool = False
    found_it: bool = False
    duty: bool = False

    def takes(self, hand: Hand) -> bool:
        """Whether steps of this hand are his."""
        above = self.found_it and not self.village
        match hand:
            case Hand.ENTRY:
                mine = self.found_it
            case Hand.REVIEW:
                mine = above
            case Hand.DUTY:
                mine = self.duty or above
            case Hand.OFFICE:
                mine = False
        return mine or self.office


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules ask of a dispute; `moved_on` is the day of its last step."""

    state: DisputeState
    outcome: DisputeOutcome
    tier: Tier
    found_on: date
    moved_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as the screen offers it; `blocked` says in words why it cannot be taken now."""

    rule: StepRule
    blocked: str | None

    @property
    def step(self) -> DisputeStep:
        """The step."""
        return self.rule.step


def offers(facts: Facts, seat: Seat) -> list[Offer]:
    """List the steps of the common list that this actor can take from where the dispute stands."""
    return [
        Offer(rule, None)
        for rule in RULES.values()
        if rule.step not in APART and blocked(rule.step, facts, seat) is None
    ]


def blocked(step: DisputeStep, facts: Facts, seat: Seat) -> str | None:
    """Say why this actor cannot take a step now, or None where he can."""
    rule = RULES[step]
    if facts.state not in rule.sources:
        allowed = "、".join(state.label for state in DisputeState if state in rule.sources)
        return f"现在是“{facts.state.label}”，“{step.label}”只能在“{allowed}”时进行"
    if not seat.takes(rule.by):
        return f"“{step.label}”{_WHOSE[rule.by]}"
    if step is DisputeStep.ELEVATE and facts.tier is Tier.COUNTY:
        return "已经在县级化解，不能再提级"
    return None


def step_problems(
    step: DisputeStep, values: Mapping[str, object], facts: Facts, *, on: date, today: date
) -> list[Problem]:
    """List what is missing or wrong in a step's own words; `on` is the day it happened."""
    rule = RULES[step]
    found = [Problem(name, f"请填写{FIELDS[name]}") for name in rule.needs if not values.get(name)]
    if on > today:
        found.append(Problem("happened_on", f"日期 {on} 晚于今天"))
    after, label = facts.found_on, "排查日期"
    if facts.moved_on is not None and facts.moved_on > after:
        after, label = facts.moved_on, "上一步骤的日期"
    if on < after:
        found.append(Problem("happened_on", f"{step.label}日期 {on} 早于{label} {after}"))
    for name, value in values.items():
        limit = LENGTHS.get(name, TEXT_MAX)
        if isinstance(value, str) and len(value) > limit:
            found.append(Problem(name, f"{FIELDS[name]}最多 {limit} 个字"))
    until = values.get("until")
    if isinstance(until, date):
        if step is DisputeStep.ASSIGN and until < on:
            found.append(Problem("until", f"化解时限 {until} 早于交办日期 {on}"))
        if step is DisputeStep.EXTEND and facts.due_on is not None and until <= facts.due_on:
            found.append(Problem("until", f"化解时限 {until} 应晚于原来的 {facts.due_on}"))
    tier = values.get("tier")
    if isinstance(tier, Tier) and list(Tier).index(tier) <= list(Tier).index(facts.tier):
        found.append(Problem("tier", f"现在由{facts.tier.label}化解，只能提到更高一级"))
    return found


def after(step: DisputeStep, facts: Facts, values: Mapping[str, object], *, on: date) -> Facts:
    """Say where a dispute stands once a legal step is taken."""
    rule = RULES[step]
    tier, until = values.get("tier"), values.get("until")
    return Facts(
        state=rule.to or facts.state,
        outcome=rule.outcome or facts.outcome,
        tier=tier if isinstance(tier, Tier) else facts.tier,
        found_on=facts.found_on,
        moved_on=on,
        due_on=until if isinstance(until, date) else facts.due_on,
    )


def dates_after(step: DisputeStep, *, on: date) -> dict[str, date | None]:
    """Name the dates of the dispute that a step sets, and those that a rebound takes away."""
    rule = RULES[step]
    lost: dict[str, date | None] = dict.fromkeys(ROUND) if step is DisputeStep.REBOUND else {}
    return {**lost, **({rule.sets: on} if rule.sets else {})}


def tally_of(outcome: DisputeOutcome) -> Tally:
    """Name the one column a dispute is counted in: 部分化解 has its own and is no 化解."""
    return _TALLY[outcome]


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many disputes there are in each column."""

    by: Mapping[Tally, int]

    @property
    def found(self) -> int:
        """排查数: always the sum of the columns."""
        return sum(self.by.values())

    def __getitem__(self, column: Tally) -> int:
        """Return the number of a column."""
        return self.by.get(column, 0)


def tallied(counts: Iterable[tuple[DisputeState, DisputeOutcome, int]]) -> Tallied:
    """Count disputes of each state and outcome; what was removed or merged counts nowhere."""
    by = dict.fromkeys(Tally, 0)
    for state, outcome, count in counts:
        if state in COUNTED:
            by[tally_of(outcome)] += count
    return Tallied(by)
