"""The calendar screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import office as commands
from db.engine import Store
from db.queries import office
from rules.permissions import SYSTEM
from rules.terms import Role
from rules.workdays import Calendar, is_workday
from tests.pages.conftest import said


@pytest.fixture
def page(open_page: Callable[..., AppTest]) -> AppTest:
    return open_page("admin/calendar", Role.ADMIN)


def _calendar(store: Store) -> Calendar:
    with store.reading(SYSTEM) as session:
        return office.calendar(session)


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_in_november_the_next_year_is_asked_for(page: AppTest) -> None:
    assert ["2027" in warning.value for warning in page.warning] == [True]


def test_a_day_is_set_and_cleared(page: AppTest, store: Store) -> None:
    saturday = date(2026, 11, 21)
    page.date_input(key="day").set_value(saturday)
    page.radio(key="workday").set_value("上班（调休）")
    page.text_input(key="day_name").set_value("抗洪补休")
    page.button(key="set_day_submit").click().run()
    assert "已保存" in said(page)
    assert is_workday(saturday, _calendar(store))

    page.button(key="clear_day").click().run()
    assert saturday not in _calendar(store).special


def test_a_notice_makes_the_year_known_and_the_warning_goes(page: AppTest, store: Store) -> None:
    page.text_input(key="source").set_value("国办发明电〔2026〕7号")
    page.text_area(key="notice_text").set_value(
        "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
        "二、春节：2月5日至11日放假调休，共7天。2月14日（周日）上班。"
    )
    page.button(key="add_year").click().run()

    assert "放假 10 天，调休上班 1 天" in said(page)
    assert not page.warning
    calendar = _calendar(store)
    assert 2027 in calendar.years
    assert not is_workday(date(2027, 2, 8), calendar)
    assert is_workday(date(2027, 2, 14), calendar)


def test_a_notice_that_cannot_be_read_changes_nothing(page: AppTest, store: Store) -> None:
    page.text_input(key="source").set_value("国办发明电〔2026〕7号")
    page.text_area(key="notice_text").set_value("一、元旦：1月1日至3日放假，共4天。")
    page.button(key="add_year").click().run()

    assert "共 4 天" in page.error[0].value
    assert 2027 not in _calendar(store).years


def test_a_special_period_is_added_changed_and_removed(page: AppTest, store: Store) -> None:
    def periods() -> list[tuple[str, date, date]]:
        with store.reading(SYSTEM) as session:
            return [(p.name, p.first_on, p.last_on) for p in office.periods(session)]

    first, last = date(2027, 3, 1), date(2027, 3, 12)
    page.text_input(key="name").set_value("全国两会")
    page.date_input(key="first_on").set_value(first)
    page.date_input(key="last_on").set_value(last)
    page.button(key="add_period_submit").click().run()
    assert periods() == [("全国两会", first, last)]

    with store.reading(SYSTEM) as session:
        at = f"-{office.periods(session)[0].id}"
    page.date_input(key=f"last_on{at}").set_value(date(2027, 3, 15))
    page.button(key=f"change_period{at}_submit").click().run()
    assert periods() == [("全国两会", first, date(2027, 3, 15))]

    page.button(key=f"remove{at}").click().run()
    assert "已删除" in said(page)
    assert periods() == []


def test_a_period_that_ends_before_it_begins_is_refused(page: AppTest, store: Store) -> None:
    page.text_input(key="name").set_value("全国两会")
    page.date_input(key="first_on").set_value(date(2027, 3, 12))
    page.date_input(key="last_on").set_value(date(2027, 3, 1))
    page.button(key="add_period_submit").click().run()

    assert "早于开始日期" in page.error[0].value
    with store.reading(SYSTEM) as session:
        assert office.periods(session) == []


def test_overlapping_periods_are_kept_with_a_warning(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        for name, day in (("春节", 1), ("全国两会", 5)):
            commands.add_period(
                session, name, first_on=date(2026, 3, day), last_on=date(2026, 3, 10)
            )

    page = open_page("admin/calendar", Role.ADMIN)

    warned = [warning.value for warning in page.warning if "重叠" in warning.value]
    assert len(warned) == 2


def test_a_period_that_a_rival_changed_is_not_removed(page: AppTest, store: Store) -> None:
    page.text_input(key="name").set_value("全国两会")
    page.button(key="add_period_submit").click().run()
    with store.writing(SYSTEM) as session:
        period = office.periods(session)[0]
        commands.change_period(
            session,
            period.id,
            version=period.version,
            name="省两会",
            first_on=period.first_on,
            last_on=period.last_on,
            note="",
        )

    page.button(key=f"remove-{period.id}").click().run()

    assert "已被他人修改" in page.error[0].value
    with store.reading(SYSTEM) as session:
        assert [p.name for p in office.periods(session)] == ["省两会"]
