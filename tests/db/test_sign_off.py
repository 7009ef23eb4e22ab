from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from db.commands import accounts, cases, duty
from db.commands import sign_off as commands
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Attachment, Case
from db.models.duty import CaseDuty
from db.models.procedure import CaseStep
from db.models.supervision import CaseOpening, SignOff
from db.queries import sign_off as queries
from rules.case_terms import (
    DocumentKind,
    DutySource,
    ExitReason,
    MeasureKind,
    Performance,
    Satisfaction,
    Step,
)
from rules.cases import WITHHELD
from rules.errors import Conflict, Invalid, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, EntryKind, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.closing import (
    SECOND,
    approve,
    close,
    document,
    head,
    look_back,
    member,
    ready,
    request,
    step,
    take_back,
)

Make = Callable[..., Any]
DAY = timedelta(days=1)


def _state(store: Store, opened: Any) -> CaseState:
    with store.reading(OFFICE) as session:
        return session.get_one(Case, opened.id).state


def _file(store: Store, opened: Any, *, reader: str = SECOND.name) -> queries.SignOffFile:
    with store.reading(OFFICE) as session:
        return queries.sign_off_file(session, opened.id, reader=reader, today=TODAY)


def _steps(store: Store, opened: Any) -> list[Step]:
    with store.reading(OFFICE) as session:
        found = select(CaseStep.step).where(CaseStep.case_id == opened.id).order_by(CaseStep.id)
        return list(session.scalars(found))


def _account(store: Store, name: str) -> Actor:
    with store.writing(SYSTEM) as session:
        roles = frozenset({Role.OFFICE})
        key = accounts.create_account(session, name, None, roles=roles, now=NOW)
    return Actor(key, name, roles)


def _duty(store: Store, opened: Any) -> None:
    with store.writing(OFFICE) as session:
        duty.set_duty(
            session,
            opened.id,
            source=DutySource.LOCAL,
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


def test_a_case_leaves_with_everything_and_two_approvals(store: Store, make_case: Make) -> None:
    opened = make_case()
    _duty(store, opened)
    asked = ready(store, opened)
    assert _file(store, opened).missing == ()

    approve(store, asked)

    assert _state(store, opened) is CaseState.SIGNED_OFF
    assert _steps(store, opened) == [Step.CLOSE, Step.SIGN_OFF]
    row = _file(store, opened).current
    assert row is not None
    assert (row.signed_on, row.approved_by, row.requested_by, row.head_name) == (
        TODAY,
        SECOND.name,
        OFFICE.name,
        "王局长",
    )
    with store.reading(OFFICE) as session:
        kept = session.scalars(select(CaseDuty)).one()
    assert (kept.left_on, kept.left_why) == (TODAY, "销号：调解协议")


def test_everything_missing_is_named_and_nothing_is_done(store: Store, make_case: Make) -> None:
    opened = make_case()
    close(store, opened)
    asked = request(store, opened, document_id=None, performance=Performance.NONE)

    with pytest.raises(Invalid) as refused:
        approve(store, asked)

    named = [problem.message for problem in refused.value.problems]
    assert named == [
        "没有指明结果文书",
        "协议没有写明已履行或已排期",
        "办结后还没有回访",
        "责任单位负责人尚未签批",
    ]
    assert _file(store, opened).missing == tuple(named)
    assert _state(store, opened) is CaseState.CLOSED
    assert _steps(store, opened) == [Step.CLOSE]


def test_what_the_plan_promised_is_done_before_it_leaves(store: Store, make_case: Make) -> None:
    opened = make_case()
    values = {"kind": MeasureKind.FUNDS, "text": "退还押金", "due_on": TODAY}
    with store.writing(OFFICE) as session:
        key = duty.set_measure(session, opened.id, values, today=TODAY)
    asked = ready(store, opened)

    with pytest.raises(Invalid, match="化解措施“退还押金”还没有完成"):
        approve(store, asked)
    done = {**values, "done_on": TODAY, "evidence": "转账凭证"}
    with store.writing(OFFICE) as session:
        duty.set_measure(session, opened.id, done, measure_id=key, version=1, today=TODAY)
    approve(store, asked)

    assert _state(store, opened) is CaseState.SIGNED_OFF


def test_whoever_is_dissatisfied_keeps_it_until_another_look_back(
    store: Store, make_case: Make
) -> None:
    opened = make_case()
    asked = ready(store, opened)
    look_back(store, opened, with_unit=Satisfaction.DISSATISFIED)

    with pytest.raises(Invalid, match="需再次回访"):
        approve(store, asked)
    look_back(store, opened)
    approve(store, asked)

    assert _state(store, opened) is CaseState.SIGNED_OFF


def test_neither_asker_nor_handler_nor_who_wrote_the_heads_word_approves(
    store: Store, make_case: Make
) -> None:
    handler = Actor(None, "经办小王", frozenset({Role.OFFICE}))
    writer = Actor(None, "登记小赵", frozenset({Role.OFFICE}))
    opened = make_case(handler=handler.name)
    asked = ready(store, opened)
    head(store, asked, by=writer)

    for actor in (OFFICE, handler, writer):
        with pytest.raises(Invalid, match="请由联席办其他人员批准"):
            approve(store, asked, by=actor)
    assert _file(store, opened, reader=writer.name).barred is not None
    assert _file(store, opened).barred is None
    approve(store, asked)


def test_who_took_a_step_does_not_approve(store: Store, make_case: Make) -> None:
    opened = make_case()
    asked = ready(store, opened)
    with store.writing(SYSTEM) as session:
        session.add(
            CaseStep(
                case_id=opened.id,
                step=Step.SETTLE,
                happened_on=TODAY,
                state_before=CaseState.CLOSED,
                state_after=CaseState.CLOSED,
                actor=SECOND.name,
                at=NOW,
            )
        )

    with pytest.raises(Invalid, match="请由联席办其他人员批准"):
        approve(store, asked)


def test_the_store_itself_refuses_a_sign_off_that_is_not_whole(
    store: Store, make_case: Make
) -> None:
    opened = make_case()
    asked = ready(store, opened)
    whole = "SET signed_on = '2026-11-20', approved_by = :by WHERE id = :id"

    for by in (OFFICE.name, None):
        with pytest.raises(DBAPIError), store.engine.begin() as connection:
            connection.execute(text(f"UPDATE sign_offs {whole}"), {"by": by, "id": asked})
    for lacking in ("head_name = ''", "head_on = NULL", "result = ''", "head_recorded_by = NULL"):
        signed = f"UPDATE sign_offs SET {lacking}, {whole.removeprefix('SET ')}"
        with pytest.raises(DBAPIError), store.engine.begin() as connection:
            connection.execute(text(signed), {"by": "另一人", "id": asked})
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE sign_offs {whole}"), {"by": "另一人", "id": asked})


def test_an_open_case_is_not_asked_for_and_no_case_twice(store: Store, make_case: Make) -> None:
    opened = make_case()
    with pytest.raises(RuleError, match="办结后才能申请销号"):
        request(store, opened, document_id=None)
    close(store, opened)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.request_sign_off(
            session,
            opened.id,
            result="已退",
            document_id=None,
            performance=Performance.PERFORMED,
            version=1,
            now=NOW,
        )
    request(store, opened, document_id=None)

    with pytest.raises(RuleError, match="已有销号申请"):
        request(store, opened, document_id=None)


def test_the_file_of_another_case_is_no_scan(store: Store, make_case: Make) -> None:
    own, other = make_case(), make_case()
    with store.writing(OFFICE) as session:
        cases.add_entry(
            session,
            other.id,
            kind=EntryKind.EVIDENCE,
            happened_on=TODAY,
            text="",
            files=[cases.NewFile("协议.txt", b"1")],
            limit_mb=1,
            today=TODAY,
            now=NOW,
        )
        scan = session.scalars(select(Attachment.id)).one()

    with pytest.raises(Invalid, match="该附件已不存在"), store.writing(OFFICE) as session:
        commands.add_document(
            session,
            own.id,
            kind=DocumentKind.OTHER,
            number="",
            issued_on=TODAY,
            details={"text": "说明"},
            attachment_id=scan,
            today=TODAY,
            now=NOW,
        )


def test_the_paper_of_another_case_proves_nothing(store: Store, make_case: Make) -> None:
    opened, other = make_case(), make_case()
    close(store, opened)

    with pytest.raises(Invalid, match="该文书已不存在"):
        request(store, opened, document_id=document(store, other))


def test_the_exit_is_asked_where_the_close_did_not_say_it(store: Store, make_case: Make) -> None:
    opened = make_case(closed_on=TODAY)

    with pytest.raises(Invalid, match="请选择办结方式"):
        request(store, opened, document_id=None)
    request(store, opened, document_id=None, exit_reason=ExitReason.EVALUATED)

    row = _file(store, opened).current
    assert row is not None
    assert row.exit_reason is ExitReason.EVALUATED


def test_a_unit_writes_its_heads_word_and_does_not_approve(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("县住建局")
    opened = make_case(unit_id=unit)
    close(store, opened)
    asked = request(store, opened, document_id=None)

    head(store, asked, by=member(unit))

    row = _file(store, opened).current
    assert row is not None
    assert (row.head_name, row.head_on) == ("王局长", TODAY)
    with pytest.raises(RuleError):
        approve(store, asked, by=member(unit))


def test_a_request_sent_back_gives_room_for_another(store: Store, make_case: Make) -> None:
    opened = make_case()
    asked = ready(store, opened)

    with pytest.raises(Invalid, match="退回的理由"), store.writing(SECOND) as session:
        commands.refuse_sign_off(session, asked, why=" ", version=2, today=TODAY)
    with store.writing(SECOND) as session:
        commands.refuse_sign_off(session, asked, why="材料不全", version=2, today=TODAY)

    with pytest.raises(RuleError, match="已退回"):
        approve(store, asked)
    found = _file(store, opened)
    assert (found.current, found.past[0].refused_why) == (None, "材料不全")
    request(store, opened, document_id=None)


def _withdraw(store: Store, asked: int) -> None:
    with store.writing(OFFICE) as session:
        version = session.get_one(SignOff, asked).version
        commands.withdraw_sign_off(
            session, asked, why="撤销", version=version, today=TODAY, now=NOW
        )


def test_a_sign_off_taken_back_opens_the_case_again(store: Store, make_case: Make) -> None:
    opened = make_case()
    _duty(store, opened)
    asked = ready(store, opened)
    approve(store, asked)

    _withdraw(store, asked)

    with store.reading(OFFICE) as session:
        case = session.get_one(Case, opened.id)
        assert (case.state, case.accepted_on, case.closed_on) == (CaseState.ACCEPTED, TODAY, None)
        assert case.due_on == TODAY + 60 * DAY
        assert session.scalars(select(CaseDuty)).one().left_on is None
    assert _steps(store, opened)[-1] is Step.REBOUND
    found = _file(store, opened)
    assert (found.current, found.past[0].withdrawn_on) == (None, TODAY)


def test_a_request_taken_back_leaves_the_case_closed(store: Store, make_case: Make) -> None:
    opened = make_case()
    asked = ready(store, opened)

    _withdraw(store, asked)

    assert _state(store, opened) is CaseState.CLOSED
    assert _file(store, opened).current is None


def test_reopening_withdraws_the_sign_off_and_is_not_taken_back(
    store: Store, make_case: Make
) -> None:
    opened = make_case()
    approve(store, ready(store, opened))

    step(store, opened, Step.REOPEN, reason="有新的事实")

    assert _file(store, opened).past[0].withdrawn_why == "重新办理：有新的事实"
    with pytest.raises(RuleError, match="不能再撤回"):
        take_back(store, opened)
    with pytest.raises(DBAPIError), store.engine.begin() as connection:
        connection.execute(
            text("UPDATE cases SET state = 'signed_off' WHERE id = :id"), {"id": opened.id}
        )


@pytest.mark.parametrize(("days", "state"), [(30, CaseState.ACCEPTED), (31, CaseState.SIGNED_OFF)])
def test_a_repeat_within_the_window_withdraws_it_by_itself(
    store: Store, make_case: Make, days: int, state: CaseState
) -> None:
    opened = make_case(received_on=TODAY - 90 * DAY)
    asked = ready(store, opened, on=TODAY - 60 * DAY)
    with store.writing(OFFICE) as session:
        # Planned for a month after the close, it would be overdue.
        session.execute(text("UPDATE look_backs SET dropped_on = due_on WHERE done_on IS NULL"))
    approve(store, asked)
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE sign_offs SET signed_on = :on"), {"on": str(TODAY - days * DAY)}
        )

    again = make_case(repeat_of_id=opened.id)

    assert _state(store, opened) is state
    if state is CaseState.ACCEPTED:
        assert again.number in _file(store, opened).past[0].withdrawn_why


@pytest.mark.parametrize(("days", "state"), [(30, CaseState.ACCEPTED), (31, CaseState.SIGNED_OFF)])
def test_a_look_back_that_finds_it_raised_again_withdraws_it_too(
    store: Store, make_case: Make, days: int, state: CaseState
) -> None:
    opened = make_case(received_on=TODAY - 90 * DAY)
    approve(store, ready(store, opened))
    with store.engine.begin() as connection:
        connection.execute(
            text("UPDATE sign_offs SET signed_on = :on"), {"on": str(TODAY - days * DAY)}
        )

    look_back(store, opened, outcome="又到市里反映")
    assert _state(store, opened) is CaseState.SIGNED_OFF
    look_back(store, opened, repeated=True, outcome="又到市里反映")

    assert _state(store, opened) is state
    if state is CaseState.ACCEPTED:
        assert "了解到办结后又信访" in _file(store, opened).past[0].withdrawn_why


def _bulk(store: Store, *asked: int, by: Actor = SECOND) -> int:
    with store.writing(by) as session:
        wanted = {key: session.get_one(SignOff, key).version for key in asked}
        return commands.sign_off_in_bulk(session, wanted, today=TODAY, now=NOW)


def _opens(store: Store, opened: Any, actor: Actor) -> None:
    with store.writing(actor) as session:
        commands.record_opening(session, opened.id, now=NOW)


def test_in_bulk_all_or_none_and_each_reason_is_named(store: Store, make_case: Make) -> None:
    looker = _account(store, "联席办老周")
    seen, unseen, lacking = make_case(), make_case(), make_case()
    whole, unlooked = ready(store, seen), ready(store, unseen)
    close(store, lacking)
    short = request(store, lacking, document_id=document(store, lacking))
    for opened in (seen, lacking):
        _opens(store, opened, looker)

    with pytest.raises(Invalid) as refused:
        _bulk(store, whole, unlooked, short)

    assert [problem.message for problem in refused.value.problems] == [
        f"{unseen.number}：除申请人外没有人打开看过，不能批量销号",
        f"{lacking.number}：办结后还没有回访",
        f"{lacking.number}：责任单位负责人尚未签批",
    ]
    assert _state(store, seen) is CaseState.CLOSED

    _opens(store, unseen, looker)
    assert _bulk(store, whole, unlooked) == 2
    assert {_state(store, seen), _state(store, unseen)} == {CaseState.SIGNED_OFF}
    with pytest.raises(Invalid, match="请先选择"):
        _bulk(store)


def test_the_askers_own_look_is_not_enough(store: Store, make_case: Make) -> None:
    asker = _account(store, OFFICE.name)
    opened = make_case()
    asked = ready(store, opened)
    _opens(store, opened, asker)

    with pytest.raises(Invalid, match="没有人打开看过"):
        _bulk(store, asked)


def test_an_opening_is_kept_once_and_makes_no_noise(store: Store, make_case: Make) -> None:
    looker = _account(store, "联席办老周")
    opened, running = make_case(), make_case()
    close(store, opened)

    def counts() -> tuple[int, int]:
        with store.reading(SYSTEM) as session:
            entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        return entries, store.version()

    before = counts()
    for each in (opened, opened, running):
        _opens(store, each, looker)

    assert counts() == before
    with store.reading(OFFICE) as session:
        found = session.execute(select(CaseOpening.case_id, CaseOpening.account_id)).all()
        assert queries.has_opened(session, opened.id, looker.account_id or 0)
        assert not queries.has_opened(session, running.id, looker.account_id or 0)
    assert [tuple(row) for row in found] == [(opened.id, looker.account_id)]

    step(store, opened, Step.REOPEN, reason="有新的事实")
    with store.reading(OFFICE) as session:
        assert session.scalars(select(CaseOpening)).all() == []


def test_an_accusation_waits_for_its_approval_without_its_title(
    store: Store, make_case: Make
) -> None:
    for values in ({"title": "拖欠工资"}, {"title": "举报张某", "purpose": Purpose.ACCUSATION}):
        opened = make_case(**values)
        close(store, opened)
        request(store, opened, document_id=None)

    with store.reading(OFFICE) as session:
        found = queries.waiting(session, reader=SECOND.name, page=1, today=TODAY)

    assert [row.title for row in found.rows] == ["拖欠工资", WITHHELD]
