"""The words of leader reception: levels, posts, what a rule asks for, and how a turn ended."""

from rules.terms import Term


class Level(Term):
    """Whose leader receives; the leaders of townships and of member units count unit by unit."""

    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    MEMBER = "member", "成员单位"


class Body(Term):
    """The body a leader belongs to; the order is that of 先党委后政府."""

    PARTY = "party", "党委"
    CONGRESS = "congress", "人大"
    GOVERNMENT = "government", "政府"
    CONSULTATIVE = "consultative", "政协"
    OTHER = "other", "其他"


class Rank(Term):
    """正职 or 副职 in his body."""

    PRINCIPAL = "principal", "正职"
    DEPUTY = "deputy", "副职"


class RoleGroup(Term):
    """Which leaders of a level a rule binds; 党政主要领导 are 正职 of 党委 and of 政府."""

    ALL = "all", "全体领导"
    PRINCIPALS = "principals", "党政主要领导"
    OTHERS = "others", "其他领导"


class PeriodType(Term):
    """When a rule binds: always, or only on the days of a special period."""

    ORDINARY = "ordinary", "平时"
    SPECIAL = "special", "特护期"


class Per(Term):
    """The period a rule counts in; weeks begin on Monday and may cross a year's end."""

    DAY = "day", "天"
    WEEK = "week", "周"
    MONTH = "month", "月"
    QUARTER = "quarter", "季度"


class Demand(Term):
    """What a rule counts: the days of each leader, or the leaders of a level on each day.

    Cover is counted for the whole of a city or county, and for each township and each
    member unit by itself.
    """

    EACH_LEADER = "each_leader", "每位领导接访天数"
    EVERY_DAY = "every_day", "每天接访领导人数"
    EVERY_WORKDAY = "every_workday", "每个工作日接访领导人数"


class ReceptionKind(Term):
    """How a leader receives; each kind counts as reception."""

    FIXED = "fixed", "定点接访"
    APPOINTED = "appointed", "约访"
    VISITING = "visiting", "下访"
    VISITING_WITH_CASE = "visiting_with_case", "带案下访"
    VIDEO = "video", "视频接访"


class TurnState(Term):
    """How a turn ended, or that it has not been yet."""

    PLANNED = "planned", "计划"
    HELD = "held", "实到"
    SUBSTITUTED = "substituted", "替班"
    MISSED = "missed", "缺席"


class Counting(Term):
    """What an audit counts: the plan whatever came of it, or the days that were held."""

    PLANNED = "planned", "按计划"
    HELD = "held", "按实到"


class Standing(Term):
    """How a leader stands in one period; OPEN: not yet over, or not known from its beginning."""

    PASSED = "passed", "达标"
    SHORT = "short", "未达标"
    OPEN = "open", "未到期"


class FindingKind(Term):
    """What an audit may find; the last two are notices, which break no rule."""

    UNCOVERED = "uncovered", "无人接访"
    SHORT = "short", "接访天数不足"
    PRINCIPAL_SHORT = "principal_short", "主要领导接访天数不足"
    NOBODY = "nobody", "规则无人可执行"
    TWICE_A_DAY = "twice_a_day", "同日重复排班"
    OVERFULL = "overfull", "接访场所超员"
    ON_LEAVE = "on_leave", "请假期间排班"
    OUT_OF_TERM = "out_of_term", "不在任排班"
    DAY_OFF = "day_off", "休息日排班"
    UNKNOWN_LEADER = "unknown_leader", "领导不在名单"
    UNKNOWN_PLACE = "unknown_place", "接访场所不在名单"
    NO_SUBSTITUTE = "no_substitute", "替班未写明替班人"
    OVERUSED = "overused", "排班过多"
    UNKNOWN_YEAR = "unknown_year", "年份无节假日"


class VisitOutcome(Term):
    """What the leader decided: only 交办 and 包案 need an owner and a day."""

    ANSWERED = "answered", "现场答复"
    HANDED = "handed", "交办"
    LED = "led", "包案"
    GUIDED = "guided", "引导法定途径"


class Stage(Term):
    """The four stages of a reception (S5-13: 公示、接访、包案、落实)."""

    PUBLISHED = "published", "公示"
    RECEIVED = "received", "接访"
    LED = "led", "包案"
    CARRIED_OUT = "carried_out", "落实"


class CompanionKind(Term):
    """Who sits with the leader."""

    LAWYER = "lawyer", "律师"
    COUNSELLOR = "counsellor", "心理咨询师"
    UNIT = "unit", "部门人员"
    OTHER = "other", "其他人员"


class ContactKind(Term):
    """Why a leader went there: his 联系点 by turn (S4-07), or down to the people."""

    CONTACT = "contact", "联系点"
    VISITING = "visiting", "下访"
