"""帮助 as it opens: the chapter of the screen one came from, and what a word finds."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rules.terms import Role
from ui import manual

Open = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("screen", "title"),
    [("cases/entry", "快速登记"), ("evaluations/list", "第三方评价"), ("", "第一次打开")],
)
def test_help_opens_at_the_chapter_of_the_screen(open_page: Open, screen: str, title: str) -> None:
    page = open_page("account/help", Role.OFFICE, query={"of": screen})
    assert page.subheader[0].value.startswith(title)


def test_another_chapter_is_a_click_away(open_page: Open) -> None:
    page = open_page("account/help", Role.OFFICE)
    page.radio(key="help_chapter").set_value(manual.chapters()[2].title).run()
    assert page.subheader[0].value == manual.chapters()[2].title


def test_a_word_is_looked_for_in_all_chapters(open_page: Open) -> None:
    page = open_page("account/help", Role.OFFICE)
    page.text_input(key="help_word").set_value("零报告").run()
    assert any("零报告" in each.value for each in page.markdown)
    page.text_input(key="help_word").set_value("查无此词<b>").run()
    assert "查无此词" in page.info[0].value
