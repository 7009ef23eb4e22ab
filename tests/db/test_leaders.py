"""Leaders in the store: who there are, what each is in charge of, when he is away."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import leaders as commands
from db.engine import Store
from db.models.receptions import LeaderLeave, ReceptionPlace, Roster, TurnRow
from db.models.units import Leader
from db.queries import leaders
from rules.errors import Conflict, Invalid, Missing, NotAllowed
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import Body, Level, Rank, TurnState
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY

HEAD: dict[str, Any] = {
    "name": "张三",
    "post": "县委副书记、县长",
    "position": 1,
    "active": True,
    "level": Level.COUNTY,
    "body": Body.GOVERNMENT,
    "rank": Rank.PRINCIPAL,
    "unit_id": None,
    "term_from": date(2024, 1, 8),
    "term_to": None,
}


def _change(store: Store, leader_id: int, *, version: int = 1, **changed: Any) -> None:
    with store.writing(SYSTEM) as session:
        given = {**HEAD, **changed}
        commands.change_leader(session, leader_id, version=version, today=TODAY, **given)


def _turn(store: Store, leader_id: int, on: date, **changed: Any) -> int:
    """A turn on a roster of its own; returns its id."""
    with store.writing(OFFICE) as session:
        roster = Roster(
            name="十一月",
            level=Level.COUNTY,
            first_on=on,
            last_on=on,
            created_by="小李",
            created_at=NOW,
        )
        session.add(roster)
        session.flush()
        turn = TurnRow(
            roster_id=roster.id,
            held_on=on,
            leader_id=leader_id,
            planned_leader_id=leader_id,
            **changed,
        )
        session.add(turn)
        session.flush()
        return turn.id


def test_leaders_stand_in_their_order_and_those_who_left_last(
    store: Store,
) -> None:
    with store.writing(SYSTEM) as session:
        left = commands.add_leader(session, "张三", "县长", position=1)
        commands.add_leader(session, "李四", "副县长", position=3)
        commands.add_leader(session, "王五", "县委书记", position=2)
        ended = commands.add_leader(session, "赵六", "副县长", position=4)
        coming = commands.add_leader(session, "钱七", "副县长", position=5)
    _change(store, left, active=False)
    with store.writing(SYSTEM) as session:
        session.get_one(Leader, ended).term_to = TODAY
        session.get_one(Leader, coming).term_from = TODAY + timedelta(days=1)

    with store.reading(SYSTEM) as session:
        names = [x.name for x in leaders.leaders(session)]
        assert names == ["王五", "李四", "赵六", "钱七", "张三"]
        assert [x.name for x in leaders.leaders(session, on=TODAY)] == ["王五", "李四"]


def test_a_leader_needs_a_name_and_a_post_and_one_editor_at_a_time(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_leader(session, " ", "")
    leader = make_leader("张三")
    _change(store, leader)

    with pytest.raises(Conflict):
        _change(store, leader)


def test_a_change_of_a_leader_is_read_back(store: Store, make_leader: Callable[[str], int]) -> None:
    _change(store, make_leader("李四"))

    with store.reading(SYSTEM) as session:
        (row,) = leaders.leaders(session)
    assert (row.name, row.body, row.rank, row.term_from) == (
        "张三",
        Body.GOVERNMENT,
        Rank.PRINCIPAL,
        date(2024, 1, 8),
    )


def test_who_leaves_without_a_day_is_out_of_office_from_today(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    today, earlier = make_leader("今天走"), make_leader("早已走")
    _change(store, today, active=False)
    _change(store, earlier, active=False, term_to=date(2026, 3, 1))

    with store.reading(SYSTEM) as session:
        ended = {row.id: row.term_to for row in leaders.leaders(session)}
    assert ended == {today: TODAY, earlier: date(2026, 3, 1)}


def test_who_is_in_office_cannot_have_left(store: Store, make_leader: Callable[[str], int]) -> None:
    leader = make_leader("张三")

    with pytest.raises(Invalid, match="已到"):
        _change(store, leader, term_to=TODAY)
    _change(store, leader, term_to=date(2026, 11, 21))


def test_a_township_leader_needs_a_township(store: Store, make_unit: Callable[..., int]) -> None:
    town = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    bureau = make_unit("教育局")
    for unit_id in (None, bureau):
        with pytest.raises(Invalid, match="请选择所属单位"), store.writing(SYSTEM) as session:
            commands.add_leader(session, "张三", "镇长", level=Level.TOWNSHIP, unit_id=unit_id)
    with pytest.raises(Invalid, match="不填所属单位"), store.writing(SYSTEM) as session:
        commands.add_leader(session, "张三", "副县长", unit_id=town)

    with store.writing(SYSTEM) as session:
        commands.add_leader(session, "张三", "镇长", level=Level.TOWNSHIP, unit_id=town)
    with store.reading(SYSTEM) as session:
        assert leaders.leaders(session)[0].unit == "青山镇"


def test_pasted_leaders_follow_those_there_are_in_the_order_of_the_paste(
    store: Store, make_unit: Callable[..., int]
) -> None:
    make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    with store.writing(SYSTEM) as session:
        commands.add_leader(session, "陈书恒", "县委书记", position=7)
    text = "姓名\t职务\t层级\t所属单位\n林政远\t县长\t\t\n周立民\t镇党委书记\t乡镇\t青山镇"

    with store.writing(SYSTEM) as session:
        assert commands.add_leaders(session, text, today=TODAY) == 2

    with store.reading(SYSTEM) as session:
        rows = leaders.leaders(session)
    assert [(row.name, row.position, row.level, row.unit) for row in rows[1:]] == [
        ("林政远", 8, Level.COUNTY, ""),
        ("周立民", 9, Level.TOWNSHIP, "青山镇"),
    ]
    assert [(row.body, row.rank) for row in rows[1:]] == [
        (Body.GOVERNMENT, Rank.PRINCIPAL),
        (Body.PARTY, Rank.PRINCIPAL),
    ]


def test_a_paste_with_something_wrong_adds_nobody_and_names_each_line(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        commands.add_leader(session, "陈书恒", "县委书记")
    text = "王五\t副县长\n陈书恒\t县委书记\n李四\t镇长\t乡镇\t\t\t云雾镇\n赵六\t局长\t省"

    with pytest.raises(Invalid) as refused, store.writing(SYSTEM) as session:
        commands.add_leaders(session, text, today=TODAY)

    assert [problem.message[:6].split("：")[0] for problem in refused.value.problems] == [
        "第 2 行",
        "第 3 行",
        "第 4 行",
    ]
    assert "已经在名单中" in refused.value.problems[0].message
    assert "云雾镇" in refused.value.problems[1].message
    with store.reading(SYSTEM) as session:
        assert len(leaders.leaders(session)) == 1


def test_a_charge_is_replaced_and_a_rival_is_told(
    store: Store, make_unit: Callable[..., int], make_leader: Callable[[str], int]
) -> None:
    first, second = make_unit("青山镇", kind=UnitKind.TOWNSHIP), make_unit("教育局")
    leader, other = make_leader("张三"), make_leader("李四")
    with store.writing(OFFICE) as session:
        commands.set_charge(
            session, leader, version=1, portfolio="城建", fields=[1, 2], contacts=[first]
        )
        commands.set_charge(session, other, version=1, portfolio="", fields=[1], contacts=[first])
    # The words stay as they are, and the version changes all the same.
    with store.writing(SYSTEM) as session:
        commands.set_charge(
            session, leader, version=2, portfolio="城建", fields=[2, 3], contacts=[second]
        )

    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.set_charge(session, leader, version=2, portfolio="", fields=[], contacts=[])
    with store.reading(OFFICE) as session:
        row, untouched = leaders.leaders(session)
    assert (row.portfolio, row.fields, row.contacts) == ("城建", (2, 3), (second,))
    assert (untouched.fields, untouched.contacts) == ((1,), (first,))


@pytest.mark.parametrize("role", [Role.UNIT, Role.LEADER, Role.SCREEN, Role.AUDITOR])
@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_makes_no_roster_and_manages_no_units_sets_no_charge(
    store: Store, make_leader: Callable[[str], int], role: Role
) -> None:
    leader = make_leader("张三")

    with (
        pytest.raises(NotAllowed),
        store.writing(Actor(None, "某人", frozenset({role}))) as session,
    ):
        commands.set_charge(session, leader, version=1, portfolio="", fields=[], contacts=[])


def test_leave_of_one_leader_shares_no_day_and_of_two_may(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    leader, other = make_leader("张三"), make_leader("李四")
    with store.writing(OFFICE) as session:
        commands.add_leave(
            session, leader, first_on=date(2026, 11, 3), last_on=date(2026, 11, 5), reason="学习"
        )
        commands.add_leave(session, other, first_on=date(2026, 11, 3), last_on=date(2026, 11, 5))
    with pytest.raises(Invalid, match="2026-11-03 至 2026-11-05"):  # noqa: SIM117
        with store.writing(OFFICE) as session:
            commands.add_leave(
                session, leader, first_on=date(2026, 11, 5), last_on=date(2026, 11, 6)
            )

    with store.writing(OFFICE) as session:
        commands.add_leave(session, leader, first_on=date(2026, 11, 6), last_on=date(2026, 11, 6))

    with store.reading(OFFICE) as session:
        found = leaders.leaves(session, since=date(2026, 11, 6))
    assert [(row.leader, row.first_on) for row in found] == [("张三", date(2026, 11, 6))]


def test_leave_is_changed_and_removed_and_overlaps_itself_not(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    days: dict[str, Any] = {"first_on": date(2026, 11, 3), "last_on": date(2026, 11, 5)}
    with store.writing(OFFICE) as session:
        leave = commands.add_leave(session, make_leader("张三"), **days)
    with store.writing(OFFICE) as session:
        longer = {**days, "last_on": date(2026, 11, 9)}
        commands.change_leave(session, leave, version=1, **longer, reason="出差")
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.change_leave(session, leave, version=1, **days, reason="")
    with store.reading(OFFICE) as session:
        (row,) = leaders.leaves(session, since=TODAY.replace(day=1))
    assert (row.last_on, row.reason) == (date(2026, 11, 9), "出差")

    with store.writing(OFFICE) as session:
        commands.remove_leave(session, leave, version=2)
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        commands.remove_leave(session, leave, version=2)
    with store.reading(OFFICE) as session:
        assert session.scalar(select(LeaderLeave)) is None


def test_leave_over_planned_turns_names_them(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    leader, other = make_leader("张三"), make_leader("李四")
    with store.writing(OFFICE) as session:
        session.add(ReceptionPlace(name="接待中心"))
    inside = _turn(store, leader, date(2026, 11, 24), place_id=1)
    standing_in = _turn(store, other, date(2026, 11, 25), substitute_id=leader)
    _turn(store, leader, date(2026, 11, 25), substitute_id=other)
    _turn(store, leader, date(2026, 11, 24), state=TurnState.HELD)
    _turn(store, leader, date(2026, 11, 26))
    _turn(store, other, date(2026, 11, 24))

    with store.writing(OFFICE) as session:
        commands.add_leave(session, leader, first_on=date(2026, 11, 24), last_on=date(2026, 11, 25))

    with store.reading(OFFICE) as session:
        (row,) = leaders.leaves(session, since=TODAY)
    assert [turn.id for turn in row.turns] == [inside, standing_in]
    assert (row.turns[0].place, row.turns[1].place) == ("接待中心", "")


def test_a_leader_who_left_stays_where_his_turns_are(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("张三")
    turn = _turn(store, leader, date(2026, 11, 3))

    _change(store, leader, active=False)

    with store.reading(OFFICE) as session:
        assert session.get_one(TurnRow, turn).leader_id == leader
        assert session.get_one(Leader, leader).active is False
