from datetime import date, timedelta
from typing import Any

import pytest

from rules import case_documents
from rules import sign_off as rules
from rules.case_terms import DocumentKind, ExitReason, Performance, Route
from rules.sign_off import Facts, Look
from rules.terms import CaseState
from tests.conftest import TODAY

DAY = timedelta(days=1)
DONE = Look(words="首次回头看", due_on=TODAY, done_on=TODAY, accepted=True)
LATER = Look(words="二次回头看", due_on=TODAY + DAY, done_on=None)
WHOLE: dict[str, Any] = {
    "state": CaseState.CLOSED,
    "way": Route.HANDLING,
    "result": "押金已退",
    "document": DocumentKind.DECISION,
    "exit_reason": ExitReason.ANSWERED,
    "performance": Performance.NONE,
    "performed_until": None,
    "documents": frozenset({DocumentKind.DECISION}),
    "undone": (),
    "looks": (DONE, LATER),
    "head_name": "王局长",
    "head_on": TODAY,
    "hands": frozenset({"小李"}),
}


def _missing(**change: Any) -> list[str]:
    return rules.missing(Facts(**{**WHOLE, **change}), today=TODAY)


def test_a_whole_request_lacks_nothing() -> None:
    assert _missing() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": CaseState.ACCEPTED}, "案件现在是“办理中”，办结后才能销号"),
        ({"result": ""}, "没有写明办理结果"),
        ({"document": None}, "没有指明结果文书"),
        (
            {"document": DocumentKind.OTHER, "documents": frozenset({DocumentKind.OTHER})},
            "以“答复后无争议”办结，结果文书应是处理意见书、复查意见书、复核意见书",
        ),
        (
            {"performance": Performance.SCHEDULED},
            "分期履行没有写明履行到期日",
        ),
        ({"looks": (LATER,)}, "办结后还没有回访"),
        (
            {"looks": (DONE, Look(words="二次回头看", due_on=TODAY, done_on=None))},
            "二次回头看（2026-11-20 到期）还没有完成",
        ),
        (
            {"looks": (DONE, Look(words="回访", due_on=TODAY, done_on=TODAY, accepted=False))},
            "最近一次回访不满意或又信访，需再次回访",
        ),
        ({"head_name": ""}, "责任单位负责人尚未签批"),
        ({"head_on": None}, "责任单位负责人尚未签批"),
    ],
)
def test_each_thing_missing_has_its_name(change: dict[str, Any], words: str) -> None:
    assert _missing(**change) == [words]


def test_an_agreement_must_be_performed_or_scheduled() -> None:
    mediated = {
        "exit_reason": ExitReason.MEDIATED,
        "document": DocumentKind.MEDIATION,
        "documents": frozenset({DocumentKind.MEDIATION}),
    }

    assert _missing(**mediated) == ["协议没有写明已履行或已排期"]
    assert _missing(**mediated, performance=Performance.PERFORMED) == []
    assert (
        _missing(**mediated, performance=Performance.SCHEDULED, performed_until=TODAY + DAY) == []
    )


def test_what_the_plan_holds_is_done_or_scheduled_for_a_day_to_come() -> None:
    told = ["化解措施“退还押金”还没有完成，完成后写明证明，不再做的请删除"]
    scheduled = {"performance": Performance.SCHEDULED, "performed_until": TODAY + DAY}

    assert _missing(undone=(("退还押金", TODAY + DAY),)) == told
    assert _missing(undone=(("退还押金", TODAY),), **scheduled) == told
    assert _missing(undone=(("退还押金", None),), **scheduled) == told
    assert _missing(undone=(("退还押金", TODAY + DAY),), **scheduled) == []


def test_everything_missing_is_named_at_once() -> None:
    found = _missing(result="", document=None, looks=(), head_name="")

    assert len(found) == 4


def test_an_answer_on_another_way_is_proved_by_its_own_paper() -> None:
    other = frozenset({DocumentKind.OTHER})

    assert _missing(way=Route.ADVICE, document=DocumentKind.OTHER, documents=other) == []


def test_whoever_had_a_hand_in_it_does_not_approve() -> None:
    facts = Facts(**WHOLE)

    assert rules.approver_problem(facts, "小李") is not None
    assert rules.approver_problem(facts, "小张") is None


REQUEST: dict[str, Any] = {
    "result": "押金已退",
    "exit_reason": ExitReason.ANSWERED,
    "performance": Performance.NONE,
    "performed_until": None,
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"result": ""}, "result"),
        ({"exit_reason": None}, "exit_reason"),
        ({"performance": None}, "performance"),
        ({"performance": Performance.SCHEDULED}, "performed_until"),
        ({"performed_until": TODAY}, "performed_until"),
        ({"performance": Performance.SCHEDULED, "performed_until": TODAY - DAY}, "performed_until"),
    ],
)
def test_a_request_says_result_exit_and_performance(
    change: dict[str, Any], field: str | None
) -> None:
    found = rules.request_problems({**REQUEST, **change}, closed_on=TODAY)

    assert [problem.field for problem in found] == ([field] if field else [])


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_paper_has_the_fields_of_its_kind(kind: DocumentKind) -> None:
    details = dict.fromkeys(case_documents.NEEDS[kind], "写明")

    def fields(given: dict[str, str], on: date | None) -> list[str]:
        return [p.field for p in case_documents.problems(kind, "", on, given, today=TODAY)]

    assert fields(details, TODAY) == []
    assert fields({}, TODAY) == list(case_documents.NEEDS[kind])
    assert fields(details, None) == ["issued_on"]
    assert fields(details, TODAY + DAY) == ["issued_on"]
