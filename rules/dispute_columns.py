"""What ledgers of disputes call their columns (domain.md 9.1), and what their words mean."""

from rules.columns import (
    FORBIDDEN_NAMES,
    NEVER,
    RETURNED,
    RETURNED_HEADER,
    SEQ,
    Vocabulary,
    targets_of,
)
from rules.dispute_terms import DisputeOutcome, DisputeState, MediationChannel
from rules.disputes import FIELDS
from rules.ledger_words import says_closed
from rules.numerals import plain_digits

PROGRESS, SUPERVISED, STATE, SIGNED = "progress", "supervised", "state_note", "signed_note"
RESOLVED_ON = "resolved_on"

_OTHER_LABELS = {
    "number": "编号",
    "petitioner": "主要当事人",
    "phone": "联系电话",
    "class": "类别",
    PROGRESS: "化解情况",
    SUPERVISED: "交办督办情况",
    STATE: "状态",
    SIGNED: "销号情况",
    RESOLVED_ON: "化解日期",
    SEQ: "序号（不导入）",
    RETURNED: "退回原因（不导入）",
    NEVER: "不得导入",
}
LABELS = {
    **{name: field.label for name, field in FIELDS.items() if name != "class_id"},
    **_OTHER_LABELS,
}
_ALIASES = {
    SEQ: "序号 序 no. no 顺序号",
    RETURNED: RETURNED_HEADER,
    NEVER: " ".join(FORBIDDEN_NAMES),
    "number": "纠纷编号 登记编号",
    "title": "纠纷名称 事项名称 名称 标题 事项",
    "class": "矛盾纠纷类型 纠纷类型 纠纷类别 矛盾类别 矛盾类型 矛盾纠纷类别 类型",
    "content": "矛盾纠纷简要情况 纠纷简要情况 纠纷情况 主要情况 矛盾纠纷情况 诉求概述 主要问题 内容",
    "found_on": "排查时间 登记日期 登记时间 上报日期 上报时间 日期",
    "happened_on": "发生时间 首次信访时间",
    "unit_id": "单位 排查单位 上报单位 填报单位 镇办 乡镇 所属乡镇",
    "finder": "登记人 填报人",
    "area_id": "所属村 村（社区） 所属村（社区） 村居 属地 所属乡镇村",
    "grid": "网格 所属网格 组",
    "place": "地点 发生地",
    "involved": "涉事单位",
    "people": "人数 涉事人数 参与人数 涉及人员数",
    "amount_fen": "金额 标的额 涉案金额",
    "petitioner": "当事人 当事人姓名 姓名 双方当事人",
    "phone": "电话 手机 联系方式",
    "lead_id": "县级领导 包案县领导 包保领导 责任领导",
    "town_head": "镇级负责人 乡镇责任人",
    "village_head": "村级负责人 村责任人",
    "grid_worker": "网格责任人",
    "duty_unit_id": "责任单位责任人 承办单位 主办单位",
    "handler": "具体责任人 单位负责人 调解员",
    "team": "工作专班 专班成员",
    "co_units": "配合单位",
    "plan": "化解措施 工作措施 化解推进方法 方案",
    "channel": "调处方式 调解方式 化解途径",
    "due_on": "办结时限 完成时限 拟化解时间 期限",
    PROGRESS: "进展情况 化解过程简述 调处情况 工作进展 化解进展",
    SUPERVISED: "督办情况 交办情况",
    STATE: "办理状态 化解结果 是否化解 调处结果 当前情况",
    SIGNED: "是否销号",
    RESOLVED_ON: "化解时间 调处时间 完成时间",
    "cross": "是否三跨三分离",
    "group": "是否群体性 是否集访",
    "may_petition": "是否可能引发信访",
    "remark": "说明",
}
ALIASES = {
    target: (
        *(() if target in (SEQ, RETURNED, NEVER) else (label,)),
        *_ALIASES.get(target, "").split(),
    )
    for target, label in LABELS.items()
}
# Free words in most ledgers: what is one of ours is taken, the rest is noted.
_AS_TEXT = frozenset({"channel", "due_on"})

DISPUTES = Vocabulary(
    labels=LABELS,
    targets=targets_of(ALIASES),
    fields={
        **{name: field for name, field in FIELDS.items() if name not in _AS_TEXT},
        RESOLVED_ON: FIELDS["happened_on"],
    },
    fills=frozenset(
        [
            *("unit_id", "area_id", "grid", "class", "found_on", "duty_unit_id", "lead_id"),
            *("town_head", "village_head", "handler", "co_units", "due_on", "channel"),
        ]
    ),
    fills_with_warning=frozenset(["petitioner", "title", "content", "plan", PROGRESS, "remark"]),
    stands_in={},
)

_CHANNELS = {
    MediationChannel.PEOPLE: ("人民",),
    MediationChannel.ADMINISTRATIVE: ("行政",),
    MediationChannel.JUDICIAL: ("司法", "诉前"),
    MediationChannel.ARBITRATION: ("仲裁",),
    MediationChannel.NOTARY: ("公证",),
    MediationChannel.LAWYER: ("律师",),
    MediationChannel.ELDERS: ("五老",),
    MediationChannel.PETITION: ("信访",),
}


def channel_named(text: str) -> MediationChannel | None:
    """Return the one way of resolving a ledger's words name; None for none or several."""
    found = [kind for kind, words in _CHANNELS.items() if any(word in text for word in words)]
    return found[0] if len(found) == 1 else None


def standing(text: str) -> tuple[DisputeState, DisputeOutcome] | None:
    """Return where a ledger's words say a dispute stands; None where they say nothing we know.

    What is said to be resolved in part is never taken for resolved. 已销号 elsewhere is 化解成功
    here: our own gate has not been passed.
    """
    word = plain_digits(text).strip()
    if not word:
        return None
    if "部分" in word:
        return DisputeState.PARTLY, DisputeOutcome.PARTLY
    if any(each in word for each in ("未", "不成功", "正在", "化解中", "调处中", "否")):
        return DisputeState.HANDLING, DisputeOutcome.UNRESOLVED
    if any(each in word for each in ("诉讼", "仲裁", "法定途径", "法院", "立案")):
        return DisputeState.ROUTED, DisputeOutcome.ROUTED
    closed = says_closed(word) or any(
        each in word for each in ("化解", "调处", "销号", "成功", "办结", "是")
    )
    return (DisputeState.RESOLVED, DisputeOutcome.RESOLVED) if closed else None
