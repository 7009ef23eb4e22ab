"""The gate of 销号 for disputes: each thing missing has a name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.case_terms import Performance
from rules.dispute_sign_off import Facts, Look, approver_problem, missing, request_problems
from rules.dispute_terms import DisputeOutcome, DisputeState, PaperKind

TODAY = date(2026, 11, 20)
P = PaperKind
MEDIATED = frozenset(
    {P.APPLICATION, P.REGISTRATION, P.INQUIRY, P.MEDIATION, P.AGREEMENT, P.CALL_BACK}
)
WHOLE = Facts(
    state=DisputeState.REQUESTED,
    outcome=DisputeOutcome.RESOLVED,
    papers=MEDIATED,
    performance=Performance.PERFORMED,
    performed_until=None,
    looks=(Look("回访", TODAY, TODAY, True),),
    head_name="王镇长",
    head_on=TODAY,
    hands=frozenset({"村干部小赵"}),
)


def lacks(**changed: object) -> list[str]:
    return missing(replace(WHOLE, **changed), today=TODAY)  # type: ignore[arg-type]


def test_a_whole_request_lacks_nothing() -> None:
    assert lacks() == []


@pytest.mark.parametrize("kind", sorted(MEDIATED - {P.AGREEMENT}))
def test_each_paper_of_the_file_is_named_where_it_is_missing(kind: PaperKind) -> None:
    assert lacks(papers=MEDIATED - {kind}) == [f"案卷缺{kind.label}"]


def test_an_end_needs_its_proof() -> None:
    assert lacks(papers=MEDIATED - {P.AGREEMENT}) == [
        "没有结果凭证：应有调解协议书，或送达的书面答复"
    ]
    routed = {"outcome": DisputeOutcome.ROUTED, "performance": Performance.NONE}
    assert lacks(papers=MEDIATED, **routed)[0] == "没有结果凭证：应有法定途径的立案（受理）通知"
    assert lacks(papers=frozenset({P.REGISTRATION, P.FILING, P.CALL_BACK}), **routed) == []
    answered = frozenset({P.REGISTRATION, P.INQUIRY, P.ANSWER, P.CALL_BACK})
    assert lacks(papers=answered, performance=Performance.NONE) == []


@pytest.mark.parametrize(
    "outcome", [DisputeOutcome.PARTLY, DisputeOutcome.UNRESOLVED, DisputeOutcome.PETITIONED]
)
def test_no_other_outcome_is_signed_off(outcome: DisputeOutcome) -> None:
    assert f"化解结果是“{outcome.label}”，化解成功或转入法定途径后才能销号" in lacks(
        outcome=outcome
    )


def test_an_agreement_is_performed_or_has_its_day() -> None:
    assert lacks(performance=Performance.NONE) == ["没有写明协议已履行或已排期"]
    assert lacks(performance=Performance.SCHEDULED) == ["分期履行没有写明履行到期日"]
    assert lacks(performance=Performance.SCHEDULED, performed_until=TODAY) == []


def test_the_party_was_asked_and_accepts() -> None:
    assert lacks(looks=()) == ["还没有回访当事人"]
    refused = Look("回访", TODAY, TODAY, False)
    assert lacks(looks=(*WHOLE.looks, refused)) == ["最近一次回访当事人不认可，需再次回访"]
    late = Look("首次回头看", TODAY - timedelta(1), None)
    assert lacks(looks=(*WHOLE.looks, late)) == [f"首次回头看（{late.due_on} 到期）还没有完成"]


def test_the_head_of_the_unit_signs_too() -> None:
    assert lacks(head_name="") == ["责任单位负责人尚未签批"]
    assert lacks(head_on=None) == ["责任单位负责人尚未签批"]


def test_the_state_is_that_of_a_request() -> None:
    assert "回访通过并申请后" in lacks(state=DisputeState.RESOLVED)[0]


def test_who_handled_it_does_not_approve() -> None:
    assert approver_problem(WHOLE, "村干部小赵") is not None
    assert approver_problem(WHOLE, "联席办老张") is None


def test_a_request_says_its_result_and_when_instalments_end() -> None:
    def wrong(**changed: object) -> list[str]:
        given = {
            "result": "已达成协议",
            "performance": Performance.PERFORMED,
            "performed_until": None,
        }
        found = request_problems(**(given | changed), today=TODAY)  # type: ignore[arg-type]
        return [problem.field for problem in found]

    assert wrong() == []
    assert wrong(result="") == ["result"]
    assert wrong(performance=None) == ["performance"]
    assert wrong(performance=Performance.SCHEDULED) == ["performed_until"]
    assert wrong(performed_until=TODAY) == ["performed_until"]
