"""Visits in the store: numbers, scope, decisions that open cases, notices, counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.commands import identity, office, visit_decisions
from db.commands import visits as commands
from db.commands.cases import Opened
from db.commands.visit_decisions import Matter
from db.commands.visits import Registered
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case, CaseEntry, Petitioner
from db.models.duty import CaseDuty
from db.models.procedure import CaseStep
from db.models.receptions import (
    Publication,
    ReceptionPlace,
    TurnRow,
    Visit,
    VisitNotice,
    Visitor,
)
from db.models.units import Leader
from db.queries import visit_lists, visits
from db.queries.visit_lists import VisitFilter, VisitList
from rules.case_terms import DutySource, Step
from rules.errors import Conflict, Invalid, Missing, NotAllowed
from rules.people import PersonEdit
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import Level, ReceptionKind, Stage, TurnState, VisitOutcome
from rules.terms import AuditAction, CaseState, Channel, Purpose, Repeat, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.receptions import Make, make_turn

LATER = TODAY + timedelta(days=30)


def as_leader(leader_id: int) -> Actor:
    return Actor(None, "王县长", frozenset({Role.LEADER}), leader_id=leader_id)


def as_unit(unit_id: int) -> Actor:
    return Actor(None, "小赵", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))


def decide(
    store: Store, visit: Registered, *, by: Actor = OFFICE, matter: Matter, **values: Any
) -> str | None:
    version = read(store, visit.id).version
    with store.writing(by) as session:
        return visit_decisions.decide(
            session,
            visit.id,
            values,
            matter=matter,
            base={},
            version=version,
            today=TODAY,
            now=NOW,
        )


OPEN = Matter(opens=True)
NONE = Matter()


def read(store: Store, visit_id: int) -> Visit:
    with store.reading(SYSTEM) as session:
        return session.get_one(Visit, visit_id)


def test_visits_are_numbered_by_year_without_a_gap(store: Store, make_visit: Make) -> None:
    first, second = make_visit(), make_visit()
    last_year = make_visit(received_on=date(2025, 12, 31))
    assert (first.number, second.number) == ("JF20260001", "JF20260002")
    assert last_year.number == "JF20250001"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, (TurnState.HELD, "")),
        ({"state": TurnState.HELD, "reason": "迟到"}, (TurnState.HELD, "迟到")),
        ({"substitute_id": 2, "reason": "开会"}, (TurnState.SUBSTITUTED, "开会")),
    ],
)
def test_a_visit_notes_that_the_turn_was_held_by_who_was_to(
    store: Store,
    leader: int,
    make_leader: Callable[[str], int],
    before: dict[str, Any],
    after: tuple[TurnState, str],
) -> None:
    other = make_leader("李敏")
    turn = make_turn(store, leader, **before)
    given = {"leader_id": other if "substitute_id" in before else leader, "received_on": TODAY}
    with store.writing(OFFICE) as session:
        commands.register(
            session, {**given, "people": 1, "title": "积水"}, held=True, today=TODAY, now=NOW
        )

    with store.reading(SYSTEM) as session:
        row = session.get_one(TurnRow, turn)
        assert (row.state, row.reason) == after
        assert row.substitute_id == before.get("substitute_id")


def test_names_are_sealed_and_come_out_masked(store: Store, make_visit: Make) -> None:
    visit = make_visit("张三丰", "李四光")
    with store.reading(OFFICE) as session:
        rows = session.scalars(select(Visitor)).all()
        assert all("张三丰".encode() not in row.name_encrypted for row in rows)
        file = visits.visit_file(session, visit.number, today=TODAY)
    assert [person.name for person in file.people] == ["张某", "李某"]
    assert all(person.representative for person in file.people)


def test_more_than_five_representatives_are_refused_and_nothing_is_written(
    store: Store, make_visit: Make
) -> None:
    with pytest.raises(Invalid, match="不得超过 5 人"):
        make_visit("一", "二", "三", "四", "五", "六", people=6)
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 0
    assert make_visit().number == "JF20260001"


def test_revealing_who_came_leaves_an_entry_with_its_reason(store: Store, make_visit: Make) -> None:
    visit = make_visit("张三丰")
    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        commands.reveal_visitors(session, visit.id, reason=" ")
    with store.writing(OFFICE) as session:
        people = commands.reveal_visitors(session, visit.id, reason="电话回访")
    assert people[0].name == "张三丰"
    with store.reading(SYSTEM) as session:
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == AuditAction.REVEAL))
        assert entry is not None
        assert (entry.entity, entry.entity_id) == ("visits", visit.id)
        assert "张三丰" not in str(entry.changes)


def test_a_name_is_corrected_without_being_seen(store: Store, make_visit: Make) -> None:
    visit = make_visit("张三", "李四")
    edits = [PersonEdit(phone="13812345678"), PersonEdit(removed=True), PersonEdit("赵六")]
    with store.writing(OFFICE) as session:
        commands.edit_visitors(session, visit.id, edits, version=1, today=TODAY, now=NOW)
    with store.reading(SYSTEM) as session:
        people = [identity.opened(session, row) for row in commands.visitors(session, visit.id)]
    assert [(p.name, p.phone) for p in people] == [("张三", "13812345678"), ("赵六", "")]
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.edit_visitors(session, visit.id, edits, version=1, today=TODAY, now=NOW)


def test_the_turn_of_the_leader_says_where_and_how(
    store: Store, make_visit: Make, leader: int
) -> None:
    with store.writing(SYSTEM) as session:
        place = ReceptionPlace(name="人民来访接待中心", centre=True)
        session.add(place)
        session.flush()
        place_id = place.id
    turn = make_turn(store, leader, place_id=place_id, kind=ReceptionKind.VIDEO)
    visit = read(store, make_visit().id)
    assert (visit.turn_id, visit.place, visit.kind) == (
        turn,
        "人民来访接待中心",
        ReceptionKind.VIDEO,
    )


def test_a_substitute_receives_in_person_and_both_names_stand(
    store: Store, make_leader: Callable[[str], int], leader: int
) -> None:
    other = make_leader("赵副县长")
    make_turn(store, leader, substitute_id=other, state=TurnState.SUBSTITUTED)
    with store.reading(OFFICE) as session:
        (turn,) = visits.day(session, TODAY, today=TODAY).turns
    assert (turn.leader, turn.stands_in_for) == ("赵副县长", "王县长")


def test_a_leader_who_was_missing_has_no_turn_to_register_on(
    store: Store, make_visit: Make, leader: int
) -> None:
    make_turn(store, leader, state=TurnState.MISSED)
    assert read(store, make_visit().id).turn_id is None


def test_a_leader_sees_and_registers_his_own_and_nobody_elses(
    store: Store, make_visit: Make, leader: int, make_leader: Callable[[str], int]
) -> None:
    other = make_leader("赵副县长")
    theirs = make_visit(leader_id=other)
    mine = make_visit(by=as_leader(leader))
    with pytest.raises(Invalid, match="您只能登记自己的接访"):
        make_visit(by=as_leader(leader), leader_id=other)
    with store.reading(as_leader(leader)) as session:
        found = visits.day(session, TODAY, today=TODAY).visits
        assert [row.number for row in found] == [mine.number]
        with pytest.raises(Missing):
            visits.visit_file(session, theirs.number, today=TODAY)
    with pytest.raises(Missing):
        decide(store, theirs, by=as_leader(leader), matter=NONE, outcome=VisitOutcome.ANSWERED)


def test_a_unit_reads_what_is_given_to_it_and_writes_nothing(
    store: Store, make_visit: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住建局")
    given, _ = make_visit(unit_id=unit), make_visit()
    with store.reading(as_unit(unit)) as session:
        found = visits.day(session, TODAY, today=TODAY).visits
    assert [row.number for row in found] == [given.number]
    with pytest.raises(NotAllowed):
        make_visit(by=as_unit(unit), unit_id=unit)


def test_an_accusation_is_the_offices_alone(
    store: Store, make_visit: Make, make_unit: Callable[..., int], leader: int
) -> None:
    unit = make_unit("县住建局")
    make_visit("张三", unit_id=unit, purpose=Purpose.ACCUSATION)
    for actor in (as_leader(leader), as_unit(unit)):
        with store.reading(actor) as session:
            assert visits.day(session, TODAY, today=TODAY).visits == ()
            assert session.scalars(select(Visitor)).all() == []
    with store.reading(OFFICE) as session:
        assert len(visits.day(session, TODAY, today=TODAY).visits) == 1
        assert visit_lists.export_rows(session, VisitFilter(), today=TODAY, limit=9) == []
        assert visit_lists.withheld(session, VisitFilter(), today=TODAY) == 1


def test_handing_on_opens_a_case_in_one_step(
    store: Store, make_visit: Make, make_unit: Callable[..., int], leader: int
) -> None:
    unit = make_unit("县住建局")
    visit = make_visit("张三丰", people=6, repeat=Repeat.REPEAT)
    number = decide(
        store,
        visit,
        matter=OPEN,
        outcome=VisitOutcome.HANDED,
        unit_id=unit,
        due_on=LATER,
        instruction="请住建局三十日内拿出方案。",
    )
    with store.reading(SYSTEM) as session:
        case = session.scalars(select(Case)).one()
        assert case.number == number
        assert (case.first_lead_id, case.lead_id, case.unit_id) == (leader, None, unit)
        assert (case.channel, case.people, case.group) == (Channel.VISIT, 6, True)
        assert (case.state, case.due_on is not None) == (CaseState.FORWARDED, True)
        assert case.repeat is Repeat.REPEAT
        step = session.scalars(select(CaseStep).where(CaseStep.step == Step.ASSIGN)).one()
        assert (step.unit_id, step.until) == (unit, LATER)
        person = identity.opened(session, session.scalars(select(Petitioner)).one())
        assert person.name == "张三丰"
        said = session.scalars(select(CaseEntry.text)).one()
        assert "批示：请住建局三十日内拿出方案。" in said
        assert session.scalars(select(CaseDuty)).all() == []
    with store.reading(OFFICE) as session:
        row = visits.visit_file(session, visit.number, today=TODAY).row
    assert row.standing is not None
    assert (row.standing.number, row.standing.state) == (number, CaseState.FORWARDED)
    assert row.to_do == ("集体访待通知",)


def test_leading_puts_the_case_into_the_ledger_of_duties(
    store: Store, make_visit: Make, leader: int
) -> None:
    visit = make_visit(kind=ReceptionKind.VISITING)
    decide(store, visit, matter=OPEN, outcome=VisitOutcome.LED, due_on=LATER, handler="李局长")
    with store.reading(SYSTEM) as session:
        case = session.scalars(select(Case)).one()
        duty = session.scalars(select(CaseDuty)).one()
        assert (case.lead_id, case.first_lead_id, case.channel) == (
            leader,
            leader,
            Channel.INSTRUCTION,
        )
        assert (duty.source, duty.until, duty.owner) == (DutySource.RECEPTION, LATER, "李局长")
    with store.reading(OFFICE) as session:
        row = visits.visit_file(session, visit.number, today=TODAY).row
    assert Stage.LED in row.stages


def test_a_visit_joins_the_case_that_is_there(
    store: Store, make_visit: Make, make_case: Callable[..., Opened]
) -> None:
    opened, visit = make_case(), make_visit()
    number = decide(store, visit, matter=Matter(case_id=opened.id), outcome=VisitOutcome.ANSWERED)
    assert number == opened.number
    assert read(store, visit.id).case_id == opened.id
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert visit.number in session.scalars(select(CaseEntry.text)).one()
    with pytest.raises(Invalid, match="已经关联"):
        decide(store, visit, matter=OPEN, outcome=VisitOutcome.ANSWERED)


def test_nothing_is_written_where_the_case_cannot_be_opened(
    store: Store, make_visit: Make, make_unit: Callable[..., int]
) -> None:
    visit = make_visit(received_on=date(2026, 9, 1))
    with pytest.raises(Invalid, match="指定办结日期"):
        decide(
            store,
            visit,
            matter=OPEN,
            outcome=VisitOutcome.HANDED,
            unit_id=make_unit("县住建局"),
            due_on=date(2026, 10, 1),
        )
    assert read(store, visit.id).outcome is None
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(Case)).all() == []


def test_a_leader_writes_his_words_and_the_office_opens_the_case(
    store: Store, make_visit: Make, make_unit: Callable[..., int], leader: int
) -> None:
    unit = make_unit("县住建局")
    visit = make_visit()
    wanted = {"outcome": VisitOutcome.HANDED, "unit_id": unit, "due_on": LATER}
    me = as_leader(leader)
    decide(store, visit, by=me, matter=NONE, instruction="尽快办。", **wanted)
    with pytest.raises(NotAllowed):
        decide(store, visit, by=me, matter=OPEN, **wanted)
    with store.reading(OFFICE) as session:
        row = visits.visit_file(session, visit.number, today=TODAY).row
    assert row.to_do == ("待立案",)
    number = decide(store, visit, matter=OPEN)
    with store.reading(me) as session:
        row = visits.visit_file(session, visit.number, today=TODAY).row
    # He does not lead the case and cannot open it, and yet is told where it stands.
    assert row.standing is not None
    assert (row.standing.number, row.standing.seen) == (number, False)
    decide(store, visit, by=me, matter=NONE, instruction="月底前报我。")
    assert read(store, visit.id).instruction == "月底前报我。"


def test_what_a_leader_said_is_never_lost(store: Store, make_visit: Make) -> None:
    visit = make_visit(instruction="请住建局办理。")
    with store.writing(OFFICE) as session:
        commands.change(
            session,
            visit.id,
            {"instruction": "请住建局限期办理。"},
            base={"instruction": "请住建局办理。"},
            version=1,
            today=TODAY,
            now=NOW,
        )
    with store.reading(OFFICE) as session:
        file = visits.visit_file(session, visit.number, today=TODAY)
    assert [(each.before, each.actor) for each in file.rewordings] == [
        ("请住建局办理。", OFFICE.name)
    ]


def test_the_second_of_two_people_is_told_field_by_field(store: Store, make_visit: Make) -> None:
    visit = make_visit()
    for title in ("反映道路塌方", "反映道路积水严重"):
        given: dict[str, Any] = {"base": {"title": "反映道路积水"}, "version": 1}
        given |= {"today": TODAY, "now": NOW}
        if title == "反映道路塌方":
            with store.writing(OFFICE) as session:
                commands.change(session, visit.id, {"title": title}, **given)
            continue
        with pytest.raises(Conflict) as told, store.writing(OFFICE) as session:
            commands.change(session, visit.id, {"title": title}, **given)
    (field,) = told.value.fields
    assert (field.mine, field.theirs) == ("反映道路积水严重", "反映道路塌方")
    assert read(store, visit.id).title == "反映道路塌方"


def test_a_leader_cannot_give_his_reception_to_another(
    store: Store, make_visit: Make, leader: int, make_leader: Callable[[str], int]
) -> None:
    visit, other = make_visit(), make_leader("赵副县长")
    with pytest.raises(Invalid), store.writing(as_leader(leader)) as session:
        commands.change(
            session,
            visit.id,
            {"leader_id": other},
            base={},
            version=1,
            today=TODAY,
            now=NOW,
        )


def test_who_was_told_of_a_group_stands_with_its_time(
    store: Store,
    make_visit: Make,
    make_unit: Callable[..., int],
    make_case: Callable[..., Opened],
    make_hotspot: Callable[..., int],
    make_leader: Callable[[str], int],
) -> None:
    opened = make_case()
    make_hotspot("幸福小区", opened, lead_id=make_leader("专班组长"))
    unit, town = make_unit("县住建局"), make_unit("石门镇", kind=UnitKind.TOWNSHIP)
    visit = make_visit(people=5, unit_id=unit, township_id=town, case_id=opened.id)
    make_visit(people=4, unit_id=unit)
    with store.reading(OFFICE) as session:
        file = visits.visit_file(session, visit.number, today=TODAY)
        untold = VisitFilter(wanted=VisitList.UNTOLD)
        listed = visit_lists.listing(session, untold, page=1, today=TODAY).rows
    assert [each.whom for each in file.to_tell] == ["县住建局", "石门镇", "专班组长"]
    assert [row.number for row in listed] == [visit.number]
    with pytest.raises(Invalid, match="晚于现在"), store.writing(OFFICE) as session:
        commands.tell(
            session,
            visit.id,
            whom="县住建局",
            unit_id=unit,
            at=NOW + timedelta(minutes=1),
            now=NOW,
        )
    with store.writing(OFFICE) as session:
        commands.tell(session, visit.id, whom="县住建局", unit_id=unit, at=NOW, now=NOW)
    with store.reading(OFFICE) as session:
        file = visits.visit_file(session, visit.number, today=TODAY)
        assert session.scalars(select(VisitNotice.unit_id)).one() == unit
    assert [(each.whom, each.at) for each in file.notices] == [("县住建局", NOW)]
    assert "集体访待通知" not in file.row.to_do


def test_the_county_may_begin_groups_elsewhere_and_the_past_stays(
    store: Store, make_visit: Make
) -> None:
    before = make_visit(people=5, received_on=date(2026, 11, 1))
    with store.writing(SYSTEM) as session:
        office.set_parameter(
            session, "collective_min", "6", valid_from=date(2026, 11, 10), reason="", now=NOW
        )
    make_visit(people=5)
    six = make_visit(people=6)
    with store.reading(OFFICE) as session:
        found = visit_lists.listing(session, VisitFilter(collective=True), page=1, today=TODAY)
    assert [row.number for row in found.rows] == [six.number, before.number]
    assert found.figures.collective == 2


def test_sessions_visits_people_and_matters_are_counted_apart(
    store: Store,
    make_visit: Make,
    make_case: Callable[..., Opened],
    leader: int,
    make_leader: Callable[[str], int],
) -> None:
    """临泽: 16 场次, 6 批 8 人次; two of the visits are about one matter."""
    other, opened = make_leader("赵副县长"), make_case()
    for place in range(16):
        who = leader if place < 8 else other
        make_turn(store, who, date(2026, 11, 1 + place), state=TurnState.HELD)
    make_turn(store, leader, date(2026, 11, 18), state=TurnState.MISSED)
    make_turn(store, leader, date(2026, 11, 19))
    for place, people in enumerate([1, 1, 1, 1, 2, 2]):
        make_visit(
            people=people,
            received_on=date(2026, 11, 1 + place // 2),
            case_id=opened.id if place < 2 else None,
        )
    with store.reading(OFFICE) as session:
        found = visit_lists.figures(session, VisitFilter(), today=TODAY)
        own = visit_lists.figures(session, VisitFilter(leader_id=other), today=TODAY)
        first = visit_lists.figures(session, VisitFilter(outcome=VisitOutcome.LED), today=TODAY)
    assert (found.sessions, found.batches, found.people, found.matters) == (16, 6, 8, 5)
    assert (own.sessions, own.batches) == (8, 0)
    assert (first.sessions, first.people) == (0, 0)


def test_the_ledger_is_narrowed_by_each_filter(
    store: Store, make_visit: Make, make_unit: Callable[..., int], leader: int
) -> None:
    unit = make_unit("县住建局")
    below = make_unit("质监站", parent=unit)
    handed = make_visit(
        title="反映塔吊倒塌",
        unit_id=below,
        outcome=VisitOutcome.HANDED,
        received_on=date(2026, 10, 1),
        due_on=date(2026, 11, 1),
        kind=ReceptionKind.VIDEO,
    )
    answered = make_visit(outcome=VisitOutcome.ANSWERED)
    undecided = make_visit()
    turn = make_turn(store, leader, TODAY - timedelta(days=1))
    with store.writing(SYSTEM) as session:
        roster_id = session.get_one(TurnRow, turn).roster_id
        session.add(
            Publication(
                roster_id=roster_id,
                number=1,
                published_on=date(2026, 11, 1),
                notice={},
                rows=[],
                changes=[],
                actor="小李",
                at=NOW,
            )
        )
    published = make_visit(received_on=TODAY - timedelta(days=1), people=9)

    def found(**wanted: Any) -> set[str]:
        with store.reading(OFFICE) as session:
            listing = visit_lists.listing(session, VisitFilter(**wanted), page=1, today=TODAY)
        assert listing.figures.batches == len(listing.rows)
        return {row.number for row in listing.rows}

    assert found(unit_id=unit) == {handed.number}
    assert found(term="塔吊") == {handed.number}
    assert found(term=answered.number) == {answered.number}
    assert found(kind=ReceptionKind.VIDEO) == {handed.number}
    assert found(level=Level.TOWNSHIP) == set()
    assert len(found(level=Level.COUNTY)) == 4
    assert found(outcome=VisitOutcome.ANSWERED) == {answered.number}
    assert found(last=date(2026, 10, 31)) == {handed.number}
    assert found(first=TODAY) == {answered.number, undecided.number}
    assert found(stage=Stage.PUBLISHED) == {published.number}
    assert found(stage=Stage.CARRIED_OUT) == {answered.number}
    assert found(wanted=VisitList.LATE) == {handed.number}
    assert found(wanted=VisitList.UNOPENED) == {handed.number}
    assert found(wanted=VisitList.UNDECIDED) == {undecided.number, published.number}
    assert found(wanted=VisitList.OPEN) == {handed.number, undecided.number, published.number}
    with store.reading(OFFICE) as session:
        whole = visit_lists.listing(session, VisitFilter(), page=1, today=TODAY)
    assert whole.late == 1
    assert dict(whole.stages) == {
        Stage.PUBLISHED: 1,
        Stage.RECEIVED: 4,
        Stage.LED: 0,
        Stage.CARRIED_OUT: 1,
    }


def test_parting_a_visit_from_a_case_leaves_both(
    store: Store, make_visit: Make, make_case: Callable[..., Opened]
) -> None:
    opened = make_case()
    visit = make_visit(case_id=opened.id)
    with store.writing(OFFICE) as session:
        commands.remove_link(session, visit.id, version=1, now=NOW)
    assert read(store, visit.id).case_id is None
    with store.reading(SYSTEM) as session:
        assert session.get(Case, opened.id) is not None


def test_a_leader_who_has_left_keeps_what_he_received(
    store: Store, make_visit: Make, leader: int
) -> None:
    visit = make_visit()
    with store.writing(SYSTEM) as session:
        session.get_one(Leader, leader).active = False
    with store.reading(OFFICE) as session:
        assert visits.visit_file(session, visit.number, today=TODAY).row.leader == "王县长"
