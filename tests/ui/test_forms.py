"""What people typed is shown as it stands."""

import pytest

from ui.forms import plain


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("*粗* `码` ~~删~~", r"\*粗\* \`码\` \~\~删\~\~"),
        ("[链接](http://x.cn)", "\\[链接\\](http\u2060\\://x.cn)"),
        ("$1 万$ 与 <b>", r"\$1 万\$ 与 \<b>"),
        (":red[红] :material/home:", r"\:red\[红\] \:material/home:"),
        ("# 标题", r"\# 标题"),
        ("1. 一\n- 二", "1\\. 一\n\\- 二"),
        ("www.x.cn a@b.cn &amp;", "www\u2060.x.cn a@\u2060b.cn \\&amp;"),
        (r"反\斜", r"反\\斜"),
    ],
)
def test_markdown_in_what_people_typed_is_escaped(typed: str, shown: str) -> None:
    assert plain(typed) == shown


@pytest.mark.parametrize("typed", ["2026-11-20 12:30", "县教育局（教体局）", "3.5 万元，100%"])
def test_ordinary_words_stay_as_they_are(typed: str) -> None:
    assert plain(typed) == typed
