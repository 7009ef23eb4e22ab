"""《矛盾纠纷排查情况表》 as a page: frozen by hand and by itself, told what changed, checked, exported."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.audit import AuditEntry
from db.models.dispute_tables import DisputeTable
from rules.dispute_table import TableColumn, TableLine
from rules.dispute_terms import DisputeStep
from rules.terms import AuditAction, Role
from tests.conftest import OFFICE
from tests.db import disputes as d
from tests.pages.conftest import said

Open = Callable[..., AppTest]
OCTOBER = date(2026, 10, 9)


@pytest.fixture
def found(store: Store, place: d.County) -> d.County:
    """Two of October, one of them resolved, entered in November."""
    d.resolve(store, d.add(store, place.village, found_on=OCTOBER), place.town)
    d.add(store, place.town, title="征地补偿", found_on=OCTOBER)
    return place


def _frozen(store: Store) -> list[tuple[str, str | None]]:
    with store.reading(OFFICE) as session:
        rows = session.scalars(select(DisputeTable).order_by(DisputeTable.id))
        return [(f"{row.first_on}", row.frozen_by) for row in rows]


def _row(page: AppTest, name: str) -> dict[str, str]:
    table = page.dataframe[0].value
    return dict(table[table["类别"] == name].iloc[0])


def test_the_last_month_that_ended_is_shown_and_its_sums_hold(
    open_page: Open, found: d.County
) -> None:
    page = open_page("sweeps/table", Role.OFFICE)

    assert page.selectbox(key="table_period").value == "2026年10月"
    total = _row(page, "合计")
    assert (total["排查数"], total["成功数"], total["成功率"]) == ("2", "1", "100.0%（1/1）")
    page.segmented_control(key="table_column").set_value(TableColumn.VILLAGE).run()
    assert _row(page, "合计")["排查数"] == "1"


def test_the_office_freezes_by_hand_and_is_told_what_changed_since(
    open_page: Open, store: Store, found: d.County
) -> None:
    page = open_page("sweeps/table", Role.OFFICE)
    page.button(key="table_freeze").click().run()

    assert "已定稿" in said(page)
    assert _frozen(store) == [("2026-10-01", "小李")]
    assert any("定稿以后登记没有变动" in each.value for each in page.caption)

    late = d.add(store, found.town, title="补登一件", found_on=OCTOBER)
    page.run()
    assert _row(page, "合计")["排查数"] == "2"
    assert any("定稿以后有" in each.value for each in page.markdown)
    d.step(store, late, DisputeStep.REMOVE, reason="误报")
    page.run()
    assert any("定稿以后登记没有变动" in each.value for each in page.caption)


def test_the_first_look_after_the_days_freezes_by_itself(
    open_page: Open, store: Store, found: d.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.store.today", lambda: date(2026, 12, 6))

    page = open_page("sweeps/table", Role.UNIT, unit_id=found.town)

    assert _frozen(store) == [("2026-11-01", None)]
    assert not [b for b in page.button if b.key == "table_freeze"]


def test_a_month_that_runs_is_not_frozen(open_page: Open, found: d.County) -> None:
    page = open_page("sweeps/table", Role.OFFICE, query={"table_period": "2026年11月"})

    assert not [b for b in page.button if b.key == "table_freeze"]
    assert any("本期未结束" in each.value for each in page.markdown)


def test_a_figure_typed_elsewhere_is_held_against_ours(open_page: Open, found: d.County) -> None:
    page = open_page("sweeps/table", Role.OFFICE)
    page.segmented_control(key="table_part").set_value("核对").run()
    page.text_input(key="check_typed").set_value("2").run()
    assert "相符" in page.success[0].value

    page.selectbox(key="check_line").set_value(TableLine.MEDIATION_RATE)
    page.text_input(key="check_typed").set_value("60%").run()
    assert page.error[0].value == "不符：别处 60%，我们 50.0%"

    page.text_input(key="check_typed").set_value("一半").run()
    assert "不是数字" in page.error[0].value


def _form(*rows: list[object]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_whole_form_is_checked_cell_by_cell(open_page: Open, found: d.County) -> None:
    page = open_page("sweeps/table", Role.OFFICE)
    page.segmented_control(key="table_part").set_value("核对").run()
    content = _form(
        ["矛盾纠纷排查情况表"],
        ["类别", "项目", "乡镇", "村居", "小计"],
        ["合计", "排查数", 1, 1, 3],
        [None, "成功数", 0, 1, 1],
    )
    page.file_uploader(key="check_file").upload("乡镇报.xlsx", content).run()

    assert any("核对了 **6** 格：相符 5，不符 1" in each.value for each in page.markdown)
    wrong = page.dataframe[0].value
    assert (list(wrong["单元格"]), list(wrong["别处"]), list(wrong["我们"])) == (
        ["E3"],
        ["3"],
        ["2"],
    )

    page.file_uploader(key="check_file").upload("别的.xlsx", _form(["姓名"], ["张三"])).run()
    assert "没有找到表头" in page.error[0].value


def test_the_form_is_exported_and_the_audit_knows(
    open_page: Open, store: Store, found: d.County
) -> None:
    page = open_page("sweeps/table", Role.OFFICE)
    page.session_state["table_menu"] = True
    page.run()
    page.text_input(key="table_reviewed_by").set_value("王主任")
    page.button(key="table_make").click().run()

    assert page.get("download_button")[0].proto.label == "下载 矛盾纠纷排查情况表_2026年10月.xlsx"
    with store.reading(OFFICE) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        ).one()
    assert entry.entity == "dispute_tables"
    assert "2026年10月" in str(entry.changes)


def test_the_early_finds_are_told_with_their_definition(open_page: Open, found: d.County) -> None:
    page = open_page("sweeps/table", Role.OFFICE)
    page.segmented_control(key="table_part").set_value("早发现率").run()

    assert "早发现率 = " in page.caption[0].value
    assert _row(page, "合计")["早发现率"] == "50.0%（1/2）"


def test_the_list_behind_a_figure_says_what_it_is_narrowed_to(
    open_page: Open, found: d.County
) -> None:
    page = open_page(
        "sweeps/ledger", Role.OFFICE, query={"d_found_by": "village", "d_facet": "mediated"}
    )
    assert len(page.dataframe[0].value) == 1
    assert any("村（社区）排查的、已调处的" in each.value for each in page.caption)

    page.button(key="d_clear").click().run()
    assert len(page.dataframe[0].value) == 2
    assert "d_found_by" not in page.query_params


def test_what_stands_in_the_address_and_is_nothing_narrows_nothing(
    open_page: Open, found: d.County
) -> None:
    page = open_page("sweeps/ledger", Role.OFFICE, query={"d_round": "x", "d_facet": "'--"})

    assert len(page.dataframe[0].value) == 2
