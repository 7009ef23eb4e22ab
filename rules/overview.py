"""总览: which figures it shows, what its charts tell month by month, and what it counts day by day."""

from rules.figure_terms import Figure, Opens
from rules.figures import REGISTRY
from rules.periods import Days
from rules.readings import Change
from rules.terms import Term

# Codes of the registry, in the order they stand on the screen.
SHOWN = (
    "received",
    "visits",
    "repeat_rate",
    "on_time",
    "unit_satisfaction",
    "open",
    "overdue",
    "disputes_unresolved",
)


class Board(Term):
    """The four boards, each with one chart of two counts of one unit, month by month."""

    CASES = "cases", "信访事项"
    RECEPTIONS = "receptions", "领导接访"
    SWEEPS = "sweeps", "矛盾纠纷排查"
    EVALUATIONS = "evaluations", "第三方评价"

    @property
    def kinds(self) -> dict[str, str]:
        """What its two counts are called, each with the code that opens its rows."""
        return _KINDS[self]

    @property
    def unit(self) -> str:
        """What both are counted in."""
        return "批次" if self is Board.RECEPTIONS else "件"

    @property
    def meaning(self) -> str:
        """What both count, in the office's words; a parameter the county sets is named in braces."""
        return _MEANINGS[self]

    @property
    def county_only(self) -> bool:
        """Whether it is counted of the whole county alone."""
        return self in (Board.RECEPTIONS, Board.EVALUATIONS)


_KINDS = {
    Board.CASES: {"收到": "received", "办结": "closed"},
    Board.RECEPTIONS: {"来访": "reception_batches", "集体访": "reception_groups"},
    Board.SWEEPS: {"排查": "disputes_found", "化解": "disputes_resolved"},
    Board.EVALUATIONS: {"评价": "evaluation_held", "满意": "evaluation_satisfied"},
}
_MEANINGS = {
    Board.CASES: "收到：收到日期在当月；办结：办结日期在当月；检举控告、已并案的不计",
    Board.RECEPTIONS: "来访：接访日期在当月的来访；集体访：其中人数达到 {collective_min} 人（含本数）的；检举控告不计",
    Board.SWEEPS: "排查：排查日期在当月的纠纷，剔除、并入的不计；化解：其中现在已化解的，部分化解不算",
    Board.EVALUATIONS: "评价：评价会在当月举行、已经票决出结果的；满意：其中评价小组票决满意的",
}


class Event(Term):
    """What happened on one day, yesterday or today, by the code that opens its rows."""

    RECEIVED = "received", "收到信访事项（件次）"
    CLOSED = "closed", "办结信访事项（件）"
    OVERDUE = "overdue", "新超期（件）"
    FOUND = "disputes_found", "排查矛盾纠纷（件）"
    VISITED = "reception_batches", "领导接访来访（批次）"
    APPLIED = "evaluation_applied", "申请第三方评价（件）"
    HELD = "evaluation_held", "召开评价会（件）"

    @property
    def county_only(self) -> bool:
        """Whether it is counted of the whole county alone."""
        return self in (Event.VISITED, Event.APPLIED, Event.HELD)


# What else than cases a bare label may be of: 满意 of an evaluation, 未化解 of a dispute.
_NAMED = frozenset({Opens.VISITS, Opens.DISPUTES, Opens.EVALUATIONS, Opens.DECISIONS})


def named(figure: Figure) -> str:
    """Name a figure among those of all boards, where its own label may leave open what it counts."""
    if figure.opens is None or figure.opens not in _NAMED or figure.opens.label in figure.label:
        return figure.label
    return f"{figure.opens.label}{figure.label}"


def is_good(code: str, change: Change) -> bool | None:
    """Whether a change of a figure is good news; None where it is neither or says too little."""
    rises = REGISTRY[code].rises
    if rises is None or change.small or not change.moved:
        return None
    return (change.moved > 0) is rises


def gap(days: Days, stood: Days | None) -> str:
    """Say that a unit stood only in a part of the days; nothing where it stood in all of them."""
    if stood is None:
        return "在这段时间里没有设立，没有数据"
    told = []
    if stood.first > days.first:
        told.append(f"自 {stood.first} 起设立，之前的数在原来的单位名下")
    if stood.last < days.last:
        told.append(f"到 {stood.last} 为止，撤并、更名之后的数在接手的单位名下")
    return "；".join(told)
