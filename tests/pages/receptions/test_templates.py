from collections.abc import Callable
from io import BytesIO

from docx import Document
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.queries import templates
from documents import roster_notice
from rules.terms import Role
from tests.conftest import OFFICE
from tests.pages.conftest import said

Open = Callable[..., AppTest]
NAME = roster_notice.TEMPLATE


def word(text: str) -> bytes:
    document, stream = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def put(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader(key=f"template_file-{NAME}").upload(
        "本县模板.docx",
        content,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ).run()
    return page.button(key=f"template_keep-{NAME}").click().run()


def test_the_offices_own_template_is_used_and_given_up_again(open_page: Open, store: Store) -> None:
    page = put(open_page("receptions/rules", Role.OFFICE), word("本县 {{标题}}"))

    assert "已换用本单位的模板" in said(page)
    with store.reading(OFFICE) as session:
        kept = templates.content(session, NAME)
        assert kept is not None
        assert Document(BytesIO(kept)).paragraphs[0].text == "本县 {{标题}}"
        assert templates.own(session)[NAME].file_name == "本县模板.docx"

    page.button(key=f"template_drop-{NAME}").click().run()
    with store.reading(OFFICE) as session:
        assert templates.content(session, NAME) is None


def test_a_template_that_cannot_be_filled_is_not_taken(open_page: Open, store: Store) -> None:
    page = put(open_page("receptions/rules", Role.OFFICE), word("{{来访人姓名}}"))

    assert "“{{来访人姓名}}”不是可填的内容" in page.error[0].value
    with store.reading(OFFICE) as session:
        assert templates.own(session) == {}
