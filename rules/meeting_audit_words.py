"""What the audit page calls the tables and columns of meetings (rules/audit.py)."""

from rules.briefings import HearingBody
from rules.meetings import ItemKind, MeetingKind, Presence, Verdict
from rules.panel_terms import Inserted, PanelKind
from rules.terms import Term

ENTITIES = {
    "agenda_items": "会议议题",
    "committee_briefings": "听取汇报",
    "decision_reports": "议定事项报告",
    "decisions": "议定事项",
    "meeting_corrections": "会议更正",
    "meeting_units": "参会单位",
    "meetings": "会议",
    "projections": "会场投屏",
    "slides": "会议放映页",
    "snapshots": "形势快照",
}
COLUMNS = {
    "body": "会议",
    "chair_id": "主持领导",
    "decision_id": "议定事项",
    "evaluation_id": "第三方评价",
    "issued_at": "印发时间",
    "issued_by": "印发人",
    "item_id": "议题",
    "line": "记录原文",
    "meeting_id": "会议",
    "opening": "上次议定事项",
    "hidden": "隐藏",
    "inserted": "插入内容",
    "panel": "固定内容",
    "presence": "到会情况",
    "put_at": "投出时间",
    "put_by": "投出人",
    "reported_on": "报告日期",
    "snapshot_id": "形势快照",
    "unit_name": "单位名称",
    "verdict": "审核",
    "verdict_at": "审核时间",
    "verdict_by": "审核人",
    "verdict_why": "退回原因",
    "waiting_since": "待认可（报告日期）",
}
OF_ENTITY = {
    ("agenda_items", "batch_id"): "交办批次",
    ("agenda_items", "title"): "议题",
    ("agenda_items", "unit_id"): "汇报单位",
    ("committee_briefings", "held_on"): "听取日期",
    ("committee_briefings", "subject"): "汇报内容",
    ("decision_reports", "content"): "文件内容",
    ("decision_reports", "name"): "文件名",
    ("decision_reports", "text"): "落实情况",
    ("decisions", "text"): "议定事项",
    ("decisions", "unit_id"): "责任单位",
    ("meeting_units", "note"): "代会人、缺席原因",
    ("meeting_units", "unit_id"): "单位",
    ("meetings", "content"): "会议纪要",
    ("slides", "text"): "页面内容",
    ("slides", "title"): "页面标题",
    ("snapshots", "content"): "快照内容",
    ("snapshots", "first_on"): "统计起日",
    ("snapshots", "last_on"): "统计止日",
    ("snapshots", "place"): "统计范围",
    ("snapshots", "store_version"): "数据版本",
    ("snapshots", "at"): "数据截至",
    ("meetings", "kind"): "会议类型",
    ("meetings", "place"): "地点",
    ("meetings", "title"): "会议名称",
}
# As rows people have no name for, and said by the state of the matter itself.
UNSAID_OF_ENTITY = {("meetings", "opening"), ("decisions", "item_id"), ("slides", "item_id")}
# The matter a meeting dealt with and what was said to it.
CONTENT = {
    ("agenda_items", "note"),
    ("agenda_items", "title"),
    ("decision_reports", "name"),
    ("decision_reports", "text"),
    ("decision_reports", "verdict_why"),
    ("decisions", "line"),
    ("decisions", "text"),
    ("meeting_corrections", "text"),
    ("slides", "text"),
    ("slides", "title"),
}
REFERRED = {
    "chair_id": "leaders",
    "decision_id": "decisions",
    "meeting_id": "meetings",
    "snapshot_id": "snapshots",
}
REFERRED_OF_ENTITY = {("agenda_items", "batch_id"): "batches"}
TERMS: dict[tuple[str, str], type[Term]] = {
    ("agenda_items", "kind"): ItemKind,
    ("committee_briefings", "body"): HearingBody,
    ("decision_reports", "verdict"): Verdict,
    ("meeting_units", "presence"): Presence,
    ("meetings", "kind"): MeetingKind,
    ("slides", "inserted"): Inserted,
    ("slides", "panel"): PanelKind,
}
