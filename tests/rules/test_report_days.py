"""The days a report names, held against those of a snapshot."""

import pytest

from rules.periods import read_days
from rules.report_days import When, mentions


def whens(text: str, period: str) -> list[str]:
    return [each.when.value for each in mentions(text, read_days(period))]


@pytest.mark.parametrize(
    ("text", "period", "when"),
    [
        ("2026年1—6月", "2026H1", When.OURS),
        ("1-6月", "2026H1", When.OURS),
        ("一至六月", "2026H1", When.OURS),
        ("上半年", "2026H1", When.OURS),
        ("1月1日至6月30日", "2026H1", When.OURS),
        ("今年以来", "2026H1", When.OURS),
        ("截至6月底", "2026H1", When.OURS),
        ("去年上半年", "2026H1", When.YEAR),
        ("2025年同期", "2026H1", When.YEAR),
        ("2025年下半年", "2026H1", When.BEFORE),
        ("上年同期", "2026H1", When.YEAR),
        ("2025年", "2026H1", When.OTHER),
        ("下半年", "2026H1", When.OTHER),
        ("截至5月底", "2026H1", When.OTHER),
        ("6月", "2026H1", When.OTHER),
        ("上月", "2026H1", When.OTHER),
        ("上周", "2026H1", When.OTHER),
        ("全年", "2026", When.OURS),
        ("2025年", "2026", When.YEAR),
        ("6月份", "2026-06", When.OURS),
        ("上月", "2026-06", When.BEFORE),
        ("1—6月", "2026-06", When.OTHER),
        ("今年", "2026Q2", When.OTHER),
        ("二季度", "2026Q2", When.OURS),
        ("上季度", "2026Q2", When.BEFORE),
    ],
)
def test_days_in_words_are_those_of_the_snapshot_or_are_not(
    text: str, period: str, when: When
) -> None:
    assert whens(text, period) == [when.value]


def test_the_year_before_by_itself_may_be_its_same_days_or_all_of_it() -> None:
    (half,) = mentions("去年", read_days("2026H1"))
    (year,) = mentions("去年", read_days("2026"))

    assert (half.when, half.sure) == (When.YEAR, False)
    assert (year.when, year.sure) == (When.YEAR, True)


def test_a_month_after_another_years_is_nobody_knows_whose() -> None:
    assert whens("2025年5月来信3件，6月来信5件", "2026-06") == ["other", "other"]


@pytest.mark.parametrize("text", ["", "3个月", "60日内", "年均", "0000年13月", "2026年2月30日以内"])
def test_what_is_no_date_of_the_calendar_is_never_ours(text: str) -> None:
    assert "ours" not in whens(text, "2026-02")
