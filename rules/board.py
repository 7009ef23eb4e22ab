"""The board: in which column a matter stands, and what a card says."""

from rules.terms import CaseState, Term


class Stage(Term):
    """A column of the board."""

    INTAKE = "intake", "登记分办"
    HANDED = "handed", "待受理"
    HANDLED = "handled", "办理中"
    ANSWERED = "answered", "答复复查"
    CLOSED = "closed", "办结待销号"


STATES: dict[Stage, tuple[CaseState, ...]] = {
    Stage.INTAKE: (
        CaseState.RECEIVED,
        CaseState.REGISTERED,
        CaseState.RETURNED,
        CaseState.DISPUTED,
    ),
    Stage.HANDED: (CaseState.FORWARDED,),
    Stage.HANDLED: (CaseState.ACCEPTED,),
    Stage.ANSWERED: (
        CaseState.ANSWERED,
        CaseState.IN_REVIEW,
        CaseState.REVIEWED,
        CaseState.IN_RECHECK,
        CaseState.FINAL,
    ),
    Stage.CLOSED: (CaseState.CLOSED,),
}


def stage_of(state: CaseState) -> Stage | None:
    """Name the column a state stands in; None where it has left the board."""
    return next((stage for stage, states in STATES.items() if state in states), None)


class Grouping(Term):
    """What the cards of a column are put together by."""

    NONE = "none", "不分组"
    LEAD = "lead", "按包案领导"
    UNIT = "unit", "按责任单位"
    TOWNSHIP = "township", "按属地"
    HOTSPOT = "hotspot", "按热点"
