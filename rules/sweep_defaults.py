"""How often every county sweeps to begin with (domain.md 3.1), until it lays its own over it."""

from rules.reception_terms import PeriodType
from rules.sweep_terms import Cadence
from rules.sweeps import SweepRule
from rules.terms import UnitKind

LEVELS = {
    UnitKind.CITY: "市",
    UnitKind.COUNTY: "县",
    UnitKind.DEPARTMENT: "部门（市直、县直）",
    UnitKind.TOWNSHIP: "乡镇（街道）",
    UnitKind.VILLAGE: "村（社区）",
}
_TWENTY_ONE = "衡阳市21条"  # S4-40; S4-41 for special periods
_SEEN = "各地做法，本县可改"
_ORDINARY = {
    UnitKind.CITY: (Cadence.QUARTER, _TWENTY_ONE),
    UnitKind.COUNTY: (Cadence.MONTH, _TWENTY_ONE),
    UnitKind.DEPARTMENT: (Cadence.MONTH, _TWENTY_ONE),
    UnitKind.TOWNSHIP: (Cadence.HALF_MONTH, _TWENTY_ONE),
    UnitKind.VILLAGE: (Cadence.NONE, _SEEN),
}
_DAILY = (UnitKind.DEPARTMENT, UnitKind.TOWNSHIP)

# Two rules a level: what is asked always, and what besides on the days of a special period.
DEFAULT_RULES = (
    *(
        SweepRule(
            code=f"{level}",
            name=f"{LEVELS[level]}定期排查",
            level=level,
            period_type=PeriodType.ORDINARY,
            cadence=cadence,
            rolls=True,
            clause=clause,
        )
        for level, (cadence, clause) in _ORDINARY.items()
    ),
    *(
        SweepRule(
            code=f"{level}_special",
            name=f"{LEVELS[level]}特护期排查",
            level=level,
            period_type=PeriodType.SPECIAL,
            cadence=Cadence.DAY if level in _DAILY else Cadence.NONE,
            rolls=False,
            clause=_TWENTY_ONE if level in _DAILY else _SEEN,
        )
        for level in _ORDINARY
    ),
)
