"""案件看板: cards in their columns, the filter, the pages, and whose board it is."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import clocks
from db.commands import procedure as commands
from db.engine import Store
from db.models.duty import CaseDuty
from db.models.hotspots import Hotspot, HotspotCase
from db.models.procedure import CaseStep
from rules.board import Grouping
from rules.case_terms import DutyList, DutySource, HotspotState, Light, Step
from rules.periods import Period
from rules.permissions import SYSTEM
from rules.terms import CaseState, DateBase, Purpose, Role
from tests.conftest import NOW, OFFICE, ROOT, TODAY
from tests.pages.cases.conftest import Make
from tests.pages.conftest import said
from ui import case_filter

Open = Callable[..., AppTest]


def _accepted(make_case: Make, days: int, **values: Any) -> Any:
    day = TODAY - timedelta(days=days)
    return make_case(received_on=day, forwarded_on=day, accepted_on=day, **values)


def _titles(page: AppTest) -> list[str]:
    return [b.label for b in page.button if str(b.key).startswith("card_")]


def test_an_empty_board_has_its_columns(open_page: Open) -> None:
    page = open_page("cases/board", Role.OFFICE)

    heads = " ".join(words.value for words in page.markdown)
    assert "登记分办" in heads
    assert "办结待销号" in heads
    assert _titles(page) == []


def test_a_card_says_what_is_needed_at_a_glance(
    store: Store, open_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    opened = _accepted(
        make_case,
        63,
        title="**路**积水",
        unit_id=make_unit("县住建局"),
        people=30,
        people_approx=True,
    )
    with store.writing(OFFICE) as session:
        session.add(CaseDuty(case_id=opened.id, source=DutySource.LOCAL, since=TODAY))
    clocks.catch_up(store, today=TODAY)

    page = open_page("cases/board", Role.OFFICE)

    assert _titles(page) == [r"\*\*路\*\*积水"]
    light = next(words.value for words in page.markdown if "第 63 天" in words.value)
    assert "超期 3 天" in light
    told = next(c.value for c in page.caption if "约 30 人" in c.value)
    assert "县住建局" in told
    assert "五个一 1/5 缺一名领导" in told


def test_a_click_opens_the_case(open_page: Open, make_case: Make) -> None:
    opened = _accepted(make_case, 3, title="路积水")
    page = open_page("cases/board", Role.OFFICE)

    page.button(key=f"card_{opened.id}").click().run()

    assert page.title[0].value == "路积水"


def test_the_board_is_narrowed_and_put_together(
    open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    _accepted(make_case, 3, title="有人包", lead_id=leader)
    _accepted(make_case, 3, title="没人包")
    page = open_page("cases/board", Role.OFFICE)

    page.selectbox(key="board_grouping").set_value(Grouping.LEAD).run()
    assert "王县长" in [c.value for c in page.caption]
    page.selectbox(key="board_lead").set_value(leader).run()

    assert _titles(page) == ["有人包"]


def test_a_full_column_is_turned(store: Store, open_page: Open, make_case: Make) -> None:
    for days in range(10):
        _accepted(make_case, days, title=f"第{days}天")
    clocks.catch_up(store, today=TODAY)
    page = open_page("cases/board", Role.OFFICE)
    first = _titles(page)

    page.button(key="board_page_handled_on").click().run()

    assert len(first) == 8
    assert _titles(page) == ["第1天", "第0天"]


def test_a_leader_sees_what_he_leads(
    open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    _accepted(make_case, 3, title="我的", lead_id=leader)
    _accepted(make_case, 3, title="别人的")

    page = open_page("cases/board", Role.LEADER, leader_id=leader)

    assert _titles(page) == ["我的"]


def _closed_days_ago(make_case: Make, days: int, **values: Any) -> Any:
    return _accepted(make_case, days + 5, closed_on=TODAY - timedelta(days=days), **values)


def _part(page: AppTest, part: str) -> AppTest:
    page.segmented_control(key="board_part").set_value(part).run()
    assert not page.exception
    return page


def _charts(page: AppTest) -> list[Any]:
    return [each.proto for each in page.get("vega_lite_chart")]


def _submit(page: AppTest, label: str) -> None:
    next(button for button in page.form_submit_button if button.label == label).click().run()


def _steps(store: Store) -> list[Step]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(CaseStep.step).order_by(CaseStep.id)))


def test_a_card_is_moved_where_it_hangs(
    store: Store,
    open_page: Open,
    make_case: Make,
    case_of: Callable[[int], dict[str, Any]],
) -> None:
    for days in range(2, 12):
        _accepted(make_case, days, title=f"第{days}天")
    opened = make_case(title="路积水")
    page = open_page("cases/board", Role.OFFICE)
    page.button(key="board_page_handled_on").click().run()

    page.button(key=f"move_{opened.id}").click().run()
    page.pills(key=f"step_{opened.id}").set_value(Step.ACCEPT).run()
    _submit(page, "确定受理")

    assert case_of(opened.id)["state"] is CaseState.ACCEPTED
    assert _steps(store) == [Step.ACCEPT]
    assert said(page) == f"{opened.number} 已受理，在“办理中”栏"
    assert not page.pills  # the window is shut, and the card leads its new column
    assert [b.label for b in page.button if b.key == f"card_{opened.id}"] == ["路积水"]
    assert any("刚办理" in words.value for words in page.markdown)


def test_the_window_says_why_a_step_cannot_be_taken(open_page: Open, make_case: Make) -> None:
    opened = make_case()
    page = open_page("cases/board", Role.OFFICE)

    page.button(key=f"move_{opened.id}").click().run()
    page.session_state[f"waiting_{opened.id}"] = True
    page.run()

    assert any("答复只能在“办理中”时进行" in c.value for c in page.caption)
    assert Step.ANSWER.label not in page.pills(key=f"step_{opened.id}").options


def test_a_step_refused_stays_in_the_window_and_writes_nothing(
    store: Store, open_page: Open, make_case: Make
) -> None:
    opened = make_case()
    page = open_page("cases/board", Role.OFFICE)
    page.button(key=f"move_{opened.id}").click().run()
    page.pills(key=f"step_{opened.id}").set_value(Step.DECLINE).run()

    _submit(page, "确定不予受理")

    assert "请填写不予受理情形" in page.error[0].value
    assert _steps(store) == []


def test_a_step_is_taken_back_in_the_window(
    store: Store,
    open_page: Open,
    make_case: Make,
    case_of: Callable[[int], dict[str, Any]],
) -> None:
    opened = make_case()
    with store.writing(SYSTEM) as session:
        commands.take_step(
            session,
            opened.id,
            Step.ACCEPT,
            happened_on=TODAY,
            values={},
            version=1,
            today=TODAY,
            now=NOW,
        )
    page = open_page("cases/board", Role.OFFICE)
    page.button(key=f"move_{opened.id}").click().run()

    page.session_state[f"back_{opened.id}"] = True
    page.run()
    page.text_input(key=f"withdraw_reason_{opened.id}").set_value("点错了")
    _submit(page, "撤回")

    assert case_of(opened.id)["state"] is CaseState.REGISTERED
    assert said(page).endswith("在“登记分办”栏")


def test_the_box_handles_a_case_by_its_number(open_page: Open, make_case: Make) -> None:
    make_case()
    opened = make_case(title="路积水")
    page = open_page("cases/board", Role.OFFICE)

    page.selectbox(key="board_jump").set_value(opened.number).run()

    assert page.pills(key=f"step_{opened.id}").options


def test_who_handles_nothing_opens_cases_and_moves_none(
    open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    opened = _accepted(make_case, 3, title="我的", lead_id=leader)
    page = open_page("cases/board", Role.LEADER, leader_id=leader)

    assert not [b for b in page.button if str(b.key).startswith("move_")]
    page.selectbox(key="board_jump").set_value(opened.number).run()

    assert page.title[0].value == "我的"


def test_a_board_opened_anew_has_no_window(open_page: Open, make_case: Make) -> None:
    opened = make_case()
    page = open_page("cases/board", Role.OFFICE)
    page.button(key=f"move_{opened.id}").click().run()
    page.switch_page(str(ROOT / "pages/cases/today.py")).run()

    page.switch_page(str(ROOT / "pages/cases/board.py")).run()

    assert not page.pills
    assert _titles(page) == ["反映道路积水"]


def test_the_board_of_a_hotspot_comes_from_its_address(
    store: Store, open_page: Open, make_case: Make
) -> None:
    mine = _accepted(make_case, 3, title="电梯停运")
    _accepted(make_case, 3, title="别的")
    with store.writing(OFFICE) as session:
        hotspot = Hotspot(
            name="阳光花园", state=HotspotState.WATCHED, created_by="甲", created_at=NOW
        )
        session.add(hotspot)
        session.flush()
        session.add(
            HotspotCase(hotspot_id=hotspot.id, case_id=mine.id, added_by="甲", added_at=NOW)
        )

    page = open_page(
        "cases/board", Role.OFFICE, query={"board_hotspot": "阳光花园", "board_grouping": "按热点"}
    )

    assert _titles(page) == ["电梯停运"]
    assert "阳光花园" in [c.value for c in page.caption]


def test_the_charts_are_told_in_words_and_their_rows_are_one_click_away(
    store: Store, open_page: Open, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("王县长")
    for resolved in ({"resolved_on": TODAY}, {}):
        opened = _accepted(make_case, 70, lead_id=leader, **resolved)
        with store.writing(OFFICE) as session:
            session.add(CaseDuty(case_id=opened.id, source=DutySource.LOCAL, since=TODAY))
    _closed_days_ago(make_case, 2)
    clocks.catch_up(store, today=TODAY)
    page = _part(open_page("cases/board", Role.OFFICE), "图表")

    told = [chart.alt for chart in _charts(page)]
    assert told[0] == "领导包案化解率：王县长 50.0%（1/2）"
    assert "61–90 天 2 件，其中超期 2 件" in told[1]
    assert "2026-11 收到 1 件，办结 1 件" in told[2]
    assert not page.dataframe

    for name in ("resolution", "ageing", "flow"):
        page.session_state[f"chart_{name}_table"] = True
    page.run()

    led, aged, flow = (frame.value.to_dict("records") for frame in page.dataframe)
    assert led == [
        {
            "包案领导": "王县长",
            "列入台账": "2",
            "已化解": "1",
            "未化解": "1",
            "化解率": "50.0%（1/2）",
        }
    ]
    assert {"收到至今": "61–90 天", "在办": "2", "其中超期": "2"} in aged
    assert flow[0] == {"月份": "2026-11", "收到": "1", "办结": "1"}


def test_the_wall_gets_larger_words(open_page: Open, make_case: Make) -> None:
    make_case()
    page = _part(open_page("cases/board", Role.OFFICE), "图表")
    desk = json.loads(_charts(page)[0].spec)["config"]["text"]["fontSize"]

    page.toggle(key="charts_large").set_value(True).run()

    assert json.loads(_charts(page)[0].spec)["config"]["text"]["fontSize"] >= 24 > desk


def test_the_charts_of_a_unit_are_its_own(
    open_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    _accepted(make_case, 3, unit_id=unit)
    _accepted(make_case, 3)
    page = _part(open_page("cases/board", Role.UNIT, unit_id=unit), "图表")

    assert "15 天以内 1 件" in _charts(page)[0].alt
    assert "只数您看得到的案件。" in [c.value for c in page.caption]


def test_the_load_is_counted_by_lead_and_by_unit(
    store: Store,
    open_page: Open,
    make_case: Make,
    make_leader: Callable[[str], int],
    make_unit: Callable[..., int],
) -> None:
    _accepted(make_case, 70, lead_id=make_leader("王县长"), unit_id=make_unit("县住建局"))
    clocks.catch_up(store, today=TODAY)
    page = _part(open_page("cases/board", Role.OFFICE), "在办件数")

    leads, units = (frame.value.to_dict("records") for frame in page.dataframe)
    numbers = {"在办": "1", "临期": "0", "超期": "1", "最久（天）": "70"}
    assert leads == [{"包案领导": "王县长", **numbers}]
    assert units == [{"责任单位": "县住建局", **numbers}]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"states": list(CaseState)[:9], "due": Light.OVERDUE}, ["迟", "迟的村"]),
        ({"period": Period.CUSTOM, "since": TODAY - timedelta(days=90)}, ["新", "迟", "迟的村"]),
        (
            {"base": DateBase.CLOSED, "period": Period.CUSTOM, "since": TODAY, "until": TODAY},
            ["完"],
        ),
        ({"unit": "城关镇", "alone": True}, ["迟"]),
        ({"unit": "城关镇"}, ["迟", "迟的村"]),
        ({"duty": DutyList.UNRESOLVED, "lead": "王县长"}, ["迟"]),
    ],
)
def test_a_number_opens_the_cases_it_counts(
    store: Store,
    open_page: Open,
    make_case: Make,
    make_leader: Callable[[str], int],
    make_unit: Callable[..., int],
    chosen: dict[str, Any],
    found: list[str],
) -> None:
    ids = {"城关镇": make_unit("城关镇"), "王县长": make_leader("王县长")}
    village = make_unit("东村", parent=ids["城关镇"])
    late = _accepted(make_case, 70, title="迟", unit_id=ids["城关镇"], lead_id=ids["王县长"])
    _accepted(make_case, 70, title="迟的村", unit_id=village)
    make_case(title="新")
    make_case(title="控", purpose=Purpose.ACCUSATION, unit_id=ids["城关镇"])
    _accepted(make_case, 400, title="完", closed_on=TODAY)
    with store.writing(OFFICE) as session:
        session.add(CaseDuty(case_id=late.id, source=DutySource.LOCAL, since=TODAY))
    clocks.catch_up(store, today=TODAY)
    page = open_page("cases/register", Role.OFFICE)
    page.text_input(key="term").set_value("别的词")
    page.pills(key="states").set_value([CaseState.DECLINED]).run()
    page.switch_page(str(ROOT / "pages/cases/board.py")).run()
    _part(page, "在办件数")

    wanted = {
        key: ids.get(value, value) if type(value) is str else value for key, value in chosen.items()
    }
    page.session_state["_open_list"] = case_filter.counted(OFFICE, **wanted)
    page.run()

    assert page.title[0].value == "案件登记簿"
    assert sorted(page.dataframe[0].value["标题"]) == found
    assert page.query_params["ordinary"] == "true"
