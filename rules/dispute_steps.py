"""The steps of a dispute as data: from where, to where, by whom, with what (domain.md 3.5)."""

from dataclasses import dataclass
from enum import StrEnum

from rules.case_terms import Performance
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    DisputeStep,
    LegalRoute,
    MediationChannel,
    Tier,
)
from rules.terms import Term

S, R = DisputeState, DisputeOutcome


class Hand(StrEnum):
    """Whose step it is; the office may take each of them."""

    ENTRY = "entry"  # who found it, or stands above
    REVIEW = "review"  # a township or department above who found it
    DUTY = "duty"  # who is to resolve it
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class StepRule:
    """One legal step: from which states to which, what then has come of it, and what it carries.

    `to` and `outcome` are None where they stay; `sets` is the date of the dispute that the day
    of the step becomes. `needs` are the fields it refuses to be without, `asks` those it may
    have beside (FIELDS names them).
    """

    step: DisputeStep
    sources: frozenset[DisputeState]
    to: DisputeState | None
    by: Hand
    outcome: DisputeOutcome | None = None
    sets: str | None = None
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


# What a step may carry beside its day: the label people read.
FIELDS: dict[str, str] = {
    "unit_id": "责任单位",
    "handler": "责任人",
    "until": "化解时限",
    "document_number": "交办文号",
    "channel": "化解方式",
    "organ_id": "化解组织",
    "legal_route": "法定途径",
    "proof": "立案（受理）文号",
    "agreement": "协议书文号",
    "tier": "提到哪一级",
    "approver": "批准延期的一把手",
    "reason": "理由",
    "text": "情况说明",
}
TERMS: dict[str, type[Term]] = {
    "channel": MediationChannel,
    "legal_route": LegalRoute,
    "tier": Tier,
    "performance": Performance,
}
LENGTHS = {"handler": 64, "document_number": 64, "proof": 64, "agreement": 64, "approver": 64}
TEXT_MAX = 2000

# Still to be resolved.
OPEN = frozenset(
    {S.REGISTERED, S.SUBMITTED, S.ASSIGNED, S.HANDLING, S.PARTLY, S.ELEVATED, S.REBOUNDED}
)
# Found to be none, or the same as another: counted nowhere.
UNCOUNTED = frozenset({S.REMOVED, S.MERGED})
COUNTED: tuple[DisputeState, ...] = tuple(s for s in DisputeState if s not in UNCOUNTED)
_WORKED = frozenset({S.ASSIGNED, S.HANDLING, S.PARTLY})
_ENDED = frozenset({S.RESOLVED, S.ROUTED, S.REVISITED, S.REQUESTED, S.SIGNED_OFF})

RULES: dict[DisputeStep, StepRule] = {
    rule.step: rule
    for rule in [
        StepRule(DisputeStep.SUBMIT, frozenset({S.REGISTERED}), S.SUBMITTED, Hand.ENTRY),
        StepRule(
            DisputeStep.RETURN,
            frozenset({S.SUBMITTED}),
            S.REGISTERED,
            Hand.REVIEW,
            needs=("reason",),
        ),
        StepRule(
            DisputeStep.REMOVE,
            frozenset({S.REGISTERED, S.SUBMITTED}),
            S.REMOVED,
            Hand.REVIEW,
            needs=("reason",),
        ),
        StepRule(
            DisputeStep.ASSIGN,
            frozenset({S.SUBMITTED, S.ELEVATED, S.REBOUNDED}),
            S.ASSIGNED,
            Hand.REVIEW,
            sets="assigned_on",
            needs=("unit_id", "until"),
            asks=("handler", "document_number", "text"),
        ),
        StepRule(
            DisputeStep.START,
            frozenset({S.ASSIGNED, S.REBOUNDED}),
            S.HANDLING,
            Hand.DUTY,
            needs=("channel",),
            asks=("organ_id", "text"),
        ),
        StepRule(
            DisputeStep.EXTEND,
            _WORKED,
            None,
            Hand.DUTY,
            needs=("until", "approver", "reason"),
        ),
        StepRule(
            DisputeStep.PARTLY,
            frozenset({S.HANDLING}),
            S.PARTLY,
            Hand.DUTY,
            R.PARTLY,
            needs=("text",),
        ),
        StepRule(
            DisputeStep.RESOLVE,
            frozenset({S.HANDLING, S.PARTLY}),
            S.RESOLVED,
            Hand.DUTY,
            R.RESOLVED,
            sets="resolved_on",
            needs=("channel", "text"),
            asks=("organ_id", "agreement"),
        ),
        StepRule(
            DisputeStep.ROUTE,
            _WORKED | {S.SUBMITTED, S.ELEVATED},
            S.ROUTED,
            Hand.DUTY,
            R.ROUTED,
            sets="left_on",
            needs=("legal_route", "proof", "text"),
        ),
        StepRule(
            DisputeStep.PETITION,
            _WORKED | {S.SUBMITTED, S.ELEVATED, S.REBOUNDED},
            S.PETITIONED,
            Hand.OFFICE,
            R.PETITIONED,
            sets="left_on",
            needs=("reason",),
        ),
        StepRule(
            DisputeStep.ELEVATE,
            _WORKED,
            S.ELEVATED,
            Hand.DUTY,
            needs=("tier", "reason"),
        ),
        StepRule(DisputeStep.REVISIT, frozenset({S.RESOLVED, S.ROUTED}), S.REVISITED, Hand.DUTY),
        StepRule(DisputeStep.REQUEST, frozenset({S.REVISITED}), S.REQUESTED, Hand.DUTY),
        StepRule(
            DisputeStep.REFUSE,
            frozenset({S.REQUESTED}),
            S.REVISITED,
            Hand.OFFICE,
            needs=("reason",),
        ),
        StepRule(
            DisputeStep.SIGN_OFF,
            frozenset({S.REQUESTED}),
            S.SIGNED_OFF,
            Hand.OFFICE,
            sets="signed_on",
        ),
        StepRule(
            DisputeStep.REBOUND,
            _ENDED,
            S.REBOUNDED,
            Hand.DUTY,
            R.UNRESOLVED,
            needs=("reason",),
        ),
    ]
}

# Steps taken in forms of their own, not from the list of next steps.
APART = frozenset(
    {
        DisputeStep.PETITION,
        DisputeStep.REVISIT,
        DisputeStep.REQUEST,
        DisputeStep.REFUSE,
        DisputeStep.SIGN_OFF,
    }
)
# By which one works on a dispute: who took one of them has handled it.
HANDLING = frozenset(
    {
        DisputeStep.START,
        DisputeStep.EXTEND,
        DisputeStep.PARTLY,
        DisputeStep.RESOLVE,
        DisputeStep.ROUTE,
        DisputeStep.REVISIT,
        DisputeStep.REQUEST,
    }
)
# What a rebound begins without.
ROUND = ("resolved_on", "left_on", "signed_on")


def shown(name: str, value: object) -> str:
    """Show what a step carries in words; codes are as the store keeps them."""
    term = TERMS.get(name)
    return term.labelled(str(value)) if term else str(value)
