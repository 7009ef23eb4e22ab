"""包案 on the case page: every form that writes, used, and the store looked into."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.queries.duty import DutyFile, duty_file
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import TODAY
from tests.pages.cases.conftest import Make

Open = Callable[..., AppTest]
MakeUnit = Callable[..., int]
MakeLeader = Callable[[str], int]


def _submit(page: AppTest, label: str) -> None:
    next(button for button in page.form_submit_button if button.label == label).click().run()


def _duty(store: Store, case_id: int) -> DutyFile:
    with store.reading(SYSTEM) as session:
        return duty_file(session, case_id)


@pytest.fixture
def open_duty(open_case_page: Open) -> Open:
    """Return a function that opens the duty of a case."""

    def open_(number: str, *roles: Role, **account: object) -> AppTest:
        page = open_case_page(number, *roles, **account)
        return page.segmented_control(key="part").set_value("包案").run()

    return open_


def test_the_office_takes_a_case_into_the_ledger(
    store: Store, open_duty: Open, make_case: Make, make_leader: MakeLeader
) -> None:
    leader = make_leader("王县长")
    opened = make_case()
    page = open_duty(opened.number)
    key = f"duty_{opened.id}"

    page.selectbox(key=f"{key}_lead").set_value(leader)
    page.text_input(key=f"{key}_team").set_value("住建局三人专班")
    page.multiselect(key=f"{key}_ticks").set_value(["包调查", "包掌握情况"])
    _submit(page, "保存包案")

    found = _duty(store, opened.id)
    assert (found.lead_id, found.team) == (leader, "住建局三人专班")
    assert found.ticks == frozenset({"包调查", "包掌握情况"})
    assert any("五个一 3/5 缺一个方案、一抓到底" in words.value for words in page.markdown)

    page.text_area(key=f"{key}_plan").set_value("分期退还")
    _submit(page, "保存包案")
    assert _duty(store, opened.id).plan == "分期退还"


def test_a_measure_is_added_with_its_cost_and_finished_with_proof(
    store: Store, open_duty: Open, make_case: Make, make_unit: MakeUnit
) -> None:
    make_unit("县财政局")
    opened = make_case()
    page = open_duty(opened.number)
    key = f"measure_{opened.id}"
    page.session_state[key] = True
    page.run()
    page.text_area(key=f"{key}_text").set_value("筹集退款")
    page.text_area(key=f"{key}_costs").set_value("县财政局\t20000\t会议纪要")
    _submit(page, "保存措施")

    row = _duty(store, opened.id).measures[0]
    assert (row.text, row.shares[0].amount_fen, row.shares[0].basis) == (
        "筹集退款",
        2_000_000,
        "会议纪要",
    )

    page.session_state[f"finish_{row.id}"] = True
    page.run()
    page.text_input(key=f"finish_{row.id}_evidence").set_value("转账凭证")
    _submit(page, "确定完成")

    row = _duty(store, opened.id).measures[0]
    assert (row.done_on, row.evidence, len(row.shares)) == (TODAY, "转账凭证", 1)


def test_a_cost_that_cannot_be_read_is_named_and_nothing_is_written(
    store: Store, open_duty: Open, make_case: Make
) -> None:
    opened = make_case()
    page = open_duty(opened.number)
    key = f"measure_{opened.id}"
    page.session_state[key] = True
    page.run()
    page.text_area(key=f"{key}_text").set_value("筹集退款")
    page.text_area(key=f"{key}_costs").set_value("没有局 100")
    _submit(page, "保存措施")

    assert "第 1 行：没有名为“没有局”的单位" in page.error[0].value
    assert _duty(store, opened.id).measures == ()


def test_a_measure_is_dropped(store: Store, open_duty: Open, make_case: Make) -> None:
    opened = make_case()
    page = open_duty(opened.number)
    key = f"measure_{opened.id}"
    page.session_state[key] = True
    page.run()
    page.text_area(key=f"{key}_text").set_value("走访")
    _submit(page, "保存措施")
    row = _duty(store, opened.id).measures[0]

    page.button(key=f"drop_measure_{row.id}").click().run()

    assert _duty(store, opened.id).measures == ()


def test_the_chain_is_written(store: Store, open_duty: Open, make_case: Make) -> None:
    opened = make_case()
    page = open_duty(opened.number)

    page.text_input(key=f"chain_{opened.id}_1_official").set_value("王县长")
    page.text_input(key=f"chain_{opened.id}_4_official").set_value("小赵")
    page.text_input(key=f"chain_{opened.id}_4_post").set_value("网格员")
    _submit(page, "保存包保责任")

    assert [(link.level, link.official, link.post) for link in _duty(store, opened.id).links] == [
        (1, "王县长", ""),
        (4, "小赵", "网格员"),
    ]


def test_a_recusal_is_written_and_lifted(
    store: Store, open_duty: Open, make_case: Make, make_leader: MakeLeader
) -> None:
    leader = make_leader("王县长")
    opened = make_case()
    page = open_duty(opened.number)
    key = f"recuse_{opened.id}"
    page.session_state[key] = True
    page.run()
    page.selectbox(key=f"{key}_leader").set_value(leader)
    page.text_input(key=f"{key}_reason").set_value("亲属")
    _submit(page, "登记")

    found = _duty(store, opened.id).recusals[0]
    assert (found.leader, found.reason) == ("王县长", "亲属")

    page.button(key=f"lift_{found.id}").click().run()
    assert _duty(store, opened.id).recusals == ()


def test_a_unit_reads_the_duty_and_writes_only_measures(
    open_duty: Open, make_case: Make, make_unit: MakeUnit
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)

    page = open_duty(opened.number, Role.UNIT, unit_id=unit)

    labels = [button.label for button in page.form_submit_button]
    assert "保存包案" not in labels
    assert "保存包保责任" not in labels
    assert any("化解措施" in words.value for words in page.subheader)
