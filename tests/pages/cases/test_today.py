"""今天要看的: the lines, the reasons to choose by, and whose they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from db.commands import clocks
from db.engine import Store
from db.models.office import CalendarYear
from rules.attention import Reason
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import TODAY
from tests.pages.cases.conftest import Make

Open = Callable[..., AppTest]


def _late(make_case: Make, days: int, **values: Any) -> str:
    day = TODAY - timedelta(days=days)
    return make_case(
        received_on=day, registered_on=day, forwarded_on=day, accepted_on=day, **values
    ).number


def _rows(page: AppTest) -> list[dict[str, Any]]:
    frame = page.dataframe[0].value
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def test_a_year_without_a_calendar_is_a_warning_to_who_keeps_it(
    store: Store, open_page: Open, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    with store.writing(SYSTEM) as session:
        session.execute(delete(CalendarYear))

    assert (
        "2026、2027 年的放假调休安排还没有录入"
        in open_page("cases/today", Role.OFFICE).warning[0].value
    )
    assert not open_page("cases/today", Role.UNIT, name="承办人", unit_id=unit).warning


def test_a_quiet_day_says_so(open_page: Open, make_case: Make) -> None:
    make_case()

    page = open_page("cases/today", Role.OFFICE)

    assert page.success[0].value == "今天没有需要您关注的案件。"


def test_each_line_says_why_and_a_reason_leaves_its_own(
    store: Store, open_page: Open, make_case: Make
) -> None:
    late, soon = _late(make_case, 63), _late(make_case, 59)
    clocks.catch_up(store, today=TODAY)
    page = open_page("cases/today", Role.OFFICE)

    rows = _rows(page)
    page.pills(key="why").set_value(Reason.DUE_SOON).run()

    assert [row["编号"] for row in rows] == [late, soon]
    assert rows[0]["为什么要看"].startswith("办理答复已超期 3 天")
    assert [row["编号"] for row in _rows(page)] == [soon]


def test_a_unit_is_shown_its_own(
    store: Store, open_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    mine = _late(make_case, 63, unit_id=unit)
    _late(make_case, 64)
    clocks.catch_up(store, today=TODAY)

    page = open_page("cases/today", Role.UNIT, unit_id=unit)

    assert [row["编号"] for row in _rows(page)] == [mine]


def test_more_than_a_page_is_paged(store: Store, open_page: Open, make_case: Make) -> None:
    for days in range(61, 83):
        _late(make_case, days)
    clocks.catch_up(store, today=TODAY)

    page = open_page("cases/today", Role.OFFICE)

    assert len(_rows(page)) == 20
