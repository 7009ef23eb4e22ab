"""A situation kept as it was: what it holds, who may take and see it, that nothing changes it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from db import tallies
from db.commands.cases import Opened
from db.commands.snapshots import take_snapshot
from db.engine import Store
from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.figures import FigureCount
from db.models.snapshots import Snapshot
from db.queries import snapshots as queries
from db.queries.situation_material import material
from db.queries.situation_scope import Asked
from db.queries.slides import deck
from rules.case_terms import DutySource
from rules.errors import Invalid, Missing, NotAllowed
from rules.figure_terms import Dimension
from rules.meetings import DecisionState, ItemKind, MeetingKind
from rules.panel_terms import PanelKind
from rules.panels import panel, panels
from rules.periods import read_days
from rules.permissions import SYSTEM, Actor
from rules.situation_papers import figure_sheet
from rules.terms import Channel, Purpose, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import meetings as made

WHEN: dict[str, Any] = {"today": TODAY, "now": NOW, "clock": ZoneInfo("Asia/Shanghai")}
YEAR = Asked(read_days(f"{TODAY.year}"))
ROOM = Actor(None, "大屏", frozenset({Role.SCREEN}))
Make = Callable[..., Opened]


def take(store: Store, asked: Asked = YEAR, *, by: Actor = OFFICE, **given: Any) -> str:
    with store.writing(by) as session:
        return take_snapshot(session, asked, **given, **WHEN)


def content(store: Store, number: str) -> dict[str, Any]:
    with store.reading(OFFICE) as session:
        found = session.scalar(select(Snapshot.content).where(Snapshot.number == number))
    assert found is not None
    return found


def test_what_does_not_add_up_is_told_and_not_kept(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    town = make_unit("朝阳镇", kind=UnitKind.TOWNSHIP)
    make_case(township_id=town, received_on=TODAY)
    assert take(store)
    while tallies.catch_up(store, limit=200) == 200:
        pass
    with store.writing(SYSTEM) as session:
        lost = FigureCount.dimension == Dimension.TOWNSHIP
        assert session.execute(delete(FigureCount).where(lost)).rowcount  # type: ignore[attr-defined]

    with pytest.raises(Invalid) as refused:
        take(store)

    messages = [each.message for each in refused.value.problems]
    assert "按属地：信访总量1件次，各部分合计0件次，相差1" in messages
    assert "没有留存快照" in messages[-1]
    with store.reading(OFFICE) as session:
        assert len(queries.listing(session)) == 1


def test_a_snapshot_tells_what_the_situation_told_and_goes_on_telling_it(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    town = make_unit("朝阳镇", kind=UnitKind.TOWNSHIP)
    for people in (1, 30):
        make_case(channel=Channel.VISIT, people=people, township_id=town, received_on=TODAY)
    with store.reading(OFFICE) as session:
        live = material(session, YEAR, **WHEN)

    number = take(store)
    make_case(received_on=TODAY)

    with store.reading(ROOM) as session:
        kept = queries.snapshot(session, number)
        now = material(session, YEAR, **WHEN)
    assert number == f"KZ{NOW.year}0001"
    assert kept.number == number
    assert kept.bases == live.bases == (kept.days.year_before(), kept.days.before())
    assert kept.readings["received"].count == 2
    assert now.readings["received"].count == 3
    assert [row.people for row in kept.collectives] == [30]
    assert kept.collectives[0].township == "朝阳镇"
    assert {part.label for part in kept.parts[Dimension.TOWNSHIP]} == {"朝阳镇"}
    assert [(each.title, each.table) for each in panels(kept)] == [
        (each.title, each.table) for each in panels(live)
    ]


def test_snapshots_are_numbered_and_listed_with_their_meeting(
    store: Store, make_unit: Callable[..., int]
) -> None:
    meeting = made.opened(store, make_unit("住建局"))
    first, second = take(store), take(store, meeting_id=meeting.id)
    with store.reading(OFFICE) as session:
        listed = queries.listing(session)
        own = queries.listing(session, meeting_id=meeting.id)
    assert [row.number for row in listed] == [second, first]
    assert [row.meeting for row in listed] == [meeting.number, ""]
    assert [row.number for row in own] == [second]


def test_nobody_is_named_in_what_is_kept(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    case = make_case(
        title="欧阳锋反映邻居占道",
        content="欧阳锋，电话13900001234，住幸福村3组",
        person="欧阳锋",
        phone="13900001234",
        channel=Channel.VISIT,
        people=12,
        received_on=TODAY,
    )
    meeting = made.opened(store, unit)
    item = made.item(store, meeting, ItemKind.CASE, case.number)
    made.decide(store, meeting, unit, text="上门答复欧阳锋，联系13900001234", item_id=item)

    number = take(store, meeting_id=meeting.id)

    told = json.dumps(content(store, number), ensure_ascii=False)
    assert "上门答复欧阳某" in told
    for secret in ("欧阳锋", "13900001234", "幸福村"):
        assert secret not in told


def test_a_village_is_told_as_its_township(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    town = make_unit("朝阳镇", kind=UnitKind.TOWNSHIP)
    village = make_unit("幸福村", kind=UnitKind.VILLAGE, parent=town)
    lone = make_unit("松树镇", kind=UnitKind.TOWNSHIP)
    hamlet = make_unit("向阳村", kind=UnitKind.VILLAGE, parent=lone)
    for place in (town, village, village, hamlet):
        make_case(
            channel=Channel.VISIT, people=30, township_id=place, unit_id=place, received_on=TODAY
        )

    with store.reading(OFFICE) as session:
        found = material(session, YEAR, **WHEN)
        told = deck(session, None, found, today=TODAY, now=NOW)

    for dimension, code in ((Dimension.TOWNSHIP, "received"), (Dimension.UNIT, "open")):
        parts = {part.label: part.readings[code].count for part in found.parts[dimension]}
        assert parts == {"朝阳镇": 3, "松树镇": 1}
    assert sorted(row.township for row in found.collectives) == [*["朝阳镇"] * 3, "松树镇"]
    assert sorted(row.unit for row in found.collectives) == [*["朝阳镇"] * 3, "松树镇"]
    assert "村" not in f"{found.parts} {found.collectives} {told}"


def test_what_became_an_accusation_is_told_to_no_room(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    case = make_case(received_on=TODAY, channel=Channel.VISIT, people=40)
    last = made.opened(store, unit)
    item = made.item(store, last, ItemKind.CASE, case.number)
    made.decide(store, last, unit, text="查清占道", item_id=item)
    made.decide(store, last, unit, text="报送总结")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET purpose = :p"), {"p": Purpose.ACCUSATION.value})

    with store.reading(OFFICE) as session:
        found = material(session, YEAR, **WHEN)

    assert [row.text for row in found.opening] == ["报送总结"]
    assert found.collectives == ()


def test_a_meeting_opens_with_what_stood_when_it_began(
    store: Store, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    last = made.opened(store, unit, held_on=TODAY - 30 * made.DAY)
    [decision] = made.decide(store, last, unit, due_on=TODAY - made.DAY)
    meeting = made.opened(store, unit)
    made.judge(store, decision, made.report(store, decision), made.Verdict.ACCEPTED)

    with store.reading(OFFICE) as session:
        found = material(session, YEAR, meeting_id=meeting.id, **WHEN)

    assert [row.state for row in found.opening] == [DecisionState.OVERDUE]


def test_last_time_is_one_number_on_the_slide_and_in_the_annex(
    store: Store, make_unit: Callable[..., int]
) -> None:
    """Of the meeting's own kind, whatever another kind decided since and this one decides itself."""
    unit, other = make_unit("住建局"), make_unit("教育局")
    last = made.opened(store, unit, held_on=TODAY - 30 * made.DAY)
    late, _, _ = (
        made.decide(store, last, one, due_on=TODAY - made.DAY)[0] for one in (unit, unit, other)
    )
    special = made.opened(
        store, unit, held_on=TODAY - 9 * made.DAY, kind=MeetingKind.TOPIC, title="专题会议"
    )
    for _ in range(2):
        made.decide(store, special, unit)
    meeting = made.opened(store, unit)
    made.decide(store, meeting, unit)
    made.judge(store, late, made.report(store, late), made.Verdict.ACCEPTED)

    number = take(store, meeting_id=meeting.id)

    with store.reading(OFFICE) as session:
        kept = queries.snapshot(session, number)
        without = material(session, YEAR, **WHEN)
        own = material(session, Asked(YEAR.days, unit_id=other), meeting_id=meeting.id, **WHEN)
    annex = {row["编码"]: row["本期"] for row in figure_sheet(kept)}
    found = panel(PanelKind.DECISIONS, kept)
    assert found.title == "上次议定 3 项：完成 0 / 进行 0 / 超期 3"
    assert [annex[f"decisions_{each}"] for each in ("total", "done", "running", "overdue")] == [
        *("3", "0", "0", "3")
    ]
    assert annex["decision_completion"] == "0.0%（0/3）"
    assert any("同类会议" in note for note in found.notes)
    # Without a meeting the figures are those of the last one of any kind, slide and annex alike.
    assert without.readings["decisions_total"].count == len(without.opening) == 1
    assert own.readings["decisions_total"].count == len(own.opening) == 1


def test_what_leaders_lead_is_kept_and_told_by_leader(
    store: Store, make_case: Make, make_leader: Callable[[str], int]
) -> None:
    leaders = [make_leader(name) for name in ("王县长", "李县长")]
    cases = [make_case(lead_id=lead) for lead in (*leaders, leaders[0])]
    with store.writing(OFFICE) as session:
        for each in cases:
            session.add(CaseDuty(case_id=each.id, source=DutySource.LOCAL, since=TODAY))
        session.get_one(Case, cases[0].id).resolved_on = TODAY

    number = take(store)

    with store.reading(ROOM) as session:
        (led,) = panel(PanelKind.BATCHES, queries.snapshot(session, number)).more
    assert led.table is not None
    assert set(led.table.rows) == {("李县长", "1", "0", "0.0%"), ("王县长", "2", "1", "50.0%")}


@pytest.mark.parametrize("statement", ["UPDATE snapshots SET place = 'x'", "DELETE FROM snapshots"])
def test_the_store_itself_changes_no_snapshot(store: Store, statement: str) -> None:
    take(store)
    with pytest.raises(IntegrityError, match="never changed"), store.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_unit_takes_and_sees_no_snapshot(store: Store, make_unit: Callable[..., int]) -> None:
    unit = made.of_unit(make_unit("住建局"))
    number = take(store)
    with pytest.raises(NotAllowed):
        take(store, by=unit)
    for by in (made.LEADER, ROOM):
        with pytest.raises(NotAllowed):
            take(store, by=by)
        with store.reading(by) as session:
            assert queries.snapshot(session, number).number == number
    with store.reading(unit) as session:
        assert queries.listing(session) == []
        with pytest.raises(Missing, match="KZ"):
            queries.snapshot(session, number)


def test_of_a_unit_the_place_is_named_and_its_batches_alone_are_told(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit, other = make_unit("住建局"), make_unit("教育局")
    make_case(unit_id=unit, received_on=date(TODAY.year, 1, 5))
    make_case(unit_id=other, received_on=date(TODAY.year, 1, 5))
    with store.reading(OFFICE) as session:
        found = material(session, Asked(YEAR.days, unit_id=unit), **WHEN)
    assert found.place == "住建局"
    assert found.readings["received"].count == 1
    assert found.batches == ()


def test_days_to_come_are_refused_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(Invalid, match="还没有开始"):
        take(store, Asked(read_days(f"{TODAY.year + 1}")))

    with store.reading(OFFICE) as session:
        assert queries.listing(session) == []


def test_a_snapshot_is_numbered_by_the_year_of_the_county(store: Store) -> None:
    """On New Year's morning in China the world's clock still tells the year before."""
    given: dict[str, Any] = {**WHEN, "today": date(2027, 1, 1)}
    now = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    with store.writing(OFFICE) as session:
        found = take_snapshot(session, YEAR, **{**given, "now": now})

    assert found == "KZ20270001"
