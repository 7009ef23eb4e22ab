"""The registry of figures: what a number shown anywhere is called, counted in and defined as.

Begun with the first figures the home page shows; a number is computed in db/queries/figures.py
and never in a page.
"""

from dataclasses import dataclass

from rules.terms import CaseState

# 在办: taken in and not yet answered. 已化解 and 已息访 are dates of their own and play no part.
OPEN_STATES = (CaseState.RECEIVED, CaseState.REGISTERED, CaseState.FORWARDED, CaseState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its code, the label and unit shown, and its definition in the office's words.

    `office_only` says that it waits for the office and tells nobody else anything.
    """

    code: str
    label: str
    unit: str
    definition: str
    office_only: bool = False


FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure(
            "open_cases",
            "在办",
            "件",
            "已收到、已登记、已转送、办理中的案件，截至现在，检举控告不计",
        ),
        Figure(
            "received_this_month",
            "本月收到",
            "件",
            "收到日期在本月之内的案件，已并案的只计保留的那一件，检举控告不计",
        ),
        Figure(
            "suspected_duplicates",
            "疑似重复待核",
            "件",
            "登记或导入时发现与别的案件相近、尚未有人认定的案件，检举控告不计",
            office_only=True,
        ),
        Figure(
            "without_unit",
            "未定责任单位",
            "件",
            "在办案件中还没有责任单位的，检举控告不计",
            office_only=True,
        ),
    ]
}


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its value; None where nothing can be counted."""

    figure: Figure
    value: int | None
