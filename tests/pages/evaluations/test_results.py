"""What came of evaluation on the screen: figures that open their rows, the public copy, the wall."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from rules.terms import Role
from tests.db import evaluations as e
from tests.db import outcomes as o

Open = Callable[..., AppTest]


@pytest.fixture
def judged(
    store: Store,
    place: e.Place,
    case: Opened,
    make_case: Callable[..., Opened],
    third_day: Callable[[], None],
) -> tuple[Opened, Opened]:
    """Two that were voted on, one of each verdict, on the day of their meeting."""
    good = o.decided(store, place, case)
    bad = o.decided(store, place, make_case(unit_id=place.department), o.BAD)
    for found in (good, bad):
        o.issue(store, found)
    third_day()
    return good, bad


def value(page: AppTest, label: str) -> str:
    return next(each.value for each in page.metric if each.label == label)


def rows(page: AppTest) -> list[str]:
    table = next(each for each in page.dataframe if "编号" in each.value.columns)
    return list(table.value["编号"])


def test_the_figures_are_counted_and_each_number_opens_its_rows(
    open_page: Open, judged: tuple[Opened, Opened]
) -> None:
    good, bad = judged
    page = open_page("evaluations/results", Role.OFFICE)
    assert (value(page, "评价（件）"), value(page, "满意（件）")) == ("2", "1")
    assert value(page, "评价满意率") == "50.0%"
    assert value(page, "正在督办（件）") == "1"

    page.button(key="open-dissatisfied").click().run()
    assert page.query_params["figure"] == "dissatisfied"
    assert rows(page) == [bad.number]
    page.button(key="open-satisfaction_rate").click().run()
    assert set(rows(page)) == {good.number, bad.number}
    page.button(key="results_close").click().run()
    assert "figure" not in page.query_params


def test_the_address_alone_opens_the_rows_of_a_unit(
    open_page: Open, judged: tuple[Opened, Opened]
) -> None:
    query = {"figure": "held", "unit": "县住房和城乡建设局"}
    page = open_page("evaluations/results", Role.OFFICE, query=query)
    assert len(rows(page)) == 2

    query = {"figure": "held", "unit": "县财政局"}
    page = open_page("evaluations/results", Role.OFFICE, query=query, name="小张")
    assert "0 件" in "".join(each.value for each in page.subheader)


def test_the_public_copy_hides_what_is_small_and_opens_nothing(
    open_page: Open, judged: tuple[Opened, Opened]
) -> None:
    page = open_page("evaluations/results", Role.OFFICE)
    page.toggle(key="public").set_value(True).run()

    assert value(page, "评价（件）") == "<5"
    assert value(page, "评价满意率") == "—"
    assert not [each for each in page.button if str(each.key).startswith("open-")]
    assert "县住房和城乡建设局" in str(page.dataframe[0].value)


def test_the_wall_shows_the_public_copy_to_who_sees_no_evaluation(
    open_page: Open, judged: tuple[Opened, Opened]
) -> None:
    page = open_page("evaluations/results", Role.SCREEN)

    assert page.toggle(key="big").value is True
    assert value(page, "评价（件）") == "<5"
    assert not [each for each in page.dataframe if "编号" in each.value.columns]


def test_a_unit_counts_its_own(
    open_page: Open, place: e.Place, judged: tuple[Opened, Opened]
) -> None:
    page = open_page("evaluations/results", Role.UNIT, unit_id=place.department)
    assert value(page, "评价（件）") == "2"
    page = open_page("evaluations/results", Role.UNIT, unit_id=place.other, name="财政局小周")
    assert value(page, "评价（件）") == "0"


def test_a_number_of_the_board_narrows_the_list_to_its_step(
    open_page: Open, judged: tuple[Opened, Opened]
) -> None:
    page = open_page("evaluations/list", Role.OFFICE)
    assert len(rows(page)) == 2
    page.button_group(key="e_step").select("超期").run()

    assert not [each for each in page.dataframe if "编号" in each.value.columns]
    assert "没有符合条件" in page.info[0].value
