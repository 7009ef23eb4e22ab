"""One meeting on the screen: opened, attended, its agenda, a decision in one line, its minutes."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

from docx import Document
from streamlit.testing.v1 import AppTest

from db.commands import meetings as commands
from db.commands.cases import Opened
from db.engine import Store
from rules.meetings import ItemKind, Presence
from rules.terms import Role
from tests.conftest import OFFICE, TODAY
from tests.db import meetings as m

Open = Callable[..., AppTest]


def _links(page: AppTest) -> list[str]:
    return [link.proto.label for link in page.get("page_link")]


def test_a_meeting_is_opened_with_what_was_decided_last(
    open_meeting: Open, store: Store, housing: int
) -> None:
    last = m.opened(store, housing, held_on=TODAY - 9 * m.DAY)
    m.decide(store, last, housing, text="拿出整改方案", due_on=TODAY - m.DAY)
    found = m.add(store, housing)
    page = open_meeting(found)
    page.button(key="meeting_open").click().run()

    assert m.seen(store, found).opened_at is not None
    assert "上次议定 1 项：完成 0 / 进行 0 / 超期 1" in [each.value for each in page.subheader]
    assert any("拿出整改方案" in label and "超期 1 天" in label for label in _links(page))


def test_attendance_is_written_down(open_meeting: Open, store: Store, housing: int) -> None:
    found = m.add(store, housing)
    page = open_meeting(found)
    page.radio(key=f"presence-{housing}").set_value(Presence.SUBSTITUTE)
    page.text_input(key=f"presence_note-{housing}").input("李副局长")
    page.button(key="attendance_save").click().run()

    (each,) = m.seen(store, found).units
    assert (each.presence, each.note) == (Presence.SUBSTITUTE, "李副局长")


def test_one_line_becomes_a_decision(
    open_meeting: Open, store: Store, meeting: Opened, housing: int
) -> None:
    page = open_meeting(meeting)
    page.text_input(key="decision_line").input("县住建局 12月5日前 拿出整改方案").run()
    assert page.multiselect(key="decision_units").value == [housing]
    assert page.date_input(key="decision_due").value == date(2026, 12, 5)
    page.button(key="decision_save").click().run()

    (row,) = m.seen(store, meeting).decisions
    assert (row.unit_id, row.due_on, row.text) == (housing, date(2026, 12, 5), "拿出整改方案")
    assert page.text_input(key="decision_line").value == ""


def test_what_was_not_understood_is_filled_by_hand(
    open_meeting: Open, store: Store, meeting: Opened, housing: int
) -> None:
    page = open_meeting(meeting)
    page.text_input(key="decision_line").input("尽快 拨付工程款").run()
    page.button(key="decision_save").click().run()
    assert "没有责任单位" in page.error[0].value
    page.multiselect(key="decision_units").select(housing)
    page.date_input(key="decision_due").set_value(TODAY + m.DAY)
    page.text_input(key="decision_text").input("拨付工程款")
    page.button(key="decision_save").click().run()

    (row,) = m.seen(store, meeting).decisions
    assert (row.unit_id, row.due_on, row.text) == (housing, TODAY + m.DAY, "拨付工程款")


def test_a_decision_belongs_to_the_item_that_is_on(
    open_meeting: Open, store: Store, meeting: Opened, housing: int
) -> None:
    held = m.item(store, meeting, ItemKind.TEXT, "物业收费")
    page = open_meeting(meeting)
    page.selectbox(key="agenda_item").select(held).run()
    page.text_input(key="decision_line").input("县住建局 12月5日前 核查").run()
    page.button(key="decision_save").click().run()

    assert [row.item for row in m.seen(store, meeting).decisions] == ["物业收费"]


def test_a_decision_is_corrected_and_taken_back(
    open_meeting: Open, store: Store, meeting: Opened, housing: int
) -> None:
    (made,) = m.decide(store, meeting, housing)
    page = open_meeting(meeting)
    page.selectbox(key="decision_which").select(made).run()
    page.text_input(key=f"dc_text-{made}").input("拿出改过的方案")
    page.button(key=f"dc_save-{made}").click().run()
    assert [row.text for row in m.seen(store, meeting).decisions] == ["拿出改过的方案"]
    page.button(key=f"dc_remove-{made}").click().run()

    assert m.seen(store, meeting).decisions == ()


def test_the_agenda_is_made_ordered_and_shown(
    open_meeting: Open,
    store: Store,
    meeting: Opened,
    make_case: Callable[..., Opened],
    housing: int,
) -> None:
    case = make_case(unit_id=housing)
    m.item(store, meeting, ItemKind.TEXT, "通报情况")
    page = open_meeting(meeting)
    page.text_input(key="item_reference").input(case.number)
    page.text_area(key="item_note").input("请住建局汇报")
    page.button(key="item_save").click().run()
    items = m.seen(store, meeting).items
    assert [(item.title, item.note) for item in items] == [
        ("通报情况", ""),
        ("反映道路积水", "请住建局汇报"),
    ]
    page.selectbox(key="agenda_item").select(items[1].id).run()
    assert case.number in str(page.table[0].value)
    page.button(key="item_up").click().run()
    assert [item.title for item in m.seen(store, meeting).items] == ["反映道路积水", "通报情况"]
    page.button(key="item_down").click().run()
    page.button(key="item_remove").click().run()

    assert [item.title for item in m.seen(store, meeting).items] == ["通报情况"]


def test_a_meeting_is_changed(open_meeting: Open, store: Store, meeting: Opened) -> None:
    page = open_meeting(meeting)
    page.button(key="meeting_changing_opens").click().run()
    page.text_input(key="mc_place").input("三楼")
    page.button(key="mc_save").click().run()

    assert m.seen(store, meeting).place == "三楼"


def test_minutes_are_issued_as_word_and_corrected_beside(
    open_meeting: Open, store: Store, meeting: Opened, housing: int
) -> None:
    m.decide(store, meeting, housing)
    m.attend(store, meeting, housing)
    page = open_meeting(meeting)
    page.button(key="minutes_issue").click().run()
    with store.writing(OFFICE) as session:
        content = commands.download_minutes(session, meeting.id)
    document = Document(BytesIO(content))
    told = "\n".join(
        [each.text for each in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert "拿出整改方案" in told
    assert "到会 1 个" in told
    assert "{{" not in told
    page.text_input(key="correction_text").input("地点应为三楼")
    page.button(key="correction_save").click().run()

    assert [each.text for each in m.seen(store, meeting).corrections] == ["地点应为三楼"]
    assert not [each for each in page.button if each.key == "decision_save"]


def test_a_unit_is_offered_nothing_to_change(
    open_meeting: Open, store: Store, meeting: Opened, housing: int
) -> None:
    m.decide(store, meeting, housing)
    page = open_meeting(meeting, Role.UNIT, unit_id=housing)

    assert any("拿出整改方案" in label for label in _links(page))
    keys = {each.key for each in page.button} | {each.key for each in page.text_input}
    assert not keys & {"attendance_save", "decision_line", "item_save", "minutes_issue"}
