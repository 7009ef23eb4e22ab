"""One evaluation on the screen: conditions, admission, refusal, panel, 回避 and the notice."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.models.evaluations import EvaluationDraw, EvaluationSeat, Objection
from rules.evaluation_terms import (
    Condition,
    EvaluationState,
    Move,
    Objector,
    RecusalReason,
    RefusalReason,
    TemporaryKind,
)
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import evaluations as e
from tests.db import outcomes as o
from tests.pages.conftest import said
from ui import store as ui_store

Open = Callable[..., AppTest]


@pytest.fixture
def applied(store: Store, place: e.Place, case: Opened) -> Opened:
    """An evaluation that waits to be judged."""
    return e.apply(store, case, place.department)


@pytest.fixture
def admitted(store: Store, applied: Opened) -> Opened:
    """An evaluation that waits for its panel."""
    e.admit(store, applied)
    return applied


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every moment be a second after the one before: a save that moves no moment is none."""
    seconds = count()
    monkeypatch.setattr(ui_store, "now", lambda: NOW + timedelta(seconds=next(seconds)))


def _condition(store: Store, found: Opened, wanted: Condition) -> int:
    return next(c.id for c in e.seen(store, found).conditions if c.condition is wanted)


def test_a_condition_is_filled_in_with_its_evidence(
    open_evaluation: Open, store: Store, place: e.Place, applied: Opened
) -> None:
    key = _condition(store, applied, Condition.HANDLED)
    page = open_evaluation(applied, Role.UNIT, unit_id=place.department)
    page.checkbox(key=f"met-{key}").check()
    page.text_input(key=f"evidence-{key}").input("住建信复〔2026〕12号")
    page.text_input(key=f"who-{key}").input("王主任")
    page.date_input(key=f"shown_on-{key}").set_value(TODAY)
    page.button(key=f"condition_save-{key}").click().run()

    met = e.seen(store, applied).met[Condition.HANDLED]
    assert (met.met, met.who, met.on) == (True, "王主任", TODAY)


def test_the_forms_of_an_application_are_saved_one_after_another(
    open_evaluation: Open, store: Store, applied: Opened, clock: None
) -> None:
    page = open_evaluation(applied)
    keys = {each: _condition(store, applied, each) for each in Condition}
    for key in keys.values():
        page.checkbox(key=f"met-{key}").check()
        page.text_input(key=f"evidence-{key}").input("住建信复〔2026〕12号")
        page.text_input(key=f"who-{key}").input("王主任")
        page.date_input(key=f"shown_on-{key}").set_value(TODAY)
        page.button(key=f"condition_save-{key}").click().run()
        assert not page.error
    page.button_group(key="marks").set_value(["minor"])
    page.button(key="marks_save").click().run()

    assert not page.error
    file = e.seen(store, applied)
    assert all(met.met for met in file.met.values())
    assert file.marks == {"minor"}


def test_a_rivals_condition_is_told_in_the_forms_that_were_open(
    open_evaluation: Open, store: Store, applied: Opened, clock: None
) -> None:
    page = open_evaluation(applied)
    mine, third = (
        _condition(store, applied, each) for each in (Condition.HANDLED, Condition.UNSATISFIED)
    )
    e.meet(store, applied, Condition.UNSATISFIED, now=NOW + e.DAY)
    page.text_input(key=f"evidence-{mine}").input("住建信复〔2026〕12号")
    page.button(key=f"condition_save-{mine}").click().run()
    assert "已被他人修改" in page.error[0].value
    page.button(key=f"reload:condition-{mine}").click().run()
    page.text_input(key=f"evidence-{mine}").input("住建信复〔2026〕13号")
    page.button(key=f"condition_save-{mine}").click().run()
    assert not page.error
    # Mine was saved from the newest; the form the rival's save is in still knows the former.
    page.text_input(key=f"evidence-{third}").input("我的")
    page.button(key=f"condition_save-{third}").click().run()
    assert "已被他人修改" in page.error[0].value
    assert e.seen(store, applied).met[Condition.UNSATISFIED].evidence == e.MET.evidence


def test_the_fourth_condition_is_not_the_units(
    open_evaluation: Open, store: Store, place: e.Place, applied: Opened
) -> None:
    key = _condition(store, applied, Condition.CONFIRMED)
    page = open_evaluation(applied, Role.UNIT, unit_id=place.department)

    assert not [box for box in page.checkbox if box.key == f"met-{key}"]
    assert not [button for button in page.button if button.key == "evaluation_admit"]


def test_an_application_is_admitted(open_evaluation: Open, store: Store, applied: Opened) -> None:
    page = open_evaluation(applied)
    page.button(key="evaluation_admit").click().run()
    assert "不能受理" in page.error[0].value
    e.meet(store, applied)
    page.run()
    page.button(key="evaluation_admit").click().run()

    assert e.seen(store, applied).state is EvaluationState.ADMITTED
    assert "已受理" in said(page)


def test_a_refusal_is_written_with_its_letter(
    open_evaluation: Open, store: Store, applied: Opened
) -> None:
    page = open_evaluation(applied)
    page.selectbox(key="refuse_reason").set_value(RefusalReason.CONDITION)
    page.text_area(key="refuse_text").input("补齐后再申请")
    page.button(key="evaluation_refuse").click().run()

    file = e.seen(store, applied)
    assert file.state is EvaluationState.REFUSED
    assert file.refused_why.endswith("补齐后再申请")
    assert [b.proto.label for b in page.get("download_button")] == ["下载通知书（Word）"]


def test_marks_and_the_village_are_set(
    open_evaluation: Open, store: Store, place: e.Place, applied: Opened
) -> None:
    page = open_evaluation(applied)
    page.button_group(key="marks").set_value(["privacy"])
    page.selectbox(key="marks_village").set_value(None)
    page.button(key="marks_save").click().run()

    file = e.seen(store, applied)
    assert (file.marks, file.village_id) == (frozenset({"privacy"}), None)


def test_an_application_is_taken_back(
    open_evaluation: Open, store: Store, place: e.Place, applied: Opened
) -> None:
    page = open_evaluation(applied, Role.UNIT, unit_id=place.department)
    page.text_input(key="withdraw_why").input("已和解")
    page.button(key="evaluation_withdraw").click().run()

    assert e.seen(store, applied).state is EvaluationState.WITHDRAWN


def test_a_leader_reads_and_changes_nothing(
    open_evaluation: Open,
    store: Store,
    admitted: Opened,
    make_leader: Callable[[str], int],
) -> None:
    e.draw(store, admitted)
    page = open_evaluation(admitted, Role.LEADER, leader_id=make_leader("王强"))

    assert [b.key for b in page.button if b.key] == ["draw_replay"]
    assert not page.text_input


def test_temporary_members_are_taken_in_and_out(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    page = open_evaluation(admitted)
    page.selectbox(key="temporary_kind").set_value(TemporaryKind.NETIZEN)
    page.text_input(key="temporary_name").input("网友一")
    page.button(key="temporary_add").click().run()
    (seat,) = e.seen(store, admitted).seats
    assert seat.name == "网友一"
    page.button(key=f"temporary_drop-{seat.id}").click().run()

    assert e.seen(store, admitted).seats == ()


def test_the_petitioner_presses_and_the_draw_is_replayed(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    page = open_evaluation(admitted)
    page.selectbox(key="draw_pressed").set_value(Objector.PETITIONER)
    page.text_input(key="draw_witness").input("赵律师")
    page.button(key="draw_now").click().run()

    with store.reading(OFFICE) as session:
        drawn = session.scalars(select(EvaluationDraw)).one()
        assert (drawn.pressed_by, drawn.witness) == (Objector.PETITIONER, "赵律师")
        assert len(drawn.members) == 9
    page.button(key="draw_replay").click().run()
    assert page.success[0].value.startswith("一致")


def test_seats_that_do_not_come_to_the_size_are_told(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    page = open_evaluation(admitted)
    page.number_input(key="draw_size").set_value(11)
    page.button(key="draw_now").click().run()

    assert "应等于小组人数 11" in page.error[0].value
    assert e.seen(store, admitted).draws == ()


def test_somebody_of_the_pool_is_objected_to_and_decided_on(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    page = open_evaluation(admitted)
    page.button(key="objecting_opens").click().run()
    page.selectbox(key="object_whom").set_value(1)
    page.selectbox(key="object_by").set_value(Objector.PETITIONER)
    page.selectbox(key="object_reason").set_value(RecusalReason.INTEREST)
    page.text_area(key="object_text").input("合伙做生意")
    page.button(key="object_now").click().run()
    page.radio(key="decide_upheld-1").set_value(True)
    page.text_input(key="decide_why-1").input("属实")
    page.button(key="decide_now-1").click().run()

    with store.reading(OFFICE) as session:
        row = session.scalars(select(Objection)).one()
        assert (row.evaluator_id, row.upheld, row.why) == (1, True, "属实")
    assert "不参加抽取" in said(page)


def test_the_judged_unit_objects_and_does_not_see_the_reasons_of_others(
    open_evaluation: Open, store: Store, place: e.Place, admitted: Opened
) -> None:
    e.draw(store, admitted)
    seat = e.seen(store, admitted).seats[0]
    page = open_evaluation(admitted, Role.UNIT, unit_id=place.department)
    page.button(key="objecting_opens").click().run()
    page.selectbox(key="object_whom").set_value(seat.id)
    page.selectbox(key="object_reason").set_value(RecusalReason.INTEREST)
    page.text_area(key="object_text").input("有债务")
    page.button(key="object_now").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Objection.raised_by)).one() is Objector.JUDGED
    assert not [r for r in page.radio if r.key == "decide_upheld-1"]
    assert "有债务" not in str([text.value for text in page.text])


def test_who_cannot_come_is_followed_and_a_draw_is_annulled(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    e.draw(store, admitted)
    seat = e.seen(store, admitted).seats[0]
    page = open_evaluation(admitted)
    page.button(key="panel_changes_opens").click().run()
    page.selectbox(key="replace_seat").set_value(seat.id).run()
    page.text_input(key="replace_why").input("出差")
    page.button(key="replace_now").click().run()
    assert "递补" in said(page)
    with store.reading(OFFICE) as session:
        assert session.get_one(EvaluationSeat, seat.id).left_on == TODAY
    page.button(key="panel_changes_opens").click().run()
    page.text_input(key="annul_why").input("停电")
    page.button(key="annul_now").click().run()

    assert e.seen(store, admitted).draw is None


def test_the_panel_is_changed_on_the_screen_only_while_it_may_be(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    def offered() -> tuple[list[str], list[str]]:
        page.run()
        opens = [b.label for b in page.button if b.key == "panel_changes_opens"]
        if opens:
            page.button(key="panel_changes_opens").click().run()
        return opens, [b.key for b in page.button if b.key in ("replace_now", "annul_now")]

    e.draw(store, admitted)
    e.form(store, admitted)
    page = open_evaluation(admitted)
    assert offered() == (["递补、作废"], ["replace_now", "annul_now"])
    e.publish(store, admitted)
    assert offered() == (["递补"], ["replace_now"])
    assert "先撤销公示" in _captions(page)
    o.vote(store, admitted)
    assert offered() == ([], [])


def test_it_is_noted_of_members_that_they_were_sent_the_facts_and_come(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    e.draw(store, admitted)
    sitting = [seat.id for seat in e.seen(store, admitted).seats if seat.seated]
    page = open_evaluation(admitted)
    assert "情况说明（Word）" in [each.proto.label for each in page.get("download_button")]
    assert "情况说明已送 0 名，会前确认到会 0 名，至少 7 名" in _captions(page)
    page.button(key="panel_notes_opens").click().run()
    assert page.button_group(key=f"note_who-{Move.BRIEF}").value == sitting
    page.button(key="note_save").click().run()
    assert "情况说明已送 9 名，会前确认到会 0 名" in _captions(page)
    page.button(key="panel_notes_opens").click().run()
    page.segmented_control(key="note_move").set_value(Move.PROMISE).run()
    page.button_group(key=f"note_who-{Move.PROMISE}").set_value(sitting[:7])
    page.date_input(key="note_on").set_value(TODAY)
    page.button(key="note_save").click().run()

    seats = {seat.id: seat for seat in e.seen(store, admitted).seats}
    assert {key for key, seat in seats.items() if seat.briefed_on == TODAY} == {*sitting}
    assert {key for key, seat in seats.items() if seat.promised_on == TODAY} == {*sitting[:7]}
    assert "会前确认到会 7 名。" in _captions(page)
    e.form(store, admitted)
    e.publish(store, admitted)
    o.vote(store, admitted)
    page.run()
    assert "panel_notes_opens" not in [button.key for button in page.button]


def _captions(page: AppTest) -> str:
    return "\n".join(each.value for each in page.caption)


def test_a_panel_is_settled_and_its_meeting_published(
    open_evaluation: Open, store: Store, admitted: Opened
) -> None:
    e.draw(store, admitted)
    page = open_evaluation(admitted)
    page.button(key="panel_form").click().run()
    assert e.seen(store, admitted).state is EvaluationState.FORMED
    page.button(key="panel_notes_opens").click().run()
    page.button(key="note_save").click().run()
    page.date_input(key="notice_held_on").set_value(TODAY + timedelta(2))
    page.text_input(key="notice_held_time").input("14:30")
    page.text_input(key="notice_place").input("接待中心")
    page.button(key="notice_publish").click().run()
    assert "应提前 3 天公示" in page.error[0].value
    page.date_input(key="notice_held_on").set_value(TODAY + timedelta(3))
    page.button(key="notice_publish").click().run()

    file = e.seen(store, admitted)
    assert file.state is EvaluationState.NOTICED
    assert file.notice is not None
    assert (file.notice.held_on, file.notice.notice.place) == (TODAY + timedelta(3), "接待中心")


def test_a_notice_is_taken_down(
    open_evaluation: Open, store: Store, place: e.Place, case: Opened
) -> None:
    found = e.noticed(store, place, case)
    page = open_evaluation(found)
    page.text_input(key="revoke_why").input("场地停用")
    page.button(key="notice_revoke").click().run()

    assert e.seen(store, found).notice is None


def test_a_number_that_is_none_is_told(open_page: Open, place: e.Place) -> None:
    page = open_page("evaluations/evaluation", Role.OFFICE, query={"evaluation": "PJ1"})

    assert "没有编号为“PJ1”" in page.error[0].value
