"""What lists of evaluators call their columns."""

from rules.columns import (
    FORBIDDEN_NAMES,
    NEVER,
    RETURNED,
    RETURNED_HEADER,
    SEQ,
    Vocabulary,
    targets_of,
)
from rules.evaluators import FIELDS

CATEGORY, UNIT, VILLAGE, PHONE, AWAY = "category", "unit", "village", "phone", "away"
LABELS = {
    "name": "姓名",
    CATEGORY: "类别",
    UNIT: "所在单位",
    "post": "职务、职业",
    VILLAGE: "所在村（社区）",
    PHONE: "联系电话",
    "valid_from": "任期起",
    "valid_to": "任期止",
    AWAY: "能否参加",
    "note": "说明",
    SEQ: "序号（不导入）",
    RETURNED: "退回原因（不导入）",
    NEVER: "不得导入",
}
_ALIASES = {
    SEQ: "序号 序 no. no 顺序号",
    RETURNED: RETURNED_HEADER,
    NEVER: " ".join(FORBIDDEN_NAMES),
    "name": "评价员 评价员姓名 评议员 评议员姓名 成员",
    CATEGORY: "评价员类别 人员类别 界别 身份 代表类别 类型",
    UNIT: "单位 工作单位 单位名称 所属单位 推荐单位",
    "post": "职务 职业 职称 单位职务 单位及职务",
    VILLAGE: "村 社区 所在村 村（社区） 户籍所在村 居住村",
    PHONE: "电话 手机 手机号 手机号码 联系方式",
    "valid_from": "聘任日期 聘任时间 任期开始 开始日期 聘期起",
    "valid_to": "任期结束 结束日期 聘期止 到期日期",
    AWAY: "是否可以参加 可否参加 状态",
    "note": "备注",
}
ALIASES = {
    target: (
        *(() if target in (SEQ, RETURNED, NEVER) else (label,)),
        *_ALIASES.get(target, "").split(),
    )
    for target, label in LABELS.items()
}
EVALUATORS = Vocabulary(
    labels=LABELS,
    targets=targets_of(ALIASES),
    fields={name: FIELDS[name] for name in ("valid_from", "valid_to")},
    fills=frozenset([CATEGORY, UNIT, VILLAGE, "valid_from", "valid_to"]),
    fills_with_warning=frozenset(["post", "note"]),
    stands_in={},
)


def available(text: str) -> bool:
    """Whether a list's words say that somebody can take part; nothing said means that he can."""
    return not any(word in text for word in ("不", "否", "停", "暂"))
