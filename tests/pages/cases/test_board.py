"""案件看板: cards in their columns, the filter, the pages, and whose board it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from streamlit.testing.v1 import AppTest

from db.commands import clocks
from db.engine import Store
from db.models.duty import CaseDuty
from rules.board import Grouping
from rules.case_terms import DutySource
from rules.terms import Role
from tests.conftest import OFFICE, TODAY
from tests.pages.cases.conftest import Make

Open = Callable[..., AppTest]


def _accepted(make_case: Make, days: int, **values: Any) -> Any:
    day = TODAY - timedelta(days=days)
    return make_case(received_on=day, forwarded_on=day, accepted_on=day, **values)


def _titles(page: AppTest) -> list[str]:
    return [b.label for b in page.button if str(b.key).startswith("card_")]


def test_an_empty_board_has_its_columns(open_page: Open) -> None:
    page = open_page("cases/board", Role.OFFICE)

    heads = " ".join(words.value for words in page.markdown)
    assert "登记分办" in heads
    assert "办结待销号" in heads
    assert _titles(page) == []


def test_a_card_says_what_is_needed_at_a_glance(
    store: Store, open_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    opened = _accepted(
        make_case,
        63,
        title="**路**积水",
        unit_id=make_unit("县住建局"),
        people=30,
        people_approx=True,
    )
    with store.writing(OFFICE) as session:
        session.add(CaseDuty(case_id=opened.id, source=DutySource.LOCAL, since=TODAY))
    clocks.catch_up(store, today=TODAY)

    page = open_page("cases/board", Role.OFFICE)

    assert _titles(page) == [r"\*\*路\*\*积水"]
    told = next(c.value for c in page.caption if "第 63 天" in c.value)
    assert "超期" in told
    assert "约 30 人" in told
    assert "县住建局" in told
    assert "五个一 1/5 缺一名领导" in told


def test_a_click_opens_the_case(open_page: Open, make_case: Make) -> None:
    opened = _accepted(make_case, 3, title="路积水")
    page = open_page("cases/board", Role.OFFICE)

    page.button(key=f"card_{opened.id}").click().run()

    assert page.title[0].value == "路积水"


def test_the_board_is_narrowed_and_put_together(
    open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    _accepted(make_case, 3, title="有人包", lead_id=leader)
    _accepted(make_case, 3, title="没人包")
    page = open_page("cases/board", Role.OFFICE)

    page.selectbox(key="board_grouping").set_value(Grouping.LEAD).run()
    assert "王县长" in [c.value for c in page.caption]
    page.selectbox(key="board_lead").set_value(leader).run()

    assert _titles(page) == ["有人包"]


def test_a_full_column_is_turned(store: Store, open_page: Open, make_case: Make) -> None:
    for days in range(10):
        _accepted(make_case, days, title=f"第{days}天")
    clocks.catch_up(store, today=TODAY)
    page = open_page("cases/board", Role.OFFICE)
    first = _titles(page)

    page.button(key="board_page_handled_on").click().run()

    assert len(first) == 8
    assert _titles(page) == ["第1天", "第0天"]


def test_a_leader_sees_what_he_leads(
    open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    _accepted(make_case, 3, title="我的", lead_id=leader)
    _accepted(make_case, 3, title="别人的")

    page = open_page("cases/board", Role.LEADER, leader_id=leader)

    assert _titles(page) == ["我的"]


def test_the_load_leads_to_its_cases(
    open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    _accepted(make_case, 3, lead_id=make_leader("王县长"))
    page = open_page("cases/board", Role.OFFICE)

    page.session_state["loads"] = True
    page.run()

    rows = page.dataframe[0].value.to_dict("records")
    assert [(row["名称"], row["在办"]) for row in rows] == [("王县长", 1)]
