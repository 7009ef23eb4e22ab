"""What a ledger's columns are called, and which field each one fills: of a case unless told else."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.cases import FIELDS, Field, Kind
from rules.cells import MONEY_UNITS
from rules.numerals import plain_digits
from rules.terms import Flag

NEVER = "never"  # never imported: identity and bank numbers, marks on a person
SEQ = "seq"
RETURNED = "returned"  # the column of reasons in a returned workbook, ignored when it comes back
RETURNED_HEADER = "退回原因"
NOT_READ = frozenset([NEVER, SEQ, RETURNED])

# Targets beside the fields of a case; the store resolves or files what stands under them.
_OTHER_LABELS = {
    "number": "案件编号",
    "version": "版本",
    "petitioner": "信访人",
    "phone": "联系电话",
    "address": "住址",
    "code": "内容分类",
    "code_1": "一级分类",
    "code_2": "二级分类",
    "code_3": "三级分类",
    "co_unit": "协办单位",
    "batch": "交办批次",
    "progress": "办理进展",
    "plan": "化解方案",
    "deadline_note": "办结时限",
    "state_note": "办理状态",
    "satisfaction_note": "满意度",
    SEQ: "序号（不导入）",
    RETURNED: "退回原因（不导入）",
    NEVER: "不得导入",
}

# 内容分类 is read as `code`: the text of a code, which the store resolves into `code_id`.
LABELS: dict[str, str] = {
    **{name: field.label for name, field in FIELDS.items() if name != "code_id"},
    **_OTHER_LABELS,
}

_FORBIDDEN = {
    "不收集证件号码": "身份证 身份证号 身份证号码 证件号码 证件号 公民身份号码 居民身份证号",
    "不收集银行账号": "银行卡 银行卡号 银行账号 银行账户 开户账号",
    "不给人贴标签、不记录行踪": "重点人员 是否重点人员 人员等级 稳控措施 稳控责任人 稳控情况 人员动向",
}

# domain.md 9.3 and the headers of the files seen; labels are added below.
_ALIASES = {
    "source_number": "编号 信访件编号 件号 登记编号 受理编号 留言编号 信访编号 来信编号 工单编号 "
    "省信访件编号 市受理编号 区县受理编号",
    SEQ: "序号 序 no. no 顺序号",
    RETURNED: RETURNED_HEADER,
    "petitioner": "来访人 上访人 反映人 投诉人 当事人 姓名 信访人姓名 诉求人 主要当事人 留言用户 "
    "来访人姓名 反映人姓名 来信人",
    "phone": "电话 手机 手机号 手机号码 电话号码 联系方式 来电号码 信访人电话",
    "address": "地址 家庭住址 家庭地址 联系地址 信访人住址 通讯地址",
    "people": "涉及人数 信访人数 来访人数 上访人数 涉访人数 人次",
    "channel": "来源 信访方式 诉求渠道 反映形式 信访渠道 来访形式",
    "purpose": "信访目的分类 诉求目的",
    "received_on": "信访时间 来访时间 登记时间 反映日期 反映时间 接访时间 接访日期 留言时间 "
    "收到时间 信访日期 来访日期 来信日期 来信时间 首次信访时间",
    "accepted_on": "受理时间",
    "forwarded_on": "交办日期 交办时间 转办日期 转办时间 转送时间 分办时间",
    "answered_on": "出具意见日期 答复时间",
    "delivered_on": "签收日期 送达时间",
    "resolved_on": "化解时间",
    "settled_on": "息访时间 息诉息访日期 息诉罢访日期",
    "closed_on": "办结时间 完成时间 销号时间 销号日期 结案日期 结案时间",
    "batch": "批次",
    "township_id": "乡镇 镇办 镇街 问题属地 责任乡镇 所属乡镇 乡镇街道 乡镇（街道） 镇",
    "place": "问题发生地 事发地",
    "unit_id": "承办单位 主办单位 办理单位 牵头单位",
    "co_unit": "配合单位 会办单位",
    "lead_id": "包保领导 责任领导 县级领导 接访领导 领办领导 包案县领导 县级包案领导",
    "handler": "责任人 具体责任人 联系人 处理人",
    "title": "留言主题 主题 事项名称 案件名称 信访标题 标题名称",
    "content": "主要诉求 信访诉求 反映问题 简要情况 主要问题 案情简介 矛盾纠纷简要情况 事由 留言详情 "
    "诉求 信访内容 投诉内容 反映事项 诉求概述 反映主要问题 反映主要问题及发生地 主要内容 内容 信访事项",
    "code": "问题类别 类别 矛盾类型 矛盾类别 纠纷类型 领域 案件类别 问题分类 信访类别 类型",
    "code_1": "一级标签",
    "code_2": "二级标签",
    "code_3": "三级标签",
    "plan": "化解措施 工作措施 处理措施 接待处理意见 化解推进方法",
    "progress": "办理情况 化解情况 进展情况 工作进展 目前进展 处理情况 进展 化解过程简述 交办督办情况",
    "deadline_note": "化解时限 完成时限 办理期限 办理时限 限办日期 拟化解时间 办结期限",
    "state_note": "状态 是否办结 是否化解 化解结果 销号情况 信访件状态 办理结果",
    "satisfaction_note": "群众评价 评价结果 是否满意 评价",
    "amount_fen": "金额 标的额 涉案金额 涉及资金",
    "repeat": "初/重 是否重复 信访性质 初访/重访 初重访 首次/重复",
    "cause": "成因分类",
    "answer": "答复内容 答复情况",
    "remark": "说明",
    "legacy": "历史遗留问题 是否历史遗留问题",
    "group": "是否集体访 是否集访 集体访",
    NEVER: " ".join(_FORBIDDEN.values()),
}

ALIASES: dict[str, tuple[str, ...]] = {
    target: (
        *(() if target in (SEQ, RETURNED, NEVER) else (label,)),
        *((f"是否{label}",) if target in {flag.value for flag in Flag} else ()),
        *_ALIASES.get(target, "").split(),
    )
    for target, label in LABELS.items()
}

# A ledger with 登记日期 and no column of receipt means the day it was received by it.
_STANDS_IN = {"registered_on": "received_on"}

_BRACKETS = re.compile(r"[(\[【〔「]([^()\[\]【】〔〕「」]*)[)\]】〕」]")
_EDGES = re.compile(r"^[*:/、]+|[*:/、]+$")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_GROUP_WORD = re.compile(r"(?:情况|信息|基本情况)$")


@lru_cache(maxsize=4096)
def normalise_header(text: str) -> tuple[str, str]:
    """Return a header's name without breaks, spaces and brackets, and the unit it named or ''."""
    plain = _SPACE.sub("", plain_digits(text))
    units = [inside.removeprefix("单位:") for inside in _BRACKETS.findall(plain)]
    unit = next((unit for unit in units if unit in MONEY_UNITS), "")
    name = _EDGES.sub("", _BRACKETS.sub("", plain)).lower()
    return name, unit


@dataclass(frozen=True)
class Vocabulary:
    """What one kind of ledger calls its columns, and how what stands under them is taken.

    `labels` names every target, `targets` finds it by a header as `normalise_header` leaves it.
    `fields` are those targets that hold more than text. In `fills` 同上 and a cell merged
    downwards hold for the rows below, in `fills_with_warning` with a word said of it.
    `stands_in` is what a column fills where no other has that target.
    """

    labels: Mapping[str, str]
    targets: Mapping[str, str]
    fields: Mapping[str, Field]
    fills: frozenset[str]
    fills_with_warning: frozenset[str]
    stands_in: Mapping[str, str]


def targets_of(aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Turn the names of each target round: the target of each name."""
    return {
        normalise_header(alias)[0]: target for target, names in aliases.items() for alias in names
    }


# Names that no ledger's column may have, whatever it is a ledger of.
FORBIDDEN_NAMES = tuple(name for names in _FORBIDDEN.values() for name in names.split())
CASES = Vocabulary(
    labels=LABELS,
    targets=targets_of(ALIASES),
    fields=FIELDS,
    fills=frozenset(
        [
            *("township_id", "unit_id", "first_unit_id", "co_unit", "lead_id", "handler"),
            *("first_person", "channel", "purpose", "code", "code_1", "code_2", "code_3"),
            *("batch", "place", "cause", "deadline_note"),
            *(field.name for field in FIELDS.values() if field.kind is Kind.DATE),
        ]
    ),
    fills_with_warning=frozenset(
        [
            *("petitioner", "title", "content", "address", "progress", "plan", "answer", "remark"),
            *("state_note", "satisfaction_note"),
        ]
    ),
    stands_in=_STANDS_IN,
)


def target_of(name: str, words: Vocabulary = CASES) -> str | None:
    """Find the target of a header; of 化解情况/时间 the whole, 化解时间 and 时间 are tried."""
    plain, targets = normalise_header(name)[0], words.targets
    if plain in targets or "/" not in plain:
        return targets.get(plain)
    parts = plain.split("/")
    tries = (_GROUP_WORD.sub("", parts[0]) + parts[-1], parts[-1])
    return next((targets[text] for text in tries if text in targets), None)


def map_columns(
    names: Sequence[str],
    remembered: Mapping[str, str] | None = None,
    words: Vocabulary = CASES,
) -> dict[int, str]:
    """Give each column, counted from 0, its target; of two with one target the first has it.

    `remembered` is what a person decided for this layout, by `column_keys`; "" drops a column.
    A group's name (信访人/性别) decides only where no other column has its target.
    """
    chosen = dict(enumerate(_remembered(names, remembered or {}, words)))
    mapping = {i: target for i, target in chosen.items() if target}
    taken = set(mapping.values()) - {NEVER}
    for find in (target_of, _group_target):
        for index, name in enumerate(names):
            target = find(name, words) if index not in mapping and chosen[index] is None else None
            if target and target not in taken:
                mapping[index] = target
                taken |= {target} - {NEVER}
    return dict(sorted(_stand_in(mapping, remembered, words).items()))


def repeated_columns(
    names: Sequence[str], mapping: Mapping[int, str], words: Vocabulary = CASES
) -> dict[int, str]:
    """Give the target of each column left out because another column already has it."""
    taken = set(mapping.values())
    left = ((i, target_of(name, words)) for i, name in enumerate(names) if i not in mapping)
    return {i: target for i, target in left if target in taken}


def column_keys(names: Sequence[str]) -> list[str]:
    """Name each column so that no two are alike: the second 时间 is 时间#2."""
    seen: dict[str, int] = {}
    keys = []
    for name in names:
        plain = normalise_header(name)[0]
        seen[plain] = seen.get(plain, 0) + 1
        keys.append(plain if seen[plain] == 1 else f"{plain}#{seen[plain]}")
    return keys


def layout_key(names: Sequence[str]) -> str:
    """Name a layout by its headers, under which a corrected mapping is remembered."""
    plain = "\n".join(normalise_header(name)[0] for name in names)
    return hashlib.sha256(plain.encode()).hexdigest()


def never_reason(name: str) -> str:
    """Say why a column is never imported."""
    last = normalise_header(name)[0].split("/")[-1]
    return next((why for why, names in _FORBIDDEN.items() if last in names.split()), "不得导入")


def _remembered(
    names: Sequence[str], remembered: Mapping[str, str], words: Vocabulary
) -> list[str | None]:
    """List what was decided of each column; an unknown target counts as no decision."""
    decided = [remembered.get(key) for key in column_keys(names)]
    return [target if target == "" or target in words.labels else None for target in decided]


def _group_target(name: str, words: Vocabulary) -> str | None:
    plain = normalise_header(name)[0]
    return words.targets.get(plain.split("/")[0]) if "/" in plain else None


def _stand_in(
    mapping: dict[int, str], remembered: Mapping[str, str] | None, words: Vocabulary
) -> dict[int, str]:
    if remembered:
        return mapping
    present, instead = set(mapping.values()), words.stands_in
    return {
        i: instead[target] if instead.get(target, target) not in present else target
        for i, target in mapping.items()
    }
