"""Setting the county's own rules of reception: what each asks for in words, and what may be set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.errors import Problem
from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup
from rules.receptions import ReceptionRule

NAME_MAX = 100
CLAUSE_MAX = 200
# How many days a period has at most, and how many leaders anybody would ask for on one day.
_MOST = {Per.DAY: 50, Per.WEEK: 7, Per.MONTH: 31, Per.QUARTER: 92}
_UNITS = {Level.TOWNSHIP: "每个乡镇", Level.MEMBER: "每个成员单位"}
_GROUPS = {
    RoleGroup.ALL: "{}领导",
    RoleGroup.PRINCIPALS: "{}党政主要领导",
    RoleGroup.OTHERS: "其他{}领导",
}
# In which periods the days of each leader may be counted; cover is counted day by day.
PERS: Sequence[Per] = (Per.WEEK, Per.MONTH, Per.QUARTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a rule asks for, without its code and its days."""

    name: str
    level: Level
    group: RoleGroup
    period_type: PeriodType
    demand: Demand
    at_least: int
    per: Per
    clause: str
    at_centre: bool = False


def asked(rule: ReceptionRule) -> Asked:
    """Return what a rule asks for, to be laid anew from another day."""
    return Asked(
        name=rule.name,
        level=rule.level,
        group=rule.group,
        period_type=rule.period_type,
        demand=rule.demand,
        at_least=rule.at_least,
        per=rule.per,
        clause=rule.clause,
        at_centre=rule.at_centre,
    )


def said(rule: ReceptionRule | Asked) -> str:
    """Say what a rule asks for; 0 switches it off."""
    if rule.at_least == 0:
        return "不再要求"
    when = "特护期" if rule.period_type is PeriodType.SPECIAL else ""
    who = _GROUPS[rule.group].format(rule.level.label)
    where = "在人民来访接待中心" if rule.at_centre else ""
    if rule.demand is Demand.EACH_LEADER:
        return f"{when}每位{who}每{rule.per.label}{where}至少接访 {rule.at_least} 天"
    days = "每个工作日" if rule.demand is Demand.EVERY_WORKDAY else "每天"
    unit = _UNITS.get(rule.level, "")
    whose = _GROUPS[rule.group].format("") if unit else who
    return f"{when}{unit}{days}至少 {rule.at_least} 名{whose}{where}接访"


def problems(
    rule: Asked, *, valid_from: date | None, valid_to: date | None, today: date
) -> list[Problem]:
    """List what is wrong with a rule to be laid from a day on; the past is never changed."""
    found = []
    if not rule.name or len(rule.name) > NAME_MAX:
        found.append(Problem("name", f"规则名称应为 1 到 {NAME_MAX} 个字"))
    if not rule.clause or len(rule.clause) > CLAUSE_MAX:
        found.append(Problem("clause", f"请填写依据（最多 {CLAUSE_MAX} 个字），例如县里的文件号"))
    cover = rule.demand is not Demand.EACH_LEADER
    if cover is not (rule.per is Per.DAY):
        words = "按天计算" if cover else "应选每周、每月或每季度"
        found.append(Problem("per", f"“{rule.demand.label}”的周期{words}"))
    most = _MOST[rule.per]
    if not 0 <= rule.at_least <= most:
        counted = "名" if cover else "天"
        message = f"至少几{counted}应在 0 到 {most} 之间，现在是 {rule.at_least}"
        found.append(Problem("at_least", message))
    return found + span_problems(valid_from, valid_to, today=today)


def span_problems(valid_from: date | None, valid_to: date | None, *, today: date) -> list[Problem]:
    """List what is wrong with the days of a rule: it begins today or later, and before it ends."""
    if valid_from is None:
        return [Problem("valid_from", "请填写从哪一天起施行")]
    if valid_from < today:
        message = f"施行日期 {valid_from} 已经过去。以前的日子按当时的规则算，请从今天或以后起施行"
        return [Problem("valid_from", message)]
    if valid_to is not None and valid_to <= valid_from:
        return [Problem("valid_to", f"失效日期 {valid_to} 应晚于施行日期 {valid_from}")]
    return []
