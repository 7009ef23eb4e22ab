"""A store that is busy or broken while somebody writes: told in words, and nothing typed is lost."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.cases import Case, CaseEntry
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.pages.cases.conftest import Make
from tests.pages.conftest import said

Open = Callable[..., AppTest]
Hold = Callable[[], AbstractContextManager[None]]


def _count(store: Store, model: type) -> int:
    with store.reading(SYSTEM) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.usefixtures("impatient")
def test_a_busy_store_keeps_a_registration_on_the_screen(
    open_page: Open, store: Store, busy: Hold
) -> None:
    page = open_page("cases/entry", Role.OFFICE)
    page.text_input(key="entry_title").set_value("石门镇机耕道塌方").run()
    with busy():
        page.button(key="entry_save").click().run()

        assert "数据库正忙" in page.error[0].value
        assert page.text_input(key="entry_title").value == "石门镇机耕道塌方"
    assert _count(store, Case) == 0

    page.button(key="entry_save").click().run()
    assert "已保存" in said(page)
    assert _count(store, Case) == 1


@pytest.mark.usefixtures("impatient")
def test_a_busy_store_keeps_an_edit_and_progress_on_the_screen(
    open_case_page: Open, make_case: Make, store: Store, busy: Hold
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.text_input(key=f"edit_{opened.id}_title").set_value("改好的标题")
    with busy():
        page.form_submit_button[0].click().run()
        assert "没有保存：数据库正忙" in page.error[0].value
        assert page.text_input(key=f"edit_{opened.id}_title").value == "改好的标题"
        page.text_area(key=f"progress_text_{opened.id}").set_value("已入户核实")
        page.form_submit_button[2].click().run()
        assert "没有保存：数据库正忙" in page.error[0].value
        assert page.text_area(key=f"progress_text_{opened.id}").value == "已入户核实"
    assert _count(store, CaseEntry) == 0


def test_a_broken_store_looks_broken_and_gives_back_what_was_typed(
    open_page: Open, store: Store, away: Hold
) -> None:
    page = open_page("cases/entry", Role.OFFICE)
    page.text_input(key="entry_title").set_value("石门镇机耕道塌方").run()
    with away():
        page.button(key="entry_save").click().run()
        for _ in range(2):
            assert page.header[0].value == "暂时无法读取数据"
            assert "0** 件" not in str([words.value for words in page.markdown])
            page.button(key="retry_store").click().run()
    page.button(key="retry_store").click().run()

    assert page.text_input(key="entry_title").value == "石门镇机耕道塌方"
    page.button(key="entry_save").click().run()
    assert "已保存" in said(page)
    assert _count(store, Case) == 1


def test_a_broken_store_gives_back_an_open_edit(
    open_case_page: Open, make_case: Make, away: Hold
) -> None:
    opened = make_case(title="原标题")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.text_input(key=f"edit_{opened.id}_title").set_value("改好的标题")
    with away():
        page.form_submit_button[0].click().run()
        assert page.header[0].value == "暂时无法读取数据"
    page.button(key="retry_store").click().run()

    assert page.text_input(key=f"edit_{opened.id}_title").value == "改好的标题"


def test_the_register_of_a_broken_store_is_never_drawn_as_empty(
    open_page: Open, make_case: Make, away: Hold
) -> None:
    make_case()
    page = open_page("cases/register", Role.OFFICE)
    with away():
        page.run()

        assert page.header[0].value == "暂时无法读取数据"
        assert not page.dataframe
        assert not page.info
    page.run()
    assert len(page.dataframe[0].value) == 1
