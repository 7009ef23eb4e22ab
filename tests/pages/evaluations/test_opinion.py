"""After the vote on the screen: opinion, copies, delivery, publication, report, 督办 and the end."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import cases
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.evaluation_outcomes import EvaluationReturn
from db.models.evaluations import Evaluation
from rules.ballots import Tally
from rules.case_terms import Satisfaction
from rules.evaluation_terms import (
    ApplicationRoute,
    EvaluationState,
    Medium,
    Party,
    Service,
    Verdict,
)
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel, Role
from tests.conftest import OFFICE, TODAY
from tests.db import disputes as d
from tests.db import evaluations as e
from tests.db import outcomes as o

Open = Callable[..., AppTest]
S = EvaluationState


@pytest.fixture(autouse=True)
def meeting_day(third_day: Callable[[], None]) -> None:
    """Let it be the day of the meeting, when the opinion is read out."""
    third_day()


@pytest.fixture
def decided(store: Store, place: e.Place, case: Opened) -> Opened:
    return o.decided(store, place, case)


@pytest.fixture
def failed(store: Store, place: e.Place, case: Opened) -> Opened:
    """One whose panel was not satisfied, with its opinion."""
    found = o.decided(store, place, case, o.BAD)
    o.issue(store, found)
    return found


def state(store: Store, found: Opened) -> EvaluationState:
    with store.reading(SYSTEM) as session:
        return session.get_one(Evaluation, found.id).state


def text(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.info, *page.text, *page.warning]
    return "\n".join(each.value for each in parts)


def test_the_opinion_is_issued_with_its_marks(
    open_evaluation: Open, store: Store, decided: Opened
) -> None:
    page = open_evaluation(decided)
    page.text_area(key="opinion_reasons").input("费用已经退还")
    page.text_area(key="opinion_advice").input("公示收费标准")
    page.button_group(key="opinion_marks").select("privacy")
    page.button(key="opinion_issue").click().run()

    assert not page.exception
    found = o.outcome(store, decided)
    assert found.opinion is not None
    assert (found.opinion.number, found.verdict) == ("评意〔2026〕1号", Verdict.SATISFIED)
    assert (found.opinion.reasons, found.opinion.advice) == ("费用已经退还", "公示收费标准")
    assert found.opinion.text.startswith("经票决")
    assert found.why_closed
    assert state(store, decided) is S.ISSUED


def test_an_opinion_without_reasons_is_refused_and_keeps_what_was_typed(
    open_evaluation: Open, store: Store, decided: Opened
) -> None:
    page = open_evaluation(decided)
    page.text_area(key="opinion_advice").input("公示收费标准")
    page.button(key="opinion_issue").click().run()

    assert "请填写理由" in page.error[0].value
    assert page.text_area(key="opinion_advice").value == "公示收费标准"
    assert state(store, decided) is S.DECIDED


def test_both_parties_are_served_from_the_screen(
    open_evaluation: Open, store: Store, decided: Opened
) -> None:
    o.issue(store, decided)
    page = open_evaluation(decided)
    page.file_uploader(key="serve_receipt-2").upload(o.RECEIPT.name, o.RECEIPT.content).run()
    page.button(key="serve_save").click().run()
    page.checkbox(key="serve_refused").check().run()
    page.selectbox(key="serve_way").select(Service.LEFT)
    page.text_input(key="serve_witness").input("村主任")
    page.button(key="serve_save").click().run()

    assert not page.error
    rows = o.outcome(store, decided).deliveries
    assert [(row.party, row.way, row.refused, row.witness) for row in rows] == [
        (Party.PETITIONER, Service.ON_SPOT, False, ""),
        (Party.JUDGED, Service.LEFT, True, "村主任"),
    ]
    assert state(store, decided) is S.DELIVERED


def test_a_publication_a_report_and_the_petitioners_view_are_noted_and_it_ends(
    open_evaluation: Open, store: Store, decided: Opened
) -> None:
    o.issue(store, decided)
    for party in Party:
        o.serve(store, decided, party)
    page = open_evaluation(decided)
    assert page.button(key="evaluation_end").disabled
    page.selectbox(key="public_medium").select(Medium.TV)
    page.text_input(key="public_place").input("县电视台新闻")
    page.date_input(key="public_first_on").set_value(o.HELD)
    page.file_uploader(key="public_file-0").upload(o.RECEIPT.name, o.RECEIPT.content)
    page.button(key="public_save").click().run()
    page.text_input(key="report_to").input("市联席办")
    page.date_input(key="report_on").set_value(o.HELD)
    page.button(key="report_save").click().run()
    page.button_group(key="view").select(Satisfaction.SATISFIED)
    page.date_input(key="view_asked_on").set_value(o.HELD)
    page.date_input(key="view_settled_on").set_value(o.HELD)
    page.button(key="view_save").click().run()
    page.button(key="evaluation_end").click().run()

    assert not page.exception
    found = o.outcome(store, decided)
    assert [(each.medium, each.place) for each in found.publications] == [
        (Medium.TV, "县电视台新闻")
    ]
    assert found.opinion is not None
    assert found.opinion.reported_to == "市联席办"
    assert (found.petitioner_view, found.settled_on) == (Satisfaction.SATISFIED, o.HELD)
    assert state(store, decided) is S.ENDED


def test_the_office_takes_every_copy(open_evaluation: Open, store: Store, decided: Opened) -> None:
    o.issue(store, decided)
    page = open_evaluation(decided)
    labels = {each.proto.label for each in page.get("download_button")}

    assert {"存档稿（含姓名）", "公开稿", "送达回证（信访人）", "送达回证（单位）"} <= labels


def test_a_unit_takes_the_public_copy_alone(
    open_evaluation: Open, store: Store, place: e.Place, decided: Opened
) -> None:
    o.issue(store, decided)
    page = open_evaluation(decided, Role.UNIT, unit_id=place.department)
    labels = {each.proto.label for each in page.get("download_button")}

    assert "公开稿" in labels
    assert "存档稿（含姓名）" not in labels
    assert not [each for each in page.button if each.key == "serve_save"]


def test_the_unit_hands_in_plan_and_result_and_the_office_decides_side_by_side(
    open_evaluation: Open, store: Store, place: e.Place, failed: Opened
) -> None:
    page = open_evaluation(failed, Role.UNIT, unit_id=place.department)
    at = f"{failed.id}-0-整改方案"
    page.text_area(key=f"handed_text-{at}").input("成立专班")
    page.date_input(key=f"handed_on-{at}").set_value(o.HELD)
    page.button(key=f"handed_save-{at}").click().run()
    at = f"{failed.id}-0-处理结果"
    page.text_area(key=f"handed_text-{at}").input("重新签订合同")
    page.date_input(key=f"handed_on-{at}").set_value(o.HELD)
    page.button(key=f"handed_save-{at}").click().run()
    followed = o.outcome(store, failed).follow_up
    assert followed is not None
    assert followed.plan == "成立专班"
    waiting = followed.waiting
    assert waiting is not None

    page = open_evaluation(failed, name="联席办小张")
    assert "评价不满意的原处理意见" in text(page)
    page.button_group(key=f"judge-{waiting.id}").select(True)
    page.text_input(key=f"judge_why-{waiting.id}").input("处理结果已变更")
    page.button(key=f"judge_save-{waiting.id}").click().run()

    followed = o.outcome(store, failed).follow_up
    assert followed is not None
    assert (followed.answers[0].accepted, followed.answers[0].why) == (True, "处理结果已变更")
    assert followed.ended_on == o.HELD


def test_a_satisfied_verdict_stands_on_the_page_of_its_case(
    open_page: Open, store: Store, decided: Opened, case: Opened
) -> None:
    page = open_page("cases/detail", Role.OFFICE, query={"case": case.number})
    assert "本事项已第三方评价满意" not in text(page)
    o.issue(store, decided)

    page = open_page("cases/detail", query={"case": case.number})
    assert "本事项已第三方评价满意" in text(page)
    assert "不影响依法申请复查" in text(page)


def test_a_matter_that_comes_again_is_asked_for_new_facts_on_its_page(
    open_page: Open, store: Store, decided: Opened, case: Opened
) -> None:
    o.issue(store, decided)
    values: dict[str, Any] = {
        "title": "又反映物业收费",
        "content": "今年又收",
        "channel": Channel.VISIT,
        "received_on": o.HELD,
        "repeat_of_id": case.id,
    }
    with store.writing(OFFICE) as session:
        made = cases.open_case(
            session, values, people=[Person("张三丰", "")], today=o.HELD, now=o.LATER
        )

    page = open_page("cases/detail", Role.OFFICE, query={"case": made.number})
    assert f"相似的 {case.number} 已第三方评价满意" in text(page)
    page.button_group(key=f"return_facts-{decided.id}").select(True)
    page.text_input(key=f"return_text-{decided.id}").input("今年又收了一次")
    page.button(key=f"return_save-{decided.id}").click().run()

    with store.reading(SYSTEM) as session:
        kept = session.scalars(select(EvaluationReturn)).one()
        assert (kept.case_id, kept.new_facts, kept.text) == (made.id, True, "今年又收了一次")


def test_another_matter_of_the_same_person_is_asked_about_at_entry_and_on_its_page(
    open_page: Open, store: Store, decided: Opened, case: Opened
) -> None:
    o.issue(store, decided)
    page = open_page("cases/entry", Role.OFFICE)
    page.text_input(key="entry_petitioner").input("李四").run()
    assert not page.info
    page.text_input(key="entry_petitioner").input("张三丰").run()
    page.text_input(key="entry_title").input("三组路灯不亮").run()
    (told,) = page.info
    assert told.value.startswith(f"同一人反映过的 {case.number}：本事项已第三方评价满意")
    page.button(key="entry_save").click().run()
    with store.reading(SYSTEM) as session:
        made = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert made is not None
        assert (made.title, made.repeat_of_id, made.suspect_of_id) == ("三组路灯不亮", None, None)

    page = open_page("cases/detail", query={"case": made.number})
    assert f"同一人反映过的 {case.number} 已第三方评价满意" in text(page)
    page.button_group(key=f"return_facts-{decided.id}").select(True)
    page.text_input(key=f"return_text-{decided.id}").input("另一件事")
    page.button(key=f"return_save-{decided.id}").click().run()
    with store.reading(SYSTEM) as session:
        kept = session.scalars(select(EvaluationReturn)).one()
        assert (kept.case_id, kept.new_facts, kept.text) == (made.id, True, "另一件事")


def test_entry_shows_the_earlier_opinion_and_registers_all_the_same(
    open_page: Open, store: Store, decided: Opened
) -> None:
    o.issue(store, decided)
    page = open_page("cases/entry", Role.OFFICE)
    page.text_input(key="entry_petitioner").input("张三丰")
    page.text_input(key="entry_title").input("反映道路积水").run()

    assert "本事项已第三方评价满意" in "\n".join(each.value for each in page.info)
    page.button(key="entry_save").click().run()
    assert "已保存" in page.toast[0].value


def links(page: AppTest) -> list[str]:
    """The ways to evaluations a page has."""
    labels = [each.proto.label for each in page.get("page_link")]
    return [label for label in labels if label.startswith("第三方评价 ")]


def test_a_satisfied_verdict_stands_on_the_page_of_its_dispute_beside_the_way_to_it(
    open_page: Open, store: Store, place: e.Place
) -> None:
    judged, other = o.Disputed(store, place, o.GOOD), d.add(store, place.town)
    query = {"dispute": judged.dispute.number}

    page = open_page("sweeps/dispute", Role.OFFICE, query=query)
    assert links(page) == [f"第三方评价 {judged.evaluation.number}（已票决）"]
    assert "本事项已第三方评价满意" not in text(page)
    opinion = o.issue(store, judged.evaluation)

    page = open_page("sweeps/dispute", query=query)
    assert f"**本事项已第三方评价满意**（{opinion}，{o.HELD}）" in text(page)
    assert f"第三方评价 {judged.evaluation.number}（已出意见书）" in links(page)
    page = open_page("sweeps/dispute", query={"dispute": other.number})
    assert "本事项已第三方评价满意" not in text(page)
    assert links(page) == []


def test_a_dispute_judged_badly_has_the_way_to_its_evaluation_and_no_banner(
    open_page: Open, store: Store, place: e.Place
) -> None:
    judged = o.Disputed(store, place, o.BAD)
    o.issue(store, judged.evaluation)

    page = open_page("sweeps/dispute", Role.OFFICE, query={"dispute": judged.dispute.number})
    assert "本事项已第三方评价满意" not in text(page)
    assert links(page) == [f"第三方评价 {judged.evaluation.number}（已出意见书）"]


@pytest.mark.parametrize(("tally", "told"), [(o.GOOD, True), (o.BAD, False)])
def test_an_imports_comparison_says_what_a_panel_found_and_asks_for_new_facts(
    open_page: Open,
    store: Store,
    place: e.Place,
    make_case: Callable[..., Opened],
    tally: Tally,
    told: bool,
) -> None:
    words = "大桥村三组路灯损坏半年无人维修"
    former = make_case(unit_id=place.department, title=words, content=words)
    number = o.issue(store, o.decided(store, place, former, tally))
    book = Workbook()
    for row in (
        ["2026年信访台账"],
        ["序号", "信访人", "反映内容", "登记时间"],
        [1, "张三丰", words, f"{TODAY + e.DAY}"],
    ):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    page = open_page("cases/imports", Role.OFFICE)
    page.file_uploader[0].upload("台账.xlsx", stream.getvalue()).run()
    page.selectbox(key="preview_pair").set_value(3).run()

    assert list(page.table[0].value.columns[1:3]) == ["本表第 3 行", f"{former.number}（已答复）"]
    said = "\n".join(each.value for each in page.info)
    assert (f"本事项已第三方评价满意（{number}，{o.HELD}）：处理意见事实清楚" in said) is told
    assert ("登记后在案件页回答有无新事实、新理由" in said) is told


def test_the_second_application_asks_for_new_facts(
    open_page: Open, store: Store, place: e.Place, case: Opened
) -> None:
    o.whole(store, place, case)
    page = open_page("evaluations/apply", Role.OFFICE)
    page.text_input(key="apply_matter").input(case.number).run()
    at = f"-{case.number}"
    page.text_area(key=f"apply_new{at}").input("发现新的收费凭证")
    page.radio(key=f"apply_route{at}").set_value(ApplicationRoute.UNIT)
    page.text_input(key=f"apply_title{at}").input("某小区物业收费")
    page.text_area(key=f"apply_claims{at}").input("退还多收的物业费")
    page.button(key=f"apply_save{at}").click().run()

    with store.reading(SYSTEM) as session:
        latest = session.scalars(select(Evaluation).order_by(Evaluation.id.desc())).first()
        assert latest is not None
        assert latest.new_facts == "发现新的收费凭证"


def test_the_room_reads_the_opinion_without_a_name(
    open_page: Open, store: Store, decided: Opened
) -> None:
    o.issue(store, decided, reasons="张三丰的诉求已经落实")
    query = {"evaluation": decided.number, "wall": "1"}
    page = open_page("evaluations/meeting", Role.OFFICE, query=query)
    shown = "\n".join(each.proto.body for each in page.get("html"))

    assert "评意〔2026〕1号" in shown
    assert "张某的诉求已经落实" in shown
    assert "张三丰" not in shown
