"""Importing a ledger of disputes on the screen: preview, names asked, written, taken back."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.disputes import Dispute
from rules.terms import ImportMode, Role
from tests.conftest import OFFICE, TODAY
from tests.db import disputes as d
from tests.pages.conftest import said

Open = Callable[..., AppTest]
HEAD = ["单位", "矛盾纠纷简要情况", "类别", "排查日期"]


def _workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def upload(open_page: Open, place: d.County) -> Open:
    """Return a function that opens the ledger's import and uploads these rows."""

    def open_(*rows: list[Any]) -> AppTest:
        page = open_page("sweeps/ledger", Role.OFFICE)
        page.segmented_control(key="disputes_part").set_value("导入台账").run()
        page.file_uploader(key="dispute_ledger").upload("台账.xlsx", _workbook(*rows)).run()
        return page

    return open_


def _titles(store: Store) -> list[str]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(Dispute.title).order_by(Dispute.id)))


def test_a_ledger_is_looked_at_first_and_imported_once(upload: Open, store: Store) -> None:
    page = upload(
        ["突出矛盾纠纷台账"],
        HEAD,
        ["合计", "2件", None, None],
        ["幸福村", "引水渠争水", "山林土地", "2026-11-01"],
        ["同上", "界线", "宅基地", "2026-11-02"],
    )
    assert _titles(store) == []
    page.button(key="dispute_import").click().run()

    assert _titles(store) == ["引水渠争水", "界线"]
    assert "已导入 2 件" in said(page)
    assert "没有要写入的" in page.info[0].value


def test_an_unknown_class_is_said_once(upload: Open, store: Store) -> None:
    page = upload(HEAD, ["幸福村", "引水渠", "水事", "2026-11-01"])
    assert any("退回 1" in text.value for text in page.markdown)
    page.selectbox(key="dispute_name_class_水事").set_value(d.class_id(store, "山林土地")).run()
    page.button(key="dispute_import").click().run()

    assert _titles(store) == ["引水渠"]


def test_what_no_row_says_is_said_for_all(upload: Open, store: Store, place: d.County) -> None:
    page = upload(["矛盾纠纷名称", "简要情况"], ["引水渠", "两组争水"])
    page.selectbox(key="dispute_import_unit").set_value(place.town).run()
    page.selectbox(key="dispute_import_class").set_value(d.class_id(store, "邻里")).run()
    page.date_input(key="dispute_import_day").set_value(TODAY).run()
    page.button(key="dispute_import").click().run()

    with store.reading(OFFICE) as session:
        row = session.scalars(select(Dispute)).one()
        assert (row.unit_id, row.found_on) == (place.town, TODAY)
        assert row.class_id == d.class_id(store, "邻里")


def test_all_or_nothing_writes_nothing_beside_a_bad_row(upload: Open, store: Store) -> None:
    page = upload(
        HEAD,
        ["幸福村", "引水渠", "山林土地", "2026-11-01"],
        ["幸福村", "界线", "邻里", "2099-01-01"],
    )
    page.selectbox(key="dispute_mode").set_value(ImportMode.ALL_OR_NOTHING).run()
    assert "整批退回" in page.info[0].value
    page.selectbox(key="dispute_mode").set_value(ImportMode.VALID_ONLY).run()
    page.button(key="dispute_import").click().run()

    assert _titles(store) == ["引水渠"]


def test_a_batch_is_taken_back(upload: Open, store: Store) -> None:
    page = upload(HEAD, ["幸福村", "引水渠", "山林土地", "2026-11-01"])
    page.button(key="dispute_import").click().run()
    page.segmented_control(key="disputes_part").set_value("导入记录").run()
    page.checkbox(key="dispute_undo_sure_1").check().run()
    page.button(key="dispute_undo_1").click().run()

    assert _titles(store) == []
    assert "删去 1 件" in said(page)
