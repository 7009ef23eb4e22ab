"""The classes screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import units as unit_commands
from db.engine import Store
from db.queries import codes
from rules.permissions import SYSTEM
from rules.terms import Role, UnitKind
from tests.pages.conftest import said


@pytest.fixture
def page(open_page: Callable[..., AppTest]) -> AppTest:
    return open_page("admin/codes", Role.ADMIN)


def _codes(store: Store) -> dict[str, codes.CodeRow]:
    with store.reading(SYSTEM) as session:
        return {row.path: row for row in codes.codes(session)}


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_the_first_level_is_there_from_the_start(page: AppTest) -> None:
    assert "城乡建设" in list(page.dataframe[0].value["分类"])


def test_a_class_is_added_below_another(page: AppTest, store: Store) -> None:
    parent = _codes(store)["民政"]
    page.selectbox(key="parent_id").set_value(parent.id)
    page.text_input(key="label").set_value("低保")
    page.button(key="add").click().run()

    assert "已保存" in said(page)
    assert _codes(store)["民政/低保"].level == 2


def test_a_class_is_renamed_ended_and_given_its_governing_unit(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        county = unit_commands.add_unit(session, "本县", UnitKind.COUNTY)
    page = open_page("admin/codes", Role.ADMIN)
    row = _codes(store)["环境保护"]

    page.selectbox(key="changed").set_value(row.id).run()
    page.text_input(key=f"label-{row.id}").set_value("生态环境")
    page.selectbox(key=f"unit_id-{row.id}").set_value(county)
    page.date_input(key=f"valid_to-{row.id}").set_value(date(2027, 1, 1))
    page.button(key=f"change-{row.id}").click().run()

    assert "已保存" in said(page)
    row = _codes(store)["生态环境"]
    assert (row.unit, row.valid_to) == ("本县", date(2027, 1, 1))


def test_a_file_is_taken_in_once(page: AppTest, store: Store) -> None:
    content = "一级分类,二级分类,三级分类\n民政,低保,低保申请\n民政,低保,低保复核\n".encode()

    for told in ("新增 3 个分类，1 个已有", "新增 0 个分类，4 个已有"):
        page.file_uploader(key="file").upload("分类.csv", content)
        page.button(key="import").click().run()
        assert told in said(page)

    assert _codes(store)["民政/低保/低保复核"].level == 3


def test_a_file_with_a_bad_row_is_refused_whole(page: AppTest, store: Store) -> None:
    before = len(_codes(store))
    content = (
        "一级分类,二级分类,三级分类\n民政,低保,低保申请\n民政,,低保复核\n交通运输,,客运\n".encode()
    )

    page.file_uploader(key="file").upload("分类.csv", content)
    page.button(key="import").click().run()

    assert "B4" in page.error[0].value
    assert len(_codes(store)) == before


def test_importing_without_a_file_says_so(page: AppTest) -> None:
    page.button(key="import").click().run()

    assert "请先选择文件" in page.error[0].value


def test_the_list_can_be_narrowed_to_one_first_level(page: AppTest, store: Store) -> None:
    page.selectbox(key="within").set_value(_codes(store)["民政"].id).run()

    assert list(page.dataframe[0].value["分类"]) == ["民政"]
