"""The page of a dispute: each form is used, by whom it is for, and the store is looked at."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.disputes import (
    Dispute,
    DisputeEntry,
    DisputeLook,
    DisputePaper,
    DisputeParty,
    DisputeSignOff,
)
from rules.case_terms import Performance, Satisfaction, Tick, VisitKind
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    DisputeStep,
    GradeStage,
    MediationChannel,
    PaperKind,
    RiskLevel,
)
from rules.people import Person
from rules.terms import Role
from tests.conftest import OFFICE, TODAY
from tests.db import disputes as d
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def opened(store: Store, place: d.County) -> Opened:
    """A dispute of the village, reported."""
    return d.add(store, place.village, people=12)


def _row(store: Store, opened: Opened) -> Dispute:
    with store.reading(OFFICE) as session:
        return session.get_one(Dispute, opened.id)


def _town(open_dispute: Open, opened: Opened, place: d.County, **more: Any) -> AppTest:
    return open_dispute(opened.number, Role.UNIT, unit_id=place.town, **more)


def test_what_was_found_is_corrected(open_dispute: Open, store: Store, opened: Opened) -> None:
    page = open_dispute(opened.number)
    page.button(key="dispute_found_opens").click().run()
    at = f"dispute_{opened.id}_"
    page.text_input(key=f"{at}title").set_value("三户宅基地界线")
    page.number_input(key=f"{at}people").set_value(30)
    page.number_input(key=f"{at}amount_fen").set_value(1200.5)
    page.checkbox(key=f"{at}group").check()
    page.button(key="dispute_found_save").click().run()

    row = _row(store, opened)
    assert (row.title, row.people, row.amount_fen, row.group) == (
        "三户宅基地界线",
        30,
        120_050,
        True,
    )
    assert not page.error


def test_a_rivals_save_is_told_and_what_was_typed_stays(
    open_dispute: Open, store: Store, opened: Opened
) -> None:
    page = open_dispute(opened.number)
    page.button(key="dispute_found_opens").click().run()
    with store.writing(d.SECOND) as session:
        session.get_one(Dispute, opened.id).title = "对方改的"
    title = f"dispute_{opened.id}_title"
    page.text_input(key=title).set_value("我改的")
    page.button(key="dispute_found_save").click().run()

    assert "他人修改" in page.error[0].value
    assert any("对方改的" in caption.value for caption in page.caption)
    assert _row(store, opened).title == "对方改的"
    assert page.text_input(key=title).value == "我改的"


def test_the_township_assigns_and_the_chain_and_the_plan_are_filled(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    page = _town(open_dispute, opened, place)
    page.pills(key=f"dispute_step_{opened.id}_submitted").set_value(DisputeStep.ASSIGN).run()
    at = f"-{DisputeStep.ASSIGN}-{opened.id}"
    page.text_input(key=f"step_handler{at}").set_value("王镇长")
    page.button(key="take_assign").click().run()

    row = _row(store, opened)
    assert (row.state, row.duty_unit_id, row.handler) == (
        DisputeState.ASSIGNED,
        place.town,
        "王镇长",
    )
    assert row.due_on == TODAY + timedelta(30)
    page.button(key="dispute_duty_opens").click().run()
    page.text_input(key=f"dispute_{opened.id}_town_head").set_value("王镇长")
    page.text_area(key=f"dispute_{opened.id}_plan").set_value("先丈量，后调解")
    page.button(key="dispute_duty_save").click().run()
    assert (_row(store, opened).town_head, _row(store, opened).plan) == ("王镇长", "先丈量，后调解")
    assert any("4/4" in str(table.value) for table in page.table)


def test_a_village_sees_its_item_and_takes_no_step_of_the_township(
    open_dispute: Open, opened: Opened, place: d.County
) -> None:
    page = open_dispute(opened.number, Role.UNIT, unit_id=place.village)

    assert "没有您可以办理的步骤。" in [caption.value for caption in page.caption]


def test_anothers_item_is_not_there_by_its_address(
    open_dispute: Open, opened: Opened, place: d.County
) -> None:
    page = open_dispute(opened.number, Role.UNIT, unit_id=place.neighbour)

    assert "不在您的查看范围内" in page.error[0].value
    assert not page.text_area


def test_a_step_that_lacks_something_says_so_and_keeps_what_was_typed(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    d.handle(store, opened, place.town)
    page = _town(open_dispute, opened, place)
    page.pills(key=f"dispute_step_{opened.id}_handling").set_value(DisputeStep.RESOLVE).run()
    at = f"-{DisputeStep.RESOLVE}-{opened.id}"
    page.text_input(key=f"step_agreement{at}").set_value("调 1 号")
    page.button(key="take_resolve").click().run()
    assert "情况说明" in page.error[0].value

    page.text_area(key=f"step_text{at}").set_value("双方签订协议")
    page.button(key="take_resolve").click().run()
    row = _row(store, opened)
    assert (row.state, row.outcome, row.resolved_on) == (
        DisputeState.RESOLVED,
        DisputeOutcome.RESOLVED,
        TODAY,
    )


def test_mediation_begins_with_its_channel(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    until = TODAY + timedelta(9)
    d.step(store, opened, DisputeStep.ASSIGN, unit_id=place.town, until=until)
    page = _town(open_dispute, opened, place)
    page.pills(key=f"dispute_step_{opened.id}_assigned").set_value(DisputeStep.START).run()
    channel = f"step_channel-{DisputeStep.START}-{opened.id}"
    page.selectbox(key=channel).set_value(MediationChannel.JUDICIAL)
    page.button(key="take_start").click().run()

    assert _row(store, opened).channel is MediationChannel.JUDICIAL


def test_the_level_is_decided_on_the_page(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    page = open_dispute(opened.number, Role.UNIT, unit_id=place.village)
    assert any("建议：黄" in caption.value for caption in page.caption)
    page.button(key="dispute_grade_opens").click().run()
    at = f"-{opened.id}-0"
    page.radio(key=f"grade_level{at}").set_value(RiskLevel.RED)
    page.text_input(key=f"grade_who{at}").set_value("村调解小组")
    page.button(key="grade_save").click().run()

    row = _row(store, opened)
    assert (row.level, row.level_stage) == (RiskLevel.RED, GradeStage.GROUP)
    assert "小组初定" in said(page)


def test_progress_is_written(open_dispute: Open, store: Store, opened: Opened) -> None:
    page = open_dispute(opened.number)
    page.text_area(key="entry_text").set_value("走访两家")
    page.button(key="entry_save").click().run()

    with store.reading(OFFICE) as session:
        assert [e.text for e in session.scalars(select(DisputeEntry))] == ["走访两家"]
    assert page.text_area(key="entry_text").value == ""


def test_the_four_are_filled(open_dispute: Open, store: Store, opened: Opened) -> None:
    page = open_dispute(opened.number)
    page.button(key="dispute_ticks_opens").click().run()
    page.text_input(key=f"tick_{Tick.INVESTIGATED}_who_{opened.id}").set_value("小赵")
    page.date_input(key=f"tick_{Tick.INVESTIGATED}_on_{opened.id}").set_value(TODAY)
    page.button(key="ticks_save").click().run()

    assert d.seen(store, opened.number).ticks[Tick.INVESTIGATED] == ("小赵", TODAY)


def test_a_paper_is_added_with_its_scan_and_taken_again(
    open_dispute: Open, store: Store, opened: Opened
) -> None:
    page = open_dispute(opened.number)
    page.button(key="dispute_paper_opens").click().run()
    page.selectbox(key="paper_kind").set_value(PaperKind.AGREEMENT)
    page.text_input(key="paper_number").set_value("调 1 号")
    page.file_uploader(key="paper_upload").upload("协议.pdf", b"%PDF-1.4 x")
    page.button(key="paper_save").click().run()

    with store.reading(OFFICE) as session:
        paper = session.scalars(select(DisputePaper)).one()
        assert (paper.kind, paper.number, paper.content) == (
            PaperKind.AGREEMENT,
            "调 1 号",
            b"%PDF-1.4 x",
        )
    page.button(key=f"paper_{paper.id}").click().run()
    assert not page.error


def test_three_roles_bring_a_dispute_to_its_sign_off(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    d.resolve(store, opened, place.town, by=d.member(store, place.town))
    for kind in d.MEDIATED:
        d.paper(store, opened, kind, by=d.member(store, place.town))
    page = _town(open_dispute, opened, place, name="王镇长")
    page.button(key="dispute_call_opens").click().run()
    page.radio(key="call_satisfaction").set_value(Satisfaction.SATISFIED)
    page.checkbox(key="call_accepted").check()
    page.text_area(key="call_text").set_value("当事人无异议")
    page.button(key="call_save").click().run()
    assert _row(store, opened).state is DisputeState.REVISITED

    page.button(key="dispute_request_opens").click().run()
    page.text_area(key="request_result").set_value("界线已立桩")
    page.selectbox(key="request_performance").set_value(Performance.PERFORMED)
    page.button(key="request_save").click().run()
    assert any("负责人尚未签批" in warning.value for warning in page.warning)
    assert not [b for b in page.button if b.key == "dispute_approve"]
    page.button(key="dispute_head_opens").click().run()
    page.text_input(key="head_name").set_value("刘书记")
    page.button(key="head_save").click().run()
    assert not page.warning

    page = open_dispute(opened.number, Role.OFFICE, name="联席办老张")
    page.button(key="dispute_approve").click().run()
    assert _row(store, opened).state is DisputeState.SIGNED_OFF
    with store.reading(OFFICE) as session:
        assert session.scalars(select(DisputeSignOff)).one().approved_by == "联席办老张"


def test_who_handled_it_finds_the_approval_shut(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    d.ready(store, opened, place.town)
    page = open_dispute(opened.number, Role.OFFICE, name=OFFICE.name)

    assert page.button(key="dispute_approve").disabled
    assert any("联席办其他人员" in caption.value for caption in page.caption)


def test_a_request_is_sent_back(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    d.ready(store, opened, place.town)
    page = open_dispute(opened.number, Role.OFFICE)
    page.button(key="dispute_refuse_opens").click().run()
    page.text_area(key="refuse_why").set_value("协议没有落款")
    page.button(key="refuse_save").click().run()

    assert _row(store, opened).state is DisputeState.REVISITED
    assert any("协议没有落款" in caption.value for caption in page.caption)


def test_a_look_back_that_finds_it_again_opens_it(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    page = _town(open_dispute, opened, place)
    page.button(key="dispute_look_opens").click().run()
    page.radio(key="look_satisfaction").set_value(Satisfaction.DISSATISFIED)
    page.checkbox(key="look_recurred").check()
    page.text_area(key="look_text").set_value("界桩被拔")
    page.button(key="look_save").click().run()

    assert _row(store, opened).state is DisputeState.REBOUNDED
    with store.reading(OFFICE) as session:
        look = session.scalars(
            select(DisputeLook).where(DisputeLook.kind == VisitKind.LOOK_30)
        ).one()
        assert (look.done_on, look.accepted) == (TODAY, False)


def test_the_office_assesses_and_archives(
    open_dispute: Open, store: Store, opened: Opened, place: d.County
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    page = open_dispute(opened.number, Role.OFFICE)
    page.button(key="dispute_assess_opens").click().run()
    page.text_area(key="assess_text").set_value("程序规范")
    page.text_input(key="assess_archive").set_value("2026-调-1")
    page.button(key="assess_save").click().run()

    row = _row(store, opened)
    assert (row.assessed_on, row.assessment, row.archive_number) == (TODAY, "程序规范", "2026-调-1")


def test_a_dispute_becomes_a_case_and_each_page_leads_to_the_other(
    open_dispute: Open, open_page: Open, store: Store, opened: Opened
) -> None:
    page = open_dispute(opened.number, Role.OFFICE)
    page.button(key="dispute_petition_opens").click().run()
    page.text_area(key="petition_reason").set_value("当事人要求")
    page.text_input(key="petition_name").set_value("张三丰")
    page.button(key="petition_save").click().run()

    with store.reading(OFFICE) as session:
        case = session.scalars(select(Case)).one()
        assert session.get_one(Dispute, opened.id).case_id == case.id
    assert case.number in said(page)
    labels = [link.proto.label for link in page.get("page_link")]
    assert any(case.number in label for label in labels)
    detail = open_page("cases/detail", query={"case": case.number})
    labels = [link.proto.label for link in detail.get("page_link")]
    assert any(opened.number in label for label in labels)


def test_a_case_is_linked_and_let_go(
    open_dispute: Open, store: Store, opened: Opened, make_case: Callable[..., Opened]
) -> None:
    case = make_case()
    page = open_dispute(opened.number, Role.OFFICE)
    page.button(key="dispute_link_opens").click().run()
    page.text_input(key="link_number").set_value(case.number)
    page.button(key="link_save").click().run()
    assert _row(store, opened).case_id == case.id

    page.button(key="dispute_unlink").click().run()
    assert _row(store, opened).case_id is None


def test_parties_are_masked_shown_for_a_reason_and_added(
    open_dispute: Open, store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village, people=[Person("欧阳锋", "13800001234")])
    page = open_dispute(opened.number, Role.OFFICE)
    assert any("欧阳某" in text.value for text in page.text)
    assert not any("欧阳锋" in text.value for text in page.text)
    page.text_input(key="reveal_reason").set_value("电话核实")
    next(b for b in page.button if b.label == "查看").click().run()
    assert any("欧阳锋" in text.value for text in page.text)

    page = open_dispute(opened.number, Role.OFFICE, name="小王")
    page.button(key="edit_people").click().run()
    page.text_input(key=f"person_{opened.id}_1_name").set_value("黄蓉")
    next(b for b in page.button if b.label == "保存当事人").click().run()
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(DisputeParty)).all()) == 2


def test_a_page_without_an_address_asks_for_a_number(open_page: Open, opened: Opened) -> None:
    page = open_page("sweeps/dispute", Role.OFFICE)
    page.text_input(key="wanted_dispute").set_value(opened.number)
    next(b for b in page.button if b.label == "打开").click().run()

    assert page.title[0].value == "两户宅基地界线纠纷"
