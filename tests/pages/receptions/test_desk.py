"""The desk: a visit in seconds, its draft, what is asked before, and the day's list."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.commands import visits as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.receptions import TurnRow, Visit
from db.queries import desk as desk_queries
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import ReceptionKind, TurnState
from rules.terms import Purpose, Repeat, Role, UnitKind
from tests.conftest import TODAY
from tests.pages.conftest import said
from tests.receptions import Make, make_turn

Open = Callable[..., AppTest]
Read = Callable[[], list[Visit]]


@pytest.fixture
def page(open_page: Open, leader: int) -> AppTest:
    return open_page("receptions/desk", Role.OFFICE)


def _type(page: AppTest, title: str = "石门镇机耕道塌方", names: str = "张三丰、李四光") -> None:
    leaders = page.selectbox(key="visit_leader")
    if leaders.value is None:
        leaders.select_index(0).run()
    page.text_input(key="visit_names").set_value(names).run()
    page.text_input(key="visit_title").set_value(title).run()


def _save(page: AppTest) -> None:
    page.button(key="visit_save").click().run()
    assert not page.exception


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_six_fields_make_a_visit(
    open_page: Open, store: Store, visits_of: Read, leader: int, make_unit: Callable[..., int]
) -> None:
    unit, town = make_unit("县住建局"), make_unit("石门镇", kind=UnitKind.TOWNSHIP)
    turn = make_turn(store, leader, companions="县司法局")
    page = open_page("receptions/desk", Role.OFFICE)
    assert page.selectbox(key="visit_leader").value == leader
    _type(page)
    page.number_input(key="visit_people").set_value(6).run()
    page.selectbox(key="visit_repeat").set_value(Repeat.REPEAT).run()
    page.selectbox(key="visit_unit").set_value(unit).run()
    page.selectbox(key="visit_township").set_value(town).run()
    _save(page)

    assert "已登记：JF20260001" in said(page)
    (visit,) = visits_of()
    assert (visit.leader_id, visit.turn_id, visit.companions) == (leader, turn, "县司法局")
    assert (visit.people, visit.repeat, visit.unit_id) == (6, Repeat.REPEAT, unit)
    assert (visit.township_id, visit.recorder, visit.received_on) == (town, "小李", TODAY)
    with store.writing(SYSTEM) as session:
        people = commands.reveal_visitors(session, visit.id, reason="核对")
    assert [(p.name, p.representative) for p in people] == [("张三丰", True), ("李四光", True)]
    assert any("集体访 **1** 批次" in each.value for each in page.markdown)


@pytest.mark.parametrize("held", [True, False])
def test_a_turn_is_noted_as_held_with_its_first_visit_unless_told_otherwise(
    open_page: Open, store: Store, visits_of: Read, leader: int, held: bool
) -> None:
    turn = make_turn(store, leader)
    page = open_page("receptions/desk", Role.OFFICE)
    _type(page)
    if not held:
        page.checkbox(key="visit_held").uncheck().run()
    _save(page)

    with store.reading(SYSTEM) as session:
        row = session.get_one(TurnRow, turn)
        assert (row.state, row.recorded_by) == (
            (TurnState.HELD, "小李") if held else (TurnState.PLANNED, None)
        )
    assert len(visits_of()) == 1
    assert [each.key for each in page.checkbox if each.key == "visit_held"] == (
        [] if held else ["visit_held"]
    )


def test_what_is_folded_away_is_saved_too(page: AppTest, store: Store, visits_of: Read) -> None:
    _type(page)
    for name, value in {
        "time": "9:30",
        "place": "县信访局二楼",
        "phone": "13812345678",
        "address": "石门镇一村",
        "companions": "赵局长",
        "recorder": "小王",
    }.items():
        page.text_input(key=f"visit_{name}").set_value(value).run()
    page.selectbox(key="visit_kind").set_value(ReceptionKind.APPOINTED).run()
    page.selectbox(key="visit_purpose").set_value(Purpose.REQUEST).run()
    page.selectbox(key="visit_code").set_value(1).run()
    page.text_area(key="visit_content").set_value("雨后塌方，农机无法通行").run()
    _save(page)

    (visit,) = visits_of()
    assert (visit.received_time, visit.place, visit.kind) == (
        "9:30",
        "县信访局二楼",
        ReceptionKind.APPOINTED,
    )
    assert (visit.companions, visit.recorder, visit.code_id) == ("赵局长", "小王", 1)
    assert (visit.purpose, visit.content) == (Purpose.REQUEST, "雨后塌方，农机无法通行")
    with store.writing(SYSTEM) as session:
        first = commands.reveal_visitors(session, visit.id, reason="核对")[0]
    assert (first.phone, first.address) == ("13812345678", "石门镇一村")


def test_a_form_is_emptied_and_keeps_the_leader(
    open_page: Open, leader: int, make_leader: Callable[[str], int], visits_of: Read
) -> None:
    other = make_leader("赵副县长")
    page = open_page("receptions/desk", Role.OFFICE)
    page.selectbox(key="visit_leader").set_value(other).run()
    _type(page)
    _save(page)
    assert page.text_input(key="visit_title").value == ""
    assert page.selectbox(key="visit_leader").value == other
    _type(page, "另一件事", "")
    _save(page)
    assert [visit.leader_id for visit in visits_of()] == [other, other]


def test_a_refusal_keeps_what_is_typed(page: AppTest, visits_of: Read) -> None:
    _type(page, names="一、二、三、四、五、六")
    _save(page)
    assert "不得超过 5 人" in page.error[0].value
    assert page.text_input(key="visit_title").value == "石门镇机耕道塌方"
    assert visits_of() == []


def test_what_is_typed_is_a_draft_until_it_is_saved(
    page: AppTest, store: Store, open_page: Open
) -> None:
    _type(page)
    account = _account(store)
    with store.reading(account) as session:
        draft = desk_queries.draft(session, "receptions/desk")
    assert draft is not None
    assert draft.values["title"] == "石门镇机耕道塌方"
    again = open_page("receptions/desk")
    again.button(key="visit_restore").click().run()
    assert again.text_input(key="visit_names").value == "张三丰、李四光"
    _save(again)
    with store.reading(account) as session:
        assert desk_queries.draft(session, "receptions/desk") is None


def test_a_draft_can_be_given_up(page: AppTest, store: Store, open_page: Open) -> None:
    _type(page)
    again = open_page("receptions/desk")
    again.button(key="visit_drop").click().run()
    with store.reading(_account(store)) as session:
        assert desk_queries.draft(session, "receptions/desk") is None


def _account(store: Store) -> Actor:
    from db.queries import accounts

    with store.reading(SYSTEM) as session:
        row = accounts.accounts(session)[0]
    return Actor(row.id, row.name, frozenset({Role.OFFICE}))


@pytest.mark.parametrize(
    ("button", "purpose"),
    [("visit_accuses", Purpose.ACCUSATION), ("visit_accuses_not", None)],
)
def test_what_sounds_like_an_accusation_is_asked_about(
    page: AppTest, visits_of: Read, button: str, purpose: Any
) -> None:
    _type(page, title="举报村干部侵占补助款")
    _save(page)
    assert visits_of() == []
    page.button(key=button).click().run()
    assert [visit.purpose for visit in visits_of()] == [purpose]


def test_numbers_in_the_words_are_masked_when_asked(page: AppTest, visits_of: Read) -> None:
    _type(page, title="电话13812345678反映欠薪")
    _save(page)
    assert visits_of() == []
    page.button(key="visit_mask").click().run()
    (visit,) = visits_of()
    assert "13812345678" not in visit.title


def test_a_likely_case_is_linked(
    open_page: Open,
    leader: int,
    make_case: Callable[..., Opened],
    visits_of: Read,
) -> None:
    opened = make_case(title="石门镇机耕道塌方")
    page = open_page("receptions/desk", Role.OFFICE)
    _type(page)
    page.button(key=f"visit_link_{opened.id}").click().run()
    _save(page)
    assert [visit.case_id for visit in visits_of()] == [opened.id]


def test_another_matter_is_put_aside(
    open_page: Open, leader: int, make_case: Callable[..., Opened], visits_of: Read
) -> None:
    opened = make_case(title="石门镇机耕道塌方")
    page = open_page("receptions/desk", Role.OFFICE)
    _type(page)
    page.button(key=f"visit_other_{opened.id}").click().run()
    assert not [b for b in page.button if b.key == f"visit_link_{opened.id}"]
    _save(page)
    assert [visit.case_id for visit in visits_of()] == [None]


def test_a_link_is_taken_back_before_saving(
    open_page: Open, leader: int, make_case: Callable[..., Opened], visits_of: Read
) -> None:
    opened = make_case(title="石门镇机耕道塌方")
    page = open_page("receptions/desk", Role.OFFICE)
    _type(page)
    page.button(key=f"visit_link_{opened.id}").click().run()
    page.button(key="visit_unlink").click().run()
    _save(page)
    assert [visit.case_id for visit in visits_of()] == [None]


def test_another_day_is_registered_on_that_day(page: AppTest, visits_of: Read) -> None:
    yesterday = TODAY - timedelta(days=1)
    page.date_input(key="desk_day").set_value(yesterday).run()
    _type(page)
    _save(page)
    assert [visit.received_on for visit in visits_of()] == [yesterday]


def test_a_leader_registers_for_himself_alone(
    open_page: Open, leader: int, make_leader: Callable[[str], int], visits_of: Read
) -> None:
    make_leader("赵副县长")
    page = open_page("receptions/desk", Role.LEADER, name="王县长", leader_id=leader)
    assert len(page.selectbox(key="visit_leader").options) == 1
    _type(page)
    _save(page)
    assert [visit.leader_id for visit in visits_of()] == [leader]


def test_the_turns_of_the_day_name_both_where_one_stands_in(
    open_page: Open, store: Store, leader: int, make_leader: Callable[[str], int]
) -> None:
    other = make_leader("赵副县长")
    make_turn(store, leader, substitute_id=other, state=TurnState.SUBSTITUTED)
    page = open_page("receptions/desk", Role.OFFICE)
    assert any("代替 王县长" in each.value for each in page.markdown)
    assert page.selectbox(key="visit_leader").value == other


def test_a_click_on_a_number_opens_the_visit(
    open_page: Open, make_visit: Make, leader: int
) -> None:
    visit = make_visit()
    page = open_page("receptions/desk", Role.OFFICE)
    page.session_state["_open_visit"] = visit.number
    page.run()
    assert page.query_params["visit"] == visit.number
