from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.commands import cases, clocks, supervision
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.duty import CaseDuty, Measure
from db.models.procedure import CaseStep
from db.models.supervision import FollowUp, LookBack
from db.queries.attention import Attention, attention
from db.queries.supervision import held
from rules.attention import Reason
from rules.case_terms import (
    Delivery,
    DutySource,
    MeasureKind,
    Opinion,
    Step,
    Trigger,
    VisitKind,
)
from rules.cases import WITHHELD
from rules.errors import RuleError
from rules.permissions import Actor
from rules.terms import CaseState, EntryKind, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.closing import close, step

Make = Callable[..., Any]


def _seen(store: Store, actor: Actor = OFFICE) -> Attention:
    while clocks.catch_up(store, today=TODAY):
        pass
    with store.reading(actor) as session:
        return attention(session, today=TODAY)


def _reasons(store: Store, opened: Opened) -> list[str]:
    return [why.words for line in _seen(store).lines if line.id == opened.id for why in line.whys]


def _accepted(make_case: Make, days: int, **values: Any) -> Opened:
    """A case accepted so many days ago, with sixty days to be answered in."""
    day = TODAY - timedelta(days=days)
    opened: Opened = make_case(
        received_on=day, forwarded_on=day, accepted_on=day, registered_on=day, **values
    )
    return opened


def test_with_nothing_to_look_at_it_says_so(store: Store, make_case: Make) -> None:
    make_case()
    _accepted(make_case, 100, closed_on=TODAY)

    found = _seen(store)

    assert found.lines == ()
    assert set(found.counts) == set(Reason)
    assert not any(found.counts.values())


def test_what_is_late_says_since_when(store: Store, make_case: Make) -> None:
    opened = _accepted(make_case, 63)

    assert _reasons(store, opened) == [f"办理答复已超期 3 天（{TODAY - timedelta(days=3)} 到期）"]


@pytest.mark.parametrize(("left", "words"), [(0, "办理答复今天到期"), (1, "办理答复还有 1 天")])
def test_what_ends_within_three_working_days(
    store: Store, make_case: Make, left: int, words: str
) -> None:
    opened = _accepted(make_case, 60 - left)

    assert _reasons(store, opened)[0].startswith(words)


def test_half_the_time_gone_and_nothing_written(store: Store, make_case: Make) -> None:
    quiet, busy = _accepted(make_case, 31), _accepted(make_case, 31)
    _accepted(make_case, 30)
    with store.writing(OFFICE) as session:
        cases.add_entry(
            session,
            busy.id,
            kind=EntryKind.PROGRESS,
            happened_on=TODAY,
            text="已上门",
            files=[],
            limit_mb=10,
            today=TODAY,
            now=NOW,
        )

    assert _reasons(store, quiet) == [
        f"办理答复期限过半，{TODAY - timedelta(days=31)} 以来没有进展记录"
    ]
    assert _reasons(store, busy) == []
    assert _seen(store).counts[Reason.HALF_TIME] == 1


def _touched(store: Store, opened: Opened, *, days: int) -> None:
    """Have a case be touched last so many days ago."""
    with store.engine.begin() as connection:
        connection.execute(
            update(Case.__table__)  # type: ignore[arg-type]
            .where(Case.__table__.c.id == opened.id)
            .values(updated_at=NOW - timedelta(days=days))
        )


@pytest.mark.parametrize("purpose", [None, Purpose.ADVICE])
def test_what_nobody_touched_for_fifteen_days_with_a_clock_or_without(
    store: Store, make_case: Make, purpose: Purpose | None
) -> None:
    old = _accepted(make_case, 20, purpose=purpose)
    new = _accepted(make_case, 20, purpose=purpose)
    _touched(store, old, days=17)
    _touched(store, new, days=14)

    assert _reasons(store, new) == []
    assert [words[:8] for words in _reasons(store, old)] == ["17 天没有更新"]
    assert _seen(store).counts[Reason.UNTOUCHED] == 1


def test_with_and_without_a_clock_are_counted_together(store: Store, make_case: Make) -> None:
    for purpose in (None, Purpose.ADVICE):
        _touched(store, _accepted(make_case, 20, purpose=purpose), days=17)

    assert _seen(store).counts[Reason.UNTOUCHED] == 2


def test_what_is_answered_waits_for_the_petitioner(store: Store, make_case: Make) -> None:
    opened = _accepted(make_case, 40, answered_on=TODAY - timedelta(days=20))
    _touched(store, opened, days=20)

    assert _reasons(store, opened) == []


def test_a_letter_waits_to_be_sent_and_then_for_its_answer(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    opened = make_case(unit_id=unit)
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))
    with store.writing(OFFICE) as session:
        case = session.get_one(Case, opened.id)
        supervision.draft_by_itself(
            session, case, Trigger.DISSATISFIED, "不满意", today=TODAY, now=NOW
        )
    assert _reasons(store, opened) == ["督办已起草，核对后发出"]
    assert _seen(store, member).lines == ()

    with store.writing(OFFICE) as session:
        letter = session.scalars(select(FollowUp)).one()
        supervision.send_follow_up(
            session,
            letter.id,
            text="请答复",
            unit_id=unit,
            due_on=TODAY,
            version=letter.version,
            today=TODAY,
        )
    for actor in (OFFICE, member):
        assert [w.words for w in _seen(store, actor).lines[0].whys] == [
            f"督办待答复（{TODAY} 到期）"
        ]
    with store.reading(OFFICE) as session:
        later = attention(session, today=TODAY + timedelta(days=2)).lines[0].whys
    assert f"督办逾期 2 天未答复（{TODAY} 到期）" in [why.words for why in later]

    with store.writing(OFFICE) as session:
        letter = session.scalars(select(FollowUp)).one()
        letter.answered_on = TODAY
    assert _reasons(store, opened) == [f"督办 {TODAY} 已答复，核对后结束"]
    assert _seen(store, member).lines == ()

    with store.writing(OFFICE) as session:
        letter = session.scalars(select(FollowUp)).one()
        version = letter.version
        supervision.end_follow_up(session, letter.id, why="已办", version=version, today=TODAY)
    assert _reasons(store, opened) == []


def test_raised_again_after_its_end(store: Store, make_case: Make) -> None:
    ended = _accepted(make_case, 50, closed_on=TODAY - timedelta(days=5))
    again = make_case(repeat_of_id=ended.id)
    make_case(repeat_of_id=_accepted(make_case, 10).id)

    assert _reasons(store, again) == [
        f"原件 {ended.number} 于 {TODAY - timedelta(days=5)} 办结后再次反映"
    ]
    assert _seen(store).counts[Reason.REPEATED] == 1


def test_sent_back_twice(store: Store, make_case: Make) -> None:
    once, twice = make_case(), make_case()
    with store.writing(OFFICE) as session:
        for opened in (once, twice, twice):
            session.add(
                CaseStep(
                    case_id=opened.id,
                    step=Step.OBJECT,
                    happened_on=TODAY,
                    state_before=CaseState.FORWARDED,
                    state_after=CaseState.RETURNED,
                    actor="甲",
                    at=NOW,
                )
            )

    assert _reasons(store, once) == []
    assert _reasons(store, twice) == ["已被退回 2 次"]
    with store.reading(OFFICE) as session:
        assert Trigger.RETURNED_TWICE in [h.trigger for h in held(session, twice.id, today=TODAY)]


def test_what_was_sent_back_in_a_former_round_is_not_counted_in_this(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    opened, unit = make_case(), make_unit("县住建局")
    for _ in range(2):
        step(store, opened, Step.FORWARD, unit_id=unit)
        step(store, opened, Step.OBJECT, reason="不属本单位")
    assert _seen(store).counts[Reason.RETURNED] == 1

    close(store, opened)
    step(store, opened, Step.REOPEN, reason="有新的事实")

    assert _seen(store).counts[Reason.RETURNED] == 0
    with store.reading(OFFICE) as session:
        assert held(session, opened.id, today=TODAY) == []


def test_a_hearing_that_nobody_ends_is_told_until_it_ends(store: Store, make_case: Make) -> None:
    day = TODAY - timedelta(days=40)
    opened = make_case(received_on=day, registered_on=day)

    step(store, opened, Step.ACCEPT, on=day)
    heard = day + timedelta(days=9)
    days = {"notified_on": heard, "held_on": TODAY}
    step(store, opened, Step.HEAR, on=heard, participants="各方", **days)
    told = f"{heard} 决定听证，31 天没有登记结束"
    assert told in _reasons(store, opened)
    with pytest.raises(RuleError, match="听证尚未结束"):
        close(store, opened)

    step(store, opened, Step.END_HEARING, text="已质证")
    assert told not in _reasons(store, opened)


@pytest.mark.parametrize(("days", "told"), [(15, False), (16, True)])
def test_an_answer_given_here_and_not_delivered_is_told_until_it_is(
    store: Store, make_case: Make, days: int, told: bool
) -> None:
    day = TODAY - timedelta(days=days)
    opened = make_case(received_on=day, registered_on=day)
    _accepted(make_case, 90, answered_on=TODAY - timedelta(days=80))  # came so, delivered or not
    step(store, opened, Step.ACCEPT, on=day)
    step(store, opened, Step.ANSWER, on=day, **ANSWER)

    words = [f"{day} 答复，{days} 天没有登记送达"] if told else []
    assert _reasons(store, opened) == words
    assert _seen(store).counts[Reason.UNDELIVERED] == len(words)

    step(store, opened, Step.DELIVER, delivery=Delivery.POST, receipt="回执")
    assert _reasons(store, opened) == []


def test_a_second_answer_is_asked_for_its_own_delivery(store: Store, make_case: Make) -> None:
    days = [TODAY - timedelta(days=days) for days in (60, 50, 40, 30)]
    opened = make_case(received_on=days[0], registered_on=days[0])
    step(store, opened, Step.ACCEPT, on=days[0])
    step(store, opened, Step.ANSWER, on=days[1], **ANSWER)
    step(store, opened, Step.REOPEN, on=days[2], reason="有新的事实")
    assert _seen(store).counts[Reason.UNDELIVERED] == 0

    step(store, opened, Step.ANSWER, on=days[3], **ANSWER)

    assert _reasons(store, opened) == [f"{days[3]} 答复，30 天没有登记送达"]


def test_a_dispute_of_who_has_it_waits_for_the_office(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    disputed, settled = make_case(), make_case()
    unit = make_unit("县住建局")
    for opened in (disputed, settled):
        step(store, opened, Step.FORWARD, unit_id=unit)
        step(store, opened, Step.OBJECT, reason="不属本单位")
        step(store, opened, Step.DISPUTE, reason="两个单位都不认")
    step(store, settled, Step.FORWARD, unit_id=unit)

    assert _reasons(store, settled) == []
    assert _reasons(store, disputed) == [
        f"{TODAY} 报请确定管辖，待共同的上一级或联席会议确定（§24）"
    ]


ANSWER: dict[str, Any] = {
    "opinion": Opinion.SUPPORTED,
    "text": "同意退还",
    "claims": "退还押金",
    "findings": "逾期未退",
    "legal_basis": "《民法典》第七百一十四条",
}
FULL = {"team": "三人专班", "plan": "分期退还", "owner": "李主任", "until": TODAY}


@pytest.mark.parametrize(
    ("values", "lead", "words"),
    [
        (FULL, True, []),
        (FULL, False, ["包案 4/5 缺一名领导"]),
        ({**FULL, "plan": " ", "until": None}, True, ["包案 3/5 缺一个方案、一抓到底"]),
    ],
)
def test_a_duty_that_lacks_a_part(
    store: Store, make_case: Make, make_leader: Make, values: Any, lead: bool, words: list[str]
) -> None:
    opened = make_case(lead_id=make_leader("王县长") if lead else None)
    with store.writing(OFFICE) as session:
        session.add(CaseDuty(case_id=opened.id, source=DutySource.LOCAL, since=TODAY, **values))

    assert _reasons(store, opened) == words


def test_a_measure_is_a_plan(store: Store, make_case: Make, make_leader: Make) -> None:
    opened = make_case(lead_id=make_leader("王县长"))
    with store.writing(OFFICE) as session:
        duty = {**FULL, "plan": ""}
        session.add(CaseDuty(case_id=opened.id, source=DutySource.LOCAL, since=TODAY, **duty))
        session.add(Measure(case_id=opened.id, kind=MeasureKind.FUNDS, text="筹款"))

    assert _reasons(store, opened) == []


@pytest.mark.parametrize(
    ("due", "done", "count"), [(0, None, 1), (1, None, 0), (-4, None, 1), (-4, TODAY, 0)]
)
def test_a_look_back_that_is_due(
    store: Store, make_case: Make, due: int, done: date | None, count: int
) -> None:
    opened = _accepted(make_case, 50, closed_on=TODAY - timedelta(days=30))
    with store.writing(OFFICE) as session:
        on = TODAY + timedelta(days=due)
        session.add(LookBack(case_id=opened.id, kind=VisitKind.LOOK_30, due_on=on, done_on=done))

    assert len(_reasons(store, opened)) == count


def test_the_pressing_come_first_and_a_matter_stands_once(store: Store, make_case: Make) -> None:
    soon, late = _accepted(make_case, 59), _accepted(make_case, 80)

    found = _seen(store)

    assert [line.id for line in found.lines] == [late.id, soon.id]


def test_a_unit_and_a_leader_see_their_own_and_nobody_an_accusation(
    store: Store, make_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, leader = make_unit("住建局"), make_leader("王县长")
    mine = _accepted(make_case, 63, unit_id=unit)
    led = _accepted(make_case, 63, lead_id=leader)
    _accepted(make_case, 63, unit_id=unit, lead_id=leader, purpose=Purpose.ACCUSATION)
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))
    chief = Actor(None, "县长", frozenset({Role.LEADER}), leader_id=leader)

    assert [line.id for line in _seen(store, member).lines] == [mine.id]
    assert [line.id for line in _seen(store, chief).lines] == [led.id]


def test_an_accusation_is_told_to_the_office_without_its_title(
    store: Store, make_case: Make
) -> None:
    late = TODAY - timedelta(days=20)
    told = make_case(received_on=late, title="举报张某收钱", purpose=Purpose.ACCUSATION)
    other = make_case(received_on=late, title="拖欠工资")
    make_case(title="今天才收到")

    lines = {line.id: line for line in _seen(store).lines}

    assert lines[told.id].title == WITHHELD
    assert lines[told.id].number == told.number
    assert lines[other.id].title == "拖欠工资"
