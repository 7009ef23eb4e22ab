"""Meetings that remember: agenda, attendance, what the next one opens with, and who sees what."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from db.commands import import_undo
from db.commands import meetings as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.imports import ImportBatch
from db.models.meetings import MeetingUnit
from db.queries import meeting_pages, meetings
from rules.errors import Conflict, Invalid, Missing, RuleError
from rules.meetings import Came, DecisionState, ItemKind, MeetingKind, Presence, Verdict, memory
from rules.terms import ImportMode, Purpose
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import meetings as m

S = DecisionState
Unit = Callable[..., int]
MakeCase = Callable[..., Opened]


@pytest.fixture
def housing(make_unit: Unit) -> int:
    """The department most tests are about."""
    return make_unit("县住建局")


@pytest.fixture
def finance(make_unit: Unit) -> int:
    """Another department."""
    return make_unit("县财政局")


def test_meetings_are_numbered_without_a_gap(store: Store, housing: int) -> None:
    first = m.add(store, housing)
    with pytest.raises(Invalid, match="请选择参会单位"):
        m.add(store)
    second = m.add(store, housing)

    assert (first.number, second.number) == ("HY20260001", "HY20260002")


def test_who_came_who_stood_in_and_why_not(store: Store, housing: int, finance: int) -> None:
    found = m.add(store, housing, finance)
    came = [
        Came(housing, Presence.SUBSTITUTE, " 李副局长 "),
        Came(finance, Presence.ABSENT, "参加省里会议"),
    ]
    with store.writing(OFFICE) as session:
        commands.record_attendance(session, found.id, came, version=2)

    told = [(each.name, each.presence, each.note) for each in m.seen(store, found).units]
    assert told == [
        ("县住建局", Presence.SUBSTITUTE, "李副局长"),
        ("县财政局", Presence.ABSENT, "参加省里会议"),
    ]


@pytest.mark.parametrize("presence", [Presence.SUBSTITUTE, Presence.ABSENT])
def test_a_substitute_has_a_name_and_an_absence_a_reason(
    store: Store, housing: int, presence: Presence
) -> None:
    found = m.add(store, housing)
    with store.writing(OFFICE) as session, pytest.raises(Invalid, match="县住建局：请填写"):
        commands.record_attendance(session, found.id, [Came(housing, presence)], version=1)


def test_a_rival_is_told_and_not_overwritten(store: Store, housing: int) -> None:
    found = m.add(store, housing)
    m.item(store, found, ItemKind.TEXT, "通报情况")
    with store.writing(OFFICE) as session, pytest.raises(Conflict, match="已被他人修改"):
        commands.add_item(session, found.id, ItemKind.TEXT, "另一项", version=1)


def test_attendance_goes_on_apart_from_the_agenda(store: Store, housing: int) -> None:
    found = m.add(store, housing)
    before = m.seen(store, found).attendance_version
    m.item(store, found, ItemKind.TEXT, "通报情况")
    m.open_(store, found)
    came = [Came(housing, Presence.PRESENT)]
    with store.writing(OFFICE) as session:
        commands.record_attendance(session, found.id, came, version=before)
    with store.writing(OFFICE) as session, pytest.raises(Conflict, match="到会情况"):
        commands.record_attendance(session, found.id, came, version=before)


def test_units_that_stay_keep_what_was_written_of_them(
    store: Store, housing: int, finance: int
) -> None:
    found = m.add(store, housing, finance)
    m.attend(store, found, housing, finance)
    with store.writing(OFFICE) as session:
        given = commands.Planned(MeetingKind.JOINT, "改名", TODAY, unit_ids=(finance,))
        commands.change_meeting(session, found.id, given, version=m.version(store, found))

    told = [(each.name, each.presence) for each in m.seen(store, found).units]
    assert told == [("县财政局", Presence.PRESENT)]


def test_the_agenda_takes_matters_by_number_and_keeps_its_order(
    store: Store, housing: int, make_case: MakeCase, make_hotspot: Callable[..., int]
) -> None:
    case = make_case(unit_id=housing, person="张三丰")
    make_hotspot("幸福小区物业收费", case, lead_unit_id=housing)
    found = m.add(store, housing)
    m.item(store, found, ItemKind.TEXT, "通报情况")
    m.item(store, found, ItemKind.CASE, case.number)
    last = m.item(store, found, ItemKind.HOTSPOT, "幸福小区物业收费")
    with store.writing(OFFICE) as session:
        commands.move_item(session, last, up=True, version=m.version(store, found))

    items = m.seen(store, found).items
    assert [each.kind for each in items] == [ItemKind.TEXT, ItemKind.HOTSPOT, ItemKind.CASE]
    assert [each.unit for each in items] == ["", "县住建局", "县住建局"]
    with store.reading(OFFICE) as session:
        pages = meeting_pages.pages(session, items, today=TODAY)
    assert ("关联案件", "1 件") in pages[1].facts
    assert ("案件编号", case.number) in pages[2].facts
    assert "张三丰" not in str(pages)


def test_an_unknown_number_and_one_already_there_are_refused(
    store: Store, housing: int, make_case: MakeCase
) -> None:
    case = make_case()
    found = m.add(store, housing)
    m.item(store, found, ItemKind.CASE, case.number)
    with pytest.raises(Invalid, match="已经在议程里"):
        m.item(store, found, ItemKind.CASE, case.number)
    with pytest.raises(Invalid, match="没有找到案件"):
        m.item(store, found, ItemKind.CASE, "510000-2026-999999")


def test_three_hundred_items_are_read_with_few_statements(
    store: Store, housing: int, make_case: MakeCase
) -> None:
    case = make_case(unit_id=housing)
    found = m.add(store, housing)
    m.item(store, found, ItemKind.CASE, case.number)
    with store.writing(OFFICE) as session:
        version = m.version(store, found)
        for place in range(299):
            commands.add_item(session, found.id, ItemKind.TEXT, f"第 {place} 件", version=version)
            version += 1
            session.flush()

    file = m.seen(store, found)
    with store.reading(OFFICE) as session:
        pages = meeting_pages.pages(session, file.items, today=TODAY)
    assert [page.position for page in pages] == list(range(1, 301))


def test_an_accusation_comes_on_no_agenda(store: Store, housing: int, make_case: MakeCase) -> None:
    case = make_case(purpose=Purpose.ACCUSATION)
    found = m.add(store, housing)
    with pytest.raises(Invalid, match="检举控告不列入"):
        m.item(store, found, ItemKind.CASE, case.number)


def test_what_is_found_to_be_an_accusation_later_is_the_offices_alone(
    store: Store, housing: int, make_case: MakeCase
) -> None:
    case = make_case(unit_id=housing)
    found = m.opened(store, housing)
    held = m.item(store, found, ItemKind.CASE, case.number)
    m.decide(store, found, housing, item_id=held)
    with store.writing(OFFICE) as session:
        session.execute(update(Case).values(purpose=Purpose.ACCUSATION))

    for actor in (m.LEADER, m.of_unit(housing)):
        file = m.seen(store, found, by=actor)
        assert (file.items, file.decisions, file.whole) == ((), (), False)
        assert m.listed(store, by=actor) == []
    assert m.seen(store, found).whole
    assert len(m.listed(store)) == 1


def test_a_unit_sees_its_own_and_of_others_nothing(
    store: Store, housing: int, finance: int, make_unit: Unit
) -> None:
    found = m.opened(store, housing, finance)
    own = m.item(store, found, ItemKind.TEXT, "物业收费", housing)
    other = m.item(store, found, ItemKind.TEXT, "工程款", finance)
    m.decide(store, found, housing, item_id=own)
    m.decide(store, found, finance, text="拨付工程款", item_id=other)

    file = m.seen(store, found, by=m.of_unit(housing))
    assert [each.title for each in file.items] == ["物业收费"]
    assert [each.unit for each in file.decisions] == ["县住建局"]
    assert [each.name for each in file.units] == ["县住建局"]
    assert not file.whole
    with pytest.raises(Missing):
        m.seen(store, found, by=m.of_unit(make_unit("县水利局")))
    leader = m.seen(store, found, by=m.LEADER)
    assert (len(leader.items), len(leader.decisions), leader.whole) == (2, 2, True)


def test_the_next_meeting_opens_with_what_was_decided(
    store: Store, housing: int, finance: int
) -> None:
    first = m.opened(store, housing, held_on=TODAY - 60 * m.DAY)
    (old,) = m.decide(store, first, housing, text="更早的", due_on=TODAY - 50 * m.DAY)
    second = m.opened(store, housing, held_on=TODAY - 30 * m.DAY)
    noise = m.opened(store, finance, held_on=TODAY - 10 * m.DAY, kind=MeetingKind.URGENT)
    m.decide(store, noise, finance, due_on=TODAY)
    days = (TODAY - m.DAY, TODAY - m.DAY, TODAY)
    done, late, running = (
        m.decide(store, second, housing, text=f"{day}", due_on=day)[0] for day in days
    )
    m.judge(store, done, m.report(store, done), Verdict.ACCEPTED)
    third = m.add(store, housing)

    told = m.seen(store, third).memory
    assert told.meeting == second.number
    assert dict(told.states) == {done: S.DONE, late: S.OVERDUE, running: S.RUNNING}
    assert memory(told.states.values()) == "上次议定 3 项：完成 1 / 进行 1 / 超期 1"
    assert [each.id for each in told.carried] == [old]


def test_what_a_meeting_opened_with_stays_as_it_was_told(store: Store, housing: int) -> None:
    first = m.opened(store, housing, held_on=TODAY - 30 * m.DAY)
    (late,) = m.decide(store, first, housing, due_on=TODAY - m.DAY)
    second = m.opened(store, housing)
    m.judge(store, late, m.report(store, late), Verdict.ACCEPTED)

    assert dict(m.seen(store, second).memory.states) == {late: S.OVERDUE}
    assert dict(m.seen(store, m.add(store, housing)).memory.states) == {}


def test_a_meeting_opens_on_its_day_and_once(store: Store, housing: int) -> None:
    ahead = m.add(store, housing, held_on=TODAY + m.DAY)
    with pytest.raises(RuleError, match="会议定在"):
        m.open_(store, ahead)
    found = m.opened(store, housing)
    with pytest.raises(RuleError, match="已经开始"):
        m.open_(store, found)


def test_minutes_wait_for_the_attendance_and_then_stay(store: Store, housing: int) -> None:
    found = m.opened(store, housing)
    with pytest.raises(RuleError, match="没有登记到会情况：县住建局"):
        m.issue(store, found)
    m.attend(store, found, housing)
    m.issue(store, found, b"as issued")

    with pytest.raises(RuleError, match="已经印发"):
        m.item(store, found, ItemKind.TEXT, "补一项")
    with store.writing(OFFICE) as session:
        assert commands.download_minutes(session, found.id) == b"as issued"
    with store.writing(m.of_unit(housing)) as session, pytest.raises(Missing):
        commands.download_minutes(session, found.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meetings SET title = 'x'",
        "DELETE FROM meeting_units",
        "UPDATE meeting_units SET note = 'x'",
        "UPDATE agenda_items SET title = 'x'",
        "DELETE FROM agenda_items",
        "UPDATE decisions SET text = 'x'",
        "DELETE FROM decisions",
        "INSERT INTO meeting_units (meeting_id, unit_id, unit_name, position, note, version) "
        "SELECT meeting_id, unit_id + 1, unit_name, 9, '', 1 FROM meeting_units",
    ],
)
def test_the_store_itself_refuses_to_rewrite_issued_minutes(
    store: Store, housing: int, finance: int, statement: str
) -> None:
    found = m.opened(store, housing)
    m.item(store, found, ItemKind.TEXT, "通报情况")
    m.decide(store, found, housing)
    m.attend(store, found, housing)
    m.issue(store, found)

    with pytest.raises(DBAPIError, match="does not change"), store.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_correction_stands_beside(store: Store, housing: int) -> None:
    found = m.opened(store, housing)
    with store.writing(OFFICE) as session, pytest.raises(RuleError, match="印发以后"):
        commands.correct(session, found.id, text="更正", now=NOW)
    m.attend(store, found, housing)
    m.issue(store, found)
    with store.writing(OFFICE) as session:
        commands.correct(session, found.id, text="参会人数应为 5 人", now=NOW)

    assert [each.text for each in m.seen(store, found).corrections] == ["参会人数应为 5 人"]


def test_an_item_with_a_decision_stays_on_the_agenda(store: Store, housing: int) -> None:
    found = m.opened(store, housing)
    kept = m.item(store, found, ItemKind.TEXT, "有议定的")
    gone = m.item(store, found, ItemKind.TEXT, "没有议定的")
    m.decide(store, found, housing, item_id=kept)
    with store.writing(OFFICE) as session:
        commands.remove_item(session, gone, version=m.version(store, found))
    with store.writing(OFFICE) as session, pytest.raises(RuleError, match="已有议定事项"):
        commands.remove_item(session, kept, version=m.version(store, found))

    assert [each.title for each in m.seen(store, found).items] == ["有议定的"]


def test_the_list_counts_what_each_sees(store: Store, housing: int, finance: int) -> None:
    found = m.opened(store, housing, finance)
    m.add(store, finance, kind=MeetingKind.URGENT)
    m.decide(store, found, housing, finance)

    with store.reading(OFFICE) as session:
        rows = meetings.listing(session, kind=MeetingKind.JOINT, year=TODAY.year)
        assert [(row.number, row.decisions, row.stage) for row in rows] == [
            (found.number, 2, "已开会")
        ]
        assert meetings.listing(session, year=TODAY.year - 1) == []
    with store.reading(m.of_unit(housing)) as session:
        assert [(row.number, row.decisions) for row in meetings.listing(session)] == [
            (found.number, 1)
        ]


def test_a_unit_is_kept_by_the_name_it_had(store: Store, housing: int) -> None:
    found = m.add(store, housing)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE units SET name = '县住房局'"))

    with store.reading(OFFICE) as session:
        names = session.scalars(
            select(MeetingUnit.unit_name).where(MeetingUnit.meeting_id == found.id)
        )
        assert names.all() == ["县住建局"]


def test_an_import_is_not_undone_under_an_agenda(
    store: Store, housing: int, make_case: MakeCase
) -> None:
    case = make_case(person="")
    found = m.add(store, housing)
    m.item(store, found, ItemKind.CASE, case.number)
    with store.writing(OFFICE) as session:
        batch = ImportBatch(
            file_name="台账.xlsx",
            file_hash="0" * 64,
            sheet="1",
            mode=ImportMode.VALID_ONLY,
            counts={},
            actor="小李",
            at=NOW,
        )
        session.add(batch)
        session.flush()
        session.execute(update(Case).where(Case.id == case.id).values(batch_id=batch.id))
        batch_id = batch.id
    with store.writing(OFFICE) as session, pytest.raises(RuleError, match=case.number):
        import_undo.undo(session, batch_id, today=TODAY, now=NOW)
