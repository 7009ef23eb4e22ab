"""Leaders, places and special periods as the rules of reception take them."""

from collections.abc import Callable
from datetime import date

from db.commands import office
from db.engine import Store
from db.models.receptions import (
    LeaderAlias,
    LeaderContact,
    LeaderField,
    LeaderLeave,
    ReceptionPlace,
)
from db.models.units import Leader
from db.queries import receivers
from rules.permissions import SYSTEM
from rules.reception_terms import Body, Level, Rank
from rules.receptions import Leave, Place, ReceivingUnit, SpecialPeriod
from rules.terms import UnitKind
from tests.conftest import OFFICE

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


def test_a_leader_comes_with_his_fields_contact_points_and_leave(
    store: Store, make_unit: Callable[..., int], make_leader: Callable[[str], int]
) -> None:
    village = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    leader, other = make_leader("周明"), make_leader("王芳")
    with store.writing(OFFICE) as session:
        found = session.get_one(Leader, leader)
        found.body, found.rank, found.level = Body.PARTY, Rank.PRINCIPAL, Level.COUNTY
        session.add(LeaderField(leader_id=leader, code_id=3))
        session.add(LeaderContact(leader_id=leader, unit_id=village))
        session.add(LeaderContact(leader_id=other, unit_id=village))
        away = date(2026, 11, 3), date(2026, 11, 5)
        session.add(LeaderLeave(leader_id=leader, first_on=away[0], last_on=away[1], reason="学习"))

    with store.reading(OFFICE) as session:
        zhou, wang = receivers.receivers(session)

    assert (zhou.name, zhou.principal, zhou.portfolio, zhou.contacts) == (
        "周明",
        True,
        (3,),
        (village,),
    )
    assert zhou.leaves == (Leave(*away, "学习"),)
    assert (wang.portfolio, wang.contacts, wang.leaves) == ((), (village,), ())


def test_who_left_before_the_days_or_comes_after_them_is_not_asked_for(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    terms = {
        "已离任": (None, date(2026, 11, 1), False),
        "月中离任": (None, date(2026, 11, 2), False),
        "不知何时离任": (None, None, False),
        "在任": (date(2026, 11, 30), None, True),
        "下月到任": (date(2026, 12, 1), None, True),
    }
    for name, (begun, ended, active) in terms.items():
        with store.writing(OFFICE) as session:
            leader = session.get_one(Leader, make_leader(name))
            leader.term_from, leader.term_to, leader.active = begun, ended, active

    with store.reading(OFFICE) as session:
        first, last = NOVEMBER
        asked = receivers.receivers(session, first=first, last=last)
        everybody = receivers.receivers(session)

    assert [each.name for each in asked] == ["月中离任", "在任"]
    assert {each.name for each in everybody} == set(terms)
    unknown = next(each for each in everybody if each.name == "不知何时离任")
    assert not any(unknown.in_office(date(year, 6, 1)) for year in range(2000, 2030))


def test_places_stand_centre_first_and_without_those_given_up(store: Store) -> None:
    with store.writing(OFFICE) as session:
        session.add(ReceptionPlace(name="信访局", capacity=2))
        session.add(ReceptionPlace(name="旧址", active=False))
        session.add(ReceptionPlace(name="人民来访接待中心", capacity=3, centre=True))

    with store.reading(OFFICE) as session:
        used = receivers.places(session)
        every = receivers.places(session, active_only=False)

    assert used == (Place(3, "人民来访接待中心", 3, None, True), Place(1, "信访局", 2))
    assert [place.name for place in every] == ["人民来访接待中心", "信访局", "旧址"]


def test_special_periods_are_those_that_share_a_day(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        for name, first, last in [
            ("早", date(2026, 10, 1), date(2026, 10, 31)),
            ("晚", date(2026, 11, 30), date(2026, 12, 3)),
            ("跨", date(2026, 9, 1), date(2026, 11, 1)),
        ]:
            office.add_period(session, name, first_on=first, last_on=last)

    with store.reading(OFFICE) as session:
        first, last = NOVEMBER
        found = receivers.specials(session, first=first, last=last)
        every = receivers.specials(session)

    assert [each.name for each in found] == ["跨", "晚"]
    assert found[1] == SpecialPeriod(2, "晚", date(2026, 11, 30), date(2026, 12, 3))
    assert [each.name for each in every] == ["跨", "早", "晚"]


def test_units_are_all_townships_and_those_with_leaders_of_their_own(
    store: Store, make_unit: Callable[..., int], make_leader: Callable[[str], int]
) -> None:
    township = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    make_unit("教育局")
    member = make_unit("住建局")
    with store.writing(OFFICE) as session:
        leader = session.get_one(Leader, make_leader("周明"))
        leader.level, leader.unit_id = Level.MEMBER, member

    with store.reading(OFFICE) as session:
        found = receivers.receiving_units(session, on=date(2026, 11, 20))

    assert found == (
        ReceivingUnit(township, "青山镇", Level.TOWNSHIP),
        ReceivingUnit(member, "住建局", Level.MEMBER),
    )


def test_a_name_is_told_by_who_is_in_office_then_by_an_alias_then_by_who_left(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    zhou, left, again, shared, alone = map(make_leader, ["周 明", "王芳", "王芳", "李强", "赵一"])
    with store.writing(OFFICE) as session:
        for each in (left, shared, alone):
            session.get_one(Leader, each).active = False
        session.add(LeaderAlias(alias="李强", leader_id=zhou))
        session.add(LeaderAlias(alias="周书记", leader_id=zhou))

    with store.reading(OFFICE) as session:
        assert receivers.by_name(session) == {
            "周明": zhou,
            "王芳": again,
            "李强": zhou,
            "周书记": zhou,
        }
        assert receivers.by_name(session, who_left=True) == {
            "周明": zhou,
            "王芳": again,
            "李强": zhou,
            "周书记": zhou,
            "赵一": alone,
        }
    make_leader("王芳")
    with store.reading(OFFICE) as session:
        assert "王芳" not in receivers.by_name(session, who_left=True)
