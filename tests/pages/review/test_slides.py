"""投屏: what a meeting projects is put together at the desk, and the stage shows one slide at a time."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.queries import snapshots
from rules.meetings import ItemKind
from rules.panel_terms import Inserted, PanelKind
from rules.slides import Span
from rules.terms import Channel, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import meetings as m
from tests.db import slides as s
from tests.pages.conftest import said
from ui import store as ui_store

Open = Callable[..., AppTest]


@pytest.fixture
def desk(open_meeting: Open, meeting: Opened) -> AppTest:
    """The page of the meeting at 投屏."""
    page = open_meeting(meeting)
    page.session_state["meeting_tab"] = "投屏"
    return page.run()


@pytest.fixture
def open_stage(open_page: Open) -> Open:
    """Return a function that opens the stage, as the room unless told otherwise."""

    def open_(*roles: Role, **query: str) -> AppTest:
        return open_page("review/slides", *(roles or (Role.SCREEN,)), query=query)

    return open_


def shown(page: AppTest) -> str:
    """All that the stage says."""
    return "\n".join(each.proto.body for each in page.get("html"))


def at(page: AppTest, name: str) -> AppTest:
    """Press a button of the stage."""
    return page.button(key=f"stage_{name}").click().run()


def test_slides_are_moved_hidden_and_put_back(desk: AppTest, store: Store, meeting: Opened) -> None:
    desk.radio(key="slide_at").set_value(2).run()
    desk.button(key="slide_up").click().run()
    assert desk.radio(key="slide_at").value == 1
    assert s.rows(store, meeting)[0].kind is PanelKind.COLLECTIVE
    desk.button(key="slide_hide").click().run()
    assert s.rows(store, meeting)[0].hidden
    desk.button(key="slide_hide").click().run()
    assert not s.rows(store, meeting)[0].hidden
    desk.button(key="slide_down").click().run()
    assert s.rows(store, meeting)[0].kind is PanelKind.OVERALL
    desk.button(key="slides_reset").click().run()
    assert not desk.exception
    with store.reading(OFFICE) as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM slides").scalar() == 0


@pytest.mark.parametrize("button", ["slide_up", "slide_down", "slide_hide", "slide_remove"])
def test_a_click_on_slides_a_colleague_has_changed_meets_no_other_slide(
    desk: AppTest, store: Store, meeting: Opened, button: str
) -> None:
    for title in ("一", "二"):
        s.add(store, meeting, Inserted.TEXT, title=title, text="条", after=2)
    desk.radio(key="slide_at").set_value(3).run()
    s.change(store, meeting, "move_slide", 3, up=False)
    before = s.rows(store, meeting)

    desk.button(key=button).click().run()
    assert "已被他人修改" in desk.error[0].value
    assert s.rows(store, meeting) == before

    desk.button(key=button).click().run()
    assert s.rows(store, meeting) != before


def test_a_slide_is_not_put_behind_another_than_was_chosen(
    desk: AppTest, store: Store, meeting: Opened
) -> None:
    desk.radio(key="slide_at").set_value(3).run()
    desk.button(key="slide_adding_opens").click().run()
    desk.segmented_control(key="slide_kind").set_value(Inserted.TEXT).run()
    s.change(store, meeting, "move_slide", 3, up=False)
    desk.text_input(key="slide_title").input("先看一句")
    desk.text_area(key="slide_text").input("一")
    desk.button(key="slide_save").click().run()

    assert "已被他人修改" in desk.error[0].value
    assert Inserted.TEXT not in [row.kind for row in s.rows(store, meeting)]


def test_words_are_put_in_changed_and_taken_out(
    desk: AppTest, store: Store, meeting: Opened
) -> None:
    desk.button(key="slide_adding_opens").click().run()
    desk.segmented_control(key="slide_kind").set_value(Inserted.TEXT).run()
    desk.text_input(key="slide_title").input("先看一句")
    desk.text_area(key="slide_text").input("一\n二")
    desk.button(key="slide_save").click().run()
    row = s.rows(store, meeting)[1]
    assert (row.kind, row.title, row.text) == (Inserted.TEXT, "先看一句", "一\n二")
    assert desk.radio(key="slide_at").value == 2
    desk.button(key="slide_wording_opens").click().run()
    assert desk.text_area(key="slide_text").value == "一\n二"
    desk.text_area(key="slide_text").input("三")
    desk.button(key="slide_words_save").click().run()
    assert s.rows(store, meeting)[1].text == "三"
    desk.button(key="slide_remove").click().run()
    assert [each.kind for each in s.rows(store, meeting)] == list(PanelKind)


def test_the_last_panel_takes_the_offices_lines(
    desk: AppTest, store: Store, meeting: Opened
) -> None:
    desk.radio(key="slide_at").set_value(14).run()
    desk.button(key="slide_wording_opens").click().run()
    desk.text_area(key="slide_text").input("压实首办责任")
    desk.button(key="slide_words_save").click().run()
    assert s.rows(store, meeting)[13].text == "压实首办责任"


def test_a_hotspot_is_put_in(
    desk: AppTest, store: Store, meeting: Opened, make_hotspot: Callable[..., int]
) -> None:
    hotspot = make_hotspot("城关镇物业服务")
    desk.button(key="slide_adding_opens").click().run()
    desk.selectbox(key="slide_hotspot").select(hotspot)
    desk.button(key="slide_save").click().run()
    assert s.rows(store, meeting)[1].hotspot_id == hotspot
    assert "2．热点：城关镇物业服务" in desk.radio(key="slide_at").options


def test_the_items_of_the_agenda_are_put_in_at_once_and_taken_out(
    desk: AppTest, store: Store, meeting: Opened
) -> None:
    assert "slides_agenda" not in {each.key for each in desk.button}
    items = [m.item(store, meeting, ItemKind.TEXT, name) for name in ("先议", "后议")]
    desk.run()
    desk.button(key="slides_agenda").click().run()
    assert "已插入 2 项议题" in said(desk)
    assert [row.item_id for row in s.rows(store, meeting)[14:]] == items
    assert "slides_agenda" not in {each.key for each in desk.button}
    desk.radio(key="slide_at").set_value(15).run()
    desk.button(key="slide_remove").click().run()
    assert [row.item_id for row in s.rows(store, meeting)[14:]] == items[1:]


def test_an_item_of_the_agenda_is_shown_on_the_stage(
    open_stage: Open, store: Store, meeting: Opened, make_case: Callable[..., Opened]
) -> None:
    case = make_case(title="张三丰反映渗水")
    m.item(store, meeting, ItemKind.CASE, case.number)
    s.change(store, meeting, "add_agenda")
    s.put_up(store, meeting)
    found = shown(open_stage(slide="15"))
    assert "议题" in found
    assert "1．张某反映渗水" in found
    assert case.number in found


def test_an_evaluation_there_is_none_of_is_refused(desk: AppTest, store: Store) -> None:
    desk.button(key="slide_adding_opens").click().run()
    desk.segmented_control(key="slide_kind").set_value(Inserted.EVALUATION).run()
    desk.text_input(key="slide_evaluation").input("PJ9")
    desk.button(key="slide_save").click().run()
    assert "没有找到第三方评价“PJ9”" in desk.error[0].value


def test_a_snapshot_is_taken_and_put_up(
    desk: AppTest, store: Store, meeting: Opened, make_case: Callable[..., Opened]
) -> None:
    make_case(received_on=TODAY)
    desk.selectbox(key="snapshot_span").select(Span.CUSTOM).run()
    desk.date_input(key="snapshot_first").set_value(date(2026, 3, 1))
    desk.date_input(key="snapshot_last").set_value(TODAY)
    desk.button(key="snapshot_take").click().run()
    with store.reading(OFFICE) as session:
        (row,) = snapshots.listing(session, meeting_id=meeting.id)
    assert (row.first_on, row.last_on) == (date(2026, 3, 1), TODAY)
    assert desk.selectbox(key="room_snapshot").value == row.number
    desk.button(key="room_put_up").click().run()
    assert s.shown(store, meeting).snapshot == row.number
    desk.selectbox(key="room_snapshot").select("").run()
    desk.button(key="room_put_up").click().run()
    assert s.shown(store, meeting).snapshot == ""
    desk.button(key="room_take_down").click().run()
    assert not s.shown(store, meeting).is_up


def test_without_days_of_ones_own_no_snapshot_is_taken(
    desk: AppTest, store: Store, meeting: Opened
) -> None:
    desk.selectbox(key="snapshot_span").select(Span.CUSTOM).run()
    desk.button(key="snapshot_take").click().run()
    assert "请填写开始日期和结束日期" in desk.error[0].value
    with store.reading(OFFICE) as session:
        assert snapshots.listing(session) == []


def test_leaders_are_offered_nothing_of_it(
    open_meeting: Open, meeting: Opened, make_leader: Callable[[str], int]
) -> None:
    page = open_meeting(meeting, Role.LEADER, leader_id=make_leader("林县长"))
    assert not page.tabs


def test_the_stage_goes_from_slide_to_slide(open_stage: Open, store: Store) -> None:
    page = open_stage()
    assert "总体情况" in shown(page)
    assert "第 1 页 共 14 页" in shown(page)
    assert "第 1 页" in shown(at(page, "back"))
    assert "集体访" in shown(at(page, "on"))
    assert page.query_params["slide"] == "2"
    assert "第 14 页" in shown(at(page, "last"))
    assert "第 14 页" in shown(at(page, "on"))
    assert "第 1 页" in shown(at(page, "first"))


def test_a_reload_goes_on_where_it_was(open_stage: Open) -> None:
    page = open_stage(slide="5", dark="1", play="1", seconds="30")
    assert "第 5 页" in shown(page)
    assert page.button(key="stage_play").label == "暂停"
    assert page.button(key="stage_pace").label == "每 30 秒"
    assert page.button(key="stage_shade").label == "浅色"
    at(page, "pace")
    at(page, "shade")
    at(page, "play")
    assert page.query_params["seconds"] == "60"
    assert "dark" not in page.query_params
    assert "play" not in page.query_params
    assert "第 5 页" in shown(page)


@pytest.mark.parametrize("asked", ["0", "999", "x", "-3", "1" * 50])
def test_a_slide_there_is_none_of_is_the_nearest(open_stage: Open, asked: str) -> None:
    page = open_stage(slide=asked)
    assert "页 共 14 页" in shown(page)


def test_slides_turn_by_themselves(open_stage: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [NOW]
    monkeypatch.setattr(ui_store, "now", lambda: moment[0])
    page = open_stage(slide="14", play="1", seconds="10")
    moment[0] += timedelta(seconds=9)
    assert "第 14 页" in shown(page.run())
    moment[0] += timedelta(seconds=1)
    assert "第 1 页" in shown(page.run())
    assert page.query_params["slide"] == "1"


def test_a_meeting_is_projected_on_its_snapshot_with_a_switch_to_live(
    open_stage: Open, store: Store, meeting: Opened, make_case: Callable[..., Opened]
) -> None:
    make_case(channel=Channel.VISIT, received_on=TODAY)
    number = s.take(store, meeting)
    make_case(channel=Channel.VISIT, received_on=TODAY)
    s.put_up(store, meeting, number)
    page = open_stage()
    assert f"快照 {number}" in shown(page)
    assert "信访总量1件次" in shown(page)
    at(page, "mode")
    assert "实时" in shown(page)
    assert "信访总量2件次" in shown(page)
    at(page, "mode")
    assert f"快照 {number}" in shown(page)
    at(page, "meeting")
    assert page.query_params["meeting"] == "county"
    assert "实时" in shown(page)


def test_a_snapshot_is_read_once(
    open_stage: Open, store: Store, meeting: Opened, make_case: Callable[..., Opened]
) -> None:
    number = s.take(store, meeting)
    s.put_up(store, meeting, number)
    page = open_stage()
    first = page.session_state["_kept_stage_snapshot"]
    make_case(received_on=TODAY)
    at(page, "on")
    assert page.session_state["_kept_stage_snapshot"] is first


def test_what_a_colleague_writes_is_seen_by_the_next_look(
    open_stage: Open, make_case: Callable[..., Opened]
) -> None:
    page = open_stage()
    assert "信访总量0件次" in shown(page)
    make_case(received_on=TODAY)
    assert "信访总量1件次" in shown(page.run())


def test_the_room_asks_for_a_meeting_that_is_not_up(
    open_stage: Open, store: Store, meeting: Opened
) -> None:
    page = open_stage(meeting=meeting.number)
    assert "没有投到会场" in page.error[0].value


def test_the_room_opens_no_snapshot_of_a_meeting_that_is_not_up(
    open_stage: Open, store: Store, meeting: Opened
) -> None:
    number = s.take(store, meeting)
    page = open_stage(meeting="county", mode=number)
    assert f"没有编号为“{number}”的形势快照" in page.error[0].value
    s.put_up(store, meeting)
    assert f"快照 {number}" in shown(page.run())
    s.take_down(store, meeting)
    assert "形势快照" in page.run().error[0].value


def test_all_slides_hidden_is_said(open_stage: Open, store: Store, meeting: Opened) -> None:
    for place in range(1, 15):
        s.change(store, meeting, "hide_slide", place, hidden=True)
    s.put_up(store, meeting)
    assert "这次会议的各页都已隐藏" in shown(open_stage())


def test_a_colleague_hides_slides_while_the_last_one_is_shown(
    open_stage: Open, store: Store, meeting: Opened
) -> None:
    s.put_up(store, meeting)
    page = open_stage(slide="14")
    s.change(store, meeting, "hide_slide", 14, hidden=True)
    assert "第 13 页 共 13 页" in shown(page.run())


def test_a_meeting_of_three_hundred_items_is_projected(
    open_stage: Open, store: Store, meeting: Opened, housing: int
) -> None:
    last = m.opened(store, housing, held_on=TODAY - timedelta(days=9))
    for n in range(40):
        m.decide(store, last, housing, text=f"第{n}件事落实到位")
    for n in range(300):
        m.item(store, meeting, ItemKind.TEXT, f"议题{n}")
    s.put_up(store, meeting)
    page = open_stage(slide="13")
    assert "上次议定 40 项" in shown(page)
    at(page, "on")
    assert "上次议定 40 项：完成 0 / 进行 40 / 超期 0（续）" in shown(page)


def test_leaving_leads_back(open_stage: Open, store: Store, meeting: Opened) -> None:
    s.put_up(store, meeting)
    page = open_stage(Role.OFFICE)
    at(page, "leave")
    assert page.title[0].value == m.seen(store, meeting).title
