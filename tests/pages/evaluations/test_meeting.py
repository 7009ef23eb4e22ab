"""The meeting on the screen: attendance, opening on its day, the agenda, questions, wall and hall."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from rules.evaluation_terms import EvaluationState
from rules.terms import Role
from tests.conftest import NOW
from tests.db import evaluations as e

Open = Callable[..., AppTest]
THIRD = e.TODAY + 3 * e.DAY


@pytest.fixture
def noticed(store: Store, place: e.Place, case: Opened) -> Opened:
    """An evaluation whose meeting is published for in three days."""
    return e.noticed(store, place, case)


def _shown(page: AppTest) -> str:
    return "\n".join(each.proto.body for each in page.get("html"))


def test_attendance_is_written_down(open_evaluation: Open, store: Store, noticed: Opened) -> None:
    sitting = [seat for seat in e.seen(store, noticed).seats if seat.seated]
    page = open_evaluation(noticed, page="meeting")
    page.text_input(key="meeting_host").input("李主任")
    page.checkbox(key=f"present-{sitting[0].id}").check()
    page.checkbox(key="petitioner_came").check()
    page.checkbox(key="judged_came").check()
    page.text_input(key="observers").input("司法局")
    page.button(key="attendance_save").click().run()

    file = e.seen(store, noticed)
    assert [seat.id for seat in file.seats if seat.present] == [sitting[0].id]
    assert (file.host, file.observers) == ("李主任", "司法局")
    assert file.petitioner_came
    assert file.judged_came


def test_the_button_opens_nothing_before_the_third_day(
    open_evaluation: Open, store: Store, noticed: Opened
) -> None:
    e.attend(store, noticed)
    page = open_evaluation(noticed, page="meeting")
    page.button(key="meeting_open").click().run()

    assert "公示不满 3 天" in page.error[0].value
    assert e.seen(store, noticed).state is EvaluationState.NOTICED


def test_on_its_day_the_meeting_is_led_through(
    open_evaluation: Open, store: Store, noticed: Opened, third_day: Callable[[], None]
) -> None:
    e.attend(store, noticed)
    third_day()
    page = open_evaluation(noticed, page="meeting")
    page.button(key="meeting_open").click().run()
    assert e.seen(store, noticed).opened_on == THIRD
    assert "评价会已于" in page.info[0].value
    page.button(key="agenda_on").click().run()
    assert e.seen(store, noticed).agenda_item == 1
    page.text_input(key="observers").input("县人社局")
    page.button(key="attendance_save").click().run()
    assert not page.error
    assert e.seen(store, noticed).observers == "县人社局"
    page.selectbox(key="question_by").select_index(0)
    page.text_area(key="question_text").input("何时退费？")
    page.text_area(key="question_answer").input("月底")
    page.button(key="question_save").click().run()

    (question,) = e.seen(store, noticed).questions
    assert (question.text, question.answer) == ("何时退费？", "月底")
    assert "位评价员" in question.asked_by


def test_going_back_in_the_agenda(
    open_evaluation: Open, store: Store, noticed: Opened, third_day: Callable[[], None]
) -> None:
    e.attend(store, noticed)
    e.open_meeting(store, noticed)
    third_day()
    page = open_evaluation(noticed, page="meeting")
    page.button(key="agenda_on").click().run()
    page.button(key="agenda_back").click().run()

    assert e.seen(store, noticed).agenda_item == 0


def test_the_wall_names_nobody(
    open_page: Open, store: Store, noticed: Opened, third_day: Callable[[], None]
) -> None:
    e.attend(store, noticed)
    e.open_meeting(store, noticed)
    third_day()
    query = {"evaluation": noticed.number, "wall": "1"}
    shown = _shown(open_page("evaluations/meeting", Role.OFFICE, query=query))

    file = e.seen(store, noticed, today=THIRD, now=NOW + 3 * e.DAY)
    assert file.agenda[0] in shown
    assert "实到 9 名" in shown
    assert not [seat.name for seat in file.seats if seat.name in shown]
    assert "张三丰" not in shown


def test_the_hall_shows_the_notice_to_the_screen_account(
    open_page: Open, store: Store, place: e.Place, case: Opened
) -> None:
    assert "还没有公示" in open_page("evaluations/hall", Role.SCREEN).info[0].value
    e.noticed(store, place, case)
    shown = _shown(open_page("evaluations/hall", Role.SCREEN, name="大厅"))

    for words in ("2026年11月23日", "14:30", "县信访接待中心", "某小区物业收费"):
        assert words in shown
    assert "张三丰" not in shown
