"""What the audit page calls the tables and columns of the dispute sweep (rules/audit.py)."""

from rules.dispute_table import TableSpan
from rules.reception_terms import PeriodType
from rules.sweep_terms import Cadence, RoundKind
from rules.terms import Term, UnitKind

ENTITIES = {
    "dispute_tables": "排查情况表",
    "map_boundaries": "挂图边界",
    "map_layouts": "挂图布局",
    "sweep_corrections": "排查更正",
    "sweep_reports": "排查报送",
    "sweep_rounds": "排查轮次",
    "sweep_rules": "排查频次",
}
COLUMNS = {
    "areas": "乡镇数",
    "cadence": "频次",
    "changed_at": "修改时间",
    "changed_by": "修改人",
    "class_ids": "排查内容",
    "closed_at": "关闭时间",
    "closed_by": "关闭人",
    "closes_at": "停止接收时间",
    "due_at": "截止时间",
    "due_days": "期末后天数",
    "due_reason": "改截止时间的理由",
    "due_time": "截止时刻",
    "filed_at": "报送时间",
    "filed_by": "报送人",
    "found": "排查件数",
    "frozen_at": "定稿时间",
    "frozen_by": "定稿人",
    "points": "界线点数",
    "removed_at": "移除时间",
    "removed_by": "移除人",
    "resolved": "化解件数",
    "rolls": "遇休息日顺延",
    "round_id": "轮次",
    "shapes": "边界",
    "span": "报表",
    "squares": "行列",
    "unit_ids": "报送单位",
    "unit_name": "当时名称",
    "zero": "零报告",
}
OF_ENTITY = {
    ("sweep_rules", "level"): "层级",
    ("sweep_rules", "code"): "规则代码",
    ("sweep_rounds", "level"): "层级",
    ("sweep_rounds", "code"): "规则代码",
    ("sweep_reports", "unit_id"): "报送单位",
    ("sweep_corrections", "unit_id"): "报送单位",
    ("sweep_corrections", "reason"): "理由",
    ("dispute_tables", "rows"): "表格",
}
UNSAID = {"round_id"}
# Lists of ids: how many and which is on the round's own page.
UNSAID_OF_ENTITY = {
    ("sweep_rounds", "unit_ids"),
    ("sweep_rounds", "class_ids"),
    ("map_layouts", "squares"),
    ("map_boundaries", "shapes"),
    ("dispute_tables", "rows"),
}
CONTENT = {
    ("sweep_reports", "note"),
    ("sweep_corrections", "text"),
}
REFERRED: dict[str, str] = {}
TERMS: dict[tuple[str, str], type[Term]] = {
    ("sweep_rules", "cadence"): Cadence,
    ("sweep_rules", "level"): UnitKind,
    ("sweep_rules", "period_type"): PeriodType,
    ("dispute_tables", "span"): TableSpan,
    ("sweep_rounds", "kind"): RoundKind,
    ("sweep_rounds", "level"): UnitKind,
}
