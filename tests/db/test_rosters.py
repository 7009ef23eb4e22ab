from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from db.commands import rosters as commands
from db.engine import Store
from db.models.receptions import LeaderLeave, ReceptionPlace, TurnRow
from db.models.units import Leader
from db.queries import rosters as queries
from db.queries.rosters import TurnView
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import Level, ReceptionKind, TurnState
from rules.receptions import Turn
from rules.roster_edits import CellChange
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)
Make = Callable[..., int]


@pytest.fixture
def place(store: Store) -> int:
    """A place that holds one leader at a time."""
    with store.writing(SYSTEM) as session:
        found = ReceptionPlace(name="县信访接待大厅", capacity=1, centre=True)
        session.add(found)
        session.flush()
        return found.id


@pytest.fixture
def make_roster(store: Store) -> Make:
    """Return a function that begins a roster of county leaders and returns its id."""

    def make(name: str = "12月县领导接访", *, first: date = FIRST, last: date = LAST) -> int:
        with store.writing(OFFICE) as session:
            return commands.make_roster(
                session,
                name=name,
                level=Level.COUNTY,
                unit_id=None,
                first_on=first,
                last_on=last,
                now=NOW,
            )

    return make


def put(store: Store, roster_id: int, on: date, leader_id: int, place_id: int | None = 0) -> None:
    with store.writing(OFFICE) as session:
        commands.edit(session, roster_id, [CellChange(on, leader_id, None, place_id)])


def turns(store: Store, roster_id: int) -> list[TurnView]:
    with store.reading(OFFICE) as session:
        return queries.turns(session, roster_id)


def held(store: Store, roster_id: int) -> list[tuple[date, str]]:
    return [(view.turn.on, view.leader) for view in turns(store, roster_id)]


def test_squares_are_filled_moved_to_another_place_and_emptied(
    store: Store, make_roster: Make, make_leader: Make, place: int
) -> None:
    roster, leader = make_roster(), make_leader("王县长")

    put(store, roster, MONDAY, leader)
    with store.writing(OFFICE) as session:
        commands.edit(session, roster, [CellChange(MONDAY, leader, 0, place)])
    assert [(v.turn.on, v.turn.place_id) for v in turns(store, roster)] == [(MONDAY, place)]

    with store.writing(OFFICE) as session:
        commands.edit(session, roster, [CellChange(MONDAY, leader, place, None)])
    assert turns(store, roster) == []


def test_two_people_on_one_square_are_told_and_on_two_squares_both_saved(
    store: Store, make_roster: Make, make_leader: Make, place: int
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one, place)

    changes = [CellChange(MONDAY, one, None, 0), CellChange(TUESDAY, other, None, 0)]
    with pytest.raises(Conflict) as refused, store.writing(OFFICE) as session:
        commands.edit(session, roster, changes)
    assert [(f.mine, f.theirs, f.base) for f in refused.value.fields] == [(0, place, None)]
    assert "王县长" in refused.value.fields[0].field

    put(store, roster, TUESDAY, other)
    assert held(store, roster) == [(MONDAY, "王县长"), (TUESDAY, "李副县长")]


def test_a_place_that_is_full_takes_nobody_more(
    store: Store, make_roster: Make, make_leader: Make, place: int
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one, place)

    with pytest.raises(Invalid, match="县信访接待大厅"):
        put(store, roster, MONDAY, other, place)


def test_a_day_on_leave_is_refused_and_what_was_wrong_before_stops_nobody(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one)
    with store.writing(SYSTEM) as session:
        session.add(LeaderLeave(leader_id=one, first_on=MONDAY, last_on=TUESDAY, reason="培训"))

    with pytest.raises(Invalid, match="王县长"):
        put(store, roster, TUESDAY, one)
    put(store, roster, TUESDAY, other)
    assert len(turns(store, roster)) == 2


def test_a_leader_who_left_is_not_put_on(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, leader = make_roster(), make_leader("王县长")
    with store.writing(SYSTEM) as session:
        session.get_one(Leader, leader).term_to = MONDAY

    with pytest.raises(Invalid, match="王县长"):
        put(store, roster, MONDAY, leader)


def test_a_swap_keeps_both_turns_and_both_names(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one)
    put(store, roster, TUESDAY, other)
    before = turns(store, roster)

    with store.writing(OFFICE) as session:
        commands.swap(
            session,
            before[0].turn.id,
            before[1].turn.id,
            version=before[0].version,
            other_version=before[1].version,
        )

    after = turns(store, roster)
    assert [v.turn.id for v in after] == [v.turn.id for v in before]
    assert [(v.leader, v.planned_leader) for v in after] == [
        ("李副县长", "王县长"),
        ("王县长", "李副县长"),
    ]


def test_a_swap_with_somebody_on_leave_is_refused(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one)
    put(store, roster, TUESDAY, other)
    with store.writing(SYSTEM) as session:
        session.add(LeaderLeave(leader_id=one, first_on=TUESDAY, last_on=TUESDAY, reason="出差"))
    first, second = turns(store, roster)

    with pytest.raises(Invalid, match="王县长"), store.writing(OFFICE) as session:
        commands.swap(
            session,
            first.turn.id,
            second.turn.id,
            version=first.version,
            other_version=second.version,
        )


def test_a_substitute_stands_beside_the_name_and_is_taken_off_again(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one)
    turn = turns(store, roster)[0]

    with store.writing(OFFICE) as session:
        commands.substitute(
            session, turn.turn.id, substitute_id=other, reason="市里开会", version=turn.version
        )
    shown = turns(store, roster)[0]
    assert (shown.leader, shown.substitute, shown.reason) == ("王县长", "李副县长", "市里开会")

    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.substitute(
            session, turn.turn.id, substitute_id=None, reason="", version=turn.version
        )
    with store.writing(OFFICE) as session:
        commands.substitute(
            session, turn.turn.id, substitute_id=None, reason="", version=shown.version
        )
    assert turns(store, roster)[0].substitute == ""


def test_a_turn_moves_with_its_id(store: Store, make_roster: Make, make_leader: Make) -> None:
    roster, leader = make_roster(), make_leader("王县长")
    put(store, roster, MONDAY, leader)
    before = turns(store, roster)[0]

    with store.writing(OFFICE) as session:
        commands.move(session, before.turn.id, on=TUESDAY, version=before.version)
    after = turns(store, roster)[0]
    assert (after.turn.id, after.turn.on) == (before.turn.id, TUESDAY)

    with pytest.raises(Invalid, match="日期之内"), store.writing(OFFICE) as session:
        commands.move(session, after.turn.id, on=date(2027, 1, 1), version=after.version)


def test_what_came_of_a_turn_is_written_and_taken_back(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster = make_roster(first=TODAY - timedelta(days=10), last=TODAY)
    leader = make_leader("王县长")
    put(store, roster, TODAY, leader)

    def record(state: TurnState, *, by: Actor = OFFICE, reason: str = "") -> None:
        turn = turns(store, roster)[0]
        with store.writing(by) as session:
            commands.record_attendance(
                session,
                turn.turn.id,
                state=state,
                reason=reason,
                version=turn.version,
                today=TODAY,
                now=NOW,
            )

    with pytest.raises(Invalid, match="缺席的请写明原因"):
        record(TurnState.MISSED)
    record(TurnState.MISSED, reason="抗洪")
    with pytest.raises(RuleError, match="缺席"), store.writing(OFFICE) as session:
        commands.edit(session, roster, [CellChange(TODAY, leader, 0, None)])
    record(TurnState.PLANNED)
    own = Actor(None, "王县长", frozenset({Role.LEADER}), leader_id=leader)
    record(TurnState.HELD, by=own)

    with store.reading(OFFICE) as session:
        row = session.scalars(select(TurnRow)).one()
    assert (row.state, row.recorded_by) == (TurnState.HELD, "王县长")


def test_another_leaders_turn_and_a_day_to_come_are_not_written_down(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, leader, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, leader)
    turn = turns(store, roster)[0]
    stranger = Actor(None, "李副县长", frozenset({Role.LEADER}), leader_id=other)

    for actor, refusal in ((stranger, Missing), (OFFICE, Invalid)):
        with pytest.raises(refusal), store.writing(actor) as session:
            commands.record_attendance(
                session,
                turn.turn.id,
                state=TurnState.HELD,
                version=turn.version,
                today=TODAY,
                now=NOW,
            )


def test_a_generated_roster_keeps_the_ids_of_turns_that_stay(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, one, other = make_roster(), make_leader("王县长"), make_leader("李副县长")
    put(store, roster, MONDAY, one)
    put(store, roster, TUESDAY, one)
    kept = turns(store, roster)[0].turn.id
    with store.reading(OFFICE) as session:
        version = next(r.version for r in queries.rosters(session) if r.id == roster)

    proposed = [
        Turn(id=-1, on=MONDAY, leader_id=one, kind=ReceptionKind.FIXED),
        Turn(id=-2, on=TUESDAY, leader_id=other, kind=ReceptionKind.FIXED),
    ]
    with store.writing(OFFICE) as session:
        commands.fill(
            session, roster, proposed, why={-2: ["本年接访次数最少"]}, seed=7, version=version
        )

    after = turns(store, roster)
    assert [(v.turn.on, v.leader, v.why) for v in after] == [
        (MONDAY, "王县长", ()),
        (TUESDAY, "李副县长", ("本年接访次数最少",)),
    ]
    assert after[0].turn.id == kept
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.fill(session, roster, proposed, why={}, seed=7, version=version)


def test_two_turns_of_one_leader_on_a_day_are_both_kept(
    store: Store, make_roster: Make, make_leader: Callable[[str], int]
) -> None:
    roster, leader = make_roster(), make_leader("王县长")
    twice = [Turn(id=-1, on=MONDAY, leader_id=leader), Turn(id=-2, on=MONDAY, leader_id=leader)]
    for _ in range(2):
        with store.writing(OFFICE) as session:
            version = queries.rosters(session)[0].version
            made = commands.fill(session, roster, twice, why={}, seed=None, version=version)
            assert made == 2
        assert [view.turn.on for view in turns(store, roster)] == [MONDAY, MONDAY]


def test_rosters_of_one_level_do_not_overlap(store: Store, make_roster: Make) -> None:
    make_roster()

    with pytest.raises(Invalid, match="重叠"):
        make_roster("年底", first=LAST, last=LAST + timedelta(days=3))
    with pytest.raises(Invalid, match="早于"):
        make_roster("反了", first=LAST, last=FIRST)


def test_only_the_office_makes_and_removes_a_roster(
    store: Store, make_roster: Make, make_leader: Make
) -> None:
    roster, leader = make_roster(), make_leader("王县长")
    put(store, roster, MONDAY, leader)
    unit = Actor(None, "承办人", frozenset({Role.UNIT}))

    with store.reading(OFFICE) as session:
        version = queries.rosters(session)[0].version
    with pytest.raises(NotAllowed), store.writing(unit) as session:
        commands.remove_roster(session, roster, version=version)
    with store.writing(OFFICE) as session:
        commands.remove_roster(session, roster, version=version)
    with store.reading(OFFICE) as session, pytest.raises(Missing):
        queries.turns(session, roster)


def test_the_basis_holds_the_level_and_what_stands_around(
    store: Store, make_roster: Make, make_leader: Make, place: int
) -> None:
    november = make_roster("11月", first=date(2026, 11, 1), last=date(2026, 11, 30))
    roster, leader = make_roster(), make_leader("王县长")
    with store.writing(SYSTEM) as session:
        session.get_one(Leader, make_leader("镇长")).level = Level.TOWNSHIP
    put(store, november, date(2026, 11, 3), leader)
    put(store, roster, MONDAY, leader)

    with store.reading(OFFICE) as session:
        basis = queries.basis(session, level=Level.COUNTY, unit_id=None, first=FIRST, last=LAST)
        given = queries.around(session, basis, roster_id=roster)

    assert [each.name for each in basis.receivers] == ["王县长"]
    assert {rule.level for rule in basis.rules} == {Level.COUNTY}
    assert [turn.on for turn in given.earlier] == [date(2026, 11, 3)]
    assert given.fixed == ()
