"""会议 on the screen: putting one in, the list, the cadence of 听取汇报."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.queries import meeting_briefings, meetings
from rules.briefings import HearingBody
from rules.meetings import MeetingKind
from rules.terms import Role, UnitKind
from tests.conftest import OFFICE, TODAY
from tests.db import meetings as m

Open = Callable[..., AppTest]


def test_a_meeting_is_put_in(
    open_page: Open, store: Store, housing: int, make_leader: Callable[[str], int]
) -> None:
    leader = make_leader("林政远")
    page = open_page("review/meetings", Role.OFFICE)
    page.button(key="meeting_adding_opens").click().run()
    # The list stands behind the form, its own 会议类型 with it.
    assert not page.error
    assert page.selectbox(key="m_kind")
    page.selectbox(key="mn_kind").select(MeetingKind.SITUATION)
    page.text_input(key="mn_title").input("四季度形势研判会")
    page.text_input(key="mn_place").input("二楼会议室")
    page.selectbox(key="mn_chair").select(leader)
    page.multiselect(key="mn_units").select(housing)
    page.button(key="mn_save").click().run()

    assert not page.exception
    with store.reading(OFFICE) as session:
        (row,) = meetings.listing(session)
    assert (row.title, row.kind, row.place) == (
        "四季度形势研判会",
        MeetingKind.SITUATION,
        "二楼会议室",
    )
    assert (row.held_on, row.chair) == (TODAY, "林政远")


def test_the_list_is_narrowed_by_the_address(open_page: Open, store: Store, housing: int) -> None:
    m.add(store, housing, title="一次联席会")
    m.add(store, housing, title="紧急的", kind=MeetingKind.URGENT)
    query = {"m_kind": MeetingKind.URGENT.label}
    page = open_page("review/meetings", Role.OFFICE, query=query)

    assert list(page.dataframe[0].value["会议名称"]) == ["紧急的"]


def test_a_county_body_that_heard_is_noted_and_the_finding_says_so(
    open_page: Open, store: Store, housing: int
) -> None:
    page = open_page("review/meetings", Role.OFFICE)
    assert "党委常委会议没有听取" in page.warning[0].value
    page.date_input(key="b_on").set_value(TODAY)
    page.text_input(key="b_subject").input("三季度信访形势")
    page.button(key="b_save").click().run()

    with store.reading(OFFICE) as session:
        found = meeting_briefings.quarter(session, TODAY, today=TODAY)
    assert [(row.body, row.subject) for row in found.heard] == [
        (HearingBody.COMMITTEE, "三季度信访形势")
    ]
    assert "党委常委会议听取 1 次" in page.success[0].value


def test_a_township_notes_its_own_alone(
    open_page: Open, store: Store, county: int, make_unit: Callable[..., int]
) -> None:
    town = make_unit("城关镇", parent=county, kind=UnitKind.TOWNSHIP)
    make_unit("南山镇", parent=county, kind=UnitKind.TOWNSHIP)
    page = open_page("review/meetings", Role.UNIT, unit_id=town)
    assert page.radio(key="b_body").options == [HearingBody.TOWNSHIP.label]
    page.selectbox(key="b_unit").select(town)
    page.date_input(key="b_on").set_value(TODAY)
    page.text_input(key="b_subject").input("听取汇报")
    page.button(key="b_save").click().run()

    with store.reading(OFFICE) as session:
        found = meeting_briefings.quarter(session, TODAY, today=TODAY)
    assert [(row.unit, row.subject) for row in found.heard] == [("城关镇", "听取汇报")]
    assert found.findings[2].missing == ("南山镇",)
