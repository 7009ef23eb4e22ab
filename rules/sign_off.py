"""销号: what must be there before a case leaves, one by one; each thing missing has a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules import case_documents
from rules.case_terms import DocumentKind, ExitReason, Performance, Route
from rules.errors import Problem
from rules.terms import CaseState

RESULT_MAX = 5000
_SHOWN = 20  # so much of a measure is enough to know it by
_AGREED = frozenset({ExitReason.MEDIATED, ExitReason.RECONCILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look back that was not dropped: in words what it is, and what came of it."""

    words: str
    due_on: date
    done_on: date | None
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the gate asks of a case and of the request for its sign-off.

    `documents` are the kinds of paper the case has that still prove something, `document` that
    of the one the request names, `lapsed` why that one proves nothing any more. `undone` are the measures of its plan without proof, with the day each is due. `hands` are the accounts that had a hand in the case or in the request.
    """

    state: CaseState
    way: Route
    result: str
    document: DocumentKind | None
    lapsed: str = ""
    exit_reason: ExitReason
    performance: Performance
    performed_until: date | None
    documents: frozenset[DocumentKind]
    undone: tuple[tuple[str, date | None], ...]
    looks: tuple[Look, ...]
    head_name: str
    head_on: date | None
    hands: frozenset[str]


def missing(facts: Facts, *, today: date) -> list[str]:
    """Name everything a sign-off still lacks beside the office's own approval."""
    found = []
    if facts.state is not CaseState.CLOSED:
        found.append(f"案件现在是“{facts.state.label}”，办结后才能销号")
    if not facts.result:
        found.append("没有写明办理结果")
    wanted = case_documents.evidence(facts.exit_reason, facts.way)
    if facts.document is None:
        found.append("没有指明结果文书")
    elif facts.lapsed:
        found.append(f"指明的结果文书{facts.lapsed}，请登记现在有效的文书，重新申请")
    elif facts.document not in wanted or facts.document not in facts.documents:
        told = "、".join(kind.label for kind in DocumentKind if kind in wanted)
        found.append(f"以“{facts.exit_reason.label}”办结，结果文书应是{told}")
    found += _unperformed(facts)
    found += _undone(facts, today)
    found += _unanswered(facts.looks, today)
    if not facts.head_name or facts.head_on is None:
        found.append("责任单位负责人尚未签批")
    return found


def _unperformed(facts: Facts) -> list[str]:
    if facts.exit_reason in _AGREED and facts.performance is Performance.NONE:
        return ["协议没有写明已履行或已排期"]
    if facts.performance is Performance.SCHEDULED and facts.performed_until is None:
        return ["分期履行没有写明履行到期日"]
    return []


def _undone(facts: Facts, today: date) -> list[str]:
    """What an agreement sets for a day to come is no longer waited for; all else is done or dropped."""
    scheduled = facts.performance is Performance.SCHEDULED
    return [
        f"化解措施“{words[:_SHOWN]}”还没有完成，完成后写明证明，不再做的请删除"
        for words, due_on in facts.undone
        if not (scheduled and due_on is not None and due_on > today)
    ]


def _unanswered(looks: tuple[Look, ...], today: date) -> list[str]:
    """One look back must have been answered, none be overdue, and the last leave it at rest."""
    done = [look for look in looks if look.done_on is not None]
    found = [
        f"{look.words}（{look.due_on} 到期）还没有完成"
        for look in looks
        if look.done_on is None and look.due_on <= today
    ]
    if not done:
        found.append("办结后还没有回访")
    elif not done[-1].accepted:
        found.append(f"最近一次{done[-1].words}不满意或又信访，需再次回访")
    return found


def approver_problem(facts: Facts, approver: str) -> str | None:
    """Say why this account may not approve: it had a hand in the case, or asked for the sign-off."""
    if approver in facts.hands:
        return "您经办、申请或登记过本件，请由联席办其他人员批准"
    return None


def request_problems(values: Mapping[str, Any], *, closed_on: date | None) -> list[Problem]:
    """List what is wrong with a request in its own words; what it lacks beside is told by `missing`."""
    found = []
    if not values.get("result"):
        found.append(Problem("result", "请填写办理结果"))
    elif len(values["result"]) > RESULT_MAX:
        found.append(Problem("result", f"办理结果最多 {RESULT_MAX} 个字"))
    if values.get("exit_reason") is None:
        found.append(Problem("exit_reason", "请选择办结方式"))
    if values.get("performance") is None:
        found.append(Problem("performance", "请选择协议履行情况"))
    until = values.get("performed_until")
    scheduled = values.get("performance") is Performance.SCHEDULED
    if scheduled and until is None:
        found.append(Problem("performed_until", "分期履行应填写履行到期日"))
    if until is not None and not scheduled:
        found.append(Problem("performed_until", "只有分期履行才填履行到期日"))
    if until is not None and closed_on is not None and until < closed_on:
        found.append(Problem("performed_until", f"履行到期日 {until} 早于办结日期 {closed_on}"))
    return found
