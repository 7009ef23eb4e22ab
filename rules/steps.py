"""The steps of a matter from receipt to sign-off, as data: what each asks, who takes it, where it leads
(domain.md 1.5)."""

from dataclasses import dataclass

from rules.case_terms import DeclineReason, Delivery, ExitReason, Opinion, Resolution, Step
from rules.permissions import Action
from rules.terms import CaseState, Term

S = CaseState


@dataclass(frozen=True, slots=True)
class StepRule:
    """One legal step: from which states, to which state, and what must be said with it.

    `to` is None where the state stays. `sets` is the date of the case that the day of the
    step becomes. `needs` are the fields the step refuses to be without, `asks` those it
    may have beside (FIELDS names them). `by` is who may take it.
    """

    step: Step
    sources: frozenset[CaseState]
    to: CaseState | None
    by: Action
    sets: str | None = None
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


# What a step may carry beside its day: the label people read.
FIELDS: dict[str, str] = {
    "unit_id": "承办单位",
    "until": "指定办结日期",
    "reason": "理由",
    "decline_reason": "不予受理情形",
    "days": "延期天数",
    "approver": "批准人",
    "notified_on": "告知信访人日期",
    "opinion": "处理结论",
    "text": "内容",
    "delivery": "送达方式",
    "receipt": "送达回证",
    "exit_reason": "办结方式",
    "resolutions": "三到位一处理",
    "participants": "参加人",
    "asked_on": "申请听证日期",
    "held_on": "听证日期",
    "document_number": "文书编号",
    "legal_basis": "法律法规依据",
    "claims": "请求事项",
    "findings": "事实和理由",
}

# Those of them that hold codes.
TERMS: dict[str, type[Term]] = {
    "opinion": Opinion,
    "delivery": Delivery,
    "exit_reason": ExitReason,
    "decline_reason": DeclineReason,
    "resolutions": Resolution,
}


def shown(name: str, value: object) -> str:
    """Show what a step carries in words; codes are as the store keeps them."""
    term = TERMS.get(name)
    codes = value if isinstance(value, list) else [value]
    return "、".join(term.labelled(str(code)) if term else str(code) for code in codes)


OPEN = frozenset(
    {
        S.RECEIVED,
        S.REGISTERED,
        S.FORWARDED,
        S.RETURNED,
        S.DISPUTED,
        S.ACCEPTED,
        S.ANSWERED,
        S.IN_REVIEW,
        S.REVIEWED,
        S.IN_RECHECK,
        S.FINAL,
    }
)
# In somebody's hands; what is answered waits for the petitioner, and has no clock while it does.
WORKED = OPEN - {S.ANSWERED, S.REVIEWED, S.FINAL}
# At its end, signed off or not: looks back are due, and a step out of it begins a new round.
ENDED = frozenset({S.CLOSED, S.SIGNED_OFF})
# Between acceptance and the end of the last review: what can be heard, settled, elevated.
_HANDLED = frozenset({S.ACCEPTED, S.ANSWERED, S.IN_REVIEW, S.REVIEWED, S.IN_RECHECK, S.FINAL})
_UNIT = Action.HANDLE_CASE
_OFFICE = Action.DIRECT_CASE


def _rule(
    step: Step,
    sources: set[CaseState] | frozenset[CaseState],
    to: CaseState | None,
    by: Action,
    *,
    sets: str | None = None,
    needs: tuple[str, ...] = (),
    asks: tuple[str, ...] = (),
) -> StepRule:
    return StepRule(step, frozenset(sources), to, by, sets, needs, asks)


RULES: dict[Step, StepRule] = {
    rule.step: rule
    for rule in [
        _rule(Step.REGISTER, {S.RECEIVED}, S.REGISTERED, _OFFICE, sets="registered_on"),
        _rule(
            Step.DECLINE,
            {S.RECEIVED, S.REGISTERED},
            S.DECLINED,
            _OFFICE,
            sets="declined_on",
            needs=("decline_reason",),
            asks=("notified_on", "text"),
        ),
        _rule(
            Step.FORWARD,
            {S.REGISTERED, S.RETURNED, S.DISPUTED},
            S.FORWARDED,
            _OFFICE,
            sets="forwarded_on",
            needs=("unit_id",),
            asks=("text",),
        ),
        _rule(
            Step.ASSIGN,
            {S.REGISTERED, S.RETURNED, S.DISPUTED},
            S.FORWARDED,
            _OFFICE,
            sets="forwarded_on",
            needs=("unit_id", "until"),
            asks=("text",),
        ),
        _rule(Step.OBJECT, {S.FORWARDED}, S.RETURNED, _UNIT, needs=("reason",)),
        _rule(Step.DISPUTE, {S.FORWARDED, S.RETURNED}, S.DISPUTED, _OFFICE, needs=("reason",)),
        _rule(Step.NOTIFY, {S.FORWARDED, S.ACCEPTED}, None, _UNIT, asks=("text",)),
        _rule(
            Step.ACCEPT,
            {S.REGISTERED, S.FORWARDED},
            S.ACCEPTED,
            _UNIT,
            sets="accepted_on",
            asks=("notified_on", "text"),
        ),
        _rule(
            Step.EXTEND,
            {S.ACCEPTED},
            None,
            _UNIT,
            needs=("days", "approver", "reason", "notified_on"),
        ),
        _rule(
            Step.ANSWER,
            {S.ACCEPTED},
            S.ANSWERED,
            _UNIT,
            sets="answered_on",
            needs=("opinion", "text"),
            asks=("document_number", "claims", "findings", "legal_basis"),
        ),
        _rule(
            Step.DELIVER,
            {S.ANSWERED, S.REVIEWED, S.FINAL},
            None,
            _UNIT,
            sets="delivered_on",
            needs=("delivery", "receipt"),
        ),
        _rule(Step.REQUEST_REVIEW, {S.ANSWERED}, S.IN_REVIEW, _OFFICE, asks=("text",)),
        _rule(Step.ANSWER_REVIEW, {S.IN_REVIEW}, S.REVIEWED, _OFFICE, needs=("opinion", "text")),
        _rule(Step.REQUEST_RECHECK, {S.REVIEWED}, S.IN_RECHECK, _OFFICE, asks=("text",)),
        _rule(Step.ANSWER_RECHECK, {S.IN_RECHECK}, S.FINAL, _OFFICE, needs=("opinion", "text")),
        _rule(
            Step.HEAR,
            {S.ACCEPTED, S.IN_REVIEW, S.IN_RECHECK},
            None,
            _OFFICE,
            needs=("held_on", "notified_on", "participants"),
            asks=("asked_on", "text"),
        ),
        _rule(
            Step.END_HEARING,
            {S.ACCEPTED, S.IN_REVIEW, S.IN_RECHECK},
            None,
            _OFFICE,
            needs=("text",),
        ),
        _rule(Step.ADVISE, OPEN | {S.CLOSED}, None, _OFFICE, needs=("unit_id", "text")),
        _rule(Step.ANSWER_ADVICE, OPEN | {S.CLOSED}, None, _UNIT, needs=("text",)),
        _rule(Step.ELEVATE, OPEN, None, _OFFICE, needs=("unit_id", "reason")),
        _rule(
            Step.RESOLVE,
            _HANDLED | {S.CLOSED},
            None,
            _UNIT,
            sets="resolved_on",
            needs=("resolutions", "text"),
        ),
        _rule(Step.SETTLE, _HANDLED | {S.CLOSED}, None, _UNIT, sets="settled_on", needs=("text",)),
        _rule(
            Step.CLOSE,
            OPEN - {S.RECEIVED, S.DISPUTED},
            S.CLOSED,
            _OFFICE,
            sets="closed_on",
            needs=("exit_reason", "text"),
        ),
        _rule(
            Step.END, {S.ANSWERED, S.REVIEWED}, S.CLOSED, _OFFICE, sets="closed_on", asks=("text",)
        ),
        _rule(Step.SIGN_OFF, {S.CLOSED}, S.SIGNED_OFF, _OFFICE),
        _rule(
            Step.REBOUND,
            {S.SIGNED_OFF},
            S.ACCEPTED,
            _OFFICE,
            sets="accepted_on",
            needs=("reason",),
        ),
        _rule(
            Step.REOPEN,
            {S.DECLINED, S.CLOSED, S.FINAL, S.ANSWERED, S.REVIEWED, S.SIGNED_OFF},
            S.ACCEPTED,
            _OFFICE,
            sets="accepted_on",
            needs=("reason",),
        ),
        _rule(
            Step.WITHDRAW,
            frozenset(CaseState) - {S.SIGNED_OFF, S.MERGED},
            None,
            _OFFICE,
            needs=("reason",),
        ),
    ]
}

# Steps that give an opinion, which is then delivered.
GIVING = frozenset({Step.ANSWER, Step.ANSWER_REVIEW, Step.ANSWER_RECHECK})
# Steps that give a matter into a unit's hands.
HANDING = frozenset({Step.FORWARD, Step.ASSIGN})
# Steps that screens of their own take (sign-off, its withdrawal), not the list of next steps.
APART = frozenset({Step.SIGN_OFF, Step.REBOUND, Step.WITHDRAW})
# The dates of a case that its steps set; a form corrects them and sets none of them.
DATES = frozenset(rule.sets for rule in RULES.values() if rule.sets)
