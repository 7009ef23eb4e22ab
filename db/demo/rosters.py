"""Reception rosters of the made-up county: a year of months that keep the rule, published and held."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from db.commands import leaders, office, publications, reception_places, rosters
from db.demo import places
from db.queries import leaders as leader_queries
from db.queries import rosters as queries
from db.queries.codes import resolve_codes
from db.queries.units import resolve_units
from rules import roster_notices as notices
from rules.reception_rules import days_between, period_of
from rules.reception_terms import CompanionKind, Level, Per, TurnState
from rules.receptions import Basis, Receiver, Turn
from rules.roster_notices import Notice
from rules.workdays import is_workday

CENTRE = "县人民来访接待中心"
_MONTHS_BACK = 12
_SPECIAL = timedelta(days=9)
# 分管 by leader, as words and as the first level of classes.
_CHARGES = {
    "秦城建": ("城乡建设", "城乡建设"),
    "杨农发": ("农业农村", "农村农业"),
    "朱教卫": ("教育卫生", "卫生计生"),
    "许公安": ("公安、信访稳定", "公安"),
    "尤工贸": ("工业商贸", "劳动和社会保障"),
}


def load(session: Session, *, today: date, now: datetime) -> int:
    """Make the months from a year ago to the next one; returns how many rosters there are.

    What is past was held, now and then by a substitute or missed with its reason; the next
    month is published and swapped once, so that a second publication says what changed.
    """
    place_id = _places(session)
    _people(session, today=today)
    special_on = (today.replace(day=1) - timedelta(days=100)).replace(day=3)
    office.add_period(
        session, "防汛特护期", first_on=special_on, last_on=special_on + _SPECIAL, note="演示"
    )
    starts = _starts(today)
    for number, first in enumerate(starts):
        _month(session, first, place_id, number, today=today, now=now)
    return len(starts)


def _starts(today: date) -> list[date]:
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    found = [first]
    for _ in range(_MONTHS_BACK + 1):
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def _places(session: Session) -> int:
    centre = reception_places.add_place(
        session, CENTRE, address="城关镇解放路1号", capacity=2, centre=True
    )
    units = resolve_units(session)
    town = places.TOWNSHIPS[1]
    reception_places.add_place(session, f"{town}便民服务中心", unit_id=units.get(town))
    for name, kind, organisation in (
        ("高正义", CompanionKind.LAWYER, "县法律援助中心"),
        ("苏心怡", CompanionKind.COUNSELLOR, "县心理健康服务中心"),
    ):
        reception_places.add_companion(session, name, kind=kind, organisation=organisation)
    return centre


def _people(session: Session, *, today: date) -> None:
    """Give leaders what they are in charge of, contact points, and one a leave."""
    units, codes = resolve_units(session), resolve_codes(session)
    rows = leader_queries.leaders(session)
    for number, row in enumerate(rows):
        words, field = _CHARGES.get(row.name, ("", ""))
        leaders.set_charge(
            session,
            row.id,
            version=row.version,
            portfolio=words,
            fields=[codes[field]] if field in codes else [],
            contacts=[units[places.TOWNSHIPS[number]]],
        )
    away = (today.replace(day=28) + timedelta(days=4)).replace(day=7)
    leaders.add_leave(
        session,
        rows[4].id,
        first_on=away,
        last_on=away + timedelta(days=4),
        reason="省委党校学习",
    )


def _month(
    session: Session, first: date, place_id: int, number: int, *, today: date, now: datetime
) -> None:
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    roster_id = rosters.make_roster(
        session,
        name=f"{first.year}年{first.month}月县级领导接访",
        level=Level.COUNTY,
        unit_id=None,
        first_on=first,
        last_on=last,
        now=now,
    )
    session.flush()
    basis = queries.basis(session, level=Level.COUNTY, unit_id=None, first=first, last=last)
    turns = _turns(basis, place_id, begin=number)
    rosters.fill(session, roster_id, turns, why={}, seed=None, version=1)
    session.flush()
    _publish(session, roster_id, first, last, now=now)
    views = queries.turns(session, roster_id)
    if first > today:
        one, other = views[2], views[9]
        rosters.swap(
            session,
            one.turn.id,
            other.turn.id,
            version=one.version,
            other_version=other.version,
        )
        session.flush()
        _publish(session, roster_id, first, last, now=now)
        return
    rosters.tell(session, [view.turn.id for view in views], on=first - timedelta(days=6))
    session.flush()
    people = basis.receivers
    for place, view in enumerate(queries.turns(session, roster_id)):
        if view.turn.on >= today:
            continue
        state, reason, substitute = TurnState.HELD, "", None
        if place % 19 == number % 19:
            state, reason = TurnState.SUBSTITUTED, "到市里开会"
            substitute = next(each.id for each in people[::-1] if each.id != view.turn.leader_id)
        elif (place + 5) % 31 == number % 31:
            state, reason = TurnState.MISSED, "下乡处置突发事件"
        rosters.record_attendance(
            session,
            view.turn.id,
            state=state,
            substitute_id=substitute,
            reason=reason,
            version=view.version,
            today=today,
            now=now,
        )


def _publish(session: Session, roster_id: int, first: date, last: date, *, now: datetime) -> None:
    level = Level.COUNTY.label
    notice = Notice(
        title=notices.title("本县", first, level),
        opening=notices.opening(first, last, level),
        notes=notices.NOTES,
        phone="0700-1234567",
        signed="信访工作联席会议办公室",
        published_on=min(first - timedelta(days=5), now.date()),
    )
    version = next(row.version for row in queries.rosters(session) if row.id == roster_id)
    publications.publish(session, roster_id, notice, version=version, now=now)
    session.flush()


def _turns(basis: Basis, place_id: int, *, begin: int) -> list[Turn]:
    """Put the principals on in each week of a special period, cover its days, then the others."""
    plan = _Plan(basis, place_id)
    days = days_between(basis.first, basis.last)
    special = [day for day in days if basis.special(day)]
    for monday in sorted({period_of(day, Per.WEEK)[0] for day in special}):
        week = [day for day in special if period_of(day, Per.WEEK)[0] == monday]
        for receiver in (each for each in basis.receivers if each.principal):
            plan.add(receiver, week)
    order = basis.receivers[begin % len(basis.receivers) :] + basis.receivers
    for day in special:
        if not plan.taken[day]:
            able = [each for each in order if plan.may(each, day)]
            plan.add(min(able, key=plan.count), [day])
    workdays = [day for day in days if is_workday(day, basis.calendar)]
    for receiver in order[: len(basis.receivers)]:
        if not plan.count(receiver):
            plan.add(receiver, workdays)
    return plan.turns


class _Plan:
    """Turns put on one by one, each where the fewest are."""

    def __init__(self, basis: Basis, place_id: int) -> None:
        self._basis, self._place_id = basis, place_id
        self.turns: list[Turn] = []
        self.taken: Counter[date] = Counter()

    def may(self, receiver: Receiver, day: date) -> bool:
        """Whether he is there that day and not on yet."""
        on = any(t.on == day and t.leader_id == receiver.id for t in self.turns)
        return receiver.in_office(day) and not receiver.away(day) and not on

    def count(self, receiver: Receiver) -> int:
        """How many turns he has."""
        return sum(turn.leader_id == receiver.id for turn in self.turns)

    def add(self, receiver: Receiver, days: Sequence[date]) -> bool:
        """Put him on the day of these that has the fewest, if there is one; says whether."""
        free = [day for day in days if self.may(receiver, day)]
        if not free:
            return False
        day = min(free, key=lambda each: (self.taken[each], each))
        self.taken[day] += 1
        self.turns.append(
            Turn(id=-len(self.turns) - 1, on=day, leader_id=receiver.id, place_id=self._place_id)
        )
        return True
