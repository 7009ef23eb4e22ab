"""The steps of a case on its page: what is offered, taken, refused and taken back."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import cases as commands
from db.engine import Store
from db.models.cases import Case
from db.models.procedure import CaseStep
from rules.case_terms import Step
from rules.permissions import SYSTEM
from rules.terms import CaseState, EntryKind, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.closing import step
from tests.pages.cases.conftest import Make

Open = Callable[..., AppTest]


def _submit(page: AppTest, label: str) -> None:
    next(button for button in page.form_submit_button if button.label == label).click().run()


def _choose(page: AppTest, case_id: int, step: Step) -> None:
    page.pills(key=f"step_{case_id}").set_value(step).run()


def _case(store: Store, case_id: int) -> Case:
    with store.reading(SYSTEM) as session:
        found = session.get(Case, case_id)
        assert found is not None
        session.expunge(found)
        return found


def _steps(store: Store) -> list[Step]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(CaseStep.step).order_by(CaseStep.id)))


def test_the_office_passes_a_matter_on_with_its_day(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(received_on=TODAY - timedelta(days=3))
    page = open_case_page(opened.number)

    _choose(page, opened.id, Step.ASSIGN)
    key = f"step_{opened.id}_assign"
    page.selectbox(key=f"{key}_unit_id").set_value(unit)
    page.date_input(key=f"{key}_until").set_value(TODAY + timedelta(days=20))
    _submit(page, "确定交办")

    case = _case(store, opened.id)
    assert (case.state, case.unit_id, case.forwarded_on) == (CaseState.FORWARDED, unit, TODAY)
    assert case.due_on == TODAY + timedelta(days=15)
    assert any("告知（转送交办）" in words.value for words in page.markdown), page.markdown
    assert any("交办" in words.value for words in page.markdown)


def test_what_a_step_lacks_is_said_beside_it_and_nothing_is_written(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    page = open_case_page(opened.number)

    _choose(page, opened.id, Step.DECLINE)
    _submit(page, "确定不予受理")

    assert "请填写不予受理情形" in page.error[0].value
    assert _steps(store) == []


def test_a_unit_is_offered_its_own_steps_and_takes_one(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    page = open_case_page(opened.number, Role.UNIT, unit_id=unit)

    offered = page.pills(key=f"step_{opened.id}").options
    _choose(page, opened.id, Step.ACCEPT)
    _submit(page, "确定受理")

    assert "受理" in offered
    assert "转送" not in offered
    assert _case(store, opened.id).state is CaseState.ACCEPTED


def test_a_leader_reads_the_clocks_and_takes_no_step(
    open_case_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    opened = make_case(lead_id=leader)
    page = open_case_page(opened.number, Role.LEADER, leader_id=leader)

    assert any("登记转送" in words.value for words in page.markdown)
    assert not [pills for pills in page.pills if pills.key == f"step_{opened.id}"]


def test_a_step_beside_a_rivals_save_is_told(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case()
    page = open_case_page(opened.number)
    _choose(page, opened.id, Step.FORWARD)
    with store.writing(OFFICE) as session:
        commands.change_case(
            session, opened.id, {"place": "甲村"}, base={}, version=1, today=TODAY, now=NOW
        )

    page.selectbox(key=f"step_{opened.id}_forward_unit_id").set_value(unit)
    _submit(page, "确定转送")

    assert "已被他人修改" in page.error[0].value
    assert _steps(store) == []


def test_the_last_step_is_taken_back_with_a_reason(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    opened = make_case()
    page = open_case_page(opened.number)
    _choose(page, opened.id, Step.FORWARD)
    page.selectbox(key=f"step_{opened.id}_forward_unit_id").set_value(unit)
    _submit(page, "确定转送")

    page.session_state[f"back_{opened.id}"] = True
    page.run()
    page.text_input(key=f"withdraw_reason_{opened.id}").set_value("选错了单位")
    _submit(page, "撤回")

    case = _case(store, opened.id)
    assert (case.state, case.unit_id) == (CaseState.REGISTERED, None)
    assert _steps(store) == [Step.FORWARD, Step.WITHDRAW]
    assert any("转送（已撤回）" in words.value for words in page.markdown)


def test_a_blocked_step_says_why(open_case_page: Open, make_case: Make) -> None:
    opened = make_case()
    page = open_case_page(opened.number)

    page.session_state[f"waiting_{opened.id}"] = True
    page.run()

    assert any("现在是“已登记”，答复只能在“办理中”时进行" in c.value for c in page.caption)


def test_the_heading_tells_the_nearest_clock_and_who_took_it_over(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    opened = make_case(received_on=TODAY - timedelta(days=17))
    unit = make_unit("县政府办")
    step(store, opened, Step.ELEVATE, unit_id=unit, reason="久拖未决")

    told = [each.value for each in open_case_page(opened.number).markdown]
    assert any("登记转送 超期 2 天" in words for words in told), told
    assert any("提级办理：县政府办" in words for words in told), told


def test_a_hearing_is_written_with_its_days_and_the_limits_it_misses_are_told(
    store: Store, open_case_page: Open, make_case: Make
) -> None:
    opened = make_case()
    step(store, opened, Step.ACCEPT)
    page = open_case_page(opened.number)

    _choose(page, opened.id, Step.HEAR)
    key = f"step_{opened.id}_hear"
    page.date_input(key=f"{key}_asked_on").set_value(TODAY - timedelta(days=16))
    page.date_input(key=f"{key}_notified_on").set_value(TODAY)
    page.date_input(key=f"{key}_held_on").set_value(TODAY + timedelta(days=6))
    page.text_input(key=f"{key}_participants").set_value("信访人、县住建局")
    _submit(page, "确定决定听证")

    with store.reading(SYSTEM) as session:
        taken = session.scalars(select(CaseStep).order_by(CaseStep.id.desc())).first()
        assert taken is not None
        held = {name: day for name, day in taken.details.items() if name.endswith("_on")}
    assert held == {
        "asked_on": f"{TODAY - timedelta(days=16)}",
        "notified_on": f"{TODAY}",
        "held_on": f"{TODAY + timedelta(days=6)}",
    }
    told = [each.value for each in page.warning]
    assert any("应在 15 日内决定" in words for words in told), told
    assert any("应提前 7 日告知" in words for words in told), told

    step(store, opened, Step.END_HEARING, text="已质证")
    assert not page.run().warning


def test_a_second_handing_and_a_second_instruction_warn(
    store: Store, open_case_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    first = make_unit("县住建局")
    opened = make_case(received_on=TODAY - timedelta(days=3))
    with store.writing(OFFICE) as session:
        commands.add_entry(
            session,
            opened.id,
            kind=EntryKind.OPINION,
            happened_on=TODAY,
            text="请住建局依法办理",
            files=[],
            limit_mb=1,
            today=TODAY,
            now=NOW,
        )
    step(store, opened, Step.FORWARD, unit_id=first)
    step(store, opened, Step.OBJECT, reason="不属本单位职责")

    page = open_case_page(opened.number)
    _choose(page, opened.id, Step.ASSIGN)

    told = [each.value for each in page.warning]
    assert any("已交县住建局办理" in words for words in told), told
    assert any(f"{OFFICE.name}的批示" in words for words in told), told
    assert _case(store, opened.id).first_unit_id == first
