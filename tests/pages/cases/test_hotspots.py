"""热点 on the screen: opened, changed, filled, merged, parted, ended; what is proposed is decided."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import hotspots as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.hotspots import DismissedProposal, Hotspot, HotspotCase
from rules.case_terms import HotspotState
from rules.permissions import SYSTEM
from rules.terms import Channel, Purpose, Role
from tests.conftest import OFFICE, TODAY
from tests.pages.cases.conftest import tick
from tests.pages.conftest import said
from ui import hotspot_discovery

Open = Callable[..., AppTest]
Make = Callable[..., Any]
TITLES = (
    "丽发新城附近建搅拌站污染环境",
    "投诉丽发新城小区旁搅拌站噪音扰民",
    "丽发新城三期旁的搅拌厂何时搬走",
)
NOISE = "搅拌站每晚施工到凌晨，噪音很大，灰尘漫天，老人和学生无法睡觉。"
PARKING = "开发商要求购房必须买车位，捆绑销售车位，不买就不让签合同。"


@pytest.fixture
def open_hotspot(open_page: Open) -> Open:
    """Return a function that opens one hotspot, for the office unless told otherwise."""

    def open_(hotspot_id: object, *roles: Role, **account: Any) -> AppTest:
        query = {"hotspot": str(hotspot_id)}
        return open_page("cases/hotspots", *(roles or (Role.OFFICE,)), query=query, **account)

    return open_


@pytest.fixture
def told(make_case: Make) -> list[Opened]:
    """Three matters that report one thing, among others."""
    for title in ("市民卡何时可以补办", "咨询居住证的办理", "江边的树被风刮倒了"):
        make_case(title=title, content=title, received_on=TODAY - timedelta(days=30))
    return [make_case(title=title, content=NOISE) for title in TITLES]


@pytest.fixture
def discover(open_page: Open) -> Callable[[], AppTest]:
    """Return a function that has the last months read and stands before the proposals."""

    def run() -> AppTest:
        page = open_page("cases/hotspots", Role.OFFICE)
        page.segmented_control(key="hotspot_part").set_value("发现").run()
        _click(page, "discover")
        return page

    return run


def _click(page: AppTest, key: str) -> None:
    next(b for b in [*page.button, *page.form_submit_button] if b.key == key).click().run(
        timeout=60
    )
    assert not page.exception


def _hotspots(store: Store) -> list[Hotspot]:
    with store.reading(SYSTEM) as session:
        found = list(session.scalars(select(Hotspot).order_by(Hotspot.id)))
        session.expunge_all()
        return found


def _held(store: Store, hotspot_id: int) -> list[int]:
    with store.reading(SYSTEM) as session:
        of = select(HotspotCase.case_id).where(HotspotCase.hotspot_id == hotspot_id)
        return sorted(session.scalars(of))


def _dismissed(store: Store) -> list[DismissedProposal]:
    with store.reading(SYSTEM) as session:
        found = list(session.scalars(select(DismissedProposal)))
        session.expunge_all()
        return found


def _errors(page: AppTest) -> str:
    return "\n".join(error.value for error in page.error)


def _text(page: AppTest) -> str:
    return "\n".join(each.value for each in [*page.markdown, *page.caption, *page.info])


def _popovers(page: AppTest) -> list[str]:
    return [each.proto.popover.label for each in page.get("popover")]


def _links(page: AppTest) -> list[str]:
    links: list[Any] = list(page.get("page_link"))
    return [link.label for link in links]


def _metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_the_office_opens_a_hotspot_and_stands_before_it(
    store: Store, open_page: Open, make_unit: Make
) -> None:
    page = open_page("cases/hotspots", Role.OFFICE)
    assert "还没有热点" in _text(page)

    page.text_input(key="new_name").input("丽发新城搅拌站")
    page.text_input(key="new_place").input("丽发新城")
    _click(page, "new_submit")

    (hotspot,) = _hotspots(store)
    assert (hotspot.name, hotspot.place) == ("丽发新城搅拌站", "丽发新城")
    assert page.query_params["hotspot"] == str(hotspot.id)
    assert page.title[0].value == "丽发新城搅拌站"


def test_what_a_hotspot_lacks_is_said_and_nothing_is_opened(store: Store, open_page: Open) -> None:
    page = open_page("cases/hotspots", Role.OFFICE)

    _click(page, "new_submit")

    assert "请填写热点名称" in _errors(page)
    assert _hotspots(store) == []


def test_the_board_counts_and_is_narrowed_by_state(
    store: Store, open_page: Open, make_hotspot: Make, make_case: Make
) -> None:
    make_hotspot("甲", make_case(channel=Channel.VISIT, people=6), make_case(channel=Channel.WEB))
    ended = make_hotspot("乙", make_case())
    with store.writing(OFFICE) as session:
        commands.end_hotspot(session, ended, ended_on=TODAY, version=1, today=TODAY)
    page = open_page("cases/hotspots", Role.OFFICE)

    row = page.dataframe[0].value.to_dict("records")
    assert [each["热点"] for each in row] == ["甲"]
    assert (row[0]["信访（件）"], row[0]["来访（批）"], row[0]["来访（人次）"]) == (2, 1, 6)
    assert list(row[0]["近 12 周"]) == [0] * 11 + [2]
    assert "共 2 个热点：关注中 1 个，专项办理 0 个，已解决 1 个" in _text(page)

    page.button_group(key="hotspot_states").set_value([HotspotState.ENDED]).run()
    assert page.dataframe[0].value["热点"].tolist() == ["乙"]


def test_a_hotspot_is_changed(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, lead = make_unit("住建局"), make_leader("王县长")
    hotspot_id = make_hotspot("丽发新城")
    page = open_hotspot(hotspot_id)

    page.text_input(key=f"name-{hotspot_id}").input("丽发新城搅拌站")
    page.selectbox(key=f"state-{hotspot_id}").set_value(HotspotState.HANDLED)
    page.selectbox(key=f"lead_id-{hotspot_id}").set_value(lead)
    page.selectbox(key=f"lead_unit_id-{hotspot_id}").set_value(unit)
    page.selectbox(key=f"sector_unit_id-{hotspot_id}").set_value(unit)
    page.text_input(key=f"members-{hotspot_id}").input("环保局、城管局")
    page.date_input(key=f"first_on-{hotspot_id}").set_value(TODAY - timedelta(days=9))
    page.text_area(key=f"note-{hotspot_id}").input("已约谈")
    _click(page, "hotspot_save")

    (hotspot,) = _hotspots(store)
    assert (hotspot.name, hotspot.state, hotspot.lead_id) == (
        "丽发新城搅拌站",
        HotspotState.HANDLED,
        lead,
    )
    assert (hotspot.lead_unit_id, hotspot.sector_unit_id, hotspot.members, hotspot.note) == (
        unit,
        unit,
        "环保局、城管局",
        "已约谈",
    )
    assert hotspot.first_on == TODAY - timedelta(days=9)
    assert said(page) == "已保存"
    assert page.title[0].value == "丽发新城搅拌站"


def test_a_rival_change_is_told_and_nothing_is_overwritten(
    store: Store, open_hotspot: Open, make_hotspot: Make
) -> None:
    hotspot_id = make_hotspot("丽发新城")
    page = open_hotspot(hotspot_id)
    with store.writing(OFFICE) as session:
        commands.change_hotspot(
            session,
            hotspot_id,
            {"name": "他人改的"},
            state=HotspotState.WATCHED,
            version=1,
            today=TODAY,
        )

    page.text_input(key=f"name-{hotspot_id}").input("我改的")
    _click(page, "hotspot_save")

    assert "刚刚被他人修改" in _errors(page)
    assert _hotspots(store)[0].name == "他人改的"
    _click(page, f"reload:hotspot-{hotspot_id}")
    assert page.text_input(key=f"name-{hotspot_id}").value == "他人改的"


def test_the_form_is_filled_again_after_the_large_letters(
    open_hotspot: Open, make_hotspot: Make
) -> None:
    """Streamlit would keep the value on its side alone, and the browser show an empty box."""
    key = f"name-{make_hotspot('丽发新城')}"
    page = open_hotspot(key.removeprefix("name-"))

    page.toggle(key="big").set_value(True).run()
    assert key not in page.session_state
    assert not page.tabs
    page.toggle(key="big").set_value(False).run()

    assert page.text_input(key=key).proto.value == "丽发新城"


def test_numbers_are_pasted_into_a_hotspot_and_each_wrong_one_is_told(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_case: Make
) -> None:
    one, two = make_case(), make_case()
    hotspot_id = make_hotspot("甲", one)
    page = open_hotspot(hotspot_id)

    page.text_area(key="numbers").input(f"{two.number}\n没有的编号")
    _click(page, "numbers_submit")
    assert "没有编号为“没有的编号”的案件" in _errors(page)
    assert _held(store, hotspot_id) == [one.id]

    page.text_area(key="numbers").input(f"{one.number}\n\n {two.number} ")
    _click(page, "numbers_submit")
    assert _held(store, hotspot_id) == [one.id, two.id]
    assert said(page) == "归入 1 件，1 件原已在内"
    assert page.text_area(key="numbers").value == ""
    assert _metrics(page)["信访（件）"] == "2"


def test_what_a_filter_leaves_goes_into_a_hotspot_without_accusations(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    mine = make_case(unit_id=unit)
    make_case()
    make_case(unit_id=unit, purpose=Purpose.ACCUSATION)
    hotspot_id = make_hotspot("甲")
    page = open_hotspot(hotspot_id)

    page.selectbox(key="unit").set_value(unit).run()
    _click(page, "pick_submit")

    assert _held(store, hotspot_id) == [mine.id]


def test_ticked_matters_are_taken_out(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_case: Make
) -> None:
    old, new = make_case(received_on=TODAY - timedelta(days=1)), make_case()
    hotspot_id = make_hotspot("甲", old, new)
    page = open_hotspot(hotspot_id)

    tick(page, f"matters_{hotspot_id}", 0)
    _click(page, "take_out")

    assert _held(store, hotspot_id) == [old.id]
    assert said(page) == "已移出 1 件"
    # What stands in its place now is not ticked for it.
    assert not [b for b in page.button if b.key == "take_out"]


def test_ticked_matters_are_parted_off_under_a_name_of_their_own(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_case: Make
) -> None:
    old, new = make_case(received_on=TODAY - timedelta(days=1)), make_case()
    hotspot_id = make_hotspot("甲", old, new)
    page = open_hotspot(hotspot_id)

    tick(page, f"matters_{hotspot_id}", 1)
    _click(page, "part_submit")
    assert "请填写热点名称" in _errors(page)

    page.text_input(key="part_name").input("甲的车位")
    _click(page, "part_submit")

    parted = _hotspots(store)[1]
    assert (parted.name, _held(store, parted.id)) == ("甲的车位", [old.id])
    assert _held(store, hotspot_id) == [new.id]
    assert page.title[0].value == "甲的车位"


def test_two_hotspots_are_merged(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_case: Make
) -> None:
    one, two = make_case(), make_case()
    first, second = make_hotspot("甲", one), make_hotspot("乙", two)
    page = open_hotspot(first)

    page.selectbox(key="merge_other").set_value(second).run()
    assert "“乙”的 1 件将全部归入“甲”" in _text(page)
    _click(page, "merge_submit")

    assert [each.name for each in _hotspots(store)] == ["甲"]
    assert _held(store, first) == [one.id, two.id]
    assert said(page) == "已合并，新归入 1 件"


def test_a_hotspot_is_ended_and_reopened(
    store: Store, open_hotspot: Open, make_hotspot: Make, make_case: Make
) -> None:
    hotspot_id = make_hotspot("甲", make_case(received_on=TODAY - timedelta(days=5)))
    page = open_hotspot(hotspot_id)

    page.date_input(key=f"ended_on-{hotspot_id}").set_value(TODAY - timedelta(days=1))
    _click(page, "end_submit")
    (ended,) = _hotspots(store)
    assert (ended.state, ended.ended_on) == (HotspotState.ENDED, TODAY - timedelta(days=1))

    _click(page, "hotspot_reopen")
    assert _hotspots(store)[0].state is HotspotState.WATCHED


def test_a_hotspot_opened_by_mistake_is_dropped(
    store: Store, open_hotspot: Open, make_hotspot: Make
) -> None:
    page = open_hotspot(make_hotspot("建错的"))

    _click(page, "hotspot_drop")

    assert _hotspots(store) == []
    assert page.title[0].value == "热点"


def test_a_lead_unit_sees_the_figures_its_own_matters_and_no_form(
    open_hotspot: Open, make_hotspot: Make, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    mine, other = make_case(unit_id=unit, title="本单位的"), make_case(title="别单位的")
    hotspot_id = make_hotspot("甲", mine, other, lead_unit_id=unit)

    page = open_hotspot(hotspot_id, Role.UNIT, unit_id=unit)

    assert _metrics(page)["信访（件）"] == "2"
    assert page.dataframe[0].value["标题"].tolist() == ["本单位的"]
    assert "在您查看范围内的 1 件；热点共 2 件" in _text(page)
    assert [tab.label for tab in page.tabs] == ["案件"]
    assert not page.form_submit_button


def test_the_room_sees_large_letters_and_nothing_of_a_matter(
    open_hotspot: Open, make_hotspot: Make, make_case: Make
) -> None:
    hotspot_id = make_hotspot("甲", make_case(title="张三丰反映积水"))

    page = open_hotspot(hotspot_id, Role.SCREEN)

    assert page.toggle(key="big").value is True
    assert _metrics(page)["信访（件）"] == "1"
    page.toggle(key="big").set_value(False).run()
    assert not page.tabs
    assert not page.dataframe


def test_a_hotspot_outside_of_ones_scope_is_not_there(
    open_hotspot: Open, make_hotspot: Make, make_unit: Make
) -> None:
    unit = make_unit("教育局")

    page = open_hotspot(make_hotspot("甲"), Role.UNIT, unit_id=unit)

    assert "该热点不存在，或不在您的查看范围内" in _errors(page)


@pytest.mark.parametrize("address", ["abc", "0", "99999", "9" * 40])
def test_an_address_that_names_none_says_so(open_hotspot: Open, address: str) -> None:
    page = open_hotspot(address)

    assert "该热点不存在" in _errors(page)


def test_a_proposal_becomes_a_hotspot(
    store: Store, told: list[Opened], discover: Callable[[], AppTest]
) -> None:
    page = discover()
    assert "**1 组提议**" in _text(page)
    assert "3 件，反映人数合计 3 人，不同来信人 1 人" in _text(page)

    _click(page, "open_proposal_1")
    (mark,) = (each.fingerprint for each in page.session_state["_discovered"].proposals)
    page.text_input(key=f"name_{mark}").input("丽发新城搅拌站")
    _click(page, "open_submit")

    (hotspot,) = _hotspots(store)
    assert (hotspot.name, hotspot.place, hotspot.first_on) == ("丽发新城搅拌站", "丽发新城", TODAY)
    assert "丽发新城" in hotspot.words
    assert _held(store, hotspot.id) == [each.id for each in told]
    assert page.title[0].value == "丽发新城搅拌站"


def test_a_proposal_is_split_by_ticking_and_the_rest_stays(
    store: Store, told: list[Opened], discover: Callable[[], AppTest]
) -> None:
    page = discover()
    _click(page, "open_proposal_1")

    tick(page, "proposal_matters_0", 0, 1)
    _click(page, "open_submit")
    (hotspot,) = _hotspots(store)
    assert len(_held(store, hotspot.id)) == 2

    _click(page, "hotspot_back")
    page.segmented_control(key="hotspot_part").set_value("发现").run()
    assert "3 件（其中待定 1 件）" in _text(page)
    # Still open where it was left, now with what is left of it.
    page.segmented_control(key="decision").set_value("归入已有热点").run()
    _click(page, "into_submit")
    assert _held(store, hotspot.id) == [each.id for each in told]
    assert "没有待定的提议" in _text(page)


def test_a_proposal_is_dismissed_with_a_reason_and_brought_back(
    store: Store, told: list[Opened], discover: Callable[[], AppTest]
) -> None:
    page = discover()
    _click(page, "open_proposal_1")
    page.segmented_control(key="decision").set_value("不采纳").run()

    _click(page, "dismiss_submit")
    assert "请写明不采纳的理由" in _errors(page)
    page.text_input(key="dismiss_reason").input("各说各的")
    _click(page, "dismiss_submit")

    (row,) = _dismissed(store)
    assert (row.reason, row.matters) == ("各说各的", 3)
    assert "没有待定的提议" in _text(page)
    _click(page, "discover")
    assert "没有待定的提议" in _text(page)

    page.segmented_control(key="hotspot_part").set_value("未采纳").run()
    assert "各说各的" in _text(page)
    _click(page, f"undo_{row.id}")
    assert _dismissed(store) == []
    page.segmented_control(key="hotspot_part").set_value("发现").run()
    assert "**1 组提议**" in _text(page)


def test_two_proposals_are_decided_as_one(
    store: Store, told: list[Opened], make_case: Make, discover: Callable[[], AppTest]
) -> None:
    parking = [
        make_case(title=title, content=PARKING)
        for title in ("丽发新城捆绑销售车位", "丽发新城强制买车位")
    ]
    page = discover()
    assert "**2 组提议**" in _text(page)
    _click(page, "open_proposal_1")

    other = page.session_state["_discovered"].proposals[1].fingerprint
    page.multiselect(key="with_others").set_value([other]).run()
    _click(page, "open_submit")

    (hotspot,) = _hotspots(store)
    assert _held(store, hotspot.id) == sorted(each.id for each in [*told, *parking])


def test_a_period_with_too_much_in_it_is_not_read(
    told: list[Opened], open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotspot_discovery.rules, "READ_MOST", 5)
    page = open_page("cases/hotspots", Role.OFFICE)
    page.segmented_control(key="hotspot_part").set_value("发现").run()
    assert "收到的 6 件" in _text(page)

    _click(page, "discover")

    assert "一次最多读 5 件" in page.warning[0].value
    assert "_discovered" not in page.session_state


def test_months_the_wrong_way_round_are_told(told: list[Opened], open_page: Open) -> None:
    page = open_page("cases/hotspots", Role.OFFICE)
    page.segmented_control(key="hotspot_part").set_value("发现").run()

    october = page.selectbox(key="discovery_until").options.index("2026年10月")
    page.selectbox(key="discovery_since").select_index(0)
    page.selectbox(key="discovery_until").select_index(october).run()

    assert "“从”晚于“到”" in _errors(page)


def test_only_the_office_discovers(open_page: Open, make_unit: Make) -> None:
    page = open_page("cases/hotspots", Role.UNIT, unit_id=make_unit("住建局"))

    assert "目前没有由您牵头、主管或包案的热点" in _text(page)
    assert not page.segmented_control


def test_a_case_goes_into_a_hotspot_from_its_own_page(
    store: Store, open_case_page: Open, make_hotspot: Make, make_case: Make
) -> None:
    opened = make_case()
    own, other = make_hotspot("甲", opened), make_hotspot("乙")
    page = open_case_page(opened.number)
    assert "归入热点" in _popovers(page)
    assert "热点：甲（关注中）" in _links(page)

    page.session_state["to_hotspot"] = True
    page.run()
    assert page.selectbox(key="into_hotspot_id").options == ["请选择", "乙"]
    _click(page, "into_submit")
    assert "请先选择一个热点" in _errors(page)
    page.selectbox(key="into_hotspot_id").set_value(other)
    _click(page, "into_submit")

    assert _held(store, other) == [opened.id]
    assert _held(store, own) == [opened.id]


def test_an_accusation_names_no_hotspot_on_its_page(
    open_case_page: Open, make_hotspot: Make, make_case: Make
) -> None:
    opened = make_case(purpose=Purpose.ACCUSATION)
    make_hotspot("甲")

    page = open_case_page(opened.number)

    assert "归入热点" not in _popovers(page)
    assert not [label for label in _links(page) if "热点：" in label]
