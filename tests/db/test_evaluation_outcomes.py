"""What a verdict does: satisfied leaves the lists of duty, not satisfied begins 督办; nobody is turned away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from db.commands import (
    batches,
    cases,
    duty,
    procedure,
    supervision,
    visit_decisions,
    visits,
)
from db.commands import evaluation_outcomes as commands
from db.commands.cases import Opened
from db.commands.visit_decisions import Matter
from db.engine import Store
from db.models.cases import Case, CaseEntry
from db.models.duty import CaseDuty
from db.models.evaluation_outcomes import EvaluationAnswer, EvaluationReturn
from db.models.evaluations import Evaluation
from db.models.procedure import CaseStep
from db.models.receptions import Visit
from db.models.supervision import FollowUp
from db.queries import batches as batch_queries
from db.queries import evaluation_outcomes as queries
from db.queries import evaluation_returns
from db.queries.handing import Wanted
from rules.case_terms import BatchKind, DutySource, Rung, Step, Trigger
from rules.dispute_terms import DisputeStep
from rules.errors import Conflict, Invalid, NotAllowed, RuleError
from rules.evaluation_terms import AfterStep, EvaluationState, Party
from rules.people import Person
from rules.permissions import SYSTEM, Actor
from rules.reception_terms import VisitOutcome
from rules.terms import CaseState, Channel, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db import evaluations as e
from tests.db import outcomes as o

Make = Callable[..., Any]
DAY = timedelta(days=1)
ANSWER = "经调查，物业公司多收的费用属实，责令十日内退还，并公示收费标准"
OTHER = "与业主委员会重新签订合同，由住建局派员驻点监督三个月，费用由物业公司承担"
ON_LATER: dict[str, Any] = {"today": o.HELD, "now": o.LATER}


@pytest.fixture
def place(store: Store, make_unit: Make) -> e.Place:
    return e.build(store, make_unit)


@pytest.fixture
def case(store: Store, place: e.Place, make_case: Make) -> Opened:
    """A case with an answer, and a meeting with noise beside it."""
    make_case(unit_id=place.department, title="路灯不亮")
    made: Opened = make_case(unit_id=place.department, township_id=place.village)
    with store.writing(SYSTEM) as session:
        session.execute(update(Case).where(Case.id == made.id).values(answer=ANSWER))
    return made


def judged(place: e.Place) -> Actor:
    unit = place.department
    return Actor(None, "住建局小王", frozenset({Role.UNIT}), unit, frozenset({unit}))


def in_duty(store: Store, case: Opened, lead_id: int | None = None) -> None:
    with store.writing(OFFICE) as session:
        found = session.scalar(select(CaseDuty).where(CaseDuty.case_id == case.id))
        duty.set_duty(
            session,
            case.id,
            source=DutySource.RECEPTION,
            lead_id=lead_id,
            team="专班",
            plan="",
            owner="",
            until=None,
            ticks=(),
            version=found.version if found else None,
            case_version=session.get_one(Case, case.id).version,
            today=TODAY,
            now=NOW,
        )


def step(store: Store, case: Opened, taken: Step, **values: Any) -> None:
    with store.writing(OFFICE) as session:
        procedure.take_step(
            session,
            case.id,
            taken,
            happened_on=o.HELD,
            values=values,
            version=session.get_one(Case, case.id).version,
            today=o.HELD,
            now=o.LATER + DAY,
        )


def test_a_satisfied_matter_leaves_the_ledger_of_duties_and_its_letters_with_the_reason(
    store: Store, place: e.Place, case: Opened
) -> None:
    in_duty(store, case)
    with store.writing(OFFICE) as session:
        supervision.draft_follow_up(
            session,
            case.id,
            trigger=Trigger.OTHER,
            rung=Rung.REMIND,
            reason="请抓紧",
            today=TODAY,
            now=NOW,
        )
    number = o.issue(store, o.decided(store, place, case))

    why = f"第三方评价满意（{number}）"
    with store.reading(SYSTEM) as session:
        left = session.scalars(select(CaseDuty)).one()
        assert (left.left_on, left.left_why, left.team) == (o.HELD, why, "专班")
        letter = session.scalars(select(FollowUp)).one()
        assert (letter.ended_on, letter.ended_why) == (o.HELD, why)
        assert session.scalars(select(CaseEntry.text)).one().startswith(why)


def test_a_satisfied_matter_is_given_to_no_leader_and_no_batch_any_more(
    store: Store, place: e.Place, case: Opened, make_leader: Make
) -> None:
    leader = make_leader("王县长")
    o.issue(store, o.decided(store, place, case))

    with pytest.raises(Invalid, match=r"本事项已第三方评价满意.*不再包案"):
        in_duty(store, case, leader)
    with store.writing(OFFICE) as session:
        batch = batches.open_batch(
            session,
            name="第一批",
            kind=BatchKind.REPEATED,
            meeting="",
            held_on=TODAY,
            due_on=TODAY + 30 * DAY,
            today=TODAY,
            now=NOW,
        )
    wanted = [Wanted(case.id, place.department)]
    with pytest.raises(Invalid, match="不再交办"), store.writing(OFFICE) as session:
        batches.add_cases(session, batch, wanted, today=TODAY, now=NOW)
    with store.writing(OFFICE) as session:
        given = {"leader_id": leader, "received_on": TODAY, "people": 1, "title": "物业费"}
        visit = visits.register(session, given, people=[], today=TODAY, now=NOW)
    for outcome in (VisitOutcome.LED, VisitOutcome.HANDED):
        with pytest.raises(Invalid, match="有新事实、新理由"), store.writing(OFFICE) as session:
            visit_decisions.decide(
                session,
                visit.id,
                {"outcome": outcome, "unit_id": place.department, "due_on": o.HELD},
                matter=Matter(case_id=case.id),
                base={},
                version=session.get_one(Visit, visit.id).version,
                **ON_LATER,
            )
    # A visit about new facts opens a matter of its own, as any visit does.
    with store.writing(OFFICE) as session:
        number = visit_decisions.decide(
            session,
            visit.id,
            {"outcome": VisitOutcome.HANDED, "unit_id": place.department, "due_on": o.HELD},
            matter=Matter(opens=True),
            base={},
            version=session.get_one(Visit, visit.id).version,
            **ON_LATER,
        )
    assert number is not None


def test_a_batch_counts_it_as_evaluated_and_not_as_late(
    store: Store, place: e.Place, case: Opened
) -> None:
    with store.writing(OFFICE) as session:
        batch = batches.open_batch(
            session,
            name="第一批",
            kind=BatchKind.REPEATED,
            meeting="",
            held_on=TODAY,
            due_on=TODAY + DAY,
            today=TODAY,
            now=NOW,
        )
        wanted = [Wanted(case.id, place.department)]
        batches.add_cases(session, batch, wanted, today=TODAY, now=NOW)
    found = o.decided(store, place, case)

    def outcome() -> tuple[bool, bool]:
        with store.reading(OFFICE) as session:
            row = batch_queries.batch_file(session, batch, today=o.HELD).rows[0].outcome
            return row.evaluated, row.late

    assert outcome() == (False, True)
    o.issue(store, found)
    assert outcome() == (True, False)


def test_it_closes_the_case_only_where_no_review_can_be_asked_for_any_more(
    store: Store, place: e.Place, case: Opened, make_case: Make
) -> None:
    other: Opened = make_case(unit_id=place.department, received_on=TODAY - 90 * DAY)
    found = o.decided(store, place, case)
    again = o.decided(store, place, other)
    with store.writing(SYSTEM) as session:
        for each, days in ((case, 5), (other, 60)):
            day = TODAY - days * DAY
            values = {"answered_on": day, "delivered_on": day}
            session.execute(update(Case).where(Case.id == each.id).values(**values))

    o.issue(store, found)
    o.issue(store, again)

    with store.reading(SYSTEM) as session:
        assert session.get_one(Case, case.id).state is CaseState.ANSWERED
        closed = session.get_one(Case, other.id)
        assert (closed.state, closed.closed_on) == (CaseState.CLOSED, o.HELD)
        taken = session.scalars(select(CaseStep).where(CaseStep.case_id == other.id)).one()
        assert (taken.step, taken.details["exit_reason"]) == (Step.CLOSE, "evaluated")


def test_taken_up_anew_the_matter_is_open_to_everything_again(
    store: Store, place: e.Place, case: Opened
) -> None:
    o.issue(store, o.decided(store, place, case))
    step(store, case, Step.REOPEN, reason="出现新的证据")

    in_duty(store, case)

    with store.reading(OFFICE) as session:
        assert queries.satisfied(session, case_id=case.id) is None
        assert queries.satisfied_among(session, [case.id]) == {}


def test_not_satisfied_opens_supervision_with_its_two_limits(
    store: Store, place: e.Place, case: Opened
) -> None:
    in_duty(store, case)
    found = o.decided(store, place, case, o.BAD)
    number = o.issue(store, found)

    followed = o.outcome(store, found).follow_up
    assert followed is not None
    assert (followed.judged, followed.opened_on) == (ANSWER, o.HELD)
    assert followed.plan_due_on == o.HELD + 15 * DAY
    assert followed.result_due_on == o.HELD + 60 * DAY
    with store.reading(SYSTEM) as session:
        letter = session.scalars(select(FollowUp)).one()
        assert (letter.trigger, letter.rung) == (Trigger.VERDICT, Rung.SUPERVISE)
        assert number in letter.reason
        assert session.scalars(select(CaseDuty.left_on)).one() is None
        assert queries.satisfied(session, case_id=case.id) is None


def test_the_judged_answer_is_not_given_again_unless_a_person_says_so(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = o.decided(store, place, case, o.BAD)
    o.issue(store, found)
    step(store, case, Step.REOPEN, reason="评价不满意，重新处理")
    same = ANSWER.replace("十日", "7日").replace("，", "、")
    paper = {"opinion": "supported", "claims": "x", "findings": "y", "legal_basis": "z"}

    with pytest.raises(Invalid, match="与第三方评价不满意的原处理意见相似"):
        step(store, case, Step.ANSWER, text=same, **paper)
    hand(store, found, same)
    judge(store, found, accepted=True, why="金额和期限都已变更")
    step(store, case, Step.ANSWER, text=same, **paper)

    with store.reading(SYSTEM) as session:
        assert session.get_one(Case, case.id).answer == same


def plan(store: Store, found: Opened, *, by: Actor = OFFICE) -> None:
    with store.writing(by) as session:
        commands.hand_plan(
            session,
            found.id,
            text="成立专班重新调查",
            handed_on=o.HELD,
            version=session.get_one(Evaluation, found.id).version,
            **ON_LATER,
        )


def hand(store: Store, found: Opened, words: str, *, by: Actor = OFFICE) -> int:
    if o.outcome(store, found).follow_up.plan_on is None:  # type: ignore[union-attr]
        plan(store, found, by=by)
    with store.writing(by) as session:
        return commands.hand_result(
            session,
            found.id,
            text=words,
            handed_on=o.HELD,
            version=session.get_one(Evaluation, found.id).version,
            **ON_LATER,
        )


def judge(store: Store, found: Opened, *, accepted: bool | None, why: str = "") -> None:
    with store.writing(OFFICE) as session:
        commands.judge_result(
            session,
            found.id,
            accepted=accepted,
            why=why,
            version=session.get_one(Evaluation, found.id).version,
            **ON_LATER,
        )


def test_the_unit_hands_in_its_plan_and_result_and_the_office_decides(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = o.decided(store, place, case, o.BAD)
    o.issue(store, found)
    unit = judged(place)

    version = e.version(store, found)
    with pytest.raises(RuleError, match="请先报送整改方案"), store.writing(unit) as session:
        commands.hand_result(
            session, found.id, text=OTHER, handed_on=o.HELD, version=version, **ON_LATER
        )
    assert hand(store, found, OTHER, by=unit) < 50
    with pytest.raises(RuleError, match="还没有认定"):
        hand(store, found, OTHER, by=unit)
    version = e.version(store, found)
    with pytest.raises(NotAllowed), store.writing(unit) as session:
        commands.judge_result(session, found.id, accepted=True, why="", version=version, **ON_LATER)
    judge(store, found, accepted=True)

    followed = o.outcome(store, found).follow_up
    assert followed is not None
    assert followed.ended_on == o.HELD
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(FollowUp.ended_on)).one() == o.HELD
    late = {line.step: line.done_on for line in o.outcome(store, found).lines}
    assert late[AfterStep.PLAN] == late[AfterStep.RESULT] == o.HELD


def test_the_same_opinion_stands_refused_until_somebody_gives_a_reason(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = o.decided(store, place, case, o.BAD)
    o.issue(store, found)

    assert hand(store, found, f"  {ANSWER}。") == 100
    with pytest.raises(Invalid, match="须写明为什么不是相同意见"):
        judge(store, found, accepted=True)
    with pytest.raises(Invalid, match="退回的请写明理由"):
        judge(store, found, accepted=False)
    judge(store, found, accepted=False, why="与原意见相同")
    hand(store, found, OTHER)
    judge(store, found, accepted=True)

    with store.reading(SYSTEM) as session:
        answers = session.scalars(select(EvaluationAnswer).order_by(EvaluationAnswer.id)).all()
        assert [(each.like, each.accepted) for each in answers] == [(True, False), (False, True)]


def test_another_unit_hands_in_nothing(store: Store, place: e.Place, case: Opened) -> None:
    found = o.decided(store, place, case, o.BAD)
    o.issue(store, found)
    applicant = Actor(None, "城关镇", frozenset({Role.UNIT}), place.town, frozenset({place.town}))
    with store.writing(SYSTEM) as session:
        session.execute(text("UPDATE evaluations SET unit_id = :u"), {"u": place.town})

    with pytest.raises(NotAllowed, match="被评价单位"):
        plan(store, found, by=applicant)


def test_an_evaluation_does_not_end_while_its_supervision_runs_whoever_writes(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = o.decided(store, place, case, o.BAD)
    o.issue(store, found)
    for party in Party:
        o.serve(store, found, party)
    o.publish(store, found)
    o.report(store, found)

    with pytest.raises(RuleError, match="督办：报送整改方案"):
        o.end(store, found)
    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(text("UPDATE evaluations SET state = 'ended', ended_on = '2026-11-23'"))
    hand(store, found, OTHER)
    judge(store, found, accepted=True)
    o.end(store, found)

    with store.reading(SYSTEM) as session:
        assert session.get_one(Evaluation, found.id).state is EvaluationState.ENDED


def test_a_matter_is_evaluated_once_more_on_new_facts_and_never_a_third_time(
    store: Store, place: e.Place, case: Opened
) -> None:
    o.whole(store, place, case)

    with pytest.raises(Invalid, match="再次申请须写明新事实、新理由"):
        e.apply(store, case, place.department, applied_on=TODAY)
    again = e.apply(store, case, place.department, new_facts="发现新的收费凭证")
    e.admit(store, again)
    e.draw(store, again)
    e.form(store, again)
    e.publish(store, again)
    o.vote(store, again)
    o.finish(store, again)

    with store.reading(SYSTEM) as session:
        assert session.get_one(Evaluation, again.id).new_facts == "发现新的收费凭证"
    with pytest.raises(Invalid, match="已评价过 2 次"):
        e.apply(store, case, place.department, new_facts="又有新事实")


def test_of_two_opinions_the_latest_speaks(store: Store, place: e.Place, case: Opened) -> None:
    o.whole(store, place, case)
    again = e.apply(store, case, place.department, new_facts="发现新的收费凭证")
    e.admit(store, again)
    e.draw(store, again)
    e.form(store, again)
    e.publish(store, again)
    o.vote(store, again, o.BAD)
    o.issue(store, again)

    in_duty(store, case)

    with store.reading(OFFICE) as session:
        assert queries.satisfied_among(session, [case.id]) == {}


def test_a_new_matter_of_the_same_person_is_always_registered_and_asked_about(
    store: Store, place: e.Place, case: Opened
) -> None:
    o.issue(store, o.decided(store, place, case))

    with store.writing(OFFICE) as session:
        made = cases.open_case(
            session,
            {
                "title": "反映道路积水",
                "content": "雨后积水无法通行",
                "channel": Channel.VISIT,
                "received_on": o.HELD,
                "repeat_of_id": case.id,
            },
            people=[Person("张三丰", "")],
            today=o.HELD,
            now=o.LATER,
        )
    with store.reading(OFFICE) as session:
        waiting = evaluation_returns.returns(session, made.id)
    assert [(each.case_number, each.new_facts) for each in waiting] == [(case.number, None)]
    earlier = waiting[0].earlier

    def answer(version: int | None, **given: Any) -> None:
        with store.writing(OFFICE) as session:
            commands.answer_return(
                session,
                made.id,
                earlier.evaluation_id,
                version=version,
                now=o.LATER,
                **given,
            )

    with pytest.raises(Invalid, match="请写明是什么"):
        answer(None, new_facts=True, text="")
    answer(None, new_facts=True, text="今年又收了一次")
    with pytest.raises(Conflict):
        answer(None, new_facts=False, text="")
    with store.reading(OFFICE) as session:
        kept = evaluation_returns.returns(session, made.id)[0]
        assert (kept.new_facts, kept.text, kept.actor) == (True, "今年又收了一次", OFFICE.name)
        assert session.scalars(select(EvaluationReturn)).one().case_id == made.id
        # The answer is no gate: the new matter is handled as any other.
        assert queries.satisfied(session, case_id=made.id) is None


def test_another_matter_of_the_same_person_is_asked_about_without_a_link(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    judged = make_case(unit_id=place.department, person="张三丰", phone="13800001111")
    number = o.issue(store, o.decided(store, place, judged))
    refused = make_case(unit_id=place.department, person="张三丰", phone="13800001111")
    o.issue(store, o.decided(store, place, refused, o.BAD))
    given: dict[str, Any] = {"title": "反映路灯不亮", "content": "三盏", "received_on": o.HELD}

    def asked(**who: str) -> list[tuple[str, bool]]:
        with store.writing(OFFICE) as session:
            people = [Person(who["person"], who.get("phone", ""))]
            values = {**given, "channel": Channel.VISIT}
            made = cases.open_case(session, values, people=people, today=o.HELD, now=o.LATER)
        with store.reading(OFFICE) as session:
            found = evaluation_returns.returns(session, made.id)
            told = evaluation_returns.brought_by(session, people)
        assert [each.earlier for each in told] == [each.earlier for each in found]
        assert all(each.earlier.opinion == number for each in found)
        return [(each.case_number, each.alike) for each in found]

    assert asked(person="张三丰") == [(judged.number, False)]
    assert asked(person="张三", phone="13800001111") == [(judged.number, False)]
    # Another with the same name and a phone of his own may be anybody; so may nobody.
    assert asked(person="张三丰", phone="13900002222") == []
    assert asked(person="李四") == []
    assert asked(person="匿名") == []


def test_a_matter_received_before_the_verdict_is_asked_nothing(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    before = make_case(unit_id=place.department, person="张三丰", title="反映路灯不亮")
    judged = make_case(unit_id=place.department, person="张三丰")
    o.issue(store, o.decided(store, place, judged))

    with store.reading(OFFICE) as session:
        assert evaluation_returns.returns(session, before.id) == []
        assert evaluation_returns.returns(session, judged.id) == []


def test_a_dispute_is_not_handed_on_once_its_handling_was_found_good(
    store: Store, place: e.Place
) -> None:
    found = o.Disputed(store, place, o.GOOD)
    number = o.issue(store, found.evaluation)

    with pytest.raises(RuleError, match="不再提级"):
        d.step(store, found.dispute, DisputeStep.ELEVATE, reason="再议")
    with store.reading(SYSTEM) as session:
        told = queries.satisfied(session, dispute_id=found.dispute.id)
        assert told is not None
        assert told.opinion == number


def test_a_dispute_judged_badly_is_not_settled_by_the_same_words(
    store: Store, place: e.Place
) -> None:
    found = o.Disputed(store, place, o.BAD)
    o.issue(store, found.evaluation)

    followed = o.outcome(store, found.evaluation).follow_up
    assert followed is not None
    assert followed.judged == "双方各让一半，立界桩为准"
    with pytest.raises(Invalid, match="原处理意见相似 100%"):
        d.step(store, found.dispute, DisputeStep.RESOLVE, text="双方各让一半，立界桩为准。")
