"""Leader reception as plain values: who receives, where, on which turn, by which rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.reception_terms import (
    Body,
    Demand,
    FindingKind,
    Level,
    Per,
    PeriodType,
    Rank,
    ReceptionKind,
    RoleGroup,
    Standing,
    TurnState,
)
from rules.units import in_force
from rules.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Leave:
    """Days a leader is away, both ends in."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A leader as a roster needs him; the term is half-open, None an open end.

    `portfolio` holds the content classes he is in charge of (分管), `contacts` the units
    that are his contact points (联系点). `unit_id` is the township or member unit he
    leads; for city and county it tells nothing.
    """

    id: int
    name: str
    post: str
    level: Level
    body: Body
    rank: Rank
    position: int
    unit_id: int | None = None
    portfolio: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()
    leaves: tuple[Leave, ...] = ()
    term_from: date | None = None
    term_to: date | None = None

    @property
    def principal(self) -> bool:
        """Whether he is one of 党政主要领导."""
        return self.rank is Rank.PRINCIPAL and self.body in (Body.PARTY, Body.GOVERNMENT)

    def in_office(self, on: date) -> bool:
        """Whether `on` lies in his term."""
        return in_force(self.term_from, self.term_to, on=on)

    def away(self, on: date) -> bool:
        """Whether he is on leave on `on`."""
        return any(leave.first <= on <= leave.last for leave in self.leaves)

    def of_group(self, group: RoleGroup) -> bool:
        """Whether a rule for `group` binds him, his level apart."""
        return group is RoleGroup.ALL or self.principal is (group is RoleGroup.PRINCIPALS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where leaders receive; `capacity` leaders on one day, `centre` is 人民来访接待中心."""

    id: int
    name: str
    capacity: int = 1
    unit_id: int | None = None
    centre: bool = False


@dataclass(frozen=True, slots=True)
class ReceivingUnit:
    """A township or member unit whose leaders are counted by themselves."""

    id: int
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class SpecialPeriod:
    """特护期, both ends in; periods may overlap or lie in one another."""

    id: int
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionRule:
    """One demand, in force from `valid_from` up to and without `valid_to` (None: open).

    Of several with one `code` the one that began last is in force, so that a county's own
    lies over the default and a change leaves the past alone; `at_least` 0 switches a rule
    off. `per` is a day wherever cover is asked for. `at_centre` counts turns at the centre
    only. `per` = DAY with EACH_LEADER would ask every leader for every day.
    """

    code: str
    name: str
    level: Level
    group: RoleGroup
    period_type: PeriodType
    demand: Demand
    at_least: int
    per: Per
    clause: str
    at_centre: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One leader's day of reception under an id that a swap or a new date does not change.

    The id is the store's, below zero while the turn is only proposed. `substitute_id` is
    whoever stands in: with PLANNED he is to, with SUBSTITUTED he did, with MISSED he did
    not come either.
    """

    id: int
    on: date
    leader_id: int
    place_id: int | None = None
    kind: ReceptionKind = ReceptionKind.FIXED
    state: TurnState = TurnState.PLANNED
    substitute_id: int | None = None

    @property
    def by(self) -> int:
        """Who receives in person: the substitute where there is one."""
        return self.leader_id if self.substitute_id is None else self.substitute_id

    @property
    def nameless(self) -> bool:
        """Whether a substitute held it and nobody wrote down who; it counts for no one."""
        return self.state is TurnState.SUBSTITUTED and self.substitute_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a roster is made from and judged by, from `first` to `last`, both ends in.

    `rules` are those to be kept: a county that makes its own roster leaves the rules of
    other levels out. `units` names the townships and member units whose cover is counted.
    Turns before `known_from` are not known (None: all are), so that a period begun before
    it is not called short.
    """

    first: date
    last: date
    rules: tuple[ReceptionRule, ...]
    receivers: tuple[Receiver, ...]
    calendar: Calendar
    specials: tuple[SpecialPeriod, ...] = ()
    places: tuple[Place, ...] = ()
    units: tuple[ReceivingUnit, ...] = ()
    known_from: date | None = None

    def unit_of(self, receiver: Receiver) -> int | None:
        """The unit his cover is counted for; None for the whole of a city or county."""
        own = receiver.level in (Level.TOWNSHIP, Level.MEMBER)
        return receiver.unit_id if own else None

    def places_of(self, receiver: Receiver) -> tuple[Place, ...]:
        """Where he may be put: in his own township, at the centre, or in no other's house.

        Leaders of a city or county are not sent to the halls of townships and member units
        whose own leaders the same roster puts there.
        """
        if receiver.level is Level.MEMBER:
            return tuple(place for place in self.places if place.centre)
        if receiver.level is Level.TOWNSHIP:
            return tuple(place for place in self.places if place.unit_id == receiver.unit_id)
        own: set[int | None] = {unit.id for unit in self.units}
        own |= {self.unit_of(each) for each in self.receivers}
        own.discard(None)
        return tuple(place for place in self.places if place.unit_id not in own)

    def special(self, on: date) -> bool:
        """Whether `on` lies in any special period."""
        return any(each.first <= on <= each.last for each in self.specials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the office has settled before a roster is made, beside the rules.

    `fixed` are turns inside the roster's days that stay as they are, those of others at the
    same places among them; `earlier` those before: of the year to date and of a period that
    began before. `topics` holds the content classes booked for a day, `open_places` the
    places used on a day, where not all are.
    """

    fixed: tuple[Turn, ...] = ()
    earlier: tuple[Turn, ...] = ()
    topics: Mapping[date, frozenset[int]] = field(default_factory=dict)
    open_places: Mapping[date, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in a sentence that says who, when, how much and by which clause."""

    kind: FindingKind
    text: str
    leader_ids: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    turn_ids: tuple[int, ...] = ()
    place_id: int | None = None
    unit_id: int | None = None
    rule_code: str = ""


@dataclass(frozen=True, slots=True)
class DutyCheck:
    """How many days one leader owed and gave in one period of one rule."""

    rule_code: str
    leader_id: int
    first: date
    last: date
    owed: int
    done: int
    standing: Standing

    @property
    def short(self) -> int:
        """How many days are lacking."""
        return max(0, self.owed - self.done)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit says: breaches, notices that break no rule, and every leader's periods."""

    findings: tuple[Finding, ...]
    notices: tuple[Finding, ...]
    duties: tuple[DutyCheck, ...]

    @property
    def passes(self) -> bool:
        """Whether no rule is broken; notices do not count."""
        return not self.findings


def named(receivers: Iterable[Receiver]) -> dict[int, Receiver]:
    """The leaders by their ids."""
    return {receiver.id: receiver for receiver in receivers}
