"""What ledgers of receptions call their columns (domain.md 4.3), and what their words mean."""

from rules.columns import (
    FORBIDDEN_NAMES,
    NEVER,
    RETURNED,
    RETURNED_HEADER,
    SEQ,
    Vocabulary,
    targets_of,
)
from rules.numerals import plain_digits
from rules.reception_terms import ReceptionKind, VisitOutcome
from rules.visits import FIELDS

BATCHES, LED, STATE = "batches", "led", "state_note"

_OTHER_LABELS = {
    "number": "编号",
    "petitioner": "来访人",
    "phone": "联系电话",
    "address": "住址",
    "code": "内容分类",
    BATCHES: "批次",
    LED: "是否包案",
    "post": "职务（不导入）",
    SEQ: "序号（不导入）",
    RETURNED: "退回原因（不导入）",
    NEVER: "不得导入",
}
LABELS = {
    **{name: field.label for name, field in FIELDS.items() if name != "code_id"},
    **_OTHER_LABELS,
}
_ALIASES = {
    SEQ: "序号 序 no. no 顺序号",
    RETURNED: RETURNED_HEADER,
    NEVER: " ".join(FORBIDDEN_NAMES),
    "number": "接访编号 登记编号",
    "post": "职务 领导职务",
    "leader_id": "接待领导 接访人 接待人 领导姓名 值班领导",
    "received_on": "日期 时间 接访时间 接待日期 接待时间 来访日期 登记日期",
    "received_time": "接访时刻",
    "kind": "类型 接访形式 接访方式 接待方式 接待形式",
    "place": "地点 接访场所 接待地点",
    "petitioner": "信访人 来访人姓名 来访群众 上访人 反映人 姓名 来访代表",
    "phone": "电话 手机 手机号 联系方式 电话号码",
    "address": "地址 家庭住址 单位和住址 住址/属地 单位及住址 来访人住址",
    BATCHES: "来访批次 批次数",
    "people": "来访人数 人次 接待人数 接待人次",
    "repeat": "初/重 初重访 是否重访 初次/重复 初访重访",
    "title": "标题 事项 信访事项",
    "content": "反映主要问题及发生地 反映主要问题 主要问题及发生地 反映问题及诉求 主要问题 反映内容 "
    "反映的主要问题 主要诉求 信访诉求 来访事由 反映事项 问题",
    "code": "问题类别 类别 问题分类 信访类别",
    "cause": "原因 成因",
    "township_id": "乡镇 所属乡镇 责任乡镇 问题属地",
    "unit_id": "责任单位 主办单位 办理单位 牵头单位 交办单位",
    "co_units": "配合单位 协办",
    "handler": "具体责任人 经办人 联系人",
    "companions": "陪同领导 陪同 参加人员",
    "recorder": "登记人 记录",
    "outcome": "处理类别 处置方式",
    LED: "包案 领导包案",
    "instruction": "接待处理意见 领导处理意见 处理意见 领导意见 批示 批示内容 领导批示意见",
    "due_on": "办结时限 办理期限 限办日期 完成时限 办结期限",
    "result": "处理结果 办理情况 落实情况 办结情况 化解情况",
    "closed_on": "办结时间 完成时间 结案日期",
    "satisfaction": "是否满意 群众评价 满意情况",
    "called_back": "回访",
    "remark": "说明",
}
ALIASES = {
    target: (
        *(() if target in (SEQ, RETURNED, NEVER, "post") else (label,)),
        *_ALIASES.get(target, "").split(),
    )
    for target, label in LABELS.items()
}
# Free words in most ledgers, as 尽快 for a limit: what is one of ours is taken, the rest is noted.
_AS_TEXT = frozenset(["cause", "outcome", "satisfaction", "kind", "due_on"])

VISITS = Vocabulary(
    labels=LABELS,
    targets=targets_of(ALIASES),
    fields={name: field for name, field in FIELDS.items() if name not in _AS_TEXT},
    fills=frozenset(
        [
            *("leader_id", "received_on", "kind", "place", "unit_id", "co_units", "township_id"),
            *("handler", "companions", "recorder", "due_on", "closed_on", "code", "outcome"),
        ]
    ),
    fills_with_warning=frozenset(
        [
            *("petitioner", "address", "title", "content", "cause", "instruction", "result"),
            *("satisfaction", "called_back", "remark"),
        ]
    ),
    stands_in={},
)
# What is read of a ledger and is no field of a visit.
NOT_KEPT = frozenset(["post", BATCHES])

_OUTCOMES = {
    VisitOutcome.ANSWERED: ("现场答复", "当场答复", "现场解决", "当场解决", "现场办结", "解释答复"),
    VisitOutcome.LED: ("包案", "领导包案"),
    VisitOutcome.GUIDED: ("引导法定途径", "引导", "法定途径", "依法导入", "诉访分离"),
    VisitOutcome.HANDED: ("交办", "转办", "批转", "交由", "责成"),
}
_KINDS = {
    ReceptionKind.VISITING_WITH_CASE: ("带案下访",),
    ReceptionKind.VISITING: ("下访",),
    ReceptionKind.APPOINTED: ("约访", "预约"),
    ReceptionKind.VIDEO: ("视频",),
    ReceptionKind.FIXED: ("定点", "接访", "坐班", "值班"),
}


def outcome_named(text: str) -> VisitOutcome | None:
    """Return the outcome a ledger's word says; None where it says none of ours."""
    word = plain_digits(text).strip()
    return next((each for each, words in _OUTCOMES.items() if word in words), None)


def kind_named(text: str) -> ReceptionKind | None:
    """Return the kind of reception a ledger's word names; None for an unknown one."""
    word = plain_digits(text).strip()
    return next(
        (kind for kind, words in _KINDS.items() if any(each in word for each in words)), None
    )
