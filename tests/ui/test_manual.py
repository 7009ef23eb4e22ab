"""The manual in the workbench: a chapter for each screen, its pictures there, a search that finds."""

import re

import pytest

from rules.permissions import SCREENS
from ui import manual


def test_each_screen_has_a_chapter() -> None:
    assert {screen for screen in SCREENS if manual.of_screen(screen) is None} == set()
    found = manual.of_screen("sweeps/report")
    assert found is not None
    assert found.name == "矛盾纠纷排查"
    assert manual.of_screen("elsewhere/page") is None


def test_no_chapter_is_named_that_is_not_there() -> None:
    assert set(manual.CHAPTERS.values()) <= {chapter.name for chapter in manual.chapters()}


def test_a_chapter_is_parted_by_its_pictures_and_loses_no_word() -> None:
    chapter = manual.Chapter("一", "前\n\n![登记簿](pictures/register.png)\n\n后")
    assert chapter.parts() == ["前", manual.FOLDER / "pictures" / "register.png", "后"]


@pytest.mark.parametrize("chapter", manual.chapters(), ids=lambda chapter: chapter.name)
def test_every_picture_of_the_manual_is_there(chapter: manual.Chapter) -> None:
    named = re.findall(r"!\[", chapter.text)
    pictures = [part for part in chapter.parts() if not isinstance(part, str)]
    assert len(pictures) == len(named)
    assert all(part.is_file() for part in pictures)


def test_a_word_is_found_where_it_stands() -> None:
    [chapter] = [each for each in manual.chapters() if each.name == "快速登记"]
    assert any("Ctrl+Enter" in line for line in chapter.paragraphs("Ctrl+Enter"))
    assert chapter.paragraphs("没有这样的词") == []
