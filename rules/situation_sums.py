"""Whether what a situation is parted by comes to the whole it tells: 143 of levels that make 138.

A meeting works on no material whose parts do not add up, so that nobody projects it.
"""

from collections.abc import Iterable, Mapping

from rules.errors import Problem
from rules.figure_terms import Dimension
from rules.figures import REGISTRY
from rules.panel_terms import Material
from rules.readings import Part, Reading, sum_problem

Parts = Mapping[Dimension, Iterable[Part]]


def sum_problems(m: Material) -> list[Problem]:
    """List which parts of the days, and of the same days a year before, miss their figure."""
    # The months are those of the year up to the last of the days.
    whole_year = (m.days.first.month, m.days.first.day) == (1, 1)
    now: Parts = {
        dimension: parts
        for dimension, parts in m.parts.items()
        if dimension is not Dimension.MONTH or whole_year
    }
    former: Parts = {each: of for each, of in m.former.items() if each is not Dimension.MONTH}
    return [
        *_missed(now, m.readings, ""),
        *_missed(former, m.year_before, "上年同期，"),
    ]


def _missed(parts: Parts, readings: Mapping[str, Reading], when: str) -> Iterable[Problem]:
    for dimension, each in parts.items():
        found = list(each)
        told = {code for part in found for code in part.readings}
        for code, whole in readings.items():
            parted = code in told if told else dimension in REGISTRY[code].splits
            if not parted or whole.figure.is_ratio or whole.count is None:
                continue
            of = [part.readings[code] for part in found if code in part.readings]
            if problem := sum_problem(whole, of):
                yield Problem("sums", f"{when}按{dimension.label}：{problem}")
