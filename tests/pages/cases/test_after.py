"""督办, 回访 and 销号 on the page of a case: each widget that writes is used, the store looked at."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import cases as commands
from db.commands import supervision
from db.commands.cases import NewFile, Opened
from db.engine import Store
from db.models.cases import Attachment, Case
from db.models.procedure import CaseDocument
from db.models.supervision import (
    CaseOpening,
    FollowUp,
    LiabilityRecord,
    LookBack,
    SignOff,
)
from rules.case_terms import (
    DocumentKind,
    Liability,
    Performance,
    Rung,
    Satisfaction,
    Step,
    Trigger,
    VisitKind,
)
from rules.permissions import SYSTEM
from rules.terms import CaseState, EntryKind, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.closing import approve, close, document, head, ready, request, step
from tests.pages.cases.conftest import Make

Open = Callable[..., AppTest]


def _submit(page: AppTest, label: str) -> None:
    next(button for button in page.form_submit_button if button.label == label).click().run()
    assert not page.exception


def _unfold(page: AppTest, key: str) -> None:
    page.session_state[key] = True
    page.run()


def _only(store: Store, model: Any) -> Any:
    with store.reading(SYSTEM) as session:
        found = session.scalars(select(model)).one()
        session.expunge(found)
        return found


def _state(store: Store, opened: Opened) -> CaseState:
    with store.reading(SYSTEM) as session:
        return session.get_one(Case, opened.id).state


def _drafted(store: Store, opened: Opened) -> int:
    with store.writing(OFFICE) as session:
        return supervision.draft_follow_up(
            session,
            opened.id,
            trigger=Trigger.SHIRKING,
            rung=Rung.SUPERVISE,
            reason="两次推诿",
            today=TODAY,
            now=NOW,
        )


def _sent(store: Store, opened: Opened, unit: int) -> int:
    drafted = _drafted(store, opened)
    with store.writing(OFFICE) as session:
        supervision.send_follow_up(
            session, drafted, text="请办理", unit_id=unit, due_on=None, version=1, today=TODAY
        )
    return drafted


def test_the_office_drafts_what_the_page_says_is_due(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case(received_on=TODAY - timedelta(days=20))
    page = open_case_page(opened.number)

    key = f"draft_{opened.id}"
    _unfold(page, key)
    page.selectbox(key=f"{key}_trigger").set_value(Trigger.OVERDUE)
    page.selectbox(key=f"{key}_rung").set_value(Rung.URGE)
    _submit(page, "起草")

    assert any("登记转送已超期 5 天" in caption.value for caption in page.caption)
    row = _only(store, FollowUp)
    assert (row.trigger, row.rung, row.sent_on) == (Trigger.OVERDUE, Rung.URGE, None)


def test_a_rung_too_high_is_refused_beside_the_form(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)

    key = f"draft_{opened.id}"
    _unfold(page, key)
    page.selectbox(key=f"{key}_trigger").set_value(Trigger.OTHER)
    page.selectbox(key=f"{key}_rung").set_value(Rung.LISTED)
    page.text_area(key=f"{key}_reason").set_value("群众反映强烈")
    _submit(page, "起草")

    assert "督办应逐级进行" in page.error[0].value
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(FollowUp)).all() == []


def test_a_draft_is_corrected_and_sent(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    key = f"send_{_drafted(store, opened)}"
    page = open_case_page(opened.number)

    _unfold(page, key)
    text = page.text_area(key=f"{key}_text")
    assert "现予督办" in (text.value or "")
    text.set_value("请于三日内办理")
    page.date_input(key=f"{key}_due").set_value(TODAY + timedelta(days=3))
    _submit(page, "发出")

    row = _only(store, FollowUp)
    assert (row.text, row.unit_id, row.sent_on, row.due_on) == (
        "请于三日内办理",
        unit,
        TODAY,
        TODAY + timedelta(days=3),
    )


def test_the_unit_answers_what_was_sent_to_it(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    key = f"answer_{_sent(store, opened, unit)}"
    page = open_case_page(opened.number, Role.UNIT, unit_id=unit)

    _unfold(page, key)
    for name in ("problem", "progress", "why_not", "next_step"):
        page.text_area(key=f"{key}_{name}").set_value("正在分期退还")
    page.date_input(key=f"{key}_promised_on").set_value(TODAY + timedelta(days=9))
    _submit(page, "提交答复")

    row = _only(store, FollowUp)
    assert (row.answered_on, row.why_not) == (TODAY, "正在分期退还")
    assert not [each for each in page.subheader if each.value == "回访"]


def test_a_letter_is_ended_with_its_reason(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    key = f"end_{_sent(store, opened, unit)}"
    page = open_case_page(opened.number)

    _unfold(page, key)
    page.text_input(key=f"{key}_why").set_value("已落实")
    _submit(page, "确定结束")

    assert _only(store, FollowUp).ended_why == "已落实"


def test_liability_is_written_down(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case()
    key = f"liability_{opened.id}"
    page = open_case_page(opened.number)

    _unfold(page, key)
    page.selectbox(key=f"{key}_reason").set_value(Liability.SHIRKED)
    page.selectbox(key=f"{key}_failed").set_value(unit)
    page.text_area(key=f"{key}_text").set_value("超期未答复")
    page.date_input(key=f"{key}_on").set_value(TODAY)
    _submit(page, "记录")

    row = _only(store, LiabilityRecord)
    assert (row.reason, row.failed_unit_id, row.caused_unit_id) == (Liability.SHIRKED, unit, None)


def _look(page: AppTest, key: str, with_unit: Satisfaction) -> None:
    _unfold(page, key)
    page.selectbox(key=f"{key}_office").set_value(Satisfaction.SATISFIED)
    page.selectbox(key=f"{key}_unit").set_value(with_unit)
    page.text_area(key=f"{key}_outcome").set_value("电话回访")
    _submit(page, "保存回访")


def test_a_planned_look_back_and_one_between_are_written(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    close(store, opened)
    with store.reading(SYSTEM) as session:
        planned = session.scalar(select(LookBack.id).where(LookBack.kind == VisitKind.LOOK_30))
    page = open_case_page(opened.number)

    _look(page, f"look_{planned}", Satisfaction.FAIRLY)
    _look(page, f"call_{opened.id}", Satisfaction.DISSATISFIED)

    with store.reading(SYSTEM) as session:
        done = session.scalars(
            select(LookBack).where(LookBack.done_on.is_not(None)).order_by(LookBack.id)
        ).all()
    assert [(row.kind, row.with_unit) for row in done] == [
        (VisitKind.LOOK_30, Satisfaction.FAIRLY),
        (VisitKind.CALL_BACK, Satisfaction.DISSATISFIED),
    ]
    assert _only(store, FollowUp).trigger is Trigger.DISSATISFIED


def test_a_paper_is_put_on_record_and_the_sign_off_asked_for(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    close(store, opened)
    page = open_case_page(opened.number)

    key = f"paper_{opened.id}"
    _unfold(page, key)
    page.selectbox(key=f"{key}_kind").set_value(DocumentKind.MEDIATION).run()
    page.date_input(key=f"{key}_mediation_on").set_value(TODAY)
    for name in ("parties", "terms"):
        page.text_area(key=f"{key}_mediation_{name}").set_value("三个月内退还")
    _submit(page, "保存文书")
    paper = _only(store, CaseDocument)
    assert (paper.kind, paper.issued_on) == (DocumentKind.MEDIATION, TODAY)

    key = f"ask_{opened.id}"
    _unfold(page, key)
    page.text_area(key=f"{key}_result").set_value("押金已退还")
    page.selectbox(key=f"{key}_document").set_value(paper.id)
    page.selectbox(key=f"{key}_performance").set_value(Performance.PERFORMED)
    _submit(page, "提交申请")

    row = _only(store, SignOff)
    assert (row.requested_by, row.result, row.document_id) == ("小李", "押金已退还", paper.id)
    assert "办结后还没有回访" in page.warning[0].value


def test_a_paper_shows_what_it_holds_and_leads_to_its_scan(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    with store.writing(OFFICE) as session:
        commands.add_entry(
            session,
            opened.id,
            kind=EntryKind.EVIDENCE,
            happened_on=TODAY,
            text="",
            files=[NewFile("协议.txt", "三个月内退还".encode())],
            limit_mb=1,
            today=TODAY,
            now=NOW,
        )
        scan = session.scalars(select(Attachment.id)).one()
    page = open_case_page(opened.number)
    key = f"paper_{opened.id}"
    _unfold(page, key)
    page.selectbox(key=f"{key}_kind").set_value(DocumentKind.RECONCILIATION).run()
    page.date_input(key=f"{key}_reconciliation_on").set_value(TODAY)
    for name in ("parties", "terms"):
        page.text_area(key=f"{key}_reconciliation_{name}").set_value("分期履行")
    page.selectbox(key=f"{key}_reconciliation_file").set_value(scan)
    _submit(page, "保存文书")

    paper = _only(store, CaseDocument)
    assert paper.attachment_id == scan
    page.session_state[f"paper_shown_{paper.id}"] = True
    page.run()
    assert any("协议内容：分期履行" in each.value for each in page.text)
    leads = [each.proto.url for each in page.get("link_button")]
    assert leads.count(f"/files/{scan}") == 2  # in the paper and in the timeline


def test_a_paper_of_a_former_round_is_marked_and_not_offered_for_the_sign_off(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    close(store, opened)
    document(store, opened)
    step(store, opened, Step.REOPEN, reason="有新的事实")
    close(store, opened)
    page = open_case_page(opened.number)

    _unfold(page, f"ask_{opened.id}")

    assert any("属于前一轮办理，不再作为销号依据" in each.label for each in page.expander)
    assert page.selectbox(key=f"ask_{opened.id}_document").options == ["尚未登记"]


def test_a_unit_writes_its_heads_word(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    close(store, opened)
    key = f"head_{request(store, opened, document_id=None)}"
    page = open_case_page(opened.number, Role.UNIT, unit_id=unit)

    _unfold(page, key)
    page.text_input(key=f"{key}_name").set_value("王局长")
    page.date_input(key=f"{key}_on").set_value(TODAY)
    _submit(page, "保存签批")

    row = _only(store, SignOff)
    assert (row.head_name, row.head_on) == ("王局长", TODAY)


def test_a_second_person_approves_after_a_look_that_is_noted(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    key = f"approve_{ready(store, opened)}"
    page = open_case_page(opened.number)
    assert _only(store, CaseOpening).case_id == opened.id

    _unfold(page, key)
    _submit(page, "确定销号")
    assert page.error[0].value == "请先核对材料并勾选"
    page.checkbox(key=f"{key}_checked").check()
    _submit(page, "确定销号")

    assert _state(store, opened) is CaseState.SIGNED_OFF
    assert _only(store, SignOff).approved_by == "小李"


def test_whoever_asked_is_told_that_another_must_approve(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    asked = ready(store, opened)
    page = open_case_page(opened.number, Role.OFFICE, name=OFFICE.name)

    assert any("由联席办其他人员批准" in caption.value for caption in page.caption)
    _unfold(page, f"approve_{asked}")
    assert "确定销号" not in [button.label for button in page.form_submit_button]


def test_a_rivals_change_of_the_request_is_told(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    asked = ready(store, opened)
    key = f"approve_{asked}"
    page = open_case_page(opened.number)
    _unfold(page, key)
    head(store, asked)
    with store.writing(OFFICE) as session:
        session.get_one(SignOff, asked).head_name = "李局长"

    page.checkbox(key=f"{key}_checked").check()
    _submit(page, "确定销号")

    assert "已被他人修改" in page.error[0].value
    assert _state(store, opened) is CaseState.CLOSED


def test_a_request_is_sent_back_and_a_sign_off_taken_back(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    refused, signed = make_case(), make_case()
    first = request(store, _closed(store, refused), document_id=document(store, refused))
    second = ready(store, signed)
    approve(store, second)

    page = open_case_page(refused.number)
    _unfold(page, f"refuse_{first}")
    page.text_input(key=f"refuse_{first}_why").set_value("材料不全")
    _submit(page, "确定退回")
    with store.reading(SYSTEM) as session:
        assert session.get_one(SignOff, first).refused_why == "材料不全"

    page.query_params["case"] = signed.number
    page.run()
    _unfold(page, f"undo_{second}")
    page.text_input(key=f"undo_{second}_why").set_value("又起争议")
    _submit(page, "确定撤销")

    assert _state(store, signed) is CaseState.ACCEPTED
    with store.reading(SYSTEM) as session:
        assert session.get_one(SignOff, second).withdrawn_on == TODAY


def _closed(store: Store, opened: Opened) -> Opened:
    close(store, opened)
    return opened
