"""形势材料 in the browser: a snapshot taken, deck and report downloaded and parsed, the report checked."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect
from pptx import Presentation

from db.commands import accounts
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.browser.conftest import Server
from tests.documents.packages import charts_of, parts_of

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"


def test_deck_and_report_are_downloaded_and_the_report_is_checked(
    page: Page, server: Server, sign_in: Callable[[Page, str, str], None], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        accounts.create_account(
            session, "小李", PASSWORD, roles={Role.OFFICE}, now=datetime.now(UTC)
        )
    sign_in(page, "小李", PASSWORD)
    page.goto("/review-papers")
    page.get_by_role("button", name="取快照").first.click()
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name="取快照").click()
    expect(page.get_by_text("已取快照 KZ", exact=False)).to_be_visible()

    files: list[bytes] = []
    for at, name in enumerate(("幻灯片", "形势分析报告")):
        page.get_by_role("button", name="生成", exact=False).nth(at).click()
        link = page.get_by_role("button", name=f"下载 {name}_KZ", exact=False)
        with page.expect_download() as caught:
            link.click()
        path: Path = caught.value.path()
        files.append(path.read_bytes())

    deck, report = files
    titles = [slide.shapes.title.text for slide in Presentation(BytesIO(deck)).slides]
    assert titles[0] == "全县信访形势分析"
    assert len(titles) == 15
    parts_of(deck)
    assert "五、工作建议" in [p.text for p in Document(BytesIO(report)).paragraphs]
    assert charts_of(parts_of(report)) == []  # an empty store has nothing to draw

    page.get_by_role("tab", name="核对报告").click()
    page.locator("input[type=file]").first.set_input_files(
        {
            "name": "报告.docx",
            "mimeType": "application/octet-stream",
            "buffer": report,
        }
    )
    expect(page.get_by_text("报告.docx")).to_be_visible()
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_text("不符 0", exact=False).first).to_be_visible()
    assert server.foreign == []
