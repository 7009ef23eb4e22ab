"""Disputes in the store: numbers, scope, whose hand it is, steps, levels, parties and cases."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from db.commands import (
    codes,
    dispute_classes,
    dispute_steps,
    disputes,
    identity,
    sweep_rounds,
)
from db.commands import dispute_pairs as pair_commands
from db.commands.cases import NewFile, Opened
from db.commands.disputes import NewDispute
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.disputes import Dispute, DisputeClass, DisputePaper, DisputeParty
from db.models.sweeps import SweepRound
from db.queries import dispute_file, dispute_pairs, sweep_items
from db.queries import disputes as queries
from db.queries.codes import resolve_codes
from db.queries.disputes import DisputeFilter
from rules.case_terms import Tick
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    DisputeStep,
    GradeStage,
    MediationChannel,
    PairKind,
    PaperKind,
    RiskLevel,
    Tally,
    Tier,
)
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.people import Person, PersonEdit
from rules.permissions import SYSTEM, Actor
from rules.sweep_terms import RoundKind
from rules.terms import Channel, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Make = Callable[..., Any]


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _listing(store: Store, actor: Actor = OFFICE, page: int = 1, **wanted: Any) -> queries.Listing:
    with store.reading(actor) as session:
        return queries.listing(session, DisputeFilter(**wanted), page=page, today=TODAY)


def _numbers(store: Store, actor: Actor = OFFICE, **wanted: Any) -> list[str]:
    return [row.number for row in _listing(store, actor, **wanted).rows]


def _change(
    store: Store, opened: Opened, values: dict[str, Any], *, by: Actor, version: int = 1
) -> None:
    with store.writing(by) as session:
        disputes.change_dispute(
            session, opened.id, values, base={}, version=version, today=TODAY, now=NOW
        )


def test_numbers_tell_the_county_the_year_and_a_serial(store: Store, place: d.County) -> None:
    assert d.add(store, place.village).number == "JC000000-2026-00001"
    assert d.add(store, place.village).number == "JC000000-2026-00002"
    old = d.add(store, place.village, found_on=date(2025, 3, 1))
    assert old.number == "JC000000-2025-00001"


def test_where_it_lies_and_who_resolves_it_first_follow_from_the_village(
    store: Store, place: d.County
) -> None:
    file = d.seen(store, d.add(store, place.village).number)

    assert (file.township, file.names["area_id"], file.tier) == ("城关镇", "幸福村", Tier.VILLAGE)
    assert file.state is DisputeState.SUBMITTED


def test_several_are_registered_together_or_not_at_all(store: Store, place: d.County) -> None:
    kind = d.class_id(store)
    good = {"title": "引水渠", "class_id": kind, "found_on": TODAY, "unit_id": place.village}
    bad = good | {"title": "", "found_on": TODAY + timedelta(1)}
    with pytest.raises(Invalid) as refused, store.writing(OFFICE) as session:
        disputes.add_disputes(session, [NewDispute(good), NewDispute(bad)], today=TODAY, now=NOW)

    told = [problem.message for problem in refused.value.problems]
    assert len(told) == 2
    assert all(message.startswith("第 2 行：") for message in told)
    assert _numbers(store) == []

    with store.writing(OFFICE) as session:
        made = disputes.add_disputes(
            session, [NewDispute(good), NewDispute(good | {"title": "林地"})], today=TODAY, now=NOW
        )
    assert [each.number[-5:] for each in made] == ["00001", "00002"]


def test_a_unit_sees_what_it_and_its_villages_found_and_what_it_is_to_resolve(
    store: Store, place: d.County, make_unit: Make
) -> None:
    mine = d.add(store, place.village).number
    neighbours = d.add(store, place.neighbour).number
    elsewhere = d.add(store, place.other_town)
    police = make_unit("公安局", parent=place.county)

    assert _numbers(store, d.member(store, place.village)) == [mine]
    assert set(_numbers(store, d.member(store, place.town))) == {mine, neighbours}
    assert _numbers(store, d.member(store, police)) == []
    d.handle(store, elsewhere, police)
    assert _numbers(store, d.member(store, police)) == [elsewhere.number]
    assert len(_numbers(store)) == 3
    assert _numbers(store, Actor(None, "审计", frozenset({Role.AUDITOR}))) == []


def test_a_leader_sees_what_he_leads_and_writes_nothing(
    store: Store, place: d.County, make_leader: Make
) -> None:
    leader_id = make_leader("林政远")
    led = d.add(store, place.village, lead_id=leader_id)
    d.add(store, place.village)
    leader = Actor(None, "林政远", frozenset({Role.LEADER}), leader_id=leader_id)

    assert _numbers(store, leader) == [led.number]
    with pytest.raises(NotAllowed):
        d.step(store, led, DisputeStep.ASSIGN, by=leader, unit_id=place.town, until=TODAY)


def test_a_unit_registers_for_itself_and_below_alone(store: Store, place: d.County) -> None:
    village = d.member(store, place.village)
    d.add(store, place.village, by=village)
    with pytest.raises(NotAllowed):
        d.add(store, place.neighbour, by=village)

    assert len(_numbers(store)) == 1


def test_another_units_item_cannot_be_written_on_by_its_address(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village)
    stranger = d.member(store, place.neighbour)

    with pytest.raises(Missing):
        _change(store, opened, {"title": "改掉"}, by=stranger)
    with pytest.raises(Missing):
        d.step(store, opened, DisputeStep.REMOVE, by=stranger, reason="没有的事")
    with pytest.raises(Missing):
        d.paper(store, opened, PaperKind.OTHER, by=stranger)
    with pytest.raises(Missing), store.writing(stranger) as session:
        disputes.add_entry(session, opened.id, happened_on=TODAY, text="看过", today=TODAY, now=NOW)
    assert d.seen(store, opened.number).values["title"] == "两户宅基地界线纠纷"


def test_who_resolves_it_writes_the_duty_and_not_what_was_found(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village)
    d.handle(store, opened, place.other_town)
    helper = d.member(store, place.other_town)
    version = d.seen(store, opened.number).version

    with pytest.raises(NotAllowed):
        _change(store, opened, {"title": "另一件事"}, by=helper, version=version)
    _change(store, opened, {"plan": "先丈量，后调解"}, by=helper, version=version)

    file = d.seen(store, opened.number)
    assert (file.values["title"], file.values["plan"]) == ("两户宅基地界线纠纷", "先丈量，后调解")


def test_a_rivals_save_is_told_field_by_field(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    _change(store, opened, {"title": "界线纠纷"}, by=OFFICE)

    with pytest.raises(Conflict) as rival:
        _change(store, opened, {"title": "宅基地纠纷"}, by=OFFICE)
    field = rival.value.fields[0]
    assert (field.field, field.mine, field.theirs) == ("title", "宅基地纠纷", "界线纠纷")


def test_the_way_to_a_resolution_sets_its_days_and_keeps_every_step(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village, by=d.member(store, place.village))
    d.resolve(store, opened, place.town, by=d.member(store, place.town))

    file = d.seen(store, opened.number)
    assert (file.state, file.outcome) == (DisputeState.RESOLVED, DisputeOutcome.RESOLVED)
    assert (file.assigned_on, file.resolved_on) == (TODAY, TODAY)
    assert file.names["duty_unit_id"] == "城关镇"
    assert file.values["channel"] is MediationChannel.PEOPLE
    assert {e.step for e in file.events} == {
        DisputeStep.ASSIGN,
        DisputeStep.START,
        DisputeStep.RESOLVE,
    }
    assert any("责任单位：城关镇" in event.text for event in file.events)


def test_a_step_out_of_turn_or_stale_is_refused(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    with pytest.raises(RuleError, match="待审核"):
        d.step(store, opened, DisputeStep.START, channel=MediationChannel.PEOPLE)
    with pytest.raises(RuleError, match="专门"):
        d.step(store, opened, DisputeStep.SIGN_OFF)
    d.handle(store, opened, place.town)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        dispute_steps.take_step(
            session,
            opened.id,
            DisputeStep.PARTLY,
            happened_on=TODAY,
            values={"text": "谈成一半"},
            version=1,
            today=TODAY,
            now=NOW,
        )


def test_a_village_does_not_assign_what_it_found(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    with pytest.raises(RuleError, match="上级单位"):
        d.step(
            store,
            opened,
            DisputeStep.ASSIGN,
            by=d.member(store, place.village),
            unit_id=place.village,
            until=TODAY,
        )


def test_an_extension_moves_the_limit_and_names_who_approved_it(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village)
    d.handle(store, opened, place.town)
    until = TODAY + timedelta(45)
    given: dict[str, Any] = {"until": until, "approver": "刘书记", "reason": "等鉴定"}
    d.step(store, opened, DisputeStep.EXTEND, **given)

    file = d.seen(store, opened.number)
    assert file.values["due_on"] == until
    assert any("批准延期的一把手：刘书记" in event.text for event in file.events)


def test_the_columns_of_the_ledger_always_add_up(store: Store, place: d.County) -> None:
    made = [d.add(store, place.village, title=f"第 {n} 件纠纷") for n in range(6)]
    d.resolve(store, made[0], place.town)
    d.handle(store, made[1], place.town)
    d.step(store, made[1], DisputeStep.PARTLY, text="谈成一半")
    d.handle(store, made[2], place.town)
    given: dict[str, Any] = {
        "legal_route": "lawsuit",
        "proof": "（2026）民初 1 号",
        "text": "已起诉",
    }
    d.step(store, made[2], DisputeStep.ROUTE, **given)
    d.step(store, made[3], DisputeStep.REMOVE, reason="误报")
    d.handle(store, made[4], place.town)

    found = _listing(store)
    assert {column: found.tally[column] for column in Tally} == {
        Tally.RESOLVED: 1,
        Tally.PARTLY: 1,
        Tally.UNRESOLVED: 2,
        Tally.PASSED_ON: 1,
    }
    assert found.tally.found == found.total == 5
    assert _numbers(store, outcome=DisputeOutcome.PARTLY) == [made[1].number]
    assert _numbers(store, state=DisputeState.REMOVED) == [made[3].number]


def test_elevation_hands_it_up_and_leaves_what_was_reached(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    d.handle(store, opened, place.town)
    d.step(store, opened, DisputeStep.PARTLY, text="谈成一半")
    d.step(store, opened, DisputeStep.ELEVATE, tier=Tier.COUNTY, reason="涉及两镇")

    file = d.seen(store, opened.number)
    assert (file.state, file.tier, file.outcome) == (
        DisputeState.ELEVATED,
        Tier.COUNTY,
        DisputeOutcome.PARTLY,
    )


def _grade(
    store: Store, opened: Opened, stage: GradeStage, level: RiskLevel, *, by: Actor, **given: Any
) -> None:
    with store.writing(by) as session:
        found = session.get(Dispute, opened.id)
        dispute_steps.grade(
            session,
            opened.id,
            stage=stage,
            level=level,
            who="评定小组",
            decided_on=TODAY,
            reason=given.get("reason", ""),
            version=found.version if found else 1,
            today=TODAY,
            now=NOW,
        )


def test_the_level_is_decided_by_group_village_and_township_each_recorded(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village, people=12)
    village, town = d.member(store, place.village), d.member(store, place.town)
    _grade(store, opened, GradeStage.GROUP, RiskLevel.YELLOW, by=village)
    _grade(store, opened, GradeStage.VILLAGE, RiskLevel.YELLOW, by=village)
    with pytest.raises(Invalid, match="乡镇"):
        _grade(store, opened, GradeStage.TOWNSHIP, RiskLevel.YELLOW, by=village)
    _grade(store, opened, GradeStage.TOWNSHIP, RiskLevel.RED, by=town, reason="已准备上访")

    file = d.seen(store, opened.number)
    assert (file.level, file.level_stage) == (RiskLevel.RED, GradeStage.TOWNSHIP)
    assert [(g.stage, g.actor) for g in file.grades] == [
        (GradeStage.GROUP, village.name),
        (GradeStage.VILLAGE, village.name),
        (GradeStage.TOWNSHIP, town.name),
    ]
    assert file.proposal.level is RiskLevel.YELLOW
    assert _numbers(store, level=RiskLevel.RED) == [opened.number]


def test_names_of_parties_are_sealed_masked_and_shown_for_a_reason_alone(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village, people=[Person("欧阳锋", "13800001234")])

    file = d.seen(store, opened.number)
    assert [(p.name, p.phone) for p in file.people] == [("欧阳某", "138****1234")]
    with store.reading(OFFICE) as session:
        row = session.scalars(select(DisputeParty)).one()
        assert "欧阳锋".encode() not in row.name_encrypted
        chain = " ".join(str(e.changes) for e in session.scalars(select(AuditEntry)))
        assert "欧阳锋" not in chain
    with store.writing(OFFICE) as session:
        shown = disputes.reveal_parties(session, opened.id, reason="电话核实")
        assert [person.name for person in shown] == ["欧阳锋"]
    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        disputes.reveal_parties(session, opened.id, reason="")


def test_a_party_is_added_and_corrected_without_being_seen(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village, people=[Person("欧阳锋", "13800001234")])
    edits = [PersonEdit(phone="13900005678"), PersonEdit(name="黄蓉")]
    with store.writing(OFFICE) as session:
        disputes.edit_parties(session, opened.id, edits, version=1, today=TODAY, now=NOW)
        rows = session.scalars(select(DisputeParty).order_by(DisputeParty.position)).all()
        people = [identity.opened(session, row) for row in rows]

    assert [(p.name, p.phone) for p in people] == [("欧阳锋", "13900005678"), ("黄蓉", "")]


def test_a_dispute_becomes_a_case_and_each_knows_the_other(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village, people=12, content="三次协商未果")
    with store.writing(OFFICE) as session:
        case = dispute_steps.open_case(
            session, opened.id, reason="当事人要求按信访办理", version=1, today=TODAY, now=NOW
        )

    file = d.seen(store, opened.number)
    assert (file.state, file.outcome) == (DisputeState.PETITIONED, DisputeOutcome.PETITIONED)
    assert file.case is not None
    assert file.case.number == case.number
    with store.reading(OFFICE) as session:
        row = session.get_one(Case, case.id)
        assert (row.channel, row.people, row.township_id) == (Channel.SWEEP, 12, place.town)
        assert opened.number in row.remark
        assert dispute_file.of_case(session, case.id) == [(opened.number, "两户宅基地界线纠纷")]
    assert _listing(store).tally[Tally.PASSED_ON] == 1


def test_only_the_office_makes_a_case_of_it(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    with pytest.raises(NotAllowed), store.writing(d.member(store, place.town)) as session:
        dispute_steps.open_case(session, opened.id, reason="要", version=1, today=TODAY, now=NOW)


def test_a_dispute_is_linked_to_a_case_and_counts_on(
    store: Store, place: d.County, make_case: Callable[..., Opened]
) -> None:
    opened, case = d.add(store, place.village), make_case()
    with store.writing(OFFICE) as session:
        dispute_steps.link_case(session, opened.id, case.number, version=1, now=NOW)

    assert d.seen(store, opened.number).case is not None
    assert _listing(store).tally[Tally.UNRESOLVED] == 1
    version = d.seen(store, opened.number).version
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        dispute_steps.link_case(session, opened.id, "没有", version=version, now=NOW)


def test_a_unit_learns_nothing_of_a_linked_case_it_may_not_see(
    store: Store, place: d.County, make_case: Callable[..., Opened]
) -> None:
    opened, case = d.add(store, place.village), make_case()
    with store.writing(OFFICE) as session:
        dispute_steps.link_case(session, opened.id, case.number, version=1, now=NOW)

    linked = d.seen(store, opened.number, d.member(store, place.village)).case
    assert linked is not None
    assert (linked.number, linked.title) == ("", "")


def test_the_four_that_are_answered_for_are_kept_with_their_day(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village)
    with store.writing(OFFICE) as session:
        disputes.set_ticks(
            session,
            opened.id,
            {Tick.INVESTIGATED: ("小赵", TODAY), Tick.HANDLED: ("小钱", None)},
            version=1,
            today=TODAY,
            now=NOW,
        )
    assert d.seen(store, opened.number).ticks == {
        Tick.INVESTIGATED: ("小赵", TODAY),
        Tick.HANDLED: ("小钱", None),
    }
    version = d.seen(store, opened.number).version
    with pytest.raises(Invalid, match="由谁负责"), store.writing(OFFICE) as session:
        disputes.set_ticks(
            session, opened.id, {Tick.SECURED: ("", TODAY)}, version=version, today=TODAY, now=NOW
        )


def test_a_scan_is_kept_and_its_taking_is_noted(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    with store.writing(OFFICE) as session:
        paper_id = disputes.add_paper(
            session,
            opened.id,
            kind=PaperKind.AGREEMENT,
            number="调 1 号",
            issued_on=TODAY,
            file=NewFile("协议.pdf", b"%PDF-1.4 agreed"),
            limit_mb=10,
            today=TODAY,
            now=NOW,
        )
    with store.writing(OFFICE) as session:
        assert disputes.download_paper(session, paper_id) == (
            "协议.pdf",
            "application/pdf",
            b"%PDF-1.4 agreed",
        )
    with pytest.raises(Missing), store.writing(d.member(store, place.other_town)) as session:
        disputes.download_paper(session, paper_id)
    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        disputes.add_paper(
            session,
            opened.id,
            kind=None,
            number="",
            issued_on=None,
            file=NewFile("脚本.exe", b"MZ"),
            limit_mb=10,
            today=TODAY,
            now=NOW,
        )
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(DisputePaper.id)).all()) == 1


def test_progress_lies_between_the_finding_and_today(store: Store, place: d.County) -> None:
    opened = d.add(store, place.village)
    for day in (TODAY + timedelta(1), TODAY - timedelta(11), None):
        with pytest.raises(Invalid), store.writing(OFFICE) as session:
            disputes.add_entry(
                session, opened.id, happened_on=day, text="走访", today=TODAY, now=NOW
            )
    with store.writing(OFFICE) as session:
        disputes.add_entry(session, opened.id, happened_on=TODAY, text="走访", today=TODAY, now=NOW)
    assert [event.text for event in d.seen(store, opened.number).events] == ["走访"]


def test_the_ledger_is_narrowed_by_place_scale_limit_and_words(
    store: Store, place: d.County
) -> None:
    small = d.add(store, place.village, title="邻里噪声")
    large = d.add(store, place.other_town, title="征地补偿", people=120)
    d.handle(store, small, place.town)
    with store.writing(OFFICE) as session:
        session.get_one(Dispute, small.id).due_on = TODAY - timedelta(1)

    assert _numbers(store, area_id=place.town) == [small.number]
    assert _numbers(store, area_id=place.village) == [small.number]
    assert _numbers(store, unit_id=place.other_town) == [large.number]
    assert _numbers(store, band=2) == [large.number]
    assert _numbers(store, band=0) == [small.number]
    assert _numbers(store, overdue=True) == [small.number]
    assert _numbers(store, term="征地 补偿") == [large.number]
    assert _numbers(store, term="征地 噪声") == []
    assert _numbers(store, class_id=d.class_id(store, "医疗")) == []


def test_the_ledger_pages_by_fifty_and_beyond_the_last_shows_the_last(
    store: Store, place: d.County
) -> None:
    values = {"class_id": d.class_id(store), "found_on": TODAY, "unit_id": place.village}
    with store.writing(OFFICE) as session:
        disputes.add_disputes(
            session,
            [NewDispute({"title": f"纠纷 {n}", **values}) for n in range(51)],
            today=TODAY,
            now=NOW,
        )

    first, last = _listing(store), _listing(store, page=9)
    assert (len(first.rows), first.total, first.pages) == (50, 51, 2)
    assert (len(last.rows), last.page) == (1, 2)


def test_an_export_is_asked_for_and_holds_no_party(store: Store, place: d.County) -> None:
    d.add(store, place.village, people=[Person("欧阳锋")])
    leader = Actor(None, "领导", frozenset({Role.LEADER}), leader_id=1)
    with store.reading(OFFICE) as session:
        rows = queries.export_rows(session, DisputeFilter(), today=TODAY, limit=10)
        assert "欧阳锋" not in repr(rows)
        assert len(rows) == 1
    with pytest.raises(NotAllowed), store.reading(leader) as session:
        queries.export_rows(session, DisputeFilter(), today=TODAY, limit=10)


def test_no_dispute_is_signed_off_past_its_gate_whoever_writes(
    store: Store, place: d.County
) -> None:
    opened = d.add(store, place.village)
    signed = {"state": "signed_off", "outcome": "resolved", "signed_on": TODAY}
    changed = update(Dispute.__table__).where(Dispute.__table__.c.id == opened.id)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(changed.values(**signed))


def test_classes_have_two_levels_one_name_each_and_their_counterparts(
    store: Store, place: d.County
) -> None:
    with store.reading(OFFICE) as session:
        known = {row.name: row for row in queries.classes(session)}
    assert len(known) == 15
    assert known["劳动争议"].code == "劳动和社会保障"

    with store.writing(OFFICE) as session:
        first = known["劳动争议"].id
        below = dispute_classes.add_class(session, "欠薪", parent_id=first, unit_id=place.town)
    for name, parent in (("欠薪", None), ("加班费", below), ("", None)):
        with pytest.raises(Invalid), store.writing(OFFICE) as session:
            dispute_classes.add_class(session, name, parent_id=parent)
    with store.reading(OFFICE) as session:
        paths = [row.path for row in queries.classes(session)]
    assert paths.index("劳动争议/欠薪") == paths.index("劳动争议") + 1

    with store.writing(OFFICE) as session:
        dispute_classes.change_class(
            session,
            below,
            name="拖欠工资",
            parent_id=first,
            unit_id=None,
            code_id=None,
            position=5,
            active=False,
            version=1,
        )
    with store.reading(OFFICE) as session:
        assert "劳动争议/拖欠工资" not in [
            row.path for row in queries.classes(session, active_only=True)
        ]


def test_a_dispute_belongs_to_the_round_it_was_found_in(store: Store, place: d.County) -> None:
    first = TODAY - timedelta(14)
    with store.writing(OFFICE) as session:
        for name, level, unit_ids, days in (
            ("半月排查", UnitKind.TOWNSHIP, [], 0),
            ("上月排查", UnitKind.TOWNSHIP, [], 30),
            ("欠薪专项", None, [place.other_town], 0),
        ):
            session.add(
                SweepRound(
                    kind=RoundKind.REGULAR if level else RoundKind.AD_HOC,
                    code=None,
                    level=level,
                    name=name,
                    first_on=first - timedelta(days),
                    last_on=TODAY - timedelta(days),
                    due_at=NOW,
                    closes_at=NOW,
                    unit_ids=unit_ids,
                    class_ids=[],
                    created_by="系统",
                    created_at=NOW,
                )
            )

    def round_of(unit_id: int, on: date) -> str:
        return d.seen(store, d.add(store, unit_id, found_on=on).number).round

    assert round_of(place.village, TODAY) == "半月排查"
    assert round_of(place.other_town, TODAY) == "欠薪专项"
    assert round_of(place.village, TODAY - timedelta(40)) == "上月排查"
    assert round_of(place.village, TODAY - timedelta(300)) == ""


def _round(store: Store, place: d.County, on: date, *classes: str) -> SweepRound:
    """A round of a day, about some 内容分类 by name; kept by nobody."""
    with store.reading(OFFICE) as session:
        ids = resolve_codes(session)
    return SweepRound(first_on=on, last_on=on, class_ids=[ids[name] for name in classes])


def _entered(store: Store, each: SweepRound, unit_id: int) -> tuple[int, int]:
    with store.reading(OFFICE) as session:
        found = sweep_items.entered(session, each, unit_id)
    return found.found, found.resolved


def test_what_was_entered_is_counted_by_the_day_of_the_finding_and_the_subtree(
    store: Store, place: d.County
) -> None:
    d.add(store, place.village, found_on=TODAY)
    removed = d.add(store, place.village, found_on=TODAY)
    d.step(store, removed, DisputeStep.REMOVE, reason="误报")
    today, before = (_round(store, place, on) for on in (TODAY, TODAY - timedelta(1)))

    assert _entered(store, today, place.village) == _entered(store, today, place.town) == (1, 0)
    assert _entered(store, today, place.other_town) == (0, 0)
    assert _entered(store, before, place.town) == (0, 0)


def test_what_was_resolved_in_a_round_may_have_been_found_before_it(
    store: Store, place: d.County
) -> None:
    resolved = d.add(store, place.village, found_on=TODAY - timedelta(40))
    d.resolve(store, resolved, place.town)
    d.handle(store, d.add(store, place.village, found_on=TODAY), place.town)

    assert _entered(store, _round(store, place, TODAY), place.town) == (1, 1)


def test_a_campaign_counts_the_classes_that_answer_to_its_own(
    store: Store, place: d.County
) -> None:
    with store.writing(SYSTEM) as session:
        codes.import_codes(
            session,
            [("劳动", "工资", "拖欠工资"), ("劳动", "工资", "克扣"), ("民政", "婚姻", "婚约")],
        )
        ids = resolve_codes(session)
        by_name = {row.name: row for row in session.scalars(select(DisputeClass))}
        by_name["劳动争议"].code_id = ids["劳动"]
        by_name["婚姻家庭"].code_id = ids["民政"]
        below = DisputeClass(name="欠薪", parent_id=by_name["劳动争议"].id)
        session.add(below)
        session.flush()
        wages = below.id
    for class_id in (wages, d.class_id(store, "劳动争议"), d.class_id(store, "婚姻家庭")):
        d.add(store, place.village, found_on=TODAY, class_id=class_id)
    d.add(store, place.village, found_on=TODAY)

    def counted(*classes: str) -> int:
        return _entered(store, _round(store, place, TODAY, *classes), place.town)[0]

    assert counted() == 4
    assert counted("拖欠工资") == 2
    assert counted("民政") == 1
    assert counted("劳动", "民政") == 3


def test_a_dispute_of_another_class_does_not_belong_to_a_campaign(
    store: Store, place: d.County
) -> None:
    with store.writing(SYSTEM) as session:
        codes.import_codes(session, [("劳动", "工资", "拖欠工资")])
        wages = resolve_codes(session)["拖欠工资"]
        kind = session.scalars(select(DisputeClass).where(DisputeClass.name == "劳动争议")).one()
        kind.code_id = resolve_codes(session)["劳动"]
        sweep_rounds.open_round(
            session,
            name="欠薪专项",
            kind=RoundKind.CAMPAIGN,
            first_on=TODAY,
            last_on=TODAY,
            due_at=NOW + timedelta(days=1),
            unit_ids=[place.town],
            class_ids=[wages],
            today=TODAY,
            now=NOW,
        )

    labour = d.add(store, place.village, found_on=TODAY, class_id=d.class_id(store, "劳动争议"))
    land = d.add(store, place.village, found_on=TODAY)

    assert d.seen(store, labour.number).round == "欠薪专项"
    assert d.seen(store, land.number).round == ""


def test_what_two_villages_entered_is_reported_once_when_it_is_one_matter(
    store: Store, place: d.County
) -> None:
    each = _round(store, place, TODAY)
    first = d.add(store, place.village, found_on=TODAY)
    second = d.add(store, place.neighbour, found_on=TODAY)
    assert _entered(store, each, place.town) == (2, 0)
    town = d.member(store, place.town)
    with store.reading(town) as session:
        (pair,) = dispute_pairs.likely_pairs(session, today=TODAY)
    assert {pair.later.number, pair.earlier.number} == {first.number, second.number}

    with store.writing(town) as session:
        decided = pair_commands.decide_pair(
            session,
            second.id,
            first.id,
            kind=PairKind.DOUBLE,
            version=1,
            other_version=1,
            today=TODAY,
            now=NOW,
        )
    assert _entered(store, each, place.town) == (1, 0)
    assert d.seen(store, second.number).state is DisputeState.MERGED
    with store.writing(town) as session:
        pair_commands.undo_decision(session, decided, version=2, now=NOW)

    assert _entered(store, each, place.town) == (2, 0)
