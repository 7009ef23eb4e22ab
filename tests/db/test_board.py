from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from db.commands import clocks
from db.commands.office import set_parameter
from db.engine import Store
from db.models.duty import CaseDuty
from db.models.hotspots import Hotspot, HotspotCase
from db.queries.board import PAGE, BoardFilter, Column, Load, board, hotspot_names, loads
from rules.board import STATES, Grouping, Stage
from rules.case_terms import DutySource, HotspotState, Light
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.closing import approve, ready

Make = Callable[..., Any]


def _board(
    store: Store, *, by: Actor = OFFICE, page: int = 1, moved: int | None = None, **wanted: Any
) -> dict[Stage, Column]:
    while clocks.catch_up(store, today=TODAY):
        pass
    with store.reading(by) as session:
        found = board(
            session,
            BoardFilter(**wanted),
            pages=dict.fromkeys(Stage, page),
            today=TODAY,
            near_days=7,
            moved=moved,
        )
    return {column.stage: column for column in found}


def _accepted(make_case: Make, days: int, **values: Any) -> Any:
    day = TODAY - timedelta(days=days)
    return make_case(received_on=day, forwarded_on=day, accepted_on=day, **values)


def test_every_open_state_stands_in_one_column():
    states = [state for each in STATES.values() for state in each]

    ended = {CaseState.DECLINED, CaseState.SIGNED_OFF, CaseState.MERGED}
    assert sorted(states) == sorted(set(CaseState) - ended)


def test_the_columns_hold_what_stands_there_and_no_accusation(
    store: Store, make_case: Make
) -> None:
    make_case(title="新")
    _accepted(make_case, 63, title="办")
    _accepted(make_case, 63, title="控", purpose=Purpose.ACCUSATION)
    _accepted(make_case, 63, title="结", closed_on=TODAY - timedelta(days=3))

    found = _board(store)

    assert {stage: [card.title for card in column.cards] for stage, column in found.items()} == {
        Stage.INTAKE: ["新"],
        Stage.HANDED: [],
        Stage.HANDLED: ["办"],
        Stage.ANSWERED: [],
        Stage.CLOSED: ["结"],
    }
    card = found[Stage.HANDLED].cards[0]
    assert (card.light, card.days, card.due_on) == (Light.OVERDUE, 63, TODAY - timedelta(days=3))
    assert card.duty == ""


def test_what_is_closed_waits_for_its_sign_off_newest_first_as_long_as_the_county_says(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    closed = {}
    for days in (181, 180, 40, 3):
        on = TODAY - timedelta(days=days)
        made = _accepted(make_case, 200, title=f"{days}天前", unit_id=unit, closed_on=on)
        closed[days] = made.id
    approve(store, ready(store, make_case(title="已销号", unit_id=unit)))
    _accepted(make_case, 200, title="别的单位", closed_on=TODAY - timedelta(days=4))

    def shown(**wanted: Any) -> list[str]:
        return [card.title for card in _board(store, **wanted)[Stage.CLOSED].cards]

    assert shown() == ["3天前", "别的单位", "40天前", "180天前"]
    assert shown(unit_id=unit) == ["3天前", "40天前", "180天前"]
    assert shown(moved=closed[180]) == ["180天前", "3天前", "别的单位", "40天前"]

    with store.writing(SYSTEM) as session:
        set_parameter(session, "board_closed_days", "30", valid_from=TODAY, reason="", now=NOW)
    assert shown(unit_id=unit) == ["3天前"]


def test_a_column_is_read_by_pages_and_a_page_too_far_is_the_last(
    store: Store, make_case: Make
) -> None:
    for days in range(PAGE + 3):
        _accepted(make_case, days, title=f"第{days}天")

    first, second, far = (_board(store, page=page)[Stage.HANDLED] for page in (1, 2, 9))

    assert (first.count, first.pages, len(first.cards)) == (PAGE + 3, 2, PAGE)
    assert first.cards[0].title == f"第{PAGE + 2}天"
    assert [card.title for card in second.cards] == ["第2天", "第1天", "第0天"]
    assert (far.page, far.cards) == (2, second.cards)


@pytest.mark.parametrize("grouping", [Grouping.LEAD, Grouping.UNIT, Grouping.TOWNSHIP])
def test_cards_are_put_together(
    store: Store, make_case: Make, make_unit: Make, make_leader: Make, grouping: Grouping
) -> None:
    made = {
        Grouping.LEAD: ("lead_id", make_leader),
        Grouping.UNIT: ("unit_id", make_unit),
        Grouping.TOWNSHIP: ("township_id", make_unit),
    }
    column, make = made[grouping]
    first, second = make("甲"), make("乙")
    for days, value in enumerate([first, second, first, None]):
        _accepted(make_case, days, **{column: value})

    groups = [card.group for card in _board(store, grouping=grouping)[Stage.HANDLED].cards]

    assert sorted(groups[:3]) == sorted(["甲", "甲", "乙"])
    assert groups[0] == groups[1] or groups[1] == groups[2]
    assert groups[3] == ""


def test_a_filter_leaves_its_own(
    store: Store, make_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, leader = make_unit("住建局"), make_leader("王县长")
    mine = _accepted(make_case, 3, unit_id=unit, lead_id=leader, township_id=unit)
    _accepted(make_case, 2)
    with store.writing(OFFICE) as session:
        session.add(CaseDuty(case_id=mine.id, source=DutySource.LOCAL, since=TODAY, team="专班"))
        hotspot = Hotspot(
            name="某小区", state=HotspotState.WATCHED, created_by="甲", created_at=NOW
        )
        session.add(hotspot)
        session.flush()
        session.add(
            HotspotCase(hotspot_id=hotspot.id, case_id=mine.id, added_by="甲", added_at=NOW)
        )
        hotspot_id = hotspot.id

    for wanted in (
        {"unit_id": unit},
        {"lead_id": leader},
        {"township_id": unit},
        {"hotspot_id": hotspot_id},
        {"duty": True},
        {"lacking": True},
    ):
        column = _board(store, **wanted)[Stage.HANDLED]
        assert [card.id for card in column.cards] == [mine.id], wanted
        assert column.count == 1
    grouped = _board(store, grouping=Grouping.HOTSPOT)[Stage.HANDLED].cards
    assert [(card.id == mine.id, card.group) for card in grouped] == [(True, "某小区"), (False, "")]
    assert grouped[0].duty == "3/5 缺一个方案、一抓到底"


def test_the_case_just_moved_leads_its_column(store: Store, make_case: Make) -> None:
    cases = [_accepted(make_case, days).id for days in range(PAGE + 2)]

    moved = _board(store, moved=cases[0])[Stage.HANDLED]
    grouped = _board(store, moved=cases[0], grouping=Grouping.UNIT)[Stage.HANDLED]

    assert [card.id for card in moved.cards] == [cases[0], *cases[:-PAGE:-1]]
    assert moved.count == PAGE + 2
    assert grouped.cards[0].id == cases[0]


def test_hotspots_are_offered_to_whom_they_concern_until_they_end(
    store: Store, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    with store.writing(OFFICE) as session:
        for name, lead_unit, ended_on in (
            ("乙小区", unit, None),
            ("甲小区", None, None),
            ("旧事", unit, TODAY),
        ):
            session.add(
                Hotspot(
                    name=name,
                    state=HotspotState.WATCHED,
                    lead_unit_id=lead_unit,
                    ended_on=ended_on,
                    created_by="甲",
                    created_at=NOW,
                )
            )
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))

    offered = []
    for actor in (OFFICE, member):
        with store.reading(actor) as session:
            offered.append(list(hotspot_names(session).values()))

    assert sorted(offered[0]) == sorted(["乙小区", "甲小区"])
    assert offered[1] == ["乙小区"]


def test_a_unit_sees_its_own_board(store: Store, make_case: Make, make_unit: Make) -> None:
    unit = make_unit("住建局")
    mine = _accepted(make_case, 3, unit_id=unit)
    _accepted(make_case, 3)
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))

    column = _board(store, by=member)[Stage.HANDLED]

    assert [card.id for card in column.cards] == [mine.id]


def test_the_load_of_leads_and_units(
    store: Store, make_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, leader = make_unit("住建局"), make_leader("王县长")
    for days in (70, 58, 1):
        _accepted(make_case, days, unit_id=unit, lead_id=leader)
    _accepted(make_case, 90, unit_id=unit, closed_on=TODAY)
    _accepted(make_case, 90, unit_id=unit, purpose=Purpose.ACCUSATION)
    while clocks.catch_up(store, today=TODAY):
        pass

    with store.reading(OFFICE) as session:
        by_unit = loads(session, Grouping.UNIT, today=TODAY, near_days=7)
        by_lead = loads(session, Grouping.LEAD, today=TODAY, near_days=7)

    assert by_unit == [Load(unit, "住建局", open=3, near=1, overdue=1, waiting_days=70)]
    assert by_lead == [Load(leader, "王县长", open=3, near=1, overdue=1, waiting_days=70)]
