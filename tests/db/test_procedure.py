from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from db.commands import cases, clocks, procedure
from db.commands import office as office_commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.duty import Recusal
from db.models.procedure import CaseDocument, CaseStep
from db.models.units import Unit
from db.queries import procedure as queries
from rules.case_terms import Clock, DeclineReason, Delivery, ExitReason, Opinion, Step
from rules.deadlines import readings
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, Channel, EntryKind, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Any]
DECISION = {
    "opinion": Opinion.SUPPORTED,
    "text": "同意退还押金",
    "claims": "退还押金",
    "findings": "押金逾期未退",
    "legal_basis": "《民法典》第七百一十四条",
    "document_number": "某信处〔2026〕1号",
}


@pytest.fixture
def take(store: Store) -> Make:
    """Return a function that takes a step at the version the case stands at."""

    def step(
        opened: Opened, step: Step, *, by: Actor = OFFICE, on: date = TODAY, **values: Any
    ) -> int:
        with store.writing(by) as session:
            case = session.get(Case, opened.id)
            return procedure.take_step(
                session,
                opened.id,
                step,
                happened_on=on,
                values=values,
                version=case.version if case else 0,
                today=TODAY,
                now=NOW,
            )

    return step


@pytest.fixture
def case_of(store: Store) -> Make:
    """Return a function that reads a case as it stands."""

    def read(opened: Opened) -> Case:
        with store.reading(SYSTEM) as session:
            found = session.get(Case, opened.id)
            assert found is not None
            session.expunge(found)
            return found

    return read


def _member(unit_id: int) -> Actor:
    return Actor(None, "承办人", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))


def test_a_matter_goes_from_receipt_to_close_and_each_step_stays(
    store: Store, make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    unit = make_unit("住建局")
    opened = make_case(received_on=TODAY - timedelta(days=40))
    day = TODAY - timedelta(days=39)
    member = _member(unit)

    take(opened, Step.FORWARD, on=day, unit_id=unit)
    take(opened, Step.ACCEPT, by=member, on=day + timedelta(days=1), notified_on=day)
    take(opened, Step.ANSWER, by=member, on=day + timedelta(days=3), **DECISION)
    receipt = {"delivery": Delivery.POST, "receipt": "挂号信回执 1 份"}
    take(opened, Step.DELIVER, by=member, on=day + timedelta(days=4), **receipt)
    take(opened, Step.END, on=TODAY)

    case = case_of(opened)
    assert (case.state, case.closed_on) == (CaseState.CLOSED, TODAY)
    assert (case.unit_id, case.answer) == (unit, "同意退还押金")
    assert (case.due_on, case.due_clock, case.wound) == (None, None, True)
    with store.reading(OFFICE) as session:
        taken = queries.steps(session, opened.id)
        document = session.scalars(select(CaseDocument)).one()
    assert [(each.step, each.state_after, each.actor) for each in taken] == [
        (Step.FORWARD, CaseState.FORWARDED, OFFICE.name),
        (Step.ACCEPT, CaseState.ACCEPTED, "承办人"),
        (Step.ANSWER, CaseState.ANSWERED, "承办人"),
        (Step.DELIVER, CaseState.ANSWERED, "承办人"),
        (Step.END, CaseState.CLOSED, OFFICE.name),
    ]
    assert document.details["legal_basis"] == "《民法典》第七百一十四条"
    assert document.number == "某信处〔2026〕1号"


def test_a_step_winds_the_nearest_clock(
    make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = make_case()

    take(opened, Step.ASSIGN, unit_id=make_unit("住建局"), until=TODAY + timedelta(days=9))

    case = case_of(opened)
    assert (case.due_clock, case.due_on) == (Clock.ASSIGNED, TODAY + timedelta(days=9))
    assert case.due_from == TODAY


def test_an_illegal_step_changes_nothing(store: Store, make_case: Make, take: Make) -> None:
    opened = make_case()

    with pytest.raises(RuleError, match="现在是“已登记”，答复只能在“办理中”时进行"):
        take(opened, Step.ANSWER, **DECISION)

    with store.reading(OFFICE) as session:
        assert queries.steps(session, opened.id) == []


def test_a_unit_takes_its_own_steps_and_none_of_the_office(
    make_case: Make, make_unit: Make, take: Make
) -> None:
    unit = make_unit("住建局")
    opened = make_case(unit_id=unit)

    with pytest.raises(NotAllowed):
        take(opened, Step.FORWARD, by=_member(unit), unit_id=unit)
    take(opened, Step.ACCEPT, by=_member(unit))


def test_another_units_case_is_not_there(make_case: Make, make_unit: Make, take: Make) -> None:
    opened = make_case(unit_id=make_unit("住建局"))

    with pytest.raises(Missing):
        take(opened, Step.ACCEPT, by=_member(make_unit("教育局")))


def test_the_second_of_two_steps_at_once_is_told(store: Store, make_case: Make) -> None:
    opened = make_case()
    step: dict[str, Any] = {
        "happened_on": TODAY,
        "values": {"decline_reason": DeclineReason.PENDING, "notified_on": TODAY},
        "version": 1,
        "today": TODAY,
        "now": NOW,
    }
    with store.writing(OFFICE) as session:
        cases.change_case(
            session, opened.id, {"place": "甲村"}, base={}, version=1, today=TODAY, now=NOW
        )

    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        procedure.take_step(session, opened.id, Step.DECLINE, **step)


def test_the_accused_unit_and_those_under_it_never_get_the_matter(
    store: Store, make_case: Make, make_unit: Make, take: Make
) -> None:
    accused = make_unit("住建局")
    below = make_unit("房管所", parent=accused)
    opened = make_case()
    with store.writing(OFFICE) as session:
        session.add(
            Recusal(
                case_id=opened.id,
                unit_id=accused,
                accused=True,
                reason="被反映",
                decided_by="甲",
                at=NOW,
            )
        )

    for unit in (accused, below):
        with pytest.raises(Invalid, match="被反映单位"):
            take(opened, Step.FORWARD, unit_id=unit)
    take(opened, Step.FORWARD, unit_id=make_unit("监察室"))


def test_a_unit_that_is_gone_is_refused(make_case: Make, take: Make) -> None:
    opened = make_case()

    with pytest.raises(Invalid, match="该单位已不存在"):
        take(opened, Step.FORWARD, unit_id=987654)


@pytest.mark.parametrize(("ended", "free"), [(TODAY, False), (TODAY + timedelta(days=1), True)])
def test_a_unit_that_has_ended_takes_no_matter_over(
    store: Store,
    make_case: Make,
    make_unit: Make,
    take: Make,
    case_of: Make,
    ended: date,
    free: bool,
) -> None:
    opened, unit = make_case(), make_unit("国土局")
    with store.writing(SYSTEM) as session:
        session.get_one(Unit, unit).valid_to = ended

    if free:
        take(opened, Step.FORWARD, unit_id=unit)
    else:
        with pytest.raises(Invalid, match="“国土局”已停用，请改交其他单位"):
            take(opened, Step.FORWARD, unit_id=unit)

    assert case_of(opened).unit_id == (unit if free else None)


def test_an_accusation_goes_to_no_unit_but_out(
    make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = make_case(purpose=Purpose.ACCUSATION)

    with pytest.raises(RuleError, match="检举控告"):
        take(opened, Step.FORWARD, unit_id=make_unit("住建局"))
    take(opened, Step.DECLINE, decline_reason=DeclineReason.ACCUSATION, notified_on=TODAY)

    assert case_of(opened).state is CaseState.DECLINED


def test_the_day_a_matter_is_declined_is_kept_and_goes_with_the_step(
    store: Store, make_case: Make, take: Make, case_of: Make
) -> None:
    words = {"decline_reason": DeclineReason.PENDING, "notified_on": TODAY}
    opened, older = make_case(), make_case()
    for each in (opened, older):
        take(each, Step.DECLINE, **words)
        assert case_of(each).declined_on == TODAY
    with store.writing(OFFICE) as session:
        # Steps taken before the day was kept do not say what it was.
        step = session.scalars(select(CaseStep).where(CaseStep.case_id == older.id)).one()
        step.former = {name: was for name, was in step.former.items() if name != "declined_on"}

    for each in (opened, older):
        with store.writing(OFFICE) as session:
            procedure.withdraw_step(
                session,
                each.id,
                reason="点错了",
                version=case_of(each).version,
                today=TODAY,
                now=NOW,
            )
        assert case_of(each).declined_on is None


def test_a_returned_matter_is_passed_on_again_and_its_clocks_begin_anew(
    store: Store, make_case: Make, make_unit: Make, take: Make
) -> None:
    first, second = make_unit("住建局"), make_unit("教育局")
    opened = make_case(received_on=TODAY - timedelta(days=5))
    take(opened, Step.FORWARD, on=TODAY - timedelta(days=3), unit_id=first)
    take(opened, Step.OBJECT, by=_member(first), on=TODAY - timedelta(days=2), reason="不属职责")
    take(opened, Step.FORWARD, on=TODAY - timedelta(days=1), unit_id=second)

    with store.reading(OFFICE) as session:
        facts = queries.facts(session, opened.id)
    assert facts.objected_on is None
    assert facts.forwarded_on == TODAY - timedelta(days=1)


def test_extensions_add_up_and_the_due_day_moves(
    make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = make_case()
    take(opened, Step.FORWARD, unit_id=make_unit("住建局"))
    take(opened, Step.ACCEPT)
    words = {"approver": "王局长", "reason": "需要鉴定", "notified_on": TODAY}

    take(opened, Step.EXTEND, days=20, **words)
    with pytest.raises(Invalid, match="延期合计不得超过 30 日"):
        take(opened, Step.EXTEND, days=11, **words)
    take(opened, Step.EXTEND, days=10, **words)

    assert case_of(opened).due_on == TODAY + timedelta(days=90)


def _answered(take: Make, make_case: Make, unit: int) -> Opened:
    opened: Opened = make_case(received_on=TODAY - timedelta(days=30))
    day = TODAY - timedelta(days=20)
    take(opened, Step.FORWARD, on=day, unit_id=unit)
    take(opened, Step.ACCEPT, on=day)
    take(opened, Step.ANSWER, on=day, **DECISION)
    take(opened, Step.DELIVER, on=day, delivery=Delivery.IN_PERSON, receipt="签收单")
    return opened


def test_the_review_chain_ends_in_the_third_and_a_hearing_stops_its_clock(
    store: Store, make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = _answered(take, make_case, make_unit("住建局"))
    day = TODAY - timedelta(days=10)
    take(opened, Step.REQUEST_REVIEW, on=day)
    take(opened, Step.ANSWER_REVIEW, on=day, opinion=Opinion.REFUSED, text="维持")
    take(opened, Step.DELIVER, on=day, delivery=Delivery.IN_PERSON, receipt="签收单")
    take(opened, Step.REQUEST_RECHECK, on=day)
    late = {"held_on": TODAY, "notified_on": TODAY + timedelta(days=1)}
    with pytest.raises(Invalid, match="晚于听证日期"):
        take(opened, Step.HEAR, on=TODAY, participants="三方", **late)
    take(opened, Step.HEAR, on=TODAY, held_on=TODAY, notified_on=day, participants="三方")

    paused = case_of(opened)
    assert (paused.due_on, paused.due_clock, paused.paused) == (None, Clock.RECHECK, True)

    take(opened, Step.END_HEARING, on=TODAY, text="听证纪要")
    assert case_of(opened).due_on == day + timedelta(days=31)
    take(opened, Step.ANSWER_RECHECK, opinion=Opinion.REFUSED, text="维持")

    assert case_of(opened).state is CaseState.FINAL
    assert case_of(opened).delivered_on == TODAY - timedelta(days=20)

    take(opened, Step.DELIVER, delivery=Delivery.IN_PERSON, receipt="签收单")
    with pytest.raises(RuleError, match="意见书已送达"):
        take(opened, Step.DELIVER, delivery=Delivery.IN_PERSON, receipt="签收单")


def test_no_step_is_taken_on_a_day_before_the_one_it_follows(
    store: Store, make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = _answered(take, make_case, make_unit("住建局"))
    day = TODAY - timedelta(days=21)

    with pytest.raises(Invalid, match="早于进入“已答复”的日期"):
        take(opened, Step.CLOSE, on=day, exit_reason=ExitReason.ANSWERED, text="无异议")
    take(opened, Step.CLOSE, exit_reason=ExitReason.ANSWERED, text="无异议")
    with pytest.raises(Invalid, match="早于进入“已办结”的日期"):
        take(opened, Step.REOPEN, on=day, reason="有新的事实")

    assert case_of(opened).state is CaseState.CLOSED


def test_a_reopened_matter_begins_a_round_and_its_past_stays(
    store: Store, make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = _answered(take, make_case, make_unit("住建局"))
    take(opened, Step.CLOSE, exit_reason=ExitReason.ANSWERED, text="无异议")

    take(opened, Step.REOPEN, reason="有新的事实")

    case = case_of(opened)
    assert (case.state, case.accepted_on, case.answered_on) == (CaseState.ACCEPTED, TODAY, None)
    assert (case.due_clock, case.due_on) == (Clock.HANDLING, TODAY + timedelta(days=60))
    with store.reading(OFFICE) as session:
        facts = queries.facts(session, opened.id)
        kept = session.scalars(select(CaseStep.step).where(CaseStep.case_id == opened.id)).all()
        running = [
            r.clock for r in readings(facts, queries.terms(session), today=TODAY) if r.running
        ]
    assert running == [Clock.HANDLING]
    assert Step.ANSWER in kept


def test_a_step_taken_back_leaves_the_case_as_before_and_both_to_be_read(
    store: Store, make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = make_case()
    take(opened, Step.FORWARD, unit_id=make_unit("住建局"))

    def back(reason: str) -> None:
        with store.writing(OFFICE) as session:
            version = session.get_one(Case, opened.id).version
            procedure.withdraw_step(
                session, opened.id, reason=reason, version=version, today=TODAY, now=NOW
            )

    with pytest.raises(Invalid, match="理由"):
        back(" ")
    back("选错了单位")

    case = case_of(opened)
    assert (case.state, case.unit_id, case.forwarded_on) == (CaseState.REGISTERED, None, None)
    with store.reading(OFFICE) as session:
        taken = queries.steps(session, opened.id)
    assert [(each.step, each.withdrawn) for each in taken] == [
        (Step.FORWARD, True),
        (Step.WITHDRAW, False),
    ]
    with pytest.raises(RuleError, match="还没有可以撤回的步骤"):
        back("再撤")


@pytest.mark.parametrize("name", ["accepted_on", "answered_on", "closed_on", "resolved_on"])
def test_no_form_sets_the_date_of_a_step(store: Store, make_case: Make, name: str) -> None:
    opened = make_case()

    with pytest.raises(Invalid, match="办理步骤"), store.writing(OFFICE) as session:
        cases.change_case(
            session, opened.id, {name: TODAY}, base={}, version=1, today=TODAY, now=NOW
        )


def test_a_date_that_stands_is_corrected_and_its_clock_told_anew(
    store: Store, make_case: Make, make_unit: Make, take: Make, case_of: Make
) -> None:
    opened = make_case(received_on=TODAY - timedelta(days=9))
    take(opened, Step.FORWARD, unit_id=make_unit("住建局"))
    take(opened, Step.ACCEPT)

    with store.writing(OFFICE) as session:
        cases.change_case(
            session,
            opened.id,
            {"accepted_on": TODAY - timedelta(days=2)},
            base={},
            version=session.get_one(Case, opened.id).version,
            today=TODAY,
            now=NOW,
        )
    clocks.catch_up(store, today=TODAY)

    case = case_of(opened)
    assert (case.state, case.due_on) == (CaseState.ACCEPTED, TODAY + timedelta(days=58))


def test_cases_that_came_in_bulk_are_told_their_clocks_and_a_change_tells_them_anew(
    store: Store, make_case: Make, case_of: Make
) -> None:
    cases_ = [make_case(received_on=TODAY - timedelta(days=1)) for _ in range(3)]
    while clocks.catch_up(store, today=TODAY, limit=2):
        pass
    assert {case_of(each).due_on for each in cases_} == {TODAY + timedelta(days=14)}

    with store.writing(SYSTEM) as session:
        before = store.version()
        office_commands.set_parameter(
            session, "transfer_days", "10", valid_from=date(2020, 1, 1), reason="", now=NOW
        )
    while clocks.catch_up(store, today=TODAY, limit=2):
        pass

    assert {case_of(each).due_on for each in cases_} == {TODAY + timedelta(days=9)}
    assert store.version() > before + 1


def test_no_row_is_signed_off_past_the_gate(store: Store, make_case: Make) -> None:
    opened = make_case()

    with pytest.raises(DBAPIError), store.engine.begin() as connection:
        connection.execute(
            text("UPDATE cases SET state = 'signed_off' WHERE id = :id"), {"id": opened.id}
        )


def test_a_line_on_the_timeline_is_no_rival_of_an_open_form(
    store: Store, make_case: Make, case_of: Make
) -> None:
    opened = make_case(channel=Channel.LETTER)
    later = NOW + timedelta(hours=1)
    with store.writing(OFFICE) as session:
        cases.add_entry(
            session,
            opened.id,
            kind=EntryKind.PROGRESS,
            happened_on=TODAY,
            text="已上门",
            files=[],
            limit_mb=10,
            today=TODAY,
            now=later,
        )

    case = case_of(opened)
    assert (case.version, case.updated_at) == (1, later)
