"""上级数据 entered in its table, as the office does."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands.official import Line, enter
from db.engine import Store
from db.models.figures import OfficialCount
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.conftest import said

Open = Callable[..., AppTest]
OCTOBER = {"first_on": date(2026, 10, 1), "last_on": date(2026, 10, 31)}
LEVELS = "official_levels-2026-10-01-2026-10-31"


def _type(page: AppTest, key: str, cells: dict[int, dict[str, int | None]]) -> AppTest:
    page.session_state[key] = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    return page.run()


def _kept(store: Store) -> list[tuple[str, int | None, int, str]]:
    with store.reading(OFFICE) as session:
        rows = session.scalars(select(OfficialCount).order_by(OfficialCount.id))
        return [(row.key, row.township_id, row.value, row.source) for row in rows]


def test_the_month_before_is_entered_and_then_corrected(open_page: Open, store: Store) -> None:
    page = open_page("review/official", Role.OFFICE)
    assert page.text_input(key="official_period").value == "2026-10"
    _type(page, f"{LEVELS}-0", {0: {"批次": 110, "人次": 1731}, 2: {"人次": 0}})
    page.text_input(key=f"{LEVELS}-source-0").set_value("市局第10期通报")
    page.button(key=f"{LEVELS}-save").click().run()

    assert _kept(store) == [
        ("city_batches", None, 110, "市局第10期通报"),
        ("city_visits", None, 1731, "市局第10期通报"),
        ("capital_visits", None, 0, "市局第10期通报"),
    ]
    assert "已保存 3 项" in said(page)

    _type(page, f"{LEVELS}-1", {0: {"批次": 111}, 2: {"人次": None}})
    page.button(key=f"{LEVELS}-save").click().run()

    assert [row[:3] for row in _kept(store)] == [
        ("city_batches", None, 111),
        ("city_visits", None, 1731),
    ]
    assert not page.error


def test_what_a_colleague_entered_meanwhile_is_not_written_over(
    open_page: Open, store: Store
) -> None:
    page = open_page("review/official", Role.OFFICE)
    with store.writing(OFFICE) as session:
        lines = [Line("city_batches", 5)]
        enter(session, lines, **OCTOBER, source="电话通报", today=TODAY, now=NOW)
    _type(page, f"{LEVELS}-0", {0: {"批次": 110}})
    page.text_input(key=f"{LEVELS}-source-0").set_value("市局第10期通报")
    page.button(key=f"{LEVELS}-save").click().run()

    assert "刚刚被他人录入" in page.error[0].value
    assert [row[2] for row in _kept(store)] == [5]


def test_a_number_without_its_source_is_refused(open_page: Open, store: Store) -> None:
    page = open_page("review/official", Role.OFFICE)
    _type(page, f"{LEVELS}-0", {0: {"批次": 110}})
    page.button(key=f"{LEVELS}-save").click().run()

    assert "写明来源" in page.error[0].value
    assert _kept(store) == []


def test_another_period_is_asked_for_in_words(open_page: Open) -> None:
    page = open_page("review/official", Role.OFFICE)
    page.text_input(key="official_period").set_value("去年").run()
    assert "读不懂" in page.warning[0].value


def test_population_is_entered_by_township(
    open_page: Open, store: Store, make_unit: Callable[..., int]
) -> None:
    town = make_unit("城关镇", kind=UnitKind.TOWNSHIP)
    page = open_page("review/official", Role.OFFICE)
    key = f"population-{TODAY}"
    _type(page, f"{key}-0", {0: {"人口": 480_000}, 1: {"人口": 31_000}})
    page.text_input(key=f"{key}-source-0").set_value("统计公报")
    page.button(key=f"{key}-save").click().run()

    assert [row[:3] for row in _kept(store)] == [
        ("population", None, 480_000),
        ("population", town, 31_000),
    ]
    told = page.dataframe[-2].value
    assert list(told["属地"]) == ["全县", "城关镇"]
