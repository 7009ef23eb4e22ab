"""Parameters by their day, the calendar's years and days, and the special periods."""

from datetime import date
from typing import Any

import pytest

from db.commands import office as commands
from db.engine import Store
from db.queries import office
from rules.errors import Conflict, Invalid
from rules.permissions import SYSTEM
from rules.policy import PARAMETERS
from rules.workdays import SpecialDay, is_workday, unknown_years
from tests.conftest import NOW, TODAY


def _set(store: Store, key: str, text: str, valid_from: date, reason: str = "") -> None:
    with store.writing(SYSTEM) as session:
        commands.set_parameter(session, key, text, valid_from=valid_from, reason=reason, now=NOW)


def test_a_value_holds_from_its_day_on_and_the_past_keeps_the_older(store: Store) -> None:
    _set(store, "handle_days", "45", date(2026, 1, 1))
    _set(store, "handle_days", "50", date(2026, 6, 1))
    _set(store, "near_due_days", "3", date(2020, 1, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))

    with store.reading(SYSTEM) as session:
        found = [office.parameter(session, "handle_days", on=day) for day in days]

    assert found == [60, 45, 45, 50]


def test_the_list_holds_every_parameter_with_who_set_it_and_what_is_to_come(store: Store) -> None:
    _set(store, "handle_days", "45", date(2026, 1, 1), "县文〔2026〕1号")
    _set(store, "handle_days", "40", date(2025, 1, 1))
    _set(store, "handle_days", "50", date(2027, 1, 1))

    with store.reading(SYSTEM) as session:
        rows = {row.key: row for row in office.parameters(session, on=TODAY)}

    assert list(rows) == list(PARAMETERS)
    row = rows["handle_days"]
    assert (row.value, row.default, row.clause) == (45, 60, "《信访工作条例》§34")
    assert row.current is not None
    assert (row.current.valid_from, row.current.set_by, row.current.reason) == (
        date(2026, 1, 1),
        "系统",
        "县文〔2026〕1号",
    )
    assert [(value.value, value.valid_from) for value in row.past] == [(40, date(2025, 1, 1))]
    assert [(value.value, value.valid_from) for value in row.future] == [(50, date(2027, 1, 1))]
    untouched = rows["transfer_days"]
    assert (untouched.value, untouched.current, untouched.past) == (15, None, ())


def test_a_value_of_one_day_is_replaced(store: Store) -> None:
    _set(store, "handle_days", "45", TODAY)
    _set(store, "handle_days", "46", TODAY)

    with store.reading(SYSTEM) as session:
        assert office.parameter(session, "handle_days", on=TODAY) == 46


@pytest.mark.parametrize(
    ("key", "text"),
    [("handle_days", "六十"), ("handle_days", "0"), ("handle_days", ""), ("nothing", "1")],
)
def test_a_value_that_cannot_be_is_refused(store: Store, key: str, text: str) -> None:
    with pytest.raises(Invalid):
        _set(store, key, text, TODAY)


def test_only_a_value_that_has_not_begun_can_be_taken_back(store: Store) -> None:
    begins = date(2026, 11, 21)
    _set(store, "handle_days", "45", TODAY)
    _set(store, "handle_days", "50", begins)

    with store.writing(SYSTEM) as session:
        commands.remove_future_parameter(session, "handle_days", valid_from=begins, today=TODAY)
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.remove_future_parameter(session, "handle_days", valid_from=TODAY, today=TODAY)

    with store.reading(SYSTEM) as session:
        assert office.parameter(session, "handle_days", on=begins) == 45


def test_the_calendar_agrees_with_the_vectors(store: Store) -> None:
    with store.reading(SYSTEM) as session:
        calendar = office.calendar(session)

    assert is_workday(date(2024, 9, 29), calendar)
    assert not is_workday(date(2024, 10, 7), calendar)
    assert unknown_years(date(2003, 12, 31), date(2027, 1, 1), calendar) == [2003, 2027]


def test_a_year_becomes_known_with_the_days_of_its_notice(store: Store) -> None:
    days = [
        SpecialDay(date(2027, 1, 1), False, "元旦"),
        SpecialDay(date(2027, 1, 9), True, "元旦"),
    ]
    with store.writing(SYSTEM) as session:
        commands.add_year(session, 2027, "国办发明电〔2026〕7号", days=days)

    with store.reading(SYSTEM) as session:
        assert office.special_days(session, 2027) == days
        assert office.years(session)[2027] == "国办发明电〔2026〕7号"
        assert next(iter(office.years(session))) == 2027


def test_a_corrected_notice_overwrites_its_days(store: Store) -> None:
    for worked in (False, True):
        with store.writing(SYSTEM) as session:
            commands.add_year(
                session, 2027, "通知", days=[SpecialDay(date(2027, 1, 2), worked, "元旦")]
            )

    with store.reading(SYSTEM) as session:
        assert office.special_days(session, 2027) == [SpecialDay(date(2027, 1, 2), True, "元旦")]


@pytest.mark.parametrize(("year", "source"), [(1999, "通知"), (2101, "通知"), (2027, " ")])
def test_a_year_needs_a_source_and_lies_in_this_century(
    store: Store, year: int, source: str
) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_year(session, year, source)


def test_a_day_is_set_set_anew_and_cleared(store: Store) -> None:
    day = date(2026, 11, 21)
    with store.writing(SYSTEM) as session:
        commands.set_day(session, day, workday=True, name="补班")
        commands.set_day(session, day, workday=False, name="停工")
    with store.reading(SYSTEM) as session:
        assert office.calendar(session).special[day] is False

    with store.writing(SYSTEM) as session:
        commands.clear_day(session, day)
        commands.clear_day(session, day)

    with store.reading(SYSTEM) as session:
        assert day not in office.calendar(session).special


def test_a_day_needs_a_name(store: Store) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.set_day(session, TODAY, workday=False, name=" ")


def test_periods_may_overlap_and_say_so(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        for name, first, last in (("春节", 1, 5), ("全国两会", 5, 12), ("省运会", 13, 14)):
            commands.add_period(
                session, name, first_on=date(2026, 3, first), last_on=date(2026, 3, last)
            )

    with store.reading(SYSTEM) as session:
        found = [(period.name, period.overlaps) for period in office.periods(session)]

    assert found == [("省运会", ()), ("全国两会", ("春节",)), ("春节", ("全国两会",))]


def test_a_period_is_changed_by_one_editor_at_a_time_and_removed(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        period = commands.add_period(session, "两会", first_on=TODAY, last_on=TODAY)
    given: dict[str, Any] = {
        "name": "全国两会",
        "first_on": TODAY,
        "last_on": TODAY,
        "note": "每日零报告",
    }
    with store.writing(SYSTEM) as session:
        commands.change_period(session, period, version=1, **given)

    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        commands.change_period(session, period, version=1, **given)
    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        commands.remove_period(session, period, version=1)
    with store.reading(SYSTEM) as session:
        (row,) = office.periods(session)
    assert (row.name, row.note) == ("全国两会", "每日零报告")

    with store.writing(SYSTEM) as session:
        commands.remove_period(session, period, version=row.version)
    with store.reading(SYSTEM) as session:
        assert office.periods(session) == []


@pytest.mark.parametrize(
    ("name", "last"), [("", date(2026, 3, 1)), ("两会", date(2026, 2, 28)), ("长" * 61, TODAY)]
)
def test_a_period_that_cannot_be_is_refused(store: Store, name: str, last: date) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_period(session, name, first_on=date(2026, 3, 1), last_on=last)
