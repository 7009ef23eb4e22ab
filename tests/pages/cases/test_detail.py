"""The case page: editing with its conflicts, revealing, progress with files, and who may look."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from db.commands import cases as commands
from db.commands import duplicates, leaders, petitioners
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Attachment, Case, CaseEntry
from db.queries import case_file
from rules.case_terms import Route, SameKind
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Channel, EntryKind, Purpose, Repeat, Role, UnitKind
from settings import Settings
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.cases.conftest import Make
from tests.pages.conftest import said
from tests.ui.learning import ROAD, WATER, learn

Open = Callable[..., AppTest]
CaseOf = Callable[[int], dict[str, Any]]
Entries = Callable[[AuditAction], list[AuditEntry]]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def _rival(store: Store, number: str, **values: Any) -> None:
    """Let a colleague save these values first."""
    with store.reading(OFFICE) as session:
        seen = case_file.case_file(session, number)
    with store.writing(OFFICE) as session:
        commands.change_case(
            session,
            seen.id,
            values,
            base=seen.values,
            version=seen.version,
            today=TODAY,
            now=NOW,
        )


def _submit(page: AppTest, label: str) -> None:
    next(button for button in page.form_submit_button if button.label == label).click().run()


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_a_case_is_read_at_a_glance(
    open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    town = make_unit("石门镇", kind=UnitKind.TOWNSHIP)
    opened = make_case(
        title="**不是**粗体 $x$", township_id=town, urgent=True, content="原话\n两行"
    )
    page = open_case_page(opened.number)

    assert page.title[0].value == r"\*\*不是\*\*粗体 \$x\$"
    assert any("原话\n两行" in words.value for words in page.text)
    assert any(words.value == "张某" for words in page.text)
    assert "石门镇" in str([table.value for table in page.table])


def test_another_units_case_is_as_if_it_were_not(
    open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    mine, others = make_unit("县教育局"), make_unit("县交通运输局")
    opened = make_case(title="红星路坑洼", unit_id=others)
    page = open_case_page(opened.number, Role.UNIT, unit_id=mine)
    said = page.error[0].value.replace(opened.number, "N")

    assert "红星路" not in str(page.title) + said
    page.query_params["case"] = "999999-2026-000001"
    page.run()
    assert page.error[0].value.replace("999999-2026-000001", "N") == said


def test_a_number_can_be_typed(open_page: Open, make_case: Make) -> None:
    opened = make_case(title="红星路坑洼")
    page = open_page("cases/detail", Role.OFFICE)
    page.text_input(key="wanted_number").set_value(f" {opened.number} ")
    _submit(page, "打开")

    assert page.title[0].value == "红星路坑洼"


def test_an_edit_is_saved(open_case_page: Open, make_case: Make, case_of: CaseOf) -> None:
    opened = make_case(title="红星路坑洼")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.text_input(key=f"edit_{opened.id}_title").set_value("红星路路面坑洼")
    page.selectbox(key=f"edit_{opened.id}_channel").set_value(Channel.PHONE)
    page.text_input(key=f"edit_{opened.id}_people").set_value("约30")
    page.text_input(key=f"edit_{opened.id}_registered_on").set_value("11.20")
    page.checkbox(key=f"edit_{opened.id}_urgent").check()
    _submit(page, "保存")

    assert "已保存" in said(page)
    case = case_of(opened.id)
    assert (case["title"], case["channel"]) == ("红星路路面坑洼", Channel.PHONE)
    assert (case["people"], case["people_approx"], case["urgent"]) == (30, True, True)
    assert case["registered_on"] == date(2026, 11, 20)


def test_the_way_of_a_case_is_chosen_and_a_contradiction_refused(
    open_case_page: Open, make_case: Make, case_of: CaseOf
) -> None:
    opened = make_case(purpose=Purpose.REQUEST)
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.selectbox(key=f"edit_{opened.id}_route").set_value(Route.JUSTICE)
    page.checkbox(key=f"edit_{opened.id}_simple").check()
    _submit(page, "保存")
    assert "不适用简易办理" in page.error[0].value
    assert case_of(opened.id)["route"] is None

    page.selectbox(key=f"edit_{opened.id}_route").set_value(Route.HANDLING)
    _submit(page, "保存")
    case = case_of(opened.id)
    assert (case["route"], case["simple"], case["wound"]) == (Route.HANDLING, True, False)


def test_every_field_that_cannot_be_read_is_named_and_stays(
    open_case_page: Open, make_case: Make, case_of: CaseOf
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.text_input(key=f"edit_{opened.id}_people").set_value("很多")
    page.text_input(key=f"edit_{opened.id}_answered_on").set_value("改天")
    _submit(page, "保存")

    assert "人数" in page.error[0].value
    assert "答复日期" in page.error[0].value
    assert page.text_input(key=f"edit_{opened.id}_people").value == "很多"
    assert case_of(opened.id)["version"] == 1


def test_numbers_in_the_text_are_masked_unless_unticked(
    open_case_page: Open, make_case: Make, case_of: CaseOf
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    for masked in (True, False):
        page.button(key="edit_case").click().run()
        page.text_area(key=f"edit_{opened.id}_remark").set_value("回电13812345678")
        if not masked:
            page.checkbox(key=f"edit_{opened.id}_mask").uncheck()
        _submit(page, "保存")
        assert ("13812345678" in case_of(opened.id)["remark"]) is not masked


def test_a_rival_save_is_weighed_field_by_field_and_mine_can_win(
    open_case_page: Open, make_case: Make, store: Store, case_of: CaseOf
) -> None:
    opened = make_case(title="原标题", place="原地点", handler="原经办")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    _rival(store, opened.number, title="他的标题", handler="他的经办")
    page.text_input(key=f"edit_{opened.id}_title").set_value("我的标题")
    page.text_input(key=f"edit_{opened.id}_place").set_value("我的地点")
    _submit(page, "保存")

    assert "已被他人修改" in page.warning[0].value
    shown = [words.value for words in page.text]
    assert "我的标题" in shown
    assert "他的标题" in shown
    assert any("发生地" in words.value for words in page.caption)
    assert case_of(opened.id)["title"] == "他的标题"

    _submit(page, "按所选保存")
    case = case_of(opened.id)
    assert (case["title"], case["place"], case["handler"]) == ("我的标题", "我的地点", "他的经办")


def test_theirs_can_win_and_what_only_i_changed_is_kept(
    open_case_page: Open, make_case: Make, store: Store, case_of: CaseOf
) -> None:
    opened = make_case(title="原标题", place="原地点")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    _rival(store, opened.number, title="他的标题")
    page.text_input(key=f"edit_{opened.id}_title").set_value("我的标题")
    page.text_input(key=f"edit_{opened.id}_place").set_value("我的地点")
    _submit(page, "保存")
    page.radio(key="weigh_title").set_value("theirs")
    _submit(page, "按所选保存")

    case = case_of(opened.id)
    assert (case["title"], case["place"]) == ("他的标题", "我的地点")


def test_a_third_save_while_weighing_is_told_again(
    open_case_page: Open, make_case: Make, store: Store, case_of: CaseOf
) -> None:
    opened = make_case(title="原标题")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    _rival(store, opened.number, title="他的标题")
    page.text_input(key=f"edit_{opened.id}_title").set_value("我的标题")
    _submit(page, "保存")
    _rival(store, opened.number, title="第三个标题")
    _submit(page, "按所选保存")

    assert "第三个标题" in [words.value for words in page.text]
    assert case_of(opened.id)["title"] == "第三个标题"
    _submit(page, "按所选保存")
    assert case_of(opened.id)["title"] == "我的标题"


def test_two_own_saves_in_a_row_are_no_conflict(
    open_case_page: Open, make_case: Make, case_of: CaseOf
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    for title in ("第一次", "第二次"):
        page.button(key="edit_case").click().run()
        page.text_input(key=f"edit_{opened.id}_title").set_value(title)
        _submit(page, "保存")
        assert not page.warning
    assert case_of(opened.id)["title"] == "第二次"


def test_leaving_and_coming_back_fills_the_form_anew(
    open_case_page: Open, make_case: Make, store: Store, case_of: CaseOf
) -> None:
    opened = make_case(title="原标题", place="原地点")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.switch_page("pages/cases/register.py").run()
    _rival(store, opened.number, title="他的标题")
    page.switch_page("pages/cases/detail.py")
    page.query_params["case"] = opened.number
    page.run()

    assert page.text_input(key=f"edit_{opened.id}_title").value == "他的标题"
    page.text_input(key=f"edit_{opened.id}_place").set_value("我的地点")
    _submit(page, "保存")
    assert not page.warning
    case = case_of(opened.id)
    assert (case["title"], case["place"]) == ("他的标题", "我的地点")


def test_a_form_left_open_never_fills_another_case(
    open_case_page: Open, make_case: Make, case_of: CaseOf
) -> None:
    first, second = make_case(title="第一件"), make_case(title="第二件")
    page = open_case_page(first.number)
    for opened in (first, second, first):
        page.query_params["case"] = opened.number
        page.run()
        page.button(key="edit_case").click().run()
    assert page.text_input(key=f"edit_{first.id}_title").value == "第一件"
    page.text_input(key=f"edit_{first.id}_place").set_value("石门镇")
    _submit(page, "保存")

    assert (case_of(first.id)["title"], case_of(first.id)["place"]) == ("第一件", "石门镇")
    assert (case_of(second.id)["title"], case_of(second.id)["version"]) == ("第二件", 1)


def test_given_up_edits_change_nothing(
    open_case_page: Open, make_case: Make, case_of: CaseOf
) -> None:
    opened = make_case(title="原标题")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.text_input(key=f"edit_{opened.id}_title").set_value("不要了")
    _submit(page, "放弃修改")

    assert page.title[0].value == "原标题"
    assert case_of(opened.id)["version"] == 1


def test_a_suspicion_leads_to_both_side_by_side(
    open_case_page: Open, make_case: Make, store: Store
) -> None:
    older, opened = make_case(title="红星路坑洼"), make_case(title="红星路有坑洼")
    with store.writing(SYSTEM) as session:
        session.get_one(Case, opened.id).suspect_of_id = older.id
    page = open_case_page(older.number)
    assert any("疑似与本件重复" in words.value for words in page.caption)
    assert [older.number, opened.number] in _compared(page)

    page.query_params["case"] = opened.number
    page.run()
    assert any("疑似与下面这件重复" in words.value for words in page.caption)
    assert [opened.number, older.number] in _compared(page)


def _compared(page: AppTest) -> list[list[str]]:
    """The pairs that links of the page lead to, side by side."""
    queries = [link.proto.query_string for link in page.get("page_link")]
    return [
        [part.split("=")[1] for part in query.split("&")] for query in queries if "other=" in query
    ]


def test_a_merged_case_is_only_read_and_leads_to_the_one_that_is_kept(
    open_case_page: Open, make_case: Make, store: Store
) -> None:
    older, opened = make_case(), make_case()
    with store.writing(OFFICE) as session:
        duplicates.decide_pair(
            session,
            opened.id,
            older.id,
            kind=SameKind.DOUBLE,
            version=1,
            other_version=1,
            today=TODAY,
            now=NOW,
        )
    page = open_case_page(opened.number)

    assert "本件已并案" in page.warning[0].value
    assert [opened.number, older.number] in _compared(page)
    labels = [link.proto.label for link in page.get("page_link")]
    assert any(older.number in label for label in labels)
    keys = {button.key for button in page.button}
    assert not keys & {"edit_case", "edit_people"}
    assert not page.text_area

    page.query_params["case"] = older.number
    page.run()
    assert any("并入本件的" in words.value for words in page.caption)
    assert "edit_case" in {button.key for button in page.button}


def test_a_name_is_revealed_for_a_reason_and_noted(
    open_case_page: Open, make_case: Make, entries_of: Entries
) -> None:
    opened = make_case(person="欧阳建国", phone="13812345678")
    page = open_case_page(opened.number)
    assert "欧阳建国" not in str([words.value for words in page.text])
    _submit(page, "查看")
    assert "理由" in page.error[0].value
    assert entries_of(AuditAction.REVEAL) == []

    page.text_input(key="reveal_reason").set_value("电话回访")
    _submit(page, "查看")
    assert "欧阳建国  13812345678" in [words.value for words in page.text]
    assert any("秒后自动隐藏" in words.value for words in page.caption)
    (entry,) = entries_of(AuditAction.REVEAL)
    assert (entry.entity_id, entry.changes) == (opened.id, {"reason": "电话回访"})


def test_what_was_revealed_is_gone_when_its_time_is_up(
    open_case_page: Open, make_case: Make
) -> None:
    opened = make_case(person="欧阳建国")
    page = open_case_page(opened.number)
    page.text_input(key="reveal_reason").set_value("电话回访")
    _submit(page, "查看")
    page.session_state["_revealed"]["until"] = 0.0
    page.run()

    assert "欧阳建国" not in str([words.value for words in page.text])
    assert "_revealed" not in page.session_state


def test_a_repeat_is_linked_by_its_number(
    open_case_page: Open, make_case: Make, case_of: Callable[[int], dict[str, Any]]
) -> None:
    first, second = make_case(), make_case(title="又来反映积水")
    page = open_case_page(second.number)
    page.button(key="edit_case").click().run()
    page.text_input(key=f"edit_{second.id}_repeat_of_id").set_value("没有这个编号")
    _submit(page, "保存")
    assert "没有编号为“没有这个编号”" in page.error[0].value

    page.text_input(key=f"edit_{second.id}_repeat_of_id").set_value(first.number)
    _submit(page, "保存")
    case = case_of(second.id)
    assert (case["repeat"], case["repeat_of_id"]) == (Repeat.REPEAT, first.id)
    assert any(f"重复于：（空） → {first.number}" in words.value for words in page.text)


def test_a_petitioner_is_corrected_without_being_seen(
    open_case_page: Open, make_case: Make, store: Store
) -> None:
    opened = make_case(person="欧阳建国", phone="13812345678")
    page = open_case_page(opened.number)
    page.button(key="edit_people").click().run()
    key = f"person_{opened.id}"
    assert page.text_input(key=f"{key}_0_name").placeholder == "欧阳某（不变请留空）"
    page.text_input(key=f"{key}_0_address").set_value("石门镇大桥村")
    page.checkbox(key=f"{key}_0_representative").check()
    page.text_input(key=f"{key}_1_name").set_value("李四")
    _submit(page, "保存信访人")

    assert "信访人已保存" in said(page)
    assert "欧阳某  （代表）  138****5678  已登记" in [words.value for words in page.text]
    with store.writing(OFFICE) as session:
        people = petitioners.reveal_people(session, opened.id, reason="核对")
    assert [(p.name, p.phone, p.address) for p in people] == [
        ("欧阳建国", "13812345678", "石门镇大桥村"),
        ("李四", "", ""),
    ]


def test_a_stale_form_of_petitioners_loses_nothing(
    open_case_page: Open, make_case: Make, store: Store
) -> None:
    opened = make_case(person="欧阳建国")
    page = open_case_page(opened.number)
    page.button(key="edit_people").click().run()
    page.text_input(key=f"person_{opened.id}_0_phone").set_value("13900001111")
    with store.writing(OFFICE) as session:
        session.get_one(Case, opened.id).remark = "他人先存"
    _submit(page, "保存信访人")

    assert "已被他人修改" in page.error[0].value
    assert page.text_input(key=f"person_{opened.id}_0_phone").value == "13900001111"


def test_a_leader_is_not_offered_the_names(
    open_case_page: Open, make_case: Make, store: Store
) -> None:
    with store.writing(SYSTEM) as session:
        leader = leaders.add_leader(session, "周明", "副县长")
    opened = make_case(lead_id=leader)
    page = open_case_page(opened.number, Role.LEADER, leader_id=leader)

    assert page.title[0].value == "反映道路积水"
    with pytest.raises(KeyError):
        page.text_input(key="reveal_reason")
    with pytest.raises(KeyError):
        page.button(key="edit_case")


def _progress(page: AppTest, case_id: int, words: str) -> None:
    page.text_area(key=f"progress_text_{case_id}").set_value(words)


def test_a_unit_writes_progress_with_a_file(
    open_case_page: Open, make_case: Make, make_unit: Callable[..., int], store: Store
) -> None:
    unit = make_unit("县教育局")
    opened = make_case(unit_id=unit)
    page = open_case_page(opened.number, Role.UNIT, unit_id=unit)
    _progress(page, opened.id, "已入户核实")
    page.selectbox(key=f"progress_kind_{opened.id}").set_value(EntryKind.CONTACT)
    page.date_input(key=f"progress_on_{opened.id}").set_value(date(2026, 11, 18))
    page.file_uploader[0].upload("现场说明.pdf", PDF)
    _submit(page, "保存进展")

    assert "进展已保存" in said(page)
    assert page.text_area(key=f"progress_text_{opened.id}").value == ""
    with store.reading(SYSTEM) as session:
        entry = session.scalars(select(CaseEntry)).one()
        file = session.scalars(select(Attachment)).one()
        assert (file.name, file.content, file.entry_id) == ("现场说明.pdf", PDF, entry.id)
    assert (entry.kind, entry.text, str(entry.happened_on)) == (
        EntryKind.CONTACT,
        "已入户核实",
        "2026-11-18",
    )
    assert page.link_button[0].url == f"/files/{file.id}"
    page.run()
    assert not page.file_uploader[0].value


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("照片.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "照片.pdf"),
        ("空.pdf", b"", "空.pdf"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_stays(
    open_case_page: Open, make_case: Make, store: Store, name: str, content: bytes, said: str
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    _progress(page, opened.id, "附照片")
    page.file_uploader[0].upload(name, content)
    _submit(page, "保存进展")

    assert said in page.error[0].value
    assert page.text_area(key=f"progress_text_{opened.id}").value == "附照片"
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(CaseEntry)) == 0


def test_numbers_in_progress_are_asked_about_first(
    open_case_page: Open, make_case: Make, store: Store
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    _progress(page, opened.id, "已回电13812345678")
    _submit(page, "保存进展")
    assert "手机号" in page.warning[0].value

    page.checkbox(key=f"progress_keep_{opened.id}").check()
    _submit(page, "保存进展")
    assert not page.warning
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(CaseEntry.text)).all() == ["已回电13812345678"]


def test_progress_without_words_is_refused(open_case_page: Open, make_case: Make) -> None:
    opened = make_case()
    page = open_case_page(opened.number)
    _submit(page, "保存进展")

    assert "请填写内容" in page.error[0].value


def test_progress_typed_for_one_case_is_not_anothers(open_case_page: Open, make_case: Make) -> None:
    first, second = make_case(), make_case()
    page = open_case_page(first.number)
    _progress(page, first.id, "只给第一件")
    page.query_params["case"] = second.number
    page.run()

    assert page.text_area(key=f"progress_text_{second.id}").value == ""


@pytest.mark.parametrize("pressed", [True, False])
def test_a_likely_class_is_taken_with_the_saving_when_it_was_pressed(
    open_case_page: Open,
    make_case: Make,
    store: Store,
    environment: Settings,
    case_of: CaseOf,
    pressed: bool,
) -> None:
    ids = learn(store)
    opened = make_case(title="村里没有自来水", content="自来水停了三天")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    pills = page.pills(key=f"edit_{opened.id}_class")
    assert pills.value is None
    assert pills.options[0].startswith(f"{WATER} ")
    if pressed:
        pills.set_value(ids[WATER])
    _submit(page, "保存")

    assert case_of(opened.id)["code_id"] == (ids[WATER] if pressed else None)


def test_the_class_chosen_counts_before_the_likely_one(
    open_case_page: Open, make_case: Make, store: Store, environment: Settings, case_of: CaseOf
) -> None:
    ids = learn(store)
    opened = make_case(title="村里没有自来水")
    page = open_case_page(opened.number)
    page.button(key="edit_case").click().run()
    page.pills(key=f"edit_{opened.id}_class").set_value(ids[WATER])
    page.selectbox(key=f"edit_{opened.id}_code_id").set_value(ids[ROAD])
    _submit(page, "保存")

    assert case_of(opened.id)["code_id"] == ids[ROAD]
