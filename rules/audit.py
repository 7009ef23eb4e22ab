"""The audit page's words: what each entity and column is called, and how a change reads.

The chain holds some of a matter's free text; the auditor is owed the procedure and not
the content, so `describe` leaves it out for anyone who may not read every matter.
"""

from collections.abc import Mapping
from typing import Any

from rules import audit_words
from rules.cases import FIELDS
from rules.policy import PARAMETERS
from rules.terms import (
    AuditAction,
    CaseState,
    EntryKind,
    ImportMode,
    Outcome,
    Precision,
    RequestState,
    Role,
    Term,
    UnitKind,
)

ENTITIES = {
    "store": "工作台",
    "accounts": "账号",
    "saved_views": "视图",
    "units": "单位",
    "unit_aliases": "单位别名",
    "leaders": "领导",
    "codes": "内容分类",
    "parameters": "参数",
    "calendar_years": "日历年份",
    "calendar_days": "节假日",
    "special_periods": "特护期",
    "cases": "案件",
    "case_entries": "办理记录",
    "attachments": "附件",
    "petitioners": "信访人",
    "import_batches": "导入批次",
    "export_requests": "身份信息导出申请",
    "audit_entries": "审计记录",
    **audit_words.ENTITIES,
}
_COLUMNS = {
    **{name: field.label for name, field in FIELDS.items()},
    "id": "编号",
    "key": "项目",
    "name": "名称",
    "password_hash": "口令",
    "external_name": "统一身份认证标识",
    "roles": "角色",
    "leader_id": "领导",
    "active": "启用",
    "created_at": "建立时间",
    "created_by": "建立人",
    "account_id": "账号",
    "screen": "画面",
    "query": "条件",
    "shared": "共享",
    "kind": "类别",
    "parent_id": "上级",
    "path": "路径",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
    "alias": "别名",
    "post": "职务",
    "position": "次序",
    "label": "名称",
    "level": "级次",
    "value": "值",
    "reason": "依据",
    "set_by": "设定人",
    "set_at": "设定时间",
    "year": "年份",
    "source": "来源",
    "day": "日期",
    "workday": "上班",
    "first_on": "开始日期",
    "last_on": "结束日期",
    "note": "说明",
    "number": "编号",
    "state": "状态",
    "people_approx": "人数为约数",
    "amount_approx": "金额为约数",
    "received_precision": "收到日期精度",
    "suspect_of_id": "疑似重复于",
    "batch_id": "导入批次",
    "case_id": "案件",
    "happened_on": "发生日期",
    "text": "内容",
    "actor": "经手人",
    "at": "时间",
    "entry_id": "办理记录",
    "media_type": "文件类型",
    "size": "大小",
    "sha256": "校验值",
    "representative": "代表人",
    "name_encrypted": "姓名",
    "phone_encrypted": "电话",
    "address_encrypted": "住址",
    "name_hash": "姓名索引",
    "phone_hash": "电话索引",
    "file_name": "文件名",
    "file_hash": "文件校验值",
    "sheet": "工作表",
    "mode": "导入方式",
    "counts": "件数",
    "undone_by": "撤销人",
    "undone_at": "撤销时间",
    "address": "来源地址",
    "rows": "行数",
    "sign_ins": "登录处数",
    "filters": "条件",
    "wanted": "筛选",
    "with_people": "含姓名电话",
    "with_content": "含反映内容",
    "request": "申请编号",
    "requester": "申请人",
    "asked_at": "申请时间",
    "opinion": "审批意见",
    "expires_at": "有效期至",
    "used_at": "生成时间",
    "calendar_years": "日历年份",
    **audit_words.COLUMNS,
}
# Names that mean another thing in another table.
_OF_ENTITY = {
    ("unit_aliases", "unit_id"): "单位",
    ("accounts", "unit_id"): "所属单位",
    ("codes", "unit_id"): "行业主管",
    ("case_entries", "unit_id"): "填报单位",
    ("attachments", "content"): "文件内容",
    ("leaders", "name"): "姓名",
    ("accounts", "name"): "账号",
    ("export_requests", "reason"): "理由",
    ("export_requests", "rows"): "件数",
    ("export_requests", "decided_by"): "审批人",
    ("export_requests", "decided_at"): "审批时间",
    **audit_words.OF_ENTITY,
}
# Kept for the machine, and said in words by a column beside it.
_SAID_BESIDE = {("export_requests", "wanted")}
# The matter itself, and files named after it: the register's, not the auditor's.
_CONTENT = {
    ("cases", "title"),
    ("cases", "content"),
    ("cases", "answer"),
    ("cases", "remark"),
    ("cases", "place"),
    ("cases", "first_person"),
    ("cases", "handler"),
    ("case_entries", "text"),
    ("attachments", "name"),
    *audit_words.CONTENT,
}
# Columns that hold codes; `roles` holds several, `kind` those of either table.
_TERMS: dict[str, tuple[type[Term], ...]] = {
    **{name: (field.term,) for name, field in FIELDS.items() if field.term},
    "roles": (Role,),
    "kind": (UnitKind, EntryKind),
    "state": (CaseState, RequestState),
    "received_precision": (Precision,),
    "mode": (ImportMode,),
    "counts": (Outcome,),
}
WITHHELD = "（内容从略）"


def entity_label(entity: str) -> str:
    """Return what people call a table."""
    return ENTITIES.get(entity, entity)


def column_label(entity: str, column: str) -> str:
    """Return what people call a column of a table."""
    return _OF_ENTITY.get((entity, column)) or _COLUMNS.get(column, column)


def describe(action: AuditAction, entity: str, changes: Mapping[str, Any], *, content: bool) -> str:
    """Tell an entry's changes in one line; without `content` a matter's own text is left out."""
    parts = []
    for column, value in changes.items():
        if (column == "key" and value is None) or (entity, column) in _SAID_BESIDE:
            continue
        own = audit_words.TERMS.get((entity, column))
        terms = (own,) if own else _TERMS.get(column, ())
        if not content and (entity, column) in _CONTENT:
            shown = WITHHELD
        elif (entity, column) == ("parameters", "key") and value in PARAMETERS:
            shown = PARAMETERS[value].label
        elif action is AuditAction.UPDATE and isinstance(value, list) and len(value) == 2:
            shown = f"{_shown(value[0], terms)} → {_shown(value[1], terms)}"
        else:
            shown = _shown(value, terms)
        parts.append(f"{column_label(entity, column)}：{shown}")
    return "；".join(parts)


def _shown(value: Any, terms: tuple[type[Term], ...]) -> str:
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "、".join(f"{_shown(key, terms)} {_shown(item, ())}" for key, item in value.items())
    if isinstance(value, list):
        return "、".join(_shown(item, terms) for item in value)
    if terms:
        return "、".join(_label(code, terms) for code in str(value).split(","))
    return str(value)


def _label(code: str, terms: tuple[type[Term], ...]) -> str:
    found = (kind.from_text(code) for kind in terms)
    return next((term.label for term in found if term is not None), code)
