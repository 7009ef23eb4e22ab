"""How long text is on paper."""

import pytest

from rules import text_widths


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("十个字十个字十个字十", 1),
        ("十一个字十一个字十一个", 2),
        ("1" * 17, 1),
        ("一\n二", 2),
    ],
)
def test_lines_are_counted_in_chinese_signs(text: str, lines: int) -> None:
    assert text_widths.lines(text, 10) == lines


def test_a_long_column_leaves_the_short_ones_what_they_need() -> None:
    widths = text_widths.columns([("属地", "件"), ("很长的内容" * 30, "1")], total=50)

    assert sum(widths) == pytest.approx(50)
    assert widths[1] >= 2.5
    assert widths[0] > widths[1]
