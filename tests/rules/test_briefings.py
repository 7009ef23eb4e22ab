"""听取汇报: each of three bodies once a quarter, said in words."""

from datetime import date

import pytest

from rules.briefings import Finding, Heard, HearingBody, findings, quarter_of

Q4 = quarter_of(date(2026, 11, 20))
B = HearingBody


def judged(*heard: Heard, today: date = date(2026, 11, 20), least: int = 1) -> list[Finding]:
    return findings(
        heard, townships={7: "城关镇", 8: "南山镇"}, least=least, quarter=Q4, today=today
    )


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters(day: date, first: date, last: date) -> None:
    assert quarter_of(day) == (first, last)


def test_a_running_quarter_says_until_when_there_is_time() -> None:
    committee, government, towns = judged(
        Heard(B.COMMITTEE, None, date(2026, 11, 3)),
        Heard(B.GOVERNMENT, None, date(2026, 9, 30)),
        Heard(B.TOWNSHIP, 7, date(2026, 10, 1)),
        Heard(B.TOWNSHIP, 99, date(2026, 10, 1)),
    )

    assert committee.kept
    assert committee.text == "2026 年第 4 季度党委常委会议听取 1 次（11月3日）信访工作汇报。"
    assert not government.kept
    assert government.text.endswith("没有听取信访工作汇报，12月31日前还应听取 1 次。")
    assert towns.missing == ("南山镇",)
    assert "2 个乡镇（街道）中 1 个听取了" in towns.text


def test_a_quarter_that_is_over_was_not_kept() -> None:
    committee, _government, towns = judged(today=date(2027, 1, 1))

    assert "少 1 次，未达到要求" in committee.text
    assert "本季度已过，未达到要求" in towns.text


def test_a_county_may_ask_for_more() -> None:
    twice = [Heard(B.COMMITTEE, None, date(2026, month, 8)) for month in (10, 12)]

    assert judged(*twice, least=2)[0].kept
    assert not judged(*twice, least=3)[0].kept
