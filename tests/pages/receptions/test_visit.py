"""The page of one visit: decided, corrected, told of, revealed, printed."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import visits as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.receptions import Visit, VisitNotice
from db.models.supervision import FollowUp
from rules.case_terms import Rung, Trigger
from rules.permissions import SYSTEM
from rules.reception_terms import VisitOutcome
from rules.terms import AuditAction, Purpose, Repeat, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.conftest import said
from tests.receptions import Make

Open = Callable[..., AppTest]
Read = Callable[[], list[Visit]]


def _cases(store: Store) -> list[Case]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(Case)))


def _decide(page: AppTest, outcome: VisitOutcome, *, visit_id: int = 1) -> None:
    page.button(key="visit_outcome_opens").click().run()
    page.selectbox(key=f"visit_{visit_id}_outcome").set_value(outcome).run()


def _save(page: AppTest) -> None:
    page.button(key="visit_decide").click().run()
    assert not page.exception


def test_handing_on_opens_the_case_with_a_proposed_limit(
    open_visit: Open, make_visit: Make, store: Store, make_unit: Callable[..., int], leader: int
) -> None:
    unit = make_unit("县住建局")
    page = open_visit(make_visit("张三丰").number)
    _decide(page, VisitOutcome.HANDED)
    page.selectbox(key="visit_1_unit_id").set_value(unit).run()
    page.text_area(key="visit_1_instruction").set_value("请住建局限期办理。").run()
    assert page.date_input(key="visit_1_due_on").value == TODAY + timedelta(days=30)
    _save(page)

    (case,) = _cases(store)
    assert f"案件 {case.number}" in said(page)
    assert (case.first_lead_id, case.unit_id) == (leader, unit)
    assert any("请住建局限期办理。" in each.value for each in page.text)


def test_an_answer_on_the_spot_opens_no_case_unless_asked(
    open_visit: Open, make_visit: Make, store: Store, visits_of: Read
) -> None:
    page = open_visit(make_visit().number)
    _decide(page, VisitOutcome.ANSWERED)
    _save(page)
    assert _cases(store) == []
    (visit,) = visits_of()
    assert (visit.outcome, visit.due_on) == (VisitOutcome.ANSWERED, None)


def test_what_a_decision_lacks_is_said_and_nothing_is_lost(
    open_visit: Open, make_visit: Make, visits_of: Read
) -> None:
    page = open_visit(make_visit().number)
    _decide(page, VisitOutcome.HANDED)
    page.text_area(key="visit_1_instruction").set_value("请办理。").run()
    _save(page)
    assert "交办要写明承办单位" in page.error[0].value
    assert page.text_area(key="visit_1_instruction").value == "请办理。"
    assert visits_of()[0].outcome is None


def test_an_existing_case_is_found_by_its_number_and_joined(
    open_visit: Open, make_visit: Make, make_case: Callable[..., Opened], visits_of: Read
) -> None:
    opened = make_case(title="完全另一件事的标题")
    page = open_visit(make_visit().number)
    _decide(page, VisitOutcome.ANSWERED)
    page.radio(key=f"visit_matter_{VisitOutcome.ANSWERED}").set_value("关联已有案件").run()
    page.text_input(key="visit_find").set_value(opened.number).run()
    page.radio(key="visit_joined").set_value(opened.id).run()
    _save(page)
    assert visits_of()[0].case_id == opened.id


def test_a_leader_writes_his_words_and_the_office_is_asked_for_the_case(
    open_visit: Open, make_visit: Make, visits_of: Read, store: Store, leader: int
) -> None:
    number = make_visit().number
    page = open_visit(number, Role.LEADER, name="王县长", leader_id=leader)
    _decide(page, VisitOutcome.LED)
    page.text_area(key="visit_1_instruction").set_value("由我包案。").run()
    _save(page)
    (visit,) = visits_of()
    assert (visit.outcome, visit.instruction) == (VisitOutcome.LED, "由我包案。")
    assert _cases(store) == []


def test_results_are_written_later(open_visit: Open, make_visit: Make, visits_of: Read) -> None:
    page = open_visit(make_visit().number)
    _decide(page, VisitOutcome.ANSWERED)
    page.text_input(key="visit_1_co_units").set_value("县公安局").run()
    page.text_input(key="visit_1_handler").set_value("李局长").run()
    page.text_area(key="visit_1_result").set_value("已修好").run()
    page.date_input(key="visit_1_closed_on").set_value(TODAY).run()
    page.selectbox(key="visit_1_satisfaction").select_index(0).run()
    page.text_input(key="visit_1_called_back").set_value("电话回访满意").run()
    _save(page)
    (visit,) = visits_of()
    assert (visit.co_units, visit.handler, visit.result) == ("县公安局", "李局长", "已修好")
    assert (visit.closed_on, visit.called_back) == (TODAY, "电话回访满意")
    assert visit.satisfaction is not None


def test_facts_are_corrected_and_words_before_stay_to_be_read(
    open_visit: Open, make_visit: Make, visits_of: Read
) -> None:
    page = open_visit(make_visit(instruction="请办理。", title="反映道路积水").number)
    page.button(key="visit_facts_opens").click().run()
    page.text_input(key="visit_1_title").set_value("反映道路塌方")
    page.number_input(key="visit_1_people").set_value(8)
    page.selectbox(key="visit_1_repeat").set_value(Repeat.REPEAT)
    _submit(page, "保存")
    (visit,) = visits_of()
    assert (visit.title, visit.people, visit.repeat) == ("反映道路塌方", 8, Repeat.REPEAT)
    page.button(key="visit_outcome_opens").click().run()
    page.selectbox(key="visit_1_outcome").set_value(VisitOutcome.ANSWERED).run()
    page.text_area(key="visit_1_instruction").set_value("请尽快办理。").run()
    _save(page)
    assert any(each.value == "请办理。" for each in page.text)


def _submit(page: AppTest, label: str) -> None:
    next(b for b in page.button if b.label == label).click().run()
    assert not page.exception


def test_the_second_of_two_people_sees_both_and_loses_nothing(
    open_visit: Open, make_visit: Make, store: Store, visits_of: Read
) -> None:
    visit = make_visit()
    page = open_visit(visit.number)
    page.button(key="visit_facts_opens").click().run()
    page.text_input(key="visit_1_title").set_value("我的标题")
    with store.writing(OFFICE) as session:
        commands.change(
            session,
            visit.id,
            {"title": "他人的标题"},
            base={},
            version=1,
            today=TODAY,
            now=NOW,
        )
    _submit(page, "保存")
    assert "已被他人修改" in page.error[0].value
    assert visits_of()[0].title == "他人的标题"
    assert page.text_input(key="visit_1_title").value == "我的标题"
    page.button(key="reload:visit-facts-1").click().run()
    assert page.text_input(key="visit_1_title").value == "他人的标题"


def test_notices_of_a_group_are_noted_with_one_click(
    open_visit: Open, make_visit: Make, store: Store, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    page = open_visit(make_visit(people=12, unit_id=unit).number)
    page.button(key="visit_tell_0").click().run()
    with store.reading(SYSTEM) as session:
        (notice,) = session.scalars(select(VisitNotice)).all()
    assert (notice.whom, notice.unit_id, notice.actor) == ("县住建局", unit, "小李")
    assert not [each for each in page.button if each.key == "visit_tell_0"]


def test_a_notice_to_somebody_else_is_added(
    open_visit: Open, make_visit: Make, store: Store
) -> None:
    page = open_visit(make_visit(people=12).number)
    page.button(key="visit_tells_opens").click().run()
    page.text_input(key="visit_whom").set_value("县委值班室")
    _submit(page, "记下")
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(VisitNotice.whom)).all() == ["县委值班室"]


def test_a_visit_of_few_asks_for_no_notices(open_visit: Open, make_visit: Make) -> None:
    page = open_visit(make_visit(people=4).number)
    assert not [each for each in page.subheader if each.value == "集体访通知"]


def test_who_came_is_masked_and_shown_for_a_reason(
    open_visit: Open, make_visit: Make, store: Store
) -> None:
    page = open_visit(make_visit("张三丰").number)
    assert any("张某" in each.value for each in page.text)
    page.text_input(key="reveal_reason").set_value("电话回访")
    _submit(page, "查看")
    assert any("张三丰" in each.value for each in page.text)
    with store.reading(SYSTEM) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.REVEAL)
        ).all()
    assert [(each.entity, each.changes["reason"]) for each in entries] == [("visits", "电话回访")]


def test_who_came_is_added_to(open_visit: Open, make_visit: Make, store: Store) -> None:
    visit = make_visit("张三丰")
    page = open_visit(visit.number)
    page.button(key="edit_people").click().run()
    page.text_input(key="person_1_1_name").set_value("李四光")
    _submit(page, "保存来访人")
    with store.writing(SYSTEM) as session:
        people = commands.reveal_visitors(session, visit.id, reason="核对")
    assert [person.name for person in people] == ["张三丰", "李四光"]


def test_a_wrong_link_is_parted(
    open_visit: Open, make_visit: Make, make_case: Callable[..., Opened], visits_of: Read
) -> None:
    opened = make_case()
    page = open_visit(make_visit(case_id=opened.id).number)
    page.button(key="visit_unlinks_opens").click().run()
    page.button(key="visit_unlink").click().run()
    assert visits_of()[0].case_id is None


@pytest.mark.parametrize(("reason", "name"), [("", "张某"), ("存档", "张三丰")])
def test_the_form_is_masked_unless_a_reason_is_noted(
    open_visit: Open, make_visit: Make, store: Store, reason: str, name: str
) -> None:
    page = open_visit(make_visit("张三丰", instruction="请办理。").number)
    page.session_state["visit_paper"] = True
    page.run()
    page.text_input(key="visit_paper_reason").set_value(reason).run()
    page.button(key="visit_paper_make").click().run()
    made = page.session_state["_visit_paper"][1]
    document = docx.Document(BytesIO(made))
    words = {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert {name, "请办理。", "王县长"} <= words
    assert "JF20260001" in document.paragraphs[1].text
    with store.reading(SYSTEM) as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.entity == "visits").order_by(AuditEntry.seq)
        ).all()
    assert actions[1:] == ([AuditAction.REVEAL] if reason else []) + [AuditAction.EXPORT]


def test_another_leaders_visit_is_not_there(
    open_visit: Open, make_visit: Make, make_leader: Callable[[str], int], leader: int
) -> None:
    other = make_leader("赵副县长")
    page = open_visit(make_visit().number, Role.LEADER, name="赵", leader_id=other)
    assert "不在您的查看范围内" in page.error[0].value


def test_a_unit_reads_and_has_no_form(
    open_visit: Open, make_visit: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    page = open_visit(make_visit(unit_id=unit).number, Role.UNIT, unit_id=unit)
    keys = {each.key for each in page.button}
    assert not keys & {"visit_outcome_opens", "visit_facts_opens", "edit_people"}


def test_an_accusation_is_not_there_for_its_leader(
    open_visit: Open, make_visit: Make, leader: int
) -> None:
    number = make_visit(purpose=Purpose.ACCUSATION).number
    page = open_visit(number, Role.LEADER, name="王县长", leader_id=leader)
    assert page.error


def test_a_visit_is_opened_by_its_number(open_page: Open, make_visit: Make) -> None:
    visit = make_visit(title="反映塔吊倒塌")
    page = open_page("receptions/visit", Role.OFFICE)
    page.text_input(key="wanted_visit").set_value(visit.number)
    _submit(page, "打开")
    assert page.title[0].value == "反映塔吊倒塌"


def test_the_form_leaves_no_name_of_its_template_open(open_visit: Open, make_visit: Make) -> None:
    page = open_visit(make_visit().number)
    page.session_state["visit_paper"] = True
    page.run()
    page.button(key="visit_paper_make").click().run()
    document = docx.Document(BytesIO(page.session_state["_visit_paper"][1]))
    texts = [cell.text for row in document.tables[0].rows for cell in row.cells]
    texts += [paragraph.text for paragraph in document.paragraphs]
    assert not [text for text in texts if "{{" in text]


def test_the_page_of_the_case_leads_to_its_visits(
    open_page: Open, make_visit: Make, make_case: Callable[..., Opened], visits_of: Read
) -> None:
    opened = make_case()
    make_visit(case_id=opened.id)
    page = open_page("cases/detail", Role.OFFICE, query={"case": opened.number})
    assert any("领导接访 JF20260001" in link.proto.label for link in page.get("page_link"))


def test_a_letter_sent_about_the_matter_is_told_to_its_leader(
    open_visit: Open, make_visit: Make, make_case: Callable[..., Opened], store: Store, leader: int
) -> None:
    opened = make_case()
    visit = make_visit(case_id=opened.id)
    given = {
        "case_id": opened.id,
        "rung": Rung.URGE,
        "trigger": Trigger.OVERDUE,
        "reason": "超期",
        "text": "催办函",
        "drafted_at": NOW,
        "drafted_by": "小李",
    }
    with store.writing(SYSTEM) as session:
        session.add(FollowUp(**given))
        session.add(
            FollowUp(**given, sent_on=TODAY - timedelta(days=9), due_on=TODAY - timedelta(days=2))
        )

    page = open_visit(visit.number, Role.LEADER, leader_id=leader)

    assert [each.value for each in page.caption if "发出" in each.value] == [
        "催办，2026-11-11 发出"
    ]
    assert any("逾期未答复" in each.value for each in page.markdown)
