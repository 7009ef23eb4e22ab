"""Exports of identity: what a request must say, when an approval is over, and which step is open."""

from datetime import timedelta

import pytest

from rules.errors import RuleError
from rules.export_requests import (
    WITHDRAWABLE,
    expiry,
    next_step,
    opinion_problems,
    request_problems,
    require_other,
    require_own,
    require_state,
    state_at,
)
from rules.terms import RequestState
from tests.conftest import NOW


def _problems(reason: str = "市局核查", *, searched: bool = False, rows: int = 1) -> str:
    found = request_problems(reason, searched=searched, rows=rows, limit=3)
    return " ".join(problem.message for problem in found)


def test_a_request_of_up_to_the_limit_with_a_reason_may_stand() -> None:
    assert [_problems(rows=rows) for rows in (1, 3)] == ["", ""]


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        (_problems(""), "请填写导出身份信息的理由"),
        (_problems("查"), "请填写导出身份信息的理由"),
        (_problems("查" * 201), "最多 200 个字"),
        (_problems(searched=True), "不保存搜索文字和信访人姓名"),
        (_problems(rows=0), "没有可以导出的案件"),
        (_problems(rows=4), "超过 3 件"),
    ],
)
def test_a_request_that_may_not_stand_says_why(problems: str, said: str) -> None:
    assert said in problems


def test_either_answer_needs_words() -> None:
    assert opinion_problems("同意") == []
    assert "审批意见" in opinion_problems(" ")[0].message


def test_an_approval_is_over_at_its_hour_and_not_before() -> None:
    until = expiry(NOW, hours=24)

    assert until == NOW + timedelta(days=1)
    before = state_at(RequestState.APPROVED, until, now=until - timedelta(microseconds=1))
    assert before is RequestState.APPROVED
    assert state_at(RequestState.APPROVED, until, now=until) is RequestState.EXPIRED


def test_nothing_but_an_approval_is_ever_over() -> None:
    late, until = NOW + timedelta(days=9), NOW
    others = [state for state in RequestState if state is not RequestState.APPROVED]

    assert [state_at(state, until, now=late) for state in others] == others


def test_whoever_asked_does_not_decide_and_nobody_else_makes_the_file() -> None:
    require_other(own=False)
    require_own(own=True)

    with pytest.raises(RuleError, match="不能自己审批"):
        require_other(own=True)
    with pytest.raises(RuleError, match="只有申请人本人"):
        require_own(own=False)


@pytest.mark.parametrize("state", RequestState)
def test_a_step_that_is_not_open_is_refused_with_what_to_do_instead(state: RequestState) -> None:
    if state in WITHDRAWABLE:
        require_state(state, WITHDRAWABLE)
        return

    with pytest.raises(RuleError, match=state.label) as refusal:
        require_state(state, WITHDRAWABLE)
    assert next_step(state) in str(refusal.value)
