from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import cases, duplicates, duty, sign_off
from db.commands import supervision as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.receptions import Visit
from db.models.supervision import FollowUp, LiabilityRecord, LookBack, SignOff
from db.queries import supervision as queries
from rules.case_terms import (
    DutySource,
    FollowUpState,
    Liability,
    Rung,
    SameKind,
    Satisfaction,
    Step,
    Trigger,
    VisitKind,
)
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import VisitOutcome
from rules.terms import CaseState, EntryKind, Purpose, Repeat
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import closing
from tests.db.closing import close, look_back, member, step, take_back

Make = Callable[..., Any]
DAY = timedelta(days=1)
ANSWER: dict[str, Any] = {
    "problem": "押金未退",
    "progress": "已约谈企业",
    "why_not": "账户冻结",
    "next_step": "分期退还",
    "promised_on": TODAY + 10 * DAY,
}


def _draft(store: Store, opened: Opened, **values: Any) -> int:
    given = {"trigger": Trigger.SHIRKING, "rung": Rung.SUPERVISE, "reason": "两次推诿", **values}
    with store.writing(OFFICE) as session:
        return commands.draft_follow_up(session, opened.id, today=TODAY, now=NOW, **given)


def _send(store: Store, follow_up_id: int, unit_id: int | None, **values: Any) -> None:
    with store.writing(OFFICE) as session:
        found = session.get_one(FollowUp, follow_up_id)
        given = {"text": found.text, "due_on": None, "version": found.version, **values}
        commands.send_follow_up(session, follow_up_id, unit_id=unit_id, today=TODAY, **given)


def _answer(store: Store, follow_up_id: int, *, by: Actor, **change: Any) -> None:
    with store.writing(by) as session:
        commands.answer_follow_up(
            session, follow_up_id, {**ANSWER, **change}, version=2, today=TODAY
        )


def _seen(
    store: Store, opened: Opened, *, by: Actor = OFFICE, today: date = TODAY
) -> queries.Supervision:
    with store.reading(by) as session:
        return queries.supervision(session, opened.id, today=today)


def test_the_system_drafts_a_person_sends_and_the_unit_answers(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit, title="张三丰反映道路积水")
    drafted = _draft(store, opened)

    assert _seen(store, opened, by=member(unit)).follow_ups == ()
    row = _seen(store, opened).follow_ups[0]
    assert (row.state, row.unit, row.drafted_by) == (
        FollowUpState.DRAFTED,
        "县住建局",
        OFFICE.name,
    )
    assert "张某反映道路积水" in row.text
    assert "张三丰" not in row.text
    assert "两次推诿" in row.text

    _send(store, drafted, unit)
    row = _seen(store, opened, by=member(unit)).follow_ups[0]
    assert (row.state, row.sent_by, row.due_on) == (
        FollowUpState.SENT,
        OFFICE.name,
        TODAY + 7 * DAY,
    )
    assert _seen(store, opened, today=TODAY + 8 * DAY).follow_ups[0].state is FollowUpState.LATE

    _answer(store, drafted, by=member(unit))
    row = _seen(store, opened).follow_ups[0]
    assert (row.state, row.answered_by, row.next_step) == (
        FollowUpState.ANSWERED,
        "承办人",
        "分期退还",
    )

    with store.writing(OFFICE) as session:
        commands.end_follow_up(session, drafted, why="已落实", version=3, today=TODAY)
    assert _seen(store, opened).follow_ups[0].state is FollowUpState.ENDED


def test_what_is_asked_by_when_stands_in_the_audit(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    drafted = _draft(store, make_case(unit_id=unit))

    _send(store, drafted, unit, due_on=TODAY + 3 * DAY)

    with store.reading(OFFICE) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.entity == "follow_ups").order_by(AuditEntry.seq)
        ).all()
    assert entries[-1].changes["due_on"] == [None, str(TODAY + 3 * DAY)]


def test_an_answer_must_carry_all_five(store: Store, make_case: Make, make_unit: Make) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    drafted = _draft(store, opened)
    _send(store, drafted, unit)

    with pytest.raises(Invalid) as refused:
        _answer(store, drafted, by=member(unit), why_not=" ", promised_on=None)

    assert [problem.field for problem in refused.value.problems] == ["why_not", "promised_on"]
    assert _seen(store, opened).follow_ups[0].state is FollowUpState.SENT


def test_a_letter_is_answered_by_the_unit_it_was_sent_to(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit, other = make_unit("县住建局"), make_unit("县财政局")
    drafted = _draft(store, make_case(unit_id=unit))
    _send(store, drafted, other)

    with pytest.raises(NotAllowed, match="不是发给您单位"):
        _answer(store, drafted, by=member(unit))
    with pytest.raises(Missing):
        _answer(store, drafted, by=member(other))


def test_what_was_not_sent_is_not_answered_and_what_was_is_not_sent_again(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    drafted = _draft(store, make_case(unit_id=unit))

    with pytest.raises(RuleError, match="没有等待答复"), store.writing(OFFICE) as session:
        commands.answer_follow_up(session, drafted, ANSWER, version=1, today=TODAY)
    _send(store, drafted, unit)
    with pytest.raises(RuleError, match="已经发出"):
        _send(store, drafted, unit)
    with pytest.raises(Conflict):
        _send(store, drafted, unit, version=1)


def test_no_petitioner_is_named_and_no_unit_that_must_stay_out_is_written_to(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit, barred = make_unit("县住建局"), make_unit("县财政局")
    opened = make_case(unit_id=unit)
    with store.writing(OFFICE) as session:
        duty.recuse(session, opened.id, unit_id=barred, accused=True, reason="被反映", now=NOW)
    drafted = _draft(store, opened)

    with pytest.raises(Invalid) as refused:
        _send(store, drafted, barred, text="请退还张三丰押金", due_on=TODAY - DAY)

    assert [p.field for p in refused.value.problems] == ["text", "unit_id", "due_on"]


def test_an_accusation_is_never_told_to_a_unit(store: Store, make_case: Make) -> None:
    opened = make_case(purpose=Purpose.ACCUSATION)

    with pytest.raises(RuleError, match="§30"):
        _draft(store, opened)


def test_the_ladder_is_climbed_by_what_was_sent(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    first = _draft(store, opened)

    with pytest.raises(Invalid, match="还不能约谈"):
        _draft(store, opened, rung=Rung.TALK)
    _send(store, first, unit)
    _draft(store, opened, rung=Rung.TALK)

    assert _seen(store, opened).sent == (Rung.SUPERVISE,)


def test_a_computed_trigger_must_hold_and_brings_its_reason(store: Store, make_case: Make) -> None:
    quiet = make_case()
    late = make_case(received_on=TODAY - 20 * DAY)

    with pytest.raises(RuleError, match="现在不成立"):
        _draft(store, quiet, trigger=Trigger.OVERDUE, rung=Rung.URGE)
    _draft(store, late, trigger=Trigger.OVERDUE, rung=Rung.URGE, reason="")

    assert _seen(store, late).follow_ups[0].reason.startswith("登记转送已超期 5 天")
    with pytest.raises(Invalid, match="请填写督办的理由"):
        _draft(store, quiet, reason=" ")


def test_the_triggers_are_told_from_what_lies_in_the_store(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit, received_on=TODAY - 40 * DAY)
    step(store, opened, Step.ACCEPT, on=TODAY - 31 * DAY)
    busy = make_case(received_on=TODAY - 40 * DAY)
    step(store, busy, Step.ACCEPT, on=TODAY - 31 * DAY)
    with store.writing(OFFICE) as session:
        cases.add_entry(
            session,
            busy.id,
            kind=EntryKind.PROGRESS,
            happened_on=TODAY,
            text="已上门",
            files=[],
            limit_mb=1,
            today=TODAY,
            now=NOW,
        )
        duty.set_duty(
            session,
            opened.id,
            source=DutySource.SUPERIOR,
            lead_id=None,
            team="",
            plan="",
            owner="",
            until=None,
            ticks=(),
            version=None,
            case_version=session.get_one(Case, opened.id).version,
            today=TODAY,
            now=NOW,
        )
    drafted = _draft(store, opened)
    _send(store, drafted, unit)
    _answer(store, drafted, by=member(unit), promised_on=TODAY)

    tomorrow = _seen(store, opened, today=TODAY + DAY)

    assert [each.trigger for each in tomorrow.held] == [
        Trigger.HALF_TIME,
        Trigger.PROMISE,
        Trigger.SUPERIOR,
    ]
    assert _seen(store, busy).held == ()


def _looks(store: Store, opened: Opened) -> list[tuple[VisitKind, date, bool]]:
    with store.reading(OFFICE) as session:
        rows = session.scalars(
            select(LookBack).where(LookBack.case_id == opened.id).order_by(LookBack.id)
        )
        return [(row.kind, row.due_on, row.dropped_on is not None) for row in rows]


def test_a_close_plans_its_looks_back_and_what_undoes_it_drops_them(
    store: Store, make_case: Make
) -> None:
    opened = make_case()
    first, second = TODAY + 30 * DAY, TODAY + 90 * DAY

    close(store, opened)
    assert _looks(store, opened) == [
        (VisitKind.LOOK_30, first, False),
        (VisitKind.LOOK_90, second, False),
    ]

    take_back(store, opened)
    assert [dropped for *_, dropped in _looks(store, opened)] == [True, True]

    close(store, opened)
    assert [dropped for *_, dropped in _looks(store, opened)] == [False, False]

    step(store, opened, Step.REOPEN, reason="有新的事实")
    assert [dropped for *_, dropped in _looks(store, opened)] == [True, True]

    take_back(store, opened)
    assert [dropped for *_, dropped in _looks(store, opened)] == [False, False]


def test_a_corrected_day_of_the_close_moves_what_is_still_planned(
    store: Store, make_case: Make
) -> None:
    opened = make_case(received_on=TODAY - 9 * DAY)
    close(store, opened)
    done = _seen(store, opened).look_backs[0]
    with store.writing(OFFICE) as session:
        session.get_one(LookBack, done.id).done_on = TODAY
        case = session.get_one(Case, opened.id)
        values = {"closed_on": TODAY - 3 * DAY}
        version = case.version
        cases.change_case(
            session, opened.id, values, base={}, version=version, today=TODAY, now=NOW
        )

    assert _looks(store, opened) == [
        (VisitKind.LOOK_30, TODAY + 30 * DAY, False),
        (VisitKind.LOOK_90, TODAY + 87 * DAY, False),
    ]


def test_a_planned_look_back_is_done_once_by_whom_and_when(store: Store, make_case: Make) -> None:
    opened = make_case()
    close(store, opened)
    planned = _seen(store, opened).look_backs[0]
    values = {
        "done_on": TODAY,
        "with_office": Satisfaction.SATISFIED,
        "with_unit": Satisfaction.FAIRLY,
        "outcome": "已退还",
    }

    def do(version: int) -> None:
        with store.writing(OFFICE) as session:
            commands.do_look_back(
                session,
                opened.id,
                values,
                look_back_id=planned.id,
                version=version,
                today=TODAY,
                now=NOW,
            )

    do(planned.version)

    row = _seen(store, opened).look_backs[0]
    assert (row.kind, row.done_on, row.done_by) == (VisitKind.LOOK_30, TODAY, OFFICE.name)
    assert (row.with_office, row.with_unit) == (Satisfaction.SATISFIED, Satisfaction.FAIRLY)
    assert _seen(store, opened).follow_ups == ()
    with pytest.raises(Conflict):
        do(planned.version)
    with pytest.raises(RuleError, match="已经完成"):
        do(row.version)


def test_an_open_case_is_not_looked_back_at(store: Store, make_case: Make) -> None:
    with pytest.raises(RuleError, match="办结后才回访"):
        look_back(store, make_case())


@pytest.mark.parametrize(
    ("values", "trigger"),
    [
        ({"with_unit": Satisfaction.DISSATISFIED}, Trigger.DISSATISFIED),
        ({"with_office": Satisfaction.DISSATISFIED}, Trigger.DISSATISFIED),
        ({"repeated": True}, Trigger.REPEATED),
    ],
)
def test_who_is_dissatisfied_or_comes_again_has_a_supervision_drafted_once(
    store: Store, make_case: Make, values: dict[str, Any], trigger: Trigger
) -> None:
    opened = make_case()
    close(store, opened)

    look_back(store, opened, **values)
    look_back(store, opened, **values)

    drafted = _seen(store, opened).follow_ups
    assert [(row.trigger, row.rung, row.state, row.drafted_by) for row in drafted] == [
        (trigger, Rung.SUPERVISE, FollowUpState.DRAFTED, "系统")
    ]


def test_liability_is_recorded_for_the_office_alone(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    given: dict[str, Any] = {
        "reason": Liability.SHIRKED,
        "caused_unit_id": None,
        "failed_unit_id": unit,
        "text": "超期 30 天未答复",
        "decided_on": TODAY,
    }
    with store.writing(OFFICE) as session:
        commands.record_liability(session, opened.id, **given, today=TODAY, now=NOW)
        empty = {**given, "reason": None, "failed_unit_id": None, "text": " "}
        with pytest.raises(Invalid) as refused:
            commands.record_liability(session, opened.id, **empty, today=TODAY, now=NOW)

    assert [p.field for p in refused.value.problems] == ["reason", "caused_unit_id", "text"]
    row = _seen(store, opened).liabilities[0]
    assert (row.reason, row.failed_unit, row.caused_unit) == (Liability.SHIRKED, "县住建局", "")
    assert _seen(store, opened, by=member(unit)).liabilities == ()
    with store.reading(member(unit)) as session:
        assert session.scalars(select(LiabilityRecord)).all() == []


def test_another_units_letter_is_not_there(store: Store, make_case: Make, make_unit: Make) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    _send(store, _draft(store, opened), unit)

    with pytest.raises(Missing):
        _seen(store, opened, by=member(make_unit("县教育局")))


@pytest.mark.parametrize(("days", "drafted"), [(0, 1), (1, 1), (-1, 0)])
def test_a_repeat_after_the_close_has_a_supervision_drafted(
    store: Store, make_case: Make, days: int, drafted: int
) -> None:
    former = make_case(received_on=TODAY - 9 * DAY)
    close(store, former, on=TODAY - 2 * DAY)

    make_case(repeat_of_id=former.id, received_on=TODAY + (days - 2) * DAY)

    rows = _seen(store, former).follow_ups
    assert [row.trigger for row in rows] == [Trigger.REPEATED] * drafted
    with store.reading(OFFICE) as session:
        assert session.get_one(Case, former.id).state is CaseState.CLOSED


def test_a_repeat_told_later_counts_as_well(store: Store, make_case: Make) -> None:
    former = make_case(received_on=TODAY - 9 * DAY)
    close(store, former, on=TODAY - 2 * DAY)
    suspected, edited = make_case(), make_case()
    with store.writing(OFFICE) as session:
        session.get_one(Case, suspected.id).suspect_of_id = former.id

    with store.writing(OFFICE) as session:
        duplicates.decide_pair(
            session,
            suspected.id,
            former.id,
            kind=SameKind.REPEAT,
            version=2,
            other_version=session.get_one(Case, former.id).version,
            today=TODAY,
            now=NOW,
        )
    first = _seen(store, former).follow_ups
    with store.writing(OFFICE) as session:
        commands.end_follow_up(session, first[0].id, why="已处理", version=1, today=TODAY)
        cases.change_case(
            session,
            edited.id,
            {"repeat_of_id": former.id},
            base={},
            version=1,
            today=TODAY,
            now=NOW,
        )

    assert suspected.number in first[0].reason
    assert edited.number in _seen(store, former).follow_ups[0].reason


def test_a_leaders_limit_that_is_over_calls_for_supervision(
    store: Store, make_case: Make, make_leader: Make
) -> None:
    opened, quiet = make_case(), make_case(title="另一件事")
    leader = make_leader("王县长")
    handed = {"outcome": VisitOutcome.HANDED, "due_on": TODAY}
    with store.writing(SYSTEM) as session:
        for number, (case, given) in enumerate(
            [
                (opened, handed),
                (opened, handed | {"closed_on": TODAY}),
                (opened, handed | {"outcome": VisitOutcome.ANSWERED}),
                (quiet, handed | {"due_on": TODAY + DAY}),
            ],
            start=1,
        ):
            session.add(
                Visit(
                    number=f"JF2026000{number}",
                    leader_id=leader,
                    received_on=TODAY,
                    people=1,
                    repeat=Repeat.FIRST,
                    title="反映道路积水",
                    case_id=case.id,
                    created_by="小李",
                    created_at=NOW,
                    updated_at=NOW,
                    **given,
                )
            )

    assert _seen(store, opened).held == ()
    assert _seen(store, quiet, today=TODAY + DAY).held == ()
    (held,) = _seen(store, opened, today=TODAY + DAY).held
    assert held.trigger is Trigger.RECEPTION
    assert held.why == "王县长接访交办（JF20260001）要求 2026-11-20 前办结，已超期 1 天"
    with pytest.raises(RuleError, match="现在不成立"):
        _draft(store, opened, trigger=Trigger.RECEPTION)
    with store.writing(OFFICE) as session:
        commands.draft_follow_up(
            session,
            opened.id,
            trigger=Trigger.RECEPTION,
            rung=Rung.SUPERVISE,
            reason="",
            today=TODAY + DAY,
            now=NOW,
        )
    assert "王县长接访交办" in _seen(store, opened).follow_ups[0].text
    with store.writing(SYSTEM) as session:
        session.get_one(Case, opened.id).state = CaseState.CLOSED
    assert _seen(store, opened, today=TODAY + DAY).held == ()


def test_a_request_sent_back_and_not_made_again_calls_for_supervision(
    store: Store, make_case: Make
) -> None:
    opened = make_case()
    asked = closing.ready(store, opened)
    with store.writing(closing.SECOND) as session:
        version = session.get_one(SignOff, asked).version
        sign_off.refuse_sign_off(session, asked, why="材料不全", version=version, today=TODAY)

    def held(on: date) -> bool:
        with store.reading(OFFICE) as session:
            found = queries.held(session, opened.id, today=on)
        return Trigger.NOT_RESUBMITTED in [each.trigger for each in found]

    assert [held(TODAY + timedelta(days=days)) for days in (5, 6)] == [False, True]
    closing.request(store, opened, document_id=closing.document(store, opened))
    assert not held(TODAY + timedelta(days=6))
