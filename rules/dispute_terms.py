"""The words of the ledger of disputes (domain.md 3): codes that never change and their labels."""

from rules.terms import Term


class DisputeState(Term):
    """Where a dispute stands; rules/dispute_steps.py has the steps between them."""

    REGISTERED = "registered", "已登记"
    SUBMITTED = "submitted", "待审核"
    ASSIGNED = "assigned", "已交办"
    HANDLING = "handling", "化解中"
    PARTLY = "partly", "部分化解"
    RESOLVED = "resolved", "化解成功"
    REVISITED = "revisited", "回访通过"
    REQUESTED = "requested", "申请销号"
    SIGNED_OFF = "signed_off", "已销号"
    ROUTED = "routed", "转法定途径"
    PETITIONED = "petitioned", "转信访事项"
    ELEVATED = "elevated", "提级"
    REBOUNDED = "rebounded", "反弹"
    REMOVED = "removed", "已剔除"
    MERGED = "merged", "已并入"


class DisputeOutcome(Term):
    """What has come of a dispute so far; each has exactly one, whatever state it is in."""

    UNRESOLVED = "unresolved", "未化解"
    PARTLY = "partly", "部分化解"
    RESOLVED = "resolved", "化解成功"
    ROUTED = "routed", "转法定途径"
    PETITIONED = "petitioned", "转信访事项"


class Tally(Term):
    """The columns in which disputes are counted: 排查 is always their sum."""

    RESOLVED = "resolved", "化解"
    PARTLY = "partly", "部分化解"
    UNRESOLVED = "unresolved", "未化解"
    PASSED_ON = "passed_on", "转出"


class DisputeStep(Term):
    """A step of a dispute."""

    SUBMIT = "submit", "上报审核"
    RETURN = "return", "退回补正"
    REMOVE = "remove", "剔除"
    ASSIGN = "assign", "交办"
    START = "start", "开始化解"
    EXTEND = "extend", "延期"
    PARTLY = "partly", "部分化解"
    RESOLVE = "resolve", "化解成功"
    ROUTE = "route", "转法定途径"
    PETITION = "petition", "转信访事项"
    ELEVATE = "elevate", "提级"
    REVISIT = "revisit", "回访通过"
    REQUEST = "request", "申请销号"
    REFUSE = "refuse", "退回销号"
    SIGN_OFF = "sign_off", "销号"
    REBOUND = "rebound", "反弹"


class RiskLevel(Term):
    """红黄蓝, of the matter and never of a person, the gravest first."""

    RED = "red", "红"
    YELLOW = "yellow", "黄"
    BLUE = "blue", "蓝"


class GradeStage(Term):
    """Who decides the level, in this order (小组初定、村议定、乡镇审定)."""

    GROUP = "group", "小组初定"
    VILLAGE = "village", "村议定"
    TOWNSHIP = "township", "乡镇审定"


class Tier(Term):
    """Where a dispute is being resolved (小事不出村、大事不出乡镇), the nearest first."""

    GRID = "grid", "网格"
    VILLAGE = "village", "村（社区）"
    TOWNSHIP = "township", "乡镇（部门）"
    COUNTY = "county", "县"


class MediationChannel(Term):
    """化解方式: the three mediations of 三位一体, and the other ways."""

    PEOPLE = "people", "人民调解"
    ADMINISTRATIVE = "administrative", "行政调解"
    JUDICIAL = "judicial", "司法调解"
    PETITION = "petition", "信访"
    ARBITRATION = "arbitration", "仲裁"
    NOTARY = "notary", "公证"
    LAWYER = "lawyer", "律师"
    ELDERS = "elders", "五老"


class LegalRoute(Term):
    """The legal way a dispute is led into."""

    LAWSUIT = "lawsuit", "诉讼"
    ARBITRATION = "arbitration", "仲裁"
    RECONSIDERATION = "reconsideration", "行政复议"
    RULING = "ruling", "行政裁决"
    OTHER = "other", "其他法定途径"


class PaperKind(Term):
    """A paper in the file of a dispute (齐河's list, and what proves another end)."""

    APPLICATION = "application", "申请书"
    REGISTRATION = "registration", "受理登记表"
    INQUIRY = "inquiry", "调查记录"
    MEDIATION = "mediation", "调解记录"
    AGREEMENT = "agreement", "调解协议书"
    CALL_BACK = "call_back", "回访笔录"
    ANSWER = "answer", "书面答复（意见书）"
    FILING = "filing", "立案（受理）通知"
    OTHER = "other", "其他材料"


class DisputeFlag(Term):
    """Marks on the matter, never on a person."""

    CROSS = "cross", "三跨三分离"
    GROUP = "group", "群体性"
    MAY_PETITION = "may_petition", "可能引发信访"


class Facet(Term):
    """What a figure counts that no state, outcome or place says by itself."""

    MEDIATED = "mediated", "已调处的"
    PASSED_ON = "passed_on", "转出的"
    EARLY = "early", "信访之前已化解的"
    NOT_RESOLVED = "not_resolved", "没有化解成功的"
    NO_TOWNSHIP = "no_township", "不属于任何乡镇的"


class PairKind(Term):
    """What two like disputes are to each other."""

    DOUBLE = "double", "同一纠纷"
    OTHER = "other", "不是一回事"


class EarlyState(Term):
    """What has become of a piece of 苗头信息."""

    OPEN = "open", "待处理"
    DISPUTE = "dispute", "已转纠纷"
    CASE = "case", "已转信访事项"
    CLOSED = "closed", "已了结"


class NodeKind(Term):
    """An organisation or a post of the network; none of them reports on people."""

    JOINT_MEETING = "joint_meeting", "乡镇联席会议"
    JUSTICE_OFFICE = "justice_office", "司法所"
    POLICE_STATION = "police_station", "派出所"
    MEDIATION_GROUP = "mediation_group", "村级调解小组"
    MEDIATION_ROOM = "mediation_room", "调解室"
    COURT = "court", "法院（法庭）"
    ARBITRATION = "arbitration", "仲裁机构"
    NOTARY = "notary", "公证机构"
    LAW_FIRM = "law_firm", "律师事务所"
    GRID_WORKER = "grid_worker", "网格员"
    PETITION_CLERK = "petition_clerk", "信访员"
    INFORMATION_CLERK = "information_clerk", "信息员"
    ELDERS = "elders", "五老"
