"""The register of letters: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import letters as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.accounts import Draft
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.receptions import Letter
from db.queries import letters as queries
from db.queries.letters import LetterRow
from rules.letters import LetterState
from rules.terms import AuditAction, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def leader(make_leader: Callable[[str], int]) -> int:
    return make_leader("林政远")


@pytest.fixture
def add(store: Store, leader: int) -> Callable[..., Opened]:
    """Return a function that registers a letter."""

    def make(title: str = "反映幸福小区停水", **given: Any) -> Opened:
        values = {
            "leader_id": leader,
            "annotated_on": TODAY,
            "title": title,
            "instruction": "请认真核实。",
            **given,
        }
        with store.writing(OFFICE) as session:
            return commands.add_letter(session, values, again=True, today=TODAY, now=NOW)

    return make


@pytest.fixture
def open_letters(open_page: Open) -> Open:
    """Return a function that opens the register, or one letter of it."""

    def open_(number: str = "", *roles: Role, **account: Any) -> AppTest:
        query = {"letter": number} if number else {}
        return open_page("receptions/letters", *(roles or (Role.OFFICE,)), query=query, **account)

    return open_


def _row(store: Store, number: str) -> LetterRow:
    with store.reading(OFFICE) as session:
        return queries.letter(session, number)


def _count(store: Store) -> int:
    with store.reading(OFFICE) as session:
        return len(session.scalars(select(Letter.id)).all())


def _type(page: AppTest, leader: int, title: str = "反映幸福小区停水") -> None:
    page.button(key="letter_adding_opens").click().run()
    page.selectbox(key="letter_leader_id").set_value(leader)
    page.text_input(key="letter_title").set_value(title)
    page.text_area(key="letter_instruction").set_value("请住建局核实。").run()


def test_an_empty_register_says_what_to_do_first(open_letters: Open) -> None:
    assert "登记阅批来信" in open_letters().info[0].value


def test_a_letter_is_registered_with_the_day_its_answer_is_due(
    open_letters: Open, store: Store, leader: int, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    page = open_letters()
    _type(page, leader)
    page.selectbox(key="letter_unit_id").set_value(unit)
    page.button(key="letter_add").click().run()

    row = _row(store, "YP20260001")
    assert (row.leader_id, row.title, row.instruction) == (
        leader,
        "反映幸福小区停水",
        "请住建局核实。",
    )
    assert (row.annotated_on, row.due_on) == (TODAY, TODAY + timedelta(days=15))
    assert "YP20260001" in said(page)
    assert page.dataframe[0].value["编号"].tolist() == ["YP20260001"]
    with store.reading(OFFICE) as session:
        assert session.scalar(select(Draft)) is None


def test_no_answer_is_asked_for_where_none_is_wanted(
    open_letters: Open, store: Store, leader: int, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    page = open_letters()
    _type(page, leader)
    page.selectbox(key="letter_unit_id").set_value(unit)
    page.checkbox(key="letter_no_answer").check()
    page.button(key="letter_add").click().run()

    assert _row(store, "YP20260001").due_on is None


def test_a_second_instruction_shows_the_first_and_waits_for_a_person(
    open_letters: Open, store: Store, leader: int, add: Callable[..., Opened]
) -> None:
    first = add("反映幸福小区停水")
    page = open_letters()
    _type(page, leader, "反映幸福小区停水")
    assert any("多头批示" in box.value for box in page.warning)
    assert any(first.number in caption.value for caption in page.caption)
    page.button(key="letter_add").click().run()
    assert first.number in page.error[0].value
    assert _count(store) == 1

    page.checkbox(key="letter_again").check()
    page.button(key="letter_add").click().run()

    assert _count(store) == 2


def test_what_was_typed_is_a_draft_until_it_is_saved(
    open_letters: Open, open_page: Open, store: Store, leader: int
) -> None:
    page = open_letters()
    _type(page, leader)
    page.selectbox(key="letter_purpose").set_value(Purpose.REQUEST)
    page.date_input(key="letter_received_on").set_value(date(2026, 11, 2)).run()

    again = open_page("receptions/letters")
    again.button(key="letter_adding_opens").click().run()

    assert again.text_input(key="letter_title").value == "反映幸福小区停水"
    assert again.selectbox(key="letter_leader_id").value == leader
    assert again.selectbox(key="letter_purpose").value is Purpose.REQUEST
    assert again.date_input(key="letter_received_on").value == date(2026, 11, 2)
    again.button(key="letter_add").click().run()
    assert _row(store, "YP20260001").received_on == date(2026, 11, 2)


def test_an_accusation_is_asked_for_before_a_unit_reads_it(
    open_letters: Open, store: Store, leader: int
) -> None:
    page = open_letters()
    _type(page, leader, "举报村支书")
    page.button(key="letter_add").click().run()
    assert "举报" in page.error[0].value
    assert _count(store) == 0

    page.selectbox(key="letter_purpose").set_value(Purpose.ACCUSATION)
    page.button(key="letter_add").click().run()

    assert _row(store, "YP20260001").purpose is Purpose.ACCUSATION


def test_a_leader_registers_his_own_alone(
    open_letters: Open, store: Store, leader: int, make_leader: Callable[[str], int]
) -> None:
    make_leader("周立民")
    page = open_letters("", Role.LEADER, leader_id=leader)
    page.button(key="letter_adding_opens").click().run()

    assert page.selectbox(key="letter_leader_id").options == ["林政远（副县长）"]
    page.text_input(key="letter_title").set_value("反映停水")
    page.text_area(key="letter_instruction").set_value("请核实。")
    page.button(key="letter_add").click().run()
    assert _row(store, "YP20260001").leader_id == leader


def test_a_letter_is_changed(
    open_letters: Open, store: Store, add: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    unit, found = make_unit("住建局"), add()
    page = open_letters(found.number)
    page.button(key="letter_editing_opens").click().run()
    page.text_area(key=f"letter_instruction-{found.id}").set_value("请立即办理。")
    page.selectbox(key=f"letter_unit_id-{found.id}").set_value(unit)
    page.date_input(key=f"letter_due_on-{found.id}").set_value(date(2026, 12, 1))
    page.button(key="letter_change").click().run()

    row = _row(store, found.number)
    assert (row.instruction, row.unit, row.due_on) == (
        "请立即办理。",
        "住建局",
        date(2026, 12, 1),
    )


def test_a_rival_save_of_a_letter_is_reported_and_kept(
    open_letters: Open, store: Store, add: Callable[..., Opened], leader: int
) -> None:
    found = add()
    page = open_letters(found.number)
    page.button(key="letter_editing_opens").click().run()
    rival = {
        "leader_id": leader,
        "annotated_on": TODAY,
        "title": "别人改过",
        "instruction": "请核实。",
    }
    with store.writing(OFFICE) as session:
        commands.change_letter(session, found.id, rival, version=1, today=TODAY, now=NOW)

    page.text_input(key=f"letter_title-{found.id}").set_value("我改的")
    page.button(key="letter_change").click().run()

    assert "已被他人修改" in page.error[0].value
    assert _row(store, found.number).title == "别人改过"


def test_an_answer_is_recorded_by_the_unit(
    open_letters: Open, store: Store, add: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    found = add(unit_id=unit)
    page = open_letters(found.number, Role.UNIT, unit_id=unit)

    page.text_area(key="letter_answer").set_value("已恢复供水")
    page.button(key="letter_answer_set").click().run()

    row = _row(store, found.number)
    assert (row.answer, row.answered_on) == ("已恢复供水", TODAY)
    assert "letter_editing_opens" not in [button.key for button in page.button]


def test_a_letter_is_linked_to_a_likely_case_and_let_go(
    open_letters: Open,
    store: Store,
    add: Callable[..., Opened],
    make_case: Callable[..., Opened],
) -> None:
    case = make_case(title="反映幸福小区停水")
    found = add()
    page = open_letters(found.number)
    page.button(key=f"letter_like_{case.id}").click().run()
    page.button(key="letter_link").click().run()
    assert _row(store, found.number).case_number == case.number

    page.button(key="letter_unlink").click().run()
    assert _row(store, found.number).case_id is None


def test_a_case_that_has_another_letter_is_linked_once_somebody_has_looked(
    open_letters: Open,
    store: Store,
    add: Callable[..., Opened],
    make_case: Callable[..., Opened],
) -> None:
    case, first, second = make_case(), add("占道经营"), add("修路架桥")
    with store.writing(OFFICE) as session:
        commands.link_case(session, first.id, case.number, version=1, today=TODAY, now=NOW)
    page = open_letters(second.number)
    page.text_input(key="letter_case").set_value(case.number).run()
    assert any(first.number in caption.value for caption in page.caption)
    page.button(key="letter_link").click().run()
    assert _row(store, second.number).case_id is None

    page.checkbox(key="letter_link_again").check()
    page.button(key="letter_link").click().run()

    assert _row(store, second.number).case_number == case.number


def test_a_letter_becomes_a_case(
    open_letters: Open, store: Store, add: Callable[..., Opened], leader: int
) -> None:
    found = add()
    page = open_letters(found.number)
    page.button(key="letter_opening_opens").click().run()
    page.text_input(key="letter_person").set_value("张三丰")
    page.text_area(key="letter_content").set_value("三期停水五天")
    page.button(key="letter_case_submit").click().run()

    row = _row(store, found.number)
    assert row.case_number in said(page)
    with store.reading(OFFICE) as session:
        case = session.get_one(Case, row.case_id)
        assert (case.title, case.content, case.first_lead_id) == (
            "反映幸福小区停水",
            "三期停水五天",
            leader,
        )


def test_a_number_of_a_leader_and_year_is_what_the_list_then_shows(
    open_letters: Open, add: Callable[..., Opened]
) -> None:
    add("停水漏水")
    add("修路架桥", annotated_on=date(2025, 3, 1))
    page = open_letters()
    numbers = page.dataframe[1].value
    assert numbers["2026 年"].tolist() == ["1"]
    assert numbers["2025 年"].tolist() == ["1"]

    page.selectbox(key="letter_year").set_value(2025).run()
    assert page.dataframe[0].value["来信"].tolist() == ["修路架桥"]


def test_late_answers_are_seen_and_found(
    open_letters: Open, add: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    late = add("停水漏水", unit_id=make_unit("住建局"), annotated_on=date(2026, 11, 1))
    add("修路架桥")
    page = open_letters()
    assert "超期未反馈 1" in page.markdown[0].value
    assert page.dataframe[0].value["反馈"].tolist() == ["不需反馈", "超期未反馈 4 天"]

    page.selectbox(key="letter_state").set_value(LetterState.OVERDUE).run()

    assert page.dataframe[0].value["编号"].tolist() == [late.number]


def test_an_export_is_made_masked_and_noted(
    open_letters: Open, store: Store, add: Callable[..., Opened]
) -> None:
    add("停水漏水", instruction="请联系 13812345678 核实")
    add("举报某人", purpose=Purpose.ACCUSATION)
    page = open_letters()
    page.session_state["letters_menu"] = True
    page.run()
    page.button(key="letters_make").click().run()

    made = page.session_state["_letters_export"]
    sheet = load_workbook(BytesIO(made["file"]))["阅批来信"]
    lines = [dict(zip((c.value for c in sheet[1]), (c.value for c in sheet[2]), strict=True))]
    assert sheet.max_row == 2
    assert (lines[0]["来信编号"], lines[0]["标题"]) == ("YP20260001", "停水漏水")
    assert "13812345678" not in lines[0]["批示内容"]
    with store.reading(OFFICE) as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT))
        assert entry is not None
        assert (entry.entity, entry.changes["rows"]) == ("letters", 1)


def test_a_letter_out_of_sight_is_not_there(
    open_letters: Open, add: Callable[..., Opened], make_leader: Callable[[str], int]
) -> None:
    found = add()
    page = open_letters(found.number, Role.LEADER, leader_id=make_leader("周立民"))

    assert "不在您的查看范围内" in page.error[0].value
