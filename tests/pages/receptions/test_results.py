"""What came of reception: the grid in words, and every number opening what it counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.receptions import Visit
from db.queries.reception_days import Span
from rules.permissions import SYSTEM
from rules.reception_terms import Level, TurnState, VisitOutcome
from rules.terms import CaseState, Purpose, Role
from tests.conftest import ROOT, TODAY
from tests.receptions import Make, make_turn
from ui import reception_rows

Open = Callable[..., AppTest]
PAGE = "receptions/results"
YEAR = Span(date(2026, 1, 1), TODAY, Level.COUNTY)
CLOSED = date(2026, 11, 19)


@pytest.fixture
def visits(
    store: Store, make_visit: Make, make_case: Callable[..., Opened], leader: int
) -> dict[str, Any]:
    """A visit of each kind, one of last year and an accusation; the titles by figure."""
    done = make_case(title="已化解的案件")
    with store.writing(SYSTEM) as session:
        case = session.get_one(Case, done.id)
        case.state, case.resolved_on, case.closed_on = CaseState.CLOSED, TODAY, TODAY
    given: dict[str, dict[str, Any]] = {
        "答复": {"outcome": VisitOutcome.ANSWERED},
        "交办": {"outcome": VisitOutcome.HANDED, "due_on": TODAY, "people": 7},
        "交办已结": {"outcome": VisitOutcome.HANDED, "closed_on": CLOSED},
        "包案已结": {"outcome": VisitOutcome.LED, "case_id": done.id},
        "引导": {"outcome": VisitOutcome.GUIDED},
        "控告": {"outcome": VisitOutcome.ANSWERED, "purpose": Purpose.ACCUSATION},
        "去年": {"outcome": VisitOutcome.ANSWERED, "received_on": date(2025, 3, 4)},
    }
    for title, values in given.items():
        received = values.pop("received_on", CLOSED)
        visit = make_visit(title=title, received_on=received, people=values.pop("people", 2))
        with store.writing(SYSTEM) as session:
            row = session.get_one(Visit, visit.id)
            for name, value in values.items():
                setattr(row, name, value)
    return given


def shown(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def _choose(page: AppTest, code: str) -> None:
    for key, value in reception_rows.behind(code, YEAR).items():
        page.session_state[key] = value


@pytest.mark.parametrize(
    ("code", "label", "titles"),
    [
        ("batches", "来访\uff08批次\uff09", {"答复", "交办", "交办已结", "包案已结", "引导"}),
        ("groups", "集体访\uff08批次\uff09", {"交办"}),
        ("answered", "现场答复\uff08件\uff09", {"答复"}),
        ("handed", "交办\uff08件\uff09", {"交办", "交办已结"}),
        ("led", "包案\uff08件\uff09", {"包案已结"}),
        ("guided", "引导法定途径\uff08件\uff09", {"引导"}),
        ("closed", "办结\uff08件\uff09", {"交办已结", "包案已结"}),
        ("solved", "解决实际问题\uff08个\uff09", {"交办已结", "包案已结"}),
    ],
)
def test_a_number_opens_the_visits_it_counts(
    open_page: Open, visits: dict[str, Any], code: str, label: str, titles: set[str]
) -> None:
    page = open_page("receptions/visits", Role.OFFICE)
    page.selectbox(key="v_outcome").set_value(VisitOutcome.GUIDED)
    page.text_input(key="v_term").set_value("别的词").run()
    page.switch_page(str(ROOT / "pages/receptions/results.py")).run()
    assert shown(page)[label] == str(len(titles))
    assert any("达到 5 人" in str(told.value) for told in page.markdown)

    page.session_state["_open_visits"] = reception_rows.behind(code, YEAR)
    page.run()

    assert page.title[0].value == "接访台账"
    assert set(page.dataframe[0].value["反映问题"]) == titles
    assert page.query_params["v_since"] == "2026-01-01"


def test_sessions_and_leaders_are_listed_below_their_numbers(
    open_page: Open, store: Store, visits: dict[str, Any], leader: int, make_leader: Callable
) -> None:
    other = make_leader("李敏")
    make_turn(store, leader, CLOSED, state=TurnState.HELD)
    make_turn(store, leader, TODAY, state=TurnState.SUBSTITUTED, substitute_id=other)
    make_turn(store, leader, TODAY - timedelta(days=9), state=TurnState.MISSED)
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["reception_months_table"] = True
    _choose(page, "sessions")
    page.run()
    assert (shown(page)["接访\uff08场次\uff09"], shown(page)["接访领导\uff08名\uff09"]) == (
        "2",
        "2",
    )
    days = next(each.value for each in page.dataframe if "班次" in each.value)
    assert days.drop(columns="日期").to_numpy().tolist() == [
        ["王县长", "王县长\uff0c实到", 5],
        ["李敏", "李敏\uff08替王县长\uff09\uff0c替班", 0],
    ]

    _choose(page, "leaders")
    page.run()
    found = next(each.value for each in page.dataframe if "来访\uff08批次\uff09" in each.value)
    assert found.to_numpy().tolist() == [["王县长", "1", "5"], ["李敏", "1", "0"]]


def test_who_may_not_see_all_visits_has_numbers_that_open_nothing(
    open_page: Open, visits: dict[str, Any]
) -> None:
    page = open_page(PAGE, Role.SCREEN)
    page.session_state["reception_months_table"] = True
    page.session_state["big"] = False
    page.run()

    assert not any("指标" in each.value for each in page.dataframe)
    assert any("月份" in each.value for each in page.dataframe)
