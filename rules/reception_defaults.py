"""The rules of reception every county begins with (domain.md 4.1), until it lays its own over them."""

from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup
from rules.receptions import ReceptionRule


def _rule(
    code: str,
    name: str,
    level: Level,
    demand: Demand,
    per: Per,
    clause: str,
    *,
    group: RoleGroup = RoleGroup.ALL,
    period_type: PeriodType = PeriodType.ORDINARY,
    at_centre: bool = False,
) -> ReceptionRule:
    return ReceptionRule(
        code=code,
        name=name,
        level=level,
        group=group,
        period_type=period_type,
        demand=demand,
        at_least=1,
        per=per,
        clause=clause,
        at_centre=at_centre,
    )


_EACH, _DAILY, _SPECIAL = Demand.EACH_LEADER, Demand.EVERY_DAY, PeriodType.SPECIAL
_SEVENTH, _EIGHTH = "衡阳市21条·七", "衡阳市21条·八"  # S4-17; S4-21, S4-23
_COUNTY_WAY = "嘉荫县领导信访接待日制度"  # S2-18, S2-19

# domain.md 4.1. A visit to one's 联系点 every quarter (S4-07) is another rule's.
DEFAULT_RULES = (
    _rule("city_quarter", "市领导每季度接访", Level.CITY, _EACH, Per.QUARTER, _EIGHTH),
    _rule("county_month", "县领导每月接访", Level.COUNTY, _EACH, Per.MONTH, _EIGHTH),
    _rule("township_week", "乡镇领导每周接访", Level.TOWNSHIP, _EACH, Per.WEEK, _EIGHTH),
    _rule(
        "member_centre",
        "成员单位班子成员每个工作日到中心接访",
        Level.MEMBER,
        Demand.EVERY_WORKDAY,
        Per.DAY,
        _SEVENTH,
        at_centre=True,
    ),
    *(
        _rule(
            f"{level}_special",
            f"特护期{level.label}领导每天接访",
            level,
            _DAILY,
            Per.DAY,
            _EIGHTH,
            period_type=_SPECIAL,
        )
        for level in (Level.CITY, Level.COUNTY, Level.TOWNSHIP)
    ),
    _rule(
        "county_principals_special",
        "特护期县党政主要领导每周接访",
        Level.COUNTY,
        _EACH,
        Per.WEEK,
        _COUNTY_WAY,
        group=RoleGroup.PRINCIPALS,
        period_type=_SPECIAL,
    ),
)
