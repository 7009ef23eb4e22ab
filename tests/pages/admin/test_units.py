"""The units screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import units as commands
from db.engine import Store
from db.queries import units
from rules.permissions import SYSTEM
from rules.terms import Role, UnitKind
from tests.pages.conftest import said

COUNTY = "嘉禾县"


@pytest.fixture
def county(store: Store) -> int:
    with store.writing(SYSTEM) as session:
        return commands.add_unit(session, COUNTY, UnitKind.COUNTY)


@pytest.fixture
def page(open_page: Callable[..., AppTest], county: int) -> AppTest:
    return open_page("admin/units", Role.ADMIN)


def _tree(store: Store) -> dict[str, units.UnitRow]:
    with store.reading(SYSTEM) as session:
        return {row.name: row for row in units.tree(session)}


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_an_empty_tree_says_what_to_do_first(open_page: Callable[..., AppTest]) -> None:
    page = open_page("admin/units", Role.ADMIN)

    assert "请先添加本县" in page.info[0].value


def test_a_unit_is_added_with_its_aliases(page: AppTest, store: Store, county: int) -> None:
    page.text_input(key="name").set_value("县自然资源和规划局")
    page.selectbox(key="kind").set_value(UnitKind.DEPARTMENT)
    page.selectbox(key="parent_id").set_value(county)
    page.text_input(key="aliases").set_value("县自规局、县国土局")
    page.button(key="add").click().run()

    assert not page.exception
    assert "已保存" in said(page)
    row = _tree(store)["县自然资源和规划局"]
    assert (row.parent_id, row.aliases) == (county, ("县自规局", "县国土局"))


def test_a_unit_in_the_wrong_place_is_refused(page: AppTest, store: Store, county: int) -> None:
    page.text_input(key="name").set_value("新民村")
    page.selectbox(key="kind").set_value(UnitKind.VILLAGE)
    page.selectbox(key="parent_id").set_value(county)
    page.button(key="add").click().run()

    assert "村不能设在县之下" in page.error[0].value
    assert list(_tree(store)) == [COUNTY]


def test_pasted_lines_are_added_together(page: AppTest, store: Store) -> None:
    page.text_area(key="pasted").set_value(
        f"红星镇\t乡镇\t{COUNTY}\t\n新民村\t村\t红星镇\t\n县教育局\t部门\t{COUNTY}\t县教体局"
    )
    page.button(key="paste").click().run()

    assert "已保存" in said(page)
    assert list(_tree(store)) == [COUNTY, "红星镇", "新民村", "县教育局"]


def test_one_bad_pasted_line_adds_none_and_the_text_stays(page: AppTest, store: Store) -> None:
    page.text_area(key="pasted").set_value(f"红星镇\t乡镇\t{COUNTY}\n新民村\t村\t无此镇")
    page.button(key="paste").click().run()

    assert "第 2 行" in page.error[0].value
    assert "新民村" in str(page.text_area(key="pasted").value)
    assert list(_tree(store)) == [COUNTY]


def test_a_unit_is_renamed_and_ended(page: AppTest, store: Store, county: int) -> None:
    page.text_input(key=f"name-{county}").set_value("嘉荫县")
    page.date_input(key=f"valid_to-{county}").set_value(date(2026, 12, 1))
    page.button(key=f"change-{county}").click().run()

    assert "已保存" in said(page)
    row = _tree(store)["嘉荫县"]
    assert (row.aliases, row.valid_to) == ((COUNTY,), date(2026, 12, 1))


def test_a_rival_save_is_reported_and_kept(page: AppTest, store: Store, county: int) -> None:
    with store.writing(SYSTEM) as session:
        commands.change_unit(
            session,
            county,
            version=1,
            name="平昌县",
            kind=UnitKind.COUNTY,
            parent_id=None,
            valid_from=None,
            valid_to=None,
        )

    page.text_input(key=f"name-{county}").set_value("嘉荫县")
    page.button(key=f"change-{county}").click().run()

    assert "已被他人修改" in page.error[0].value
    assert list(_tree(store)) == ["平昌县"]


def test_a_unit_renamed_by_a_rival_stays_the_one_that_was_chosen(
    open_page: Callable[..., AppTest], store: Store, county: int
) -> None:
    with store.writing(SYSTEM) as session:
        office = commands.add_unit(session, "教育局", UnitKind.DEPARTMENT, parent_id=county)
    page = open_page("admin/units", Role.ADMIN)
    page.selectbox(key="changed").set_value(office).run()
    page.selectbox(key="parent_id").set_value(county)
    with store.writing(SYSTEM) as session:
        for unit_id, name, kind, parent in (
            (office, "教体局", UnitKind.DEPARTMENT, county),
            (county, "嘉荫县", UnitKind.COUNTY, None),
        ):
            commands.change_unit(
                session,
                unit_id,
                version=1,
                name=name,
                kind=kind,
                parent_id=parent,
                valid_from=None,
                valid_to=None,
            )

    page.text_input(key=f"name-{office}").set_value("县教育局")
    page.button(key=f"change-{office}").click().run()

    assert page.selectbox(key="changed").value == office
    assert "已被他人修改" in page.error[0].value
    assert page.text_input(key=f"name-{office}").value == "县教育局"


def test_two_units_of_one_name_can_each_be_chosen(
    open_page: Callable[..., AppTest], store: Store, county: int
) -> None:
    with store.writing(SYSTEM) as session:
        ended = commands.add_unit(session, "教育局", UnitKind.DEPARTMENT, parent_id=county)
        commands.change_unit(
            session,
            ended,
            version=1,
            name="教育局",
            kind=UnitKind.DEPARTMENT,
            parent_id=county,
            valid_from=None,
            valid_to=date(2026, 1, 1),
        )
    with store.writing(SYSTEM) as session:
        successor = commands.add_unit(session, "教育局", UnitKind.DEPARTMENT, parent_id=county)
    page = open_page("admin/units", Role.ADMIN)

    for unit_id in (successor, ended):
        page.selectbox(key="changed").set_value(unit_id).run()
        assert page.text_input(key=f"name-{unit_id}").value == "教育局"


def test_an_alias_is_added_and_removed(page: AppTest, store: Store, county: int) -> None:
    page.text_input(key="alias").set_value("本县")
    page.button(key="add_new_alias").click().run()
    assert _tree(store)[COUNTY].aliases == ("本县",)

    page.button(key=f"remove_alias-{county}-本县").click().run()
    assert _tree(store)[COUNTY].aliases == ()
