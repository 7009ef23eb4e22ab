"""The rules of reception: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import leaders as leader_commands
from db.commands import office
from db.commands import reception_places as place_commands
from db.engine import Store
from db.models.receptions import Roster, TurnRow
from db.queries import leaders, reception_places, reception_rules
from db.queries.reception_rules import RuleLine
from rules.permissions import SYSTEM
from rules.reception_terms import CompanionKind, Demand, Level, Per, RoleGroup
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.conftest import said

Make = Callable[..., int]


@pytest.fixture
def open_rules(open_page: Callable[..., AppTest]) -> Callable[[], AppTest]:
    return lambda: open_page("receptions/rules", Role.OFFICE)


def _line(store: Store, code: str, on: date = TODAY) -> RuleLine:
    with store.reading(OFFICE) as session:
        return next(x for x in reception_rules.lines(session, on=on) if x.code == code)


def _standing(page: AppTest) -> dict[str, str]:
    table = page.dataframe[0].value
    return dict(zip(table["规则"], table["今天"], strict=True))


def test_the_list_says_what_holds_today(open_rules: Callable[[], AppTest], store: Store) -> None:
    page = open_rules()
    assert "不在特护期" in page.caption[0].value
    assert _standing(page)["县领导每月接访"] == "适用"
    assert _standing(page)["特护期县领导每天接访"] == "特护期才适用"

    with store.writing(SYSTEM) as session:
        office.add_period(session, "省两会", first_on=TODAY, last_on=TODAY)
    page.run()

    assert "省两会" in page.warning[0].value
    assert _standing(page)["特护期县领导每天接访"] == "适用"


def test_a_rule_is_set_switched_off_and_what_has_not_begun_taken_back(
    open_rules: Callable[[], AppTest], store: Store
) -> None:
    page = open_rules()
    page.selectbox(key="rule").set_value("county_month").run()
    page.number_input(key="rule_least-county_month").set_value(2)
    page.text_input(key="rule_clause-county_month").set_value("县联席办〔2026〕3号")
    page.button(key="set_rule").click().run()

    assert "县领导每月接访" in said(page)
    current = _line(store, "county_month").current
    assert current is not None
    assert (current.at_least, current.per, current.valid_from) == (2, Per.MONTH, TODAY)

    page.number_input(key="rule_least-county_month").set_value(0)
    page.date_input(key="rule_from-county_month").set_value(date(2026, 12, 1))
    page.text_input(key="rule_clause-county_month").set_value("废止")
    page.button(key="set_rule").click().run()
    assert _line(store, "county_month", date(2026, 12, 1)).current is None

    page.button(key="remove-county_month-2026-12-01").click().run()
    assert _line(store, "county_month", date(2026, 12, 1)).current is not None
    assert len(_line(store, "county_month").own) == 1


def test_a_rule_of_the_past_is_refused_and_what_was_typed_stays(
    open_rules: Callable[[], AppTest], store: Store
) -> None:
    page = open_rules()
    page.selectbox(key="rule").set_value("county_month").run()
    page.date_input(key="rule_from-county_month").set_value(date(2026, 11, 19))
    page.text_input(key="rule_clause-county_month").set_value("某文件")
    page.button(key="set_rule").click().run()

    assert "已经过去" in page.error[0].value
    assert page.text_input(key="rule_clause-county_month").value == "某文件"
    assert _line(store, "county_month").own == ()


def test_a_rule_of_the_countys_own_is_added(
    open_rules: Callable[[], AppTest], store: Store
) -> None:
    page = open_rules()
    page.button(key="adding_rule_opens").click().run()
    page.selectbox(key="rule_new_demand").set_value(Demand.EVERY_WORKDAY).run()
    page.text_input(key="rule_new_name").set_value("每个工作日一名县领导")
    page.text_input(key="rule_new_clause").set_value("县委办〔2026〕8号")
    page.selectbox(key="rule_new_who").set_value(RoleGroup.OTHERS)
    page.button(key="rule_new_submit").click().run()

    assert "每个工作日至少 1 名其他县领导接访" in said(page)
    with store.reading(OFFICE) as session:
        rule = reception_rules.rules_of_reception(session)[-1]
    assert (rule.name, rule.level, rule.demand) == (
        "每个工作日一名县领导",
        Level.COUNTY,
        Demand.EVERY_WORKDAY,
    )
    assert (rule.group, rule.per, rule.valid_from) == (RoleGroup.OTHERS, Per.DAY, TODAY)


def _leader(store: Store, name: str = "张三") -> int:
    with store.writing(SYSTEM) as session:
        return leader_commands.add_leader(session, name, "副县长")


def test_leave_is_recorded_over_turns_that_are_named_first(
    open_rules: Callable[[], AppTest], store: Store
) -> None:
    leader, day = _leader(store), date(2026, 11, 24)
    with store.writing(OFFICE) as session:
        roster = Roster(
            name="十一月",
            level=Level.COUNTY,
            first_on=day,
            last_on=day,
            created_by="小李",
            created_at=NOW,
        )
        session.add(roster)
        session.flush()
        session.add(
            TurnRow(roster_id=roster.id, held_on=day, leader_id=leader, planned_leader_id=leader)
        )
    page = open_rules()

    page.selectbox(key="leave_leader").set_value(leader)
    page.date_input(key="leave_first").set_value(day)
    page.date_input(key="leave_last").set_value(day).run()
    assert any("11-24" in box.value for box in page.warning)
    page.button(key="leave_add").click().run()

    with store.reading(OFFICE) as session:
        (row,) = leaders.leaves(session, since=TODAY)
    assert (row.leader_id, row.first_on, [turn.on for turn in row.turns]) == (leader, day, [day])
    assert any("张三 11-24" in box.value for box in page.warning)

    page.selectbox(key="leave_leader").set_value(leader)
    page.date_input(key="leave_first").set_value(day)
    page.date_input(key="leave_last").set_value(date(2026, 11, 26)).run()
    page.button(key="leave_add").click().run()
    assert "重叠" in page.error[0].value


def test_leave_is_changed_and_removed(open_rules: Callable[[], AppTest], store: Store) -> None:
    leader = _leader(store)
    with store.writing(OFFICE) as session:
        leave = leader_commands.add_leave(session, leader, first_on=TODAY, last_on=TODAY)
    page = open_rules()

    page.date_input(key=f"leave_last-{leave}").set_value(date(2026, 11, 27))
    page.text_input(key=f"leave_reason-{leave}").set_value("培训")
    page.button(key=f"leave_set-{leave}").click().run()
    with store.reading(OFFICE) as session:
        (row,) = leaders.leaves(session, since=TODAY)
    assert (row.last_on, row.reason) == (date(2026, 11, 27), "培训")

    page.button(key=f"leave_drop-{leave}").click().run()
    with store.reading(OFFICE) as session:
        assert leaders.leaves(session, since=TODAY) == []


def test_a_charge_is_set_by_the_office(
    open_rules: Callable[[], AppTest], store: Store, make_unit: Make
) -> None:
    town = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    _leader(store, "李四")
    leader = _leader(store)
    page = open_rules()

    page.selectbox(key="leader").set_value(leader).run()
    page.text_input(key=f"leader_portfolio-{leader}").set_value("城建")
    page.multiselect(key=f"leader_contacts-{leader}").set_value([town])
    page.button(key=f"charge_set-{leader}").click().run()

    with store.reading(OFFICE) as session:
        charges = {row.name: (row.portfolio, row.contacts) for row in leaders.leaders(session)}
    assert charges == {"李四": ("", ()), "张三": ("城建", (town,))}


def test_a_place_is_added_and_changed(open_rules: Callable[[], AppTest], store: Store) -> None:
    page = open_rules()
    page.text_input(key="place_name").set_value("人民来访接待中心")
    page.number_input(key="place_capacity").set_value(3)
    page.checkbox(key="place_centre").check()
    page.button(key="add_place_submit").click().run()
    with store.reading(OFFICE) as session:
        (row,) = reception_places.places(session)
    assert (row.name, row.capacity, row.centre, row.active) == ("人民来访接待中心", 3, True, True)

    page.text_input(key=f"place_address-{row.id}").set_value("政府路 1 号")
    page.checkbox(key=f"place_active-{row.id}").uncheck()
    page.button(key=f"change_place-{row.id}_submit").click().run()
    with store.reading(OFFICE) as session:
        (row,) = reception_places.places(session)
    assert (row.address, row.active) == ("政府路 1 号", False)


def test_a_companion_is_added_and_changed(open_rules: Callable[[], AppTest], store: Store) -> None:
    page = open_rules()
    page.text_input(key="companion_name").set_value("李正")
    page.selectbox(key="companion_kind").set_value(CompanionKind.LAWYER)
    page.button(key="add_companion_submit").click().run()
    with store.reading(OFFICE) as session:
        (row,) = reception_places.companions(session)
    assert (row.name, row.kind) == ("李正", CompanionKind.LAWYER)

    page.text_input(key=f"companion_organisation-{row.id}").set_value("青山律师事务所")
    page.checkbox(key=f"companion_active-{row.id}").uncheck()
    page.button(key=f"change_companion-{row.id}_submit").click().run()
    with store.reading(OFFICE) as session:
        (row,) = reception_places.companions(session)
    assert (row.organisation, row.active) == ("青山律师事务所", False)


def test_a_rival_save_of_a_place_is_reported_and_kept(
    open_rules: Callable[[], AppTest], store: Store
) -> None:
    with store.writing(OFFICE) as session:
        place = place_commands.add_place(session, "信访局")
    page = open_rules()
    with store.writing(OFFICE) as session:
        place_commands.change_place(
            session,
            place,
            version=1,
            name="信访大厅",
            address="",
            capacity=2,
            unit_id=None,
            centre=False,
            active=True,
        )

    page.text_input(key=f"place_name-{place}").set_value("信访局二楼")
    page.button(key=f"change_place-{place}_submit").click().run()

    assert "已被他人修改" in page.error[0].value
    with store.reading(OFFICE) as session:
        assert [row.name for row in reception_places.places(session)] == ["信访大厅"]
