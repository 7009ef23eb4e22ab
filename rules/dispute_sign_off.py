"""销号 of a dispute: what must be there, one by one; each thing missing has a name (domain.md 3.5)."""

from dataclasses import dataclass
from datetime import date

from rules.case_terms import Performance
from rules.dispute_terms import DisputeOutcome, DisputeState, PaperKind
from rules.errors import Problem

RESULT_MAX = 2000
P = PaperKind
_FILE: dict[PaperKind, frozenset[PaperKind]] = {
    P.AGREEMENT: frozenset(
        {P.APPLICATION, P.REGISTRATION, P.INQUIRY, P.MEDIATION, P.AGREEMENT, P.CALL_BACK}
    ),
    P.ANSWER: frozenset({P.REGISTRATION, P.INQUIRY, P.ANSWER, P.CALL_BACK}),
    P.FILING: frozenset({P.REGISTRATION, P.FILING, P.CALL_BACK}),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A look back: what it is called, when it was due and done, and whether the party accepts."""

    words: str
    due_on: date
    done_on: date | None
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the gate asks; `hands` are the accounts that handled the dispute or asked."""

    state: DisputeState
    outcome: DisputeOutcome
    papers: frozenset[PaperKind]
    performance: Performance | None
    performed_until: date | None
    looks: tuple[Look, ...]
    head_name: str
    head_on: date | None
    hands: frozenset[str]


def missing(facts: Facts, *, today: date) -> list[str]:
    """Name everything a sign-off still lacks beside the office's own approval."""
    found = []
    if facts.state is not DisputeState.REQUESTED:
        found.append(f"现在是“{facts.state.label}”，回访通过并申请后才能销号")
    proof = _proof(facts)
    if proof is None:
        found.append(_unproven(facts.outcome))
    found += _unperformed(facts, proof)
    found += [
        f"案卷缺{kind.label}"
        for kind in PaperKind
        if kind in _FILE.get(proof or P.OTHER, ()) and kind not in facts.papers
    ]
    found += _unanswered(facts.looks, today)
    if not facts.head_name or facts.head_on is None:
        found.append("责任单位负责人尚未签批")
    return found


def _proof(facts: Facts) -> PaperKind | None:
    """Say which paper proves the end of a dispute, or None where none does."""
    wanted = {
        DisputeOutcome.RESOLVED: (P.AGREEMENT, P.ANSWER),
        DisputeOutcome.ROUTED: (P.FILING,),
    }.get(facts.outcome, ())
    return next((kind for kind in wanted if kind in facts.papers), None)


def _unproven(outcome: DisputeOutcome) -> str:
    match outcome:
        case DisputeOutcome.RESOLVED:
            return "没有结果凭证：应有调解协议书，或送达的书面答复"
        case DisputeOutcome.ROUTED:
            return "没有结果凭证：应有法定途径的立案（受理）通知"
    return f"化解结果是“{outcome.label}”，化解成功或转入法定途径后才能销号"


def _unperformed(facts: Facts, proof: PaperKind | None) -> list[str]:
    if proof is P.AGREEMENT and facts.performance in (None, Performance.NONE):
        return ["没有写明协议已履行或已排期"]
    if facts.performance is Performance.SCHEDULED and facts.performed_until is None:
        return ["分期履行没有写明履行到期日"]
    return []


def _unanswered(looks: tuple[Look, ...], today: date) -> list[str]:
    done = [look for look in looks if look.done_on is not None]
    found = [
        f"{look.words}（{look.due_on} 到期）还没有完成"
        for look in looks
        if look.done_on is None and look.due_on <= today
    ]
    if not done:
        found.append("还没有回访当事人")
    elif not done[-1].accepted:
        found.append(f"最近一次{done[-1].words}当事人不认可，需再次回访")
    return found


def approver_problem(facts: Facts, approver: str) -> str | None:
    """Say why this account may not approve: it handled the dispute, or asked for the sign-off."""
    if approver in facts.hands:
        return "您登记、经办或申请过本件，请由联席办其他人员批准"
    return None


def request_problems(
    *, result: str, performance: Performance | None, performed_until: date | None, today: date
) -> list[Problem]:
    """List what is wrong with a request in its own words; what it lacks beside is told by `missing`."""
    found = []
    if not result:
        found.append(Problem("result", "请填写化解结果"))
    elif len(result) > RESULT_MAX:
        found.append(Problem("result", f"化解结果最多 {RESULT_MAX} 个字"))
    if performance is None:
        found.append(Problem("performance", "请选择协议履行情况"))
    scheduled = performance is Performance.SCHEDULED
    if scheduled and performed_until is None:
        found.append(Problem("performed_until", "分期履行应填写履行到期日"))
    if performed_until is not None and not scheduled:
        found.append(Problem("performed_until", "只有分期履行才填履行到期日"))
    return found
