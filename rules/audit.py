"""What the audit chain's tables, columns and codes are called; rules/audit_telling.py uses it."""

from rules import (
    audit_words,
    dispute_audit_words,
    evaluation_audit_words,
    meeting_audit_words,
    reception_audit_words,
    sweep_audit_words,
)
from rules.cases import FIELDS, Kind
from rules.terms import (
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
    "official_counts": "上级数据",
    "figure_counts": "形势指标",
    **audit_words.ENTITIES,
    **reception_audit_words.ENTITIES,
    **sweep_audit_words.ENTITIES,
    **dispute_audit_words.ENTITIES,
    **evaluation_audit_words.ENTITIES,
    **meeting_audit_words.ENTITIES,
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
    "first_lead_id": "首接领导",
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
    "made_at": "备份时间",
    "cases": "案件数",
    "seed": "随机种子",
    "removed": "删去件数",
    "restored": "改回件数",
    "first_case": "第一件",
    "last_case": "最后一件",
    "rows_sha256": "各行校验值",
    "case": "案件",
    "entered_by": "录入人",
    "entered_at": "录入时间",
    **audit_words.COLUMNS,
    **reception_audit_words.COLUMNS,
    **sweep_audit_words.COLUMNS,
    **dispute_audit_words.COLUMNS,
    **evaluation_audit_words.COLUMNS,
    **meeting_audit_words.COLUMNS,
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
    ("cases", "reason"): "理由",
    ("export_requests", "reason"): "理由",
    ("export_requests", "rows"): "件数",
    ("export_requests", "decided_by"): "审批人",
    ("export_requests", "decided_at"): "审批时间",
    ("official_counts", "value"): "数量",
    **audit_words.OF_ENTITY,
    **reception_audit_words.OF_ENTITY,
    **sweep_audit_words.OF_ENTITY,
    **dispute_audit_words.OF_ENTITY,
    **evaluation_audit_words.OF_ENTITY,
    **meeting_audit_words.OF_ENTITY,
}
# Kept for the machine: of no concern to people, or said in words by a column beside it.
_UNSAID = {"id", "path", "former", "fingerprint", "screen", "query", "media_type", "file_hash"}
_UNSAID |= {"name_hash", "phone_hash"}
# The matter, which is what such an entry is about, and ids of rows people have no name for.
_UNSAID |= {"case_id", "case"}
_UNSAID |= reception_audit_words.UNSAID | sweep_audit_words.UNSAID
_UNSAID |= evaluation_audit_words.UNSAID
_UNSAID |= {"entry_id", "measure_id", "document_id", "attachment_id", "step_id", "withdrawn_by_id"}
_UNSAID_OF_ENTITY = {
    ("export_requests", "wanted"),
    ("dismissed_proposals", "members"),
    ("calendar_days", "key"),
    *reception_audit_words.UNSAID_OF_ENTITY,
    *sweep_audit_words.UNSAID_OF_ENTITY,
    *evaluation_audit_words.UNSAID_OF_ENTITY,
    *meeting_audit_words.UNSAID_OF_ENTITY,
}
# The matter itself, that it is an accusation (§30), and files named after it: the register's,
# not the auditor's.
_CONTENT = {
    ("cases", "title"),
    ("cases", "purpose"),
    ("cases", "route"),
    ("cases", "content"),
    ("cases", "answer"),
    ("cases", "remark"),
    ("cases", "place"),
    ("cases", "first_person"),
    ("cases", "handler"),
    ("case_entries", "text"),
    ("attachments", "name"),
    *audit_words.CONTENT,
    *reception_audit_words.CONTENT,
    *sweep_audit_words.CONTENT,
    *dispute_audit_words.CONTENT,
    *evaluation_audit_words.CONTENT,
    *meeting_audit_words.CONTENT,
}
# Columns that hold the id of a row people have a name for, and in which table it lies.
_TABLES = {Kind.UNIT: "units", Kind.CODE: "codes", Kind.LEADER: "leaders", Kind.CASE: "cases"}
_REFERRED = {
    **{name: _TABLES[field.kind] for name, field in FIELDS.items() if field.kind in _TABLES},
    **dict.fromkeys(["case_id", "suspect_of_id", "other_id"], "cases"),
    **dict.fromkeys(["case", "first_case", "last_case"], "cases"),
    **dict.fromkeys(["lead_unit_id", "sector_unit_id", "actor_unit_id"], "units"),
    **dict.fromkeys(["caused_unit_id", "failed_unit_id"], "units"),
    "account_id": "accounts",
    "leader_id": "leaders",
    "first_lead_id": "leaders",
    "hotspot_id": "hotspots",
    "batch_id": "import_batches",
    **reception_audit_words.REFERRED,
    **sweep_audit_words.REFERRED,
    **dispute_audit_words.REFERRED,
    **evaluation_audit_words.REFERRED,
    **meeting_audit_words.REFERRED,
}
_REFERRED_OF_ENTITY = {
    ("units", "parent_id"): "units",
    ("codes", "parent_id"): "codes",
    ("batch_cases", "batch_id"): "batches",
    **dispute_audit_words.REFERRED_OF_ENTITY,
    **meeting_audit_words.REFERRED_OF_ENTITY,
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
_OWN_TERMS = {
    **audit_words.TERMS,
    **reception_audit_words.TERMS,
    **sweep_audit_words.TERMS,
    **dispute_audit_words.TERMS,
    **evaluation_audit_words.TERMS,
    **meeting_audit_words.TERMS,
}
WITHHELD = "（内容从略）"


def entity_label(entity: str) -> str:
    """Return what people call a table."""
    return ENTITIES.get(entity, entity)


def column_label(entity: str, column: str) -> str:
    """Return what people call a column of a table."""
    return _OF_ENTITY.get((entity, column)) or _COLUMNS.get(column, column)


def is_said(entity: str, column: str) -> bool:
    """Whether a column is told in words at all; what is not stands in the chain only."""
    return column not in _UNSAID and (entity, column) not in _UNSAID_OF_ENTITY


def is_content(entity: str, column: str) -> bool:
    """Whether a column holds the matter itself, which the auditor is not owed."""
    return (entity, column) in _CONTENT


def referred(entity: str, column: str) -> str | None:
    """Return the table whose ids a column holds; None for a column that holds none."""
    return _REFERRED_OF_ENTITY.get((entity, column)) or _REFERRED.get(column)


def terms_of(entity: str, column: str) -> tuple[type[Term], ...]:
    """Return the terms whose codes a column may hold; none for a column without codes."""
    own = _OWN_TERMS.get((entity, column))
    return (own,) if own else _TERMS.get(column, ())
