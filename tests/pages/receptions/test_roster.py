from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import desk, leaders
from db.commands import rosters as commands
from db.engine import Store
from db.models.accounts import Account
from db.models.receptions import (
    CalendarLink,
    LeaderAlias,
    Publication,
    ReceptionPlace,
    ReceptionTopic,
    Roster,
    TurnRow,
)
from db.queries import codes
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import Level, ReceptionKind, TurnState
from rules.roster_edits import CellChange
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.conftest import said

Open = Callable[..., AppTest]
MONDAY, TUESDAY = date(2026, 12, 7), date(2026, 12, 8)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
PAGE = "receptions/roster"


@pytest.fixture
def county(store: Store) -> dict[str, int]:
    """Two leaders, a place and a roster of December; the ids by name."""
    with store.writing(SYSTEM) as session:
        ids = {
            name: leaders.add_leader(session, name, "副县长", position=n)
            for n, name in enumerate(("王强", "李敏"), start=1)
        }
        place = ReceptionPlace(name="县信访接待大厅", capacity=2, centre=True)
        session.add(place)
        session.flush()
        ids["place"] = place.id
        ids["roster"] = commands.make_roster(
            session,
            name="12月县领导接访",
            level=Level.COUNTY,
            unit_id=None,
            first_on=FIRST,
            last_on=LAST,
            now=NOW,
        )
    return ids


def put(store: Store, ids: dict[str, int], *squares: tuple[date, str]) -> None:
    changes = [CellChange(on, ids[name], None, ids["place"]) for on, name in squares]
    with store.writing(OFFICE) as session:
        commands.edit(session, ids["roster"], changes)


def rows(store: Store) -> list[TurnRow]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(TurnRow).order_by(TurnRow.held_on)))


def typed(page: AppTest, ids: dict[str, int], squares: dict[tuple[date, str], str]) -> AppTest:
    """Type into squares of the calendar, as the browser sends it."""
    edits: dict[int, dict[str, str]] = {}
    for (on, name), text in squares.items():
        edits.setdefault((on - FIRST).days, {})[name] = text
    key = f"roster_squares-{ids['roster']}-0"
    page.session_state[key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    return page.run()


def errors(page: AppTest) -> str:
    return "\n".join(each.value for each in page.error)


def test_the_first_roster_is_begun_from_an_empty_page(open_page: Open, store: Store) -> None:
    page = open_page(PAGE, Role.OFFICE)
    assert "还没有排班表" in page.info[0].value

    page.session_state["roster_new"] = True
    page.run()
    page.button(key="roster_make").click().run()

    assert "已新建" in said(page)
    with store.reading(OFFICE) as session:
        roster = session.scalars(select(Roster)).one()
    assert (roster.first_on, roster.last_on) == (FIRST, LAST)
    assert roster.name == "2026年12月县级领导接访"


def test_what_is_typed_is_judged_before_it_is_saved(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    page = open_page(PAGE, Role.OFFICE)
    assert "接访天数不足 2 处" in errors(page)

    typed(page, county, {(MONDAY, "王强"): "1"})
    assert "接访天数不足 1 处" in errors(page)
    assert rows(store) == []

    page.button(key="roster_save").click().run()
    assert "已保存 1 处修改" in said(page)
    assert [(row.held_on, row.leader_id) for row in rows(store)] == [(MONDAY, county["王强"])]


def test_a_square_with_nonsense_is_named_and_nothing_can_be_saved(
    open_page: Open, county: dict[str, int]
) -> None:
    page = typed(open_page(PAGE, Role.OFFICE), county, {(MONDAY, "王强"): "9"})

    assert "“9”不是场所序号" in errors(page)
    assert page.button(key="roster_save").disabled


def test_a_rivals_square_is_shown_side_by_side_and_mine_goes_on_top(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    page = typed(
        open_page(PAGE, Role.OFFICE), county, {(MONDAY, "王强"): "", (TUESDAY, "李敏"): "1"}
    )
    put(store, county, (TUESDAY, "李敏"))
    with store.writing(OFFICE) as session:
        session.scalars(select(TurnRow)).one().place_id = None

    page.button(key="roster_save").click().run()
    assert "已被他人修改" in errors(page)
    page.button(key="roster_rebase").click().run()
    page.button(key="roster_save").click().run()

    assert [row.place_id for row in rows(store)] == [county["place"]]


def test_typing_survives_a_lost_connection(
    sign_in: Callable[..., int], open_page: Open, store: Store, county: dict[str, int]
) -> None:
    account_id = sign_in(Role.OFFICE)
    # The browser's own change; AppTest, which assigns the state, makes no callback of it.
    with store.reading(SYSTEM) as session:
        account = session.get_one(Account, account_id)
    mine = Actor(account.id, account.name, frozenset({Role.OFFICE}))
    kept = {"rows": {str((MONDAY - FIRST).days): {"王强": "1"}}}
    with store.writing(mine) as session:
        desk.keep_draft(session, f"roster-{county['roster']}", kept, now=NOW)

    page = open_page(PAGE)
    assert any("已恢复您上次未保存的修改" in each.value for each in page.info)
    page.button(key="roster_save").click().run()
    assert [row.held_on for row in rows(store)] == [MONDAY]


def test_a_roster_is_made_and_every_turn_says_why(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["roster_making"] = True
    page.run()
    page.button(key="making_start").click().run()

    assert "已排好" in said(page)
    made = rows(store)
    assert {row.leader_id for row in made} == {county["王强"], county["李敏"]}
    assert all(row.why for row in made)
    assert "核对通过" in page.success[0].value


def test_two_turns_are_swapped(open_page: Open, store: Store, county: dict[str, int]) -> None:
    put(store, county, (MONDAY, "王强"), (TUESDAY, "李敏"))
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["turn_swap"] = True
    page.run()
    page.button(key="swap_save").click().run()

    assert "已换班" in said(page)
    assert [row.leader_id for row in rows(store)] == [county["李敏"], county["王强"]]


def test_a_substitute_is_arranged(open_page: Open, store: Store, county: dict[str, int]) -> None:
    put(store, county, (MONDAY, "王强"))
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["turn_substitute"] = True
    page.run()
    turn = rows(store)[0].id
    page.selectbox(key=f"substitute_leader-{turn}").select(county["李敏"])
    page.text_input(key=f"substitute_reason-{turn}").input("市里开会")
    page.button(key="substitute_save").click().run()

    row = rows(store)[0]
    assert (row.leader_id, row.substitute_id, row.reason) == (
        county["王强"],
        county["李敏"],
        "市里开会",
    )


def test_a_substitute_that_stands_is_in_the_form_and_a_rivals_is_not_overwritten(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    with store.writing(SYSTEM) as session:
        third = leaders.add_leader(session, "赵一", "副县长", position=3)
    put(store, county, (MONDAY, "王强"))
    turn = rows(store)[0].id
    with store.writing(OFFICE) as session:
        session.get_one(TurnRow, turn).substitute_id = county["李敏"]
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["turn_substitute"] = True
    page.run()
    assert page.selectbox(key=f"substitute_leader-{turn}").value == county["李敏"]
    with store.writing(OFFICE) as session:
        session.get_one(TurnRow, turn).substitute_id = third
    page.text_input(key=f"substitute_reason-{turn}").input("市里开会")
    page.button(key="substitute_save").click().run()

    assert "该班次已被他人修改" in errors(page)
    assert rows(store)[0].substitute_id == third
    assert page.text_input(key=f"substitute_reason-{turn}").value == "市里开会"
    page.button(key=f"reload:substitute-{turn}").click().run()
    assert page.selectbox(key=f"substitute_leader-{turn}").value == third


def test_what_a_rival_wrote_of_a_turn_is_not_written_over(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    with store.writing(OFFICE) as session:
        session.get_one(Roster, county["roster"]).first_on = TODAY
    put(store, county, (TODAY, "王强"))
    turn = rows(store)[0].id
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["turn_attendance"] = True
    page.run()
    with store.writing(OFFICE) as session:
        row = session.get_one(TurnRow, turn)
        row.state, row.reason = TurnState.MISSED, "抗洪"
    page.button(key="attendance_save").click().run()

    assert "该班次已被他人修改" in errors(page)
    assert rows(store)[0].state is TurnState.MISSED
    assert page.radio(key=f"attendance_state-{turn}").value is TurnState.HELD


def test_a_turn_is_moved_and_described(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    put(store, county, (MONDAY, "王强"))
    turn = rows(store)[0].id
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["turn_move"] = True
    page.run()
    page.date_input(key=f"move_on-{turn}").set_value(TUESDAY)
    page.button(key="move_save").click().run()
    assert rows(store)[0].held_on == TUESDAY

    page.session_state["turn_describe"] = True
    page.run()
    page.text_input(key=f"describe_hours-{turn}").input("09:00-11:30")
    page.selectbox(key=f"describe_kind-{turn}").select(ReceptionKind.VIDEO)
    page.text_input(key=f"describe_companions-{turn}").input("县司法局")
    page.button(key="describe_save").click().run()

    row = rows(store)[0]
    assert (row.hours, row.kind, row.companions) == ("09:00-11:30", ReceptionKind.VIDEO, "县司法局")


def test_what_came_of_a_turn_is_written_down(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    with store.writing(OFFICE) as session:
        session.get_one(Roster, county["roster"]).first_on = TODAY
    put(store, county, (TODAY, "王强"))
    row = rows(store)[0]
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["turn_attendance"] = True
    page.run()
    at = f"-{row.id}"
    page.radio(key=f"attendance_state{at}").set_value(TurnState.MISSED)
    page.text_input(key=f"attendance_reason{at}").input("抗洪")
    page.button(key="attendance_save").click().run()

    assert (rows(store)[0].state, rows(store)[0].reason) == (TurnState.MISSED, "抗洪")


def test_a_roster_is_published_and_the_next_time_says_what_changed(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    put(store, county, (MONDAY, "王强"))
    page = open_page(PAGE, Role.OFFICE)
    page.text_input(key="notice_phone").input("0734-1234567")
    page.button(key="notice_publish").click().run()
    assert "已公示（第 1 次）" in said(page)

    put(store, county, (TUESDAY, "李敏"))
    page.run()
    assert any("变更 1 处" in each.value for each in page.markdown)
    page.button(key="notice_publish").click().run()

    with store.reading(OFFICE) as session:
        published = session.scalars(select(Publication).order_by(Publication.number)).all()
    assert [each.number for each in published] == [1, 2]
    assert published[0].notice["phone"] == "0734-1234567"
    assert len(published[0].rows) == 1
    assert published[1].changes == ["2026年12月8日（星期二）增加：李敏"]


def test_leaders_are_noted_as_told(open_page: Open, store: Store, county: dict[str, int]) -> None:
    put(store, county, (MONDAY, "王强"))
    page = open_page(PAGE, Role.OFFICE)
    assert any("通知领导本人" in each.value for each in page.warning) is False

    page.button(key="turns_tell").click().run()
    assert rows(store)[0].told_on == TODAY


def test_a_calendar_link_is_made_once_and_revoked(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    put(store, county, (MONDAY, "王强"))
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["calendar_links"] = True
    page.run()
    page.selectbox(key="link_leader").select(county["王强"])
    page.button(key="link_make").click().run()
    assert "/calendar/" in page.code[0].value

    with store.reading(OFFICE) as session:
        link = session.scalars(select(CalendarLink)).one()
    assert link.leader_id == county["王强"]
    assert link.secret_hash not in page.code[0].value
    page.button(key=f"link_revoke-{link.id}").click().run()
    with store.reading(OFFICE) as session:
        assert session.scalars(select(CalendarLink)).one().revoked_at is not None


def test_a_matter_is_booked_for_a_day_and_taken_off(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    with store.reading(OFFICE) as session:
        code = codes.codes_valid(session, on=TODAY)[0].id
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["roster_topics"] = True
    page.run()
    page.selectbox(key="topic_code").select(code)
    page.run()
    page.button(key="topic_add").click().run()
    with store.reading(OFFICE) as session:
        topic = session.scalars(select(ReceptionTopic)).one()
    assert (topic.held_on, topic.code_id) == (FIRST, code)

    page.button(key=f"topic_drop-{topic.id}").click().run()
    with store.reading(OFFICE) as session:
        assert session.scalars(select(ReceptionTopic)).all() == []


def test_a_roster_from_elsewhere_is_judged_kept_and_its_names_remembered(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    page = open_page(PAGE, Role.OFFICE)
    page.session_state["roster_read"] = True
    page.run()
    page.text_area(key="reading_text").input("2027年1月4日\t王强\n2027年1月5日\t小李")
    page.run()
    page.selectbox(key="reading_name-小李").select(county["李敏"])
    page.run()
    page.button(key="reading_keep").click().run()

    assert "已存为排班表，共 2 个班次" in said(page)
    with store.reading(OFFICE) as session:
        alias = session.scalars(select(LeaderAlias)).one()
    assert (alias.alias, alias.leader_id) == ("小李", county["李敏"])
    assert [row.held_on for row in rows(store)] == [date(2027, 1, 4), date(2027, 1, 5)]


def test_an_unpublished_roster_is_removed(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    page = open_page(PAGE, Role.OFFICE)
    page.button(key="roster_remove").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Roster)).all() == []


def test_a_leader_sees_the_roster_and_changes_nothing(
    open_page: Open, store: Store, county: dict[str, int]
) -> None:
    put(store, county, (MONDAY, "王强"))
    page = open_page(PAGE, Role.LEADER, leader_id=county["王强"])

    assert [tab.label for tab in page.tabs] == ["班次", "核对"]
    assert not page.button
