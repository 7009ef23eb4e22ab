"""The leaders screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import units as commands
from db.engine import Store
from db.queries import units
from rules.permissions import SYSTEM
from rules.terms import Role
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
        (leader,) = units.leaders(session)
    assert (leader.name, leader.post, leader.active) == ("张三", "副县长", True)

    page.text_input(key=f"leader_post-{leader.id}").set_value("县委常委、副县长")
    page.number_input(key=f"leader_position-{leader.id}").set_value(3)
    page.checkbox(key=f"leader_active-{leader.id}").uncheck()
    page.button(key=f"change_leader-{leader.id}_submit").click().run()
    with store.reading(SYSTEM) as session:
        (leader,) = units.leaders(session)
    assert (leader.post, leader.position, leader.active) == ("县委常委、副县长", 3, False)


def test_a_rival_save_of_a_leader_is_reported_and_kept(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        leader = commands.add_leader(session, "张三", "副县长")
    page = open_page("admin/leaders", Role.ADMIN)
    with store.writing(SYSTEM) as session:
        commands.change_leader(
            session, leader, version=1, name="张三", post="县长", position=1, active=True
        )

    page.text_input(key=f"leader_post-{leader}").set_value("县委书记")
    page.button(key=f"change_leader-{leader}_submit").click().run()

    assert "已被他人修改" in page.error[0].value
    assert not said(page)
    with store.reading(SYSTEM) as session:
        assert [row.post for row in units.leaders(session)] == ["县长"]
