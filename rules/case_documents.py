"""The papers of a case: which fields each kind must have (§32), and which prove which end."""

from collections.abc import Mapping
from datetime import date

from rules.case_terms import DocumentKind, ExitReason, Opinion, Route, Step
from rules.errors import Problem

NUMBER_MAX = 64
TEXT_MAX = 5000
FIELDS: dict[str, str] = {
    "claims": "请求事项",
    "findings": "事实和理由",
    "legal_basis": "法律法规依据",
    "opinion": "处理结论",
    "parties": "协议各方（写单位或“信访人”，不写姓名）",
    "terms": "协议内容",
    "text": "内容摘要",
}
_K = DocumentKind
_OPINION = ("claims", "findings", "legal_basis", "text")
_AGREEMENT = ("parties", "terms")
NEEDS: dict[DocumentKind, tuple[str, ...]] = {
    _K.DECISION: _OPINION,
    _K.LEGAL_OPINION: ("findings", "legal_basis", "text"),
    _K.MEDIATION: _AGREEMENT,
    _K.RECONCILIATION: _AGREEMENT,
    _K.REVIEW: _OPINION,
    _K.RECHECK: _OPINION,
    _K.EXTENSION: ("text",),
    _K.OTHER: ("text",),
}

# The step by which each opinion is given: a paper of it stands and falls with that step.
GIVEN_BY = {
    _K.DECISION: Step.ANSWER,
    _K.REVIEW: Step.ANSWER_REVIEW,
    _K.RECHECK: Step.ANSWER_RECHECK,
}


def problems(
    kind: DocumentKind | None,
    number: str,
    issued_on: date | None,
    details: Mapping[str, str],
    *,
    today: date,
) -> list[Problem]:
    """List what a paper of its kind lacks."""
    if kind is None:
        return [Problem("kind", "请选择文书种类")]
    found = [
        Problem(name, f"{kind.label}应写明{FIELDS[name]}")
        for name in NEEDS[kind]
        if not details.get(name)
    ]
    found += [
        Problem(name, f"{FIELDS[name]}最多 {TEXT_MAX} 个字")
        for name, text in details.items()
        if len(text) > TEXT_MAX
    ]
    if len(number) > NUMBER_MAX:
        found.append(Problem("number", f"文书编号最多 {NUMBER_MAX} 个字"))
    if issued_on is None:
        found.append(Problem("issued_on", "请填写出具日期"))
    elif issued_on > today:
        found.append(Problem("issued_on", f"出具日期 {issued_on} 晚于今天"))
    return found


def lapsed(step_id: int | None, *, taken_back: bool, round_id: int | None) -> str:
    """Say why a paper proves no end any more, or nothing where it still does.

    `step_id` is the step it belongs to, `taken_back` that this gave an opinion and was
    withdrawn; `round_id` is the step that began the present round, None in the first.
    """
    if taken_back:
        return "所依据的答复已撤回"
    if round_id is not None and (step_id or 0) < round_id:
        return "属于前一轮办理"
    return ""


def told(details: Mapping[str, str]) -> list[str]:
    """Say line by line what a paper holds, in the order a form asks for it."""
    shown = {name: details[name] for name in FIELDS if details.get(name)}
    if "opinion" in shown:
        shown["opinion"] = Opinion.labelled(shown["opinion"])
    return [f"{FIELDS[name]}：{text}" for name, text in shown.items()]


_ANSWERS = frozenset({_K.DECISION, _K.REVIEW, _K.RECHECK})
_BY_EXIT = {
    ExitReason.MEDIATED: frozenset({_K.MEDIATION}),
    ExitReason.RECONCILED: frozenset({_K.RECONCILIATION}),
}


def evidence(exit_reason: ExitReason, way: Route) -> frozenset[DocumentKind]:
    """Name the kinds of paper any one of which proves an end (domain.md 3.5).

    An answer on the way of §31(6) is a 处理意见书 or the opinion of a review; one on another
    way, a legal route entered and an evaluation are proved by whatever paper tells of them.
    """
    if exit_reason is ExitReason.ANSWERED and way is Route.HANDLING:
        return _ANSWERS
    return _BY_EXIT.get(exit_reason, frozenset(DocumentKind) - {_K.EXTENSION})
