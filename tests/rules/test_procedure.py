from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from rules.case_terms import DeclineReason, Delivery, ExitReason, Opinion, Route, Step
from rules.deadlines import Facts
from rules.limits import Pause, Terms
from rules.procedure import blocked, offers, rebounds, step_problems
from rules.steps import APART, FIELDS, OPEN, RULES
from rules.terms import CaseState, Purpose

S = CaseState
TERMS = Terms()
TODAY = date(2025, 3, 12)
FULL = Facts(
    state=S.ACCEPTED,
    received_on=date(2025, 3, 3),
    forwarded_on=date(2025, 3, 4),
    accepted_on=date(2025, 3, 6),
)


def _blocked(step: Step, facts: Facts, today: date = TODAY) -> str | None:
    return blocked(step, facts, TERMS, today=today)


def test_every_step_has_a_rule_and_names_only_known_fields():
    assert set(RULES) == set(Step)
    for rule in RULES.values():
        assert set(rule.needs) | set(rule.asks) <= set(FIELDS), rule.step
        assert rule.sources, rule.step


def test_every_state_but_the_merged_is_reached_and_left_by_some_step():
    reached = {rule.to for rule in RULES.values() if rule.to}

    for state in set(CaseState) - {S.RECEIVED, S.MERGED}:
        assert state in reached, state
    for state in set(CaseState) - {S.MERGED}:
        assert any(
            state in rule.sources and rule.to not in (None, state) for rule in RULES.values()
        ), state


@pytest.mark.parametrize("state", [s for s in CaseState if s is not S.MERGED])
@pytest.mark.parametrize("step", Step)
def test_a_step_outside_its_states_is_blocked_with_the_states_it_belongs_to(step, state):
    facts = replace(FULL, state=state)

    told = _blocked(step, facts)

    if state not in RULES[step].sources:
        assert told is not None
        assert told.startswith(f"现在是“{state.label}”，{step.label}只能在")


def test_what_can_be_done_is_offered_before_what_is_blocked():
    found = offers(FULL, TERMS, today=TODAY)

    flags = [offer.blocked is not None for offer in found]
    assert flags == sorted(flags)
    assert {offer.step for offer in found} == set(Step) - APART
    assert {offer.step for offer in found if offer.blocked is None} >= {
        Step.EXTEND,
        Step.ANSWER,
        Step.RESOLVE,
        Step.CLOSE,
    }


def test_an_accusation_is_never_passed_to_a_unit():
    facts = Facts(state=S.REGISTERED, purpose=Purpose.ACCUSATION, received_on=date(2025, 3, 3))

    assert "§30" in (_blocked(Step.FORWARD, facts) or "")
    assert "§30" in (_blocked(Step.ASSIGN, facts) or "")
    assert _blocked(Step.DECLINE, facts) is None


@pytest.mark.parametrize(("today", "free"), [(date(2025, 3, 11), True), (date(2025, 3, 12), False)])
def test_a_unit_may_object_for_five_working_days(today: date, free: bool):
    facts = Facts(state=S.FORWARDED, received_on=date(2025, 3, 3), forwarded_on=date(2025, 3, 4))

    told = _blocked(Step.OBJECT, facts, today)

    assert (told is None) is free
    assert free or told == "提出异议的期限已过（2025-03-11，《信访工作条例》§23）"


ANSWERED = replace(
    FULL, state=S.ANSWERED, answered_on=date(2025, 4, 1), delivered_on=date(2025, 4, 3)
)


@pytest.mark.parametrize(("today", "free"), [(date(2025, 5, 3), True), (date(2025, 5, 4), False)])
def test_a_review_is_asked_for_in_thirty_days_from_delivery_and_the_procedure_ends_after(
    today: date, free: bool
):
    assert (_blocked(Step.REQUEST_REVIEW, ANSWERED, today) is None) is free
    assert (_blocked(Step.END, ANSWERED, today) is None) is not free


def test_without_delivery_neither_review_nor_end_can_be():
    facts = replace(ANSWERED, delivered_on=None)

    assert _blocked(Step.REQUEST_REVIEW, facts) == "意见书尚未送达，先登记送达"
    assert _blocked(Step.END, facts) == "意见书尚未送达，申请期没有起算"
    advice = replace(facts, purpose=Purpose.ADVICE)
    told = f"“{advice.way.label}”不走复查复核，没有申请期，请登记“办结”"
    assert _blocked(Step.END, advice) == told
    assert _blocked(Step.DELIVER, facts) is None
    assert _blocked(Step.DELIVER, ANSWERED) == "意见书已送达"


def test_the_opinion_of_the_recheck_is_delivered_once_and_not_before_it_was_given():
    final = replace(ANSWERED, state=S.FINAL, recheck_answered_on=date(2025, 3, 10))
    values = {"delivery": Delivery.POST, "receipt": "回执"}

    assert _blocked(Step.DELIVER, final) is None
    assert _fields(Step.DELIVER, values, final, date(2025, 3, 9)) == ["happened_on"]
    assert _fields(Step.DELIVER, values, final, date(2025, 3, 10)) == []
    delivered = replace(final, recheck_delivered_on=date(2025, 3, 11))
    assert _blocked(Step.DELIVER, delivered) == "意见书已送达"


def test_another_route_knows_no_review_and_no_extension():
    advice = replace(ANSWERED, route=Route.ADVICE)

    assert _blocked(Step.REQUEST_REVIEW, advice) == "“建议意见类（§29）”不走复查复核"
    assert "不需要延期" in (_blocked(Step.EXTEND, replace(FULL, route=Route.DUTY)) or "")


def test_one_hearing_at_a_time():
    heard = replace(FULL, pauses=(Pause(date(2025, 3, 7)),))

    assert _blocked(Step.HEAR, FULL) is None
    assert _blocked(Step.HEAR, heard) == "上一次听证尚未结束"
    assert _blocked(Step.END_HEARING, FULL) == "没有正在进行的听证"
    assert _blocked(Step.END_HEARING, heard) is None


def test_a_reopening_is_possible_from_every_end():
    ends = {S.DECLINED, S.CLOSED, S.FINAL, S.SIGNED_OFF}

    assert ends <= RULES[Step.REOPEN].sources
    assert "reason" in RULES[Step.REOPEN].needs


def test_open_states_are_those_before_an_end():
    assert set(CaseState) - OPEN == {S.DECLINED, S.CLOSED, S.SIGNED_OFF, S.MERGED}


def _fields(
    step: Step, values: Mapping[str, object], facts: Facts = FULL, on: date = TODAY
) -> list:
    return [p.field for p in step_problems(step, values, facts, on=on, today=TODAY)]


def test_a_step_names_everything_it_lacks_at_once():
    assert _fields(Step.EXTEND, {}) == ["days", "approver", "reason", "notified_on"]
    assert (
        _fields(
            Step.DECLINE,
            {"decline_reason": DeclineReason.PENDING, "notified_on": TODAY},
            replace(FULL, state=S.REGISTERED),
        )
        == []
    )


def test_a_decision_holds_what_the_regulation_asks_for():
    values: dict[str, object] = {"opinion": Opinion.SUPPORTED, "text": "同意"}

    assert _fields(Step.ANSWER, values) == ["claims", "findings", "legal_basis"]
    assert _fields(Step.ANSWER, values, replace(FULL, simple=True)) == []
    assert _fields(Step.ANSWER, values, replace(FULL, route=Route.ADVICE)) == []


def test_a_number_of_a_paper_has_its_length():
    values = {"opinion": Opinion.SUPPORTED, "text": "同意"}
    simple = replace(FULL, simple=True)

    assert _fields(Step.ANSWER, {**values, "document_number": "字" * 64}, simple) == []
    found = _fields(Step.ANSWER, {**values, "document_number": "字" * 65}, simple)
    assert found == ["document_number"]


def test_only_an_agreement_or_another_way_ends_what_was_not_answered():
    values = {"exit_reason": ExitReason.ANSWERED, "text": "完"}

    assert _fields(Step.CLOSE, values) == ["exit_reason"]
    assert _fields(Step.CLOSE, {**values, "exit_reason": ExitReason.MEDIATED}) == []
    assert _fields(Step.CLOSE, values, ANSWERED, date(2025, 3, 12)) == []


def test_no_step_lies_in_the_future_or_before_what_it_follows():
    assert _fields(Step.NOTIFY, {}, on=date(2025, 3, 13)) == ["happened_on"]
    assert _fields(Step.NOTIFY, {}, on=date(2025, 3, 3)) == ["happened_on"]
    assert _fields(Step.NOTIFY, {}, on=date(2025, 3, 4)) == []


@pytest.mark.parametrize(("day", "free"), [(4, False), (5, True)])
def test_what_moves_a_matter_lies_not_before_the_step_that_brought_it_there(day: int, free: bool):
    facts = replace(FULL, moved_on=date(2025, 3, 5))
    values = {"exit_reason": ExitReason.MEDIATED, "text": "完"}
    on = date(2025, 3, day)

    found = step_problems(Step.CLOSE, values, facts, on=on, today=TODAY)

    told = [] if free else ["办结日期 2025-03-04 早于进入“办理中”的日期 2025-03-05"]
    assert [problem.message for problem in found] == told
    assert _fields(Step.SETTLE, {"text": "签字"}, facts, on) == []


def test_who_cannot_be_reached_is_told_nothing_but_why():
    facts = replace(FULL, state=S.REGISTERED)
    reason = {"decline_reason": DeclineReason.LAWSUIT}

    assert _fields(Step.DECLINE, reason, facts) == ["notified_on"]
    assert _fields(Step.DECLINE, {**reason, "text": "匿名来信，住址不清"}, facts) == []


def test_a_set_day_before_the_hand_over_is_refused():
    values = {"unit_id": 1, "until": date(2025, 3, 11)}

    assert _fields(Step.ASSIGN, values, replace(FULL, state=S.REGISTERED)) == ["until"]


@pytest.mark.parametrize(
    ("raised", "expected"), [(date(2025, 3, 31), True), (date(2025, 4, 1), False)]
)
def test_raised_again_within_the_window_withdraws_the_sign_off(raised: date, expected: bool):
    assert rebounds(date(2025, 3, 1), raised, window_days=30) is expected
