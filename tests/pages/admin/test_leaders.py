"""The leaders screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import leaders as commands
from db.engine import Store
from db.queries import leaders
from rules.permissions import SYSTEM
from rules.reception_terms import Body, Level, Rank
from rules.terms import Role, UnitKind
from tests.conftest import TODAY
from tests.pages.conftest import said


@pytest.fixture
def page(open_page: Callable[..., AppTest]) -> AppTest:
    return open_page("admin/leaders", Role.ADMIN)


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_an_empty_roster_says_what_to_do_first(page: AppTest) -> None:
    assert "请先添加" in page.info[0].value


def test_a_leader_is_added_and_changed(page: AppTest, store: Store) -> None:
    page.text_input(key="leader_name").set_value("张三")
    page.text_input(key="leader_post").set_value("副县长")
    page.button(key="add_leader_submit").click().run()
    with store.reading(SYSTEM) as session:
        (leader,) = leaders.leaders(session)
    assert (leader.name, leader.post, leader.active) == ("张三", "副县长", True)

    page.text_input(key=f"leader_post-{leader.id}").set_value("县委常委、副县长")
    page.number_input(key=f"leader_position-{leader.id}").set_value(3)
    page.checkbox(key=f"leader_active-{leader.id}").uncheck()
    page.button(key=f"change_leader-{leader.id}_submit").click().run()
    with store.reading(SYSTEM) as session:
        (leader,) = leaders.leaders(session)
    assert (leader.post, leader.position, leader.active) == ("县委常委、副县长", 3, False)


def test_a_rival_save_of_a_leader_is_reported_and_kept(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        leader = commands.add_leader(session, "张三", "副县长")
    page = open_page("admin/leaders", Role.ADMIN)
    with store.writing(SYSTEM) as session:
        commands.set_charge(
            session, leader, version=1, portfolio="全面工作", fields=[], contacts=[]
        )

    page.text_input(key=f"leader_post-{leader}").set_value("县委书记")
    page.button(key=f"change_leader-{leader}_submit").click().run()

    assert "已被他人修改" in page.error[0].value
    assert not said(page)
    with store.reading(SYSTEM) as session:
        (row,) = leaders.leaders(session)
    assert (row.post, row.portfolio) == ("副县长", "全面工作")


def test_level_body_rank_unit_and_term_of_a_leader_are_saved(
    open_page: Callable[..., AppTest], store: Store, make_unit: Callable[..., int]
) -> None:
    town = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    page = open_page("admin/leaders", Role.ADMIN)

    page.text_input(key="leader_name").set_value("张三")
    page.text_input(key="leader_post").set_value("镇党委书记")
    page.selectbox(key="leader_level").set_value(Level.TOWNSHIP)
    page.selectbox(key="leader_body").set_value(Body.PARTY)
    page.selectbox(key="leader_rank").set_value(Rank.PRINCIPAL)
    page.selectbox(key="leader_unit_id").set_value(town)
    page.date_input(key="leader_term_from").set_value(date(2025, 3, 1))
    page.button(key="add_leader_submit").click().run()

    assert "已添加：张三" in said(page)
    with store.reading(SYSTEM) as session:
        (row,) = leaders.leaders(session)
    assert (row.level, row.body, row.rank) == (Level.TOWNSHIP, Body.PARTY, Rank.PRINCIPAL)
    assert (row.unit, row.term_from) == ("青山镇", date(2025, 3, 1))


def test_a_leader_who_leaves_is_out_of_office_from_today(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        leader = commands.add_leader(session, "张三", "副县长")
    page = open_page("admin/leaders", Role.ADMIN)

    page.checkbox(key=f"leader_active-{leader}").uncheck()
    page.button(key=f"change_leader-{leader}_submit").click().run()

    with store.reading(SYSTEM) as session:
        (row,) = leaders.leaders(session)
    assert (row.active, row.term_to) == (False, TODAY)
    assert page.date_input(key=f"leader_term_to-{leader}").value == TODAY


def test_leaders_are_pasted_and_a_wrong_line_keeps_all_of_them_in_the_box(
    page: AppTest, store: Store
) -> None:
    page.text_area(key="leader_lines").set_value("张三\t副县长\n李四\t县长\t国")
    page.button(key="paste_leaders_submit").click().run()
    assert "第 2 行" in page.error[0].value
    assert "李四" in str(page.text_area(key="leader_lines").value)

    page.text_area(key="leader_lines").set_value("张三\t副县长\n李四\t县长\t县")
    page.button(key="paste_leaders_submit").click().run()

    assert "已添加 2 位领导" in said(page)
    assert page.text_area(key="leader_lines").value == ""
    with store.reading(SYSTEM) as session:
        assert [row.name for row in leaders.leaders(session)] == ["张三", "李四"]


def test_a_charge_is_saved_and_the_other_form_may_be_saved_after_it(
    open_page: Callable[..., AppTest], store: Store, make_unit: Callable[..., int]
) -> None:
    town = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    with store.writing(SYSTEM) as session:
        leader = commands.add_leader(session, "张三", "副县长")
    page = open_page("admin/leaders", Role.ADMIN)

    page.text_input(key=f"leader_portfolio-{leader}").set_value("城建")
    page.multiselect(key=f"leader_fields-{leader}").set_value([1])
    page.multiselect(key=f"leader_contacts-{leader}").set_value([town])
    page.button(key=f"charge_set-{leader}").click().run()
    page.text_input(key=f"leader_post-{leader}").set_value("县长")
    page.button(key=f"change_leader-{leader}_submit").click().run()

    assert not page.error
    with store.reading(SYSTEM) as session:
        (row,) = leaders.leaders(session)
    assert (row.portfolio, row.fields, row.contacts) == ("城建", (1,), (town,))
    assert row.post == "县长"


def test_the_list_is_narrowed_to_a_level(open_page: Callable[..., AppTest], store: Store) -> None:
    with store.writing(SYSTEM) as session:
        commands.add_leader(session, "张三", "副县长")
        commands.add_leader(session, "李四", "副市长", level=Level.CITY)
    page = open_page("admin/leaders", Role.ADMIN)

    page.pills(key="level_shown").set_value(Level.CITY).run()

    assert page.dataframe[0].value["姓名"].tolist() == ["李四"]
