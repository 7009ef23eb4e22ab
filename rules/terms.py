"""The office's words: codes that never change and the labels people read."""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A code that never changes and the label people read."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the term of a stored code; raises ValueError for a code that is none of ours."""
        for term in cls:
            if term.value == code:
                return term
        raise ValueError(f"{code!r} is no {cls.__name__}")

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Find the term whose label or code is `text`, or None."""
        wanted = text.strip()
        return next((term for term in cls if wanted in (term.label, term.value)), None)

    @classmethod
    def labelled(cls, code: str) -> str:
        """Return the label of a stored code, or the code itself when it is none of ours."""
        found = cls.from_text(code)
        return found.label if found else code


class Role(Term):
    """What an account may be; an account holds one or more (rules/permissions.py)."""

    ADMIN = "admin", "系统管理员"
    OFFICE = "office", "联席办"
    UNIT = "unit", "责任单位"
    LEADER = "leader", "县领导"
    SCREEN = "screen", "投屏"
    BOOTH = "booth", "投票终端"
    AUDITOR = "auditor", "审计"


class Channel(Term):
    """How a matter reached the office (《信访工作条例》§17)."""

    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    WEB = "web", "网上"
    PHONE = "phone", "电话"
    SUPERIOR = "superior", "上级交办"
    INSTRUCTION = "instruction", "领导批示"
    SWEEP = "sweep", "排查转入"


class Purpose(Term):
    """信访目的; an accusation is kept from every unit (§30)."""

    APPEAL = "appeal", "申诉"
    REQUEST = "request", "求决"
    ADVICE = "advice", "意见建议"
    ACCUSATION = "accusation", "检举控告"
    INQUIRY = "inquiry", "咨询"


class CaseState(Term):
    """Where a matter stands (domain.md 1.5); rules/procedure.py has the steps between them."""

    RECEIVED = "received", "已收到"
    REGISTERED = "registered", "已登记"
    FORWARDED = "forwarded", "已转送"
    RETURNED = "returned", "异议退回"
    DISPUTED = "disputed", "管辖争议"
    ACCEPTED = "accepted", "办理中"
    ANSWERED = "answered", "已答复"
    IN_REVIEW = "in_review", "复查中"
    REVIEWED = "reviewed", "复查已答复"
    IN_RECHECK = "in_recheck", "复核中"
    FINAL = "final", "三级终结"
    DECLINED = "declined", "不予受理"
    CLOSED = "closed", "已办结"
    SIGNED_OFF = "signed_off", "已销号"
    MERGED = "merged", "已并案"


class Flag(Term):
    """Marks on the matter, never on a person."""

    LEGACY = "legacy", "历史遗留"
    CROSS = "cross", "三跨三分离"
    GROUP = "group", "群体性"
    LAWSUIT = "lawsuit", "涉法涉诉"
    URGENT = "urgent", "重大紧急"


class Cause(Term):
    """成因: the eight causes of a group petition (seed S5-01)."""

    LAX = "lax", "松：思想不重视"
    DELAYED = "delayed", "拖：工作不到位"
    SHIRKED = "shirked", "推：责任不明确"
    POLICY = "policy", "引：政策不科学"
    OVERLOOKED = "overlooked", "漏：排查不全面"
    CONCEALED = "concealed", "捂：报喜不报忧"
    RELATIONS = "relations", "顶：关系未理顺"
    COLD = "cold", "激：接待不热情"


class SerialKind(Term):
    """What is numbered year by year without a gap."""

    CASE = "case", "案件"
    VISIT = "visit", "接访"
    LETTER = "letter", "阅批来信"
    DISPUTE = "dispute", "矛盾纠纷"
    EARLY_SIGN = "early_sign", "苗头信息"
    EVALUATION = "evaluation", "第三方评价"
    EVALUATOR = "evaluator", "评价员"
    MEETING = "meeting", "会议"
    SNAPSHOT = "snapshot", "形势快照"
    OPINION = "opinion", "第三方评价意见书"


class Repeat(Term):
    """初次 or 重复: the same people raise the same matter again (同人同事)."""

    FIRST = "first", "初次"
    REPEAT = "repeat", "重复"


class UnitKind(Term):
    """The place of a unit in the tree."""

    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    DEPARTMENT = "department", "部门"
    VILLAGE = "village", "村"


class EntryKind(Term):
    """What a line of a case's timeline tells."""

    PROGRESS = "progress", "办理进展"
    CONTACT = "contact", "联系沟通"
    MEETING = "meeting", "会商研究"
    ANSWER = "answer", "答复意见"
    EVIDENCE = "evidence", "材料"
    OPINION = "opinion", "领导意见"
    NOTE = "note", "备注"


class Precision(Term):
    """How exactly a date is known; ledgers say 4月上旬 or 2023年4月."""

    DAY = "day", "日"
    TEN_DAY = "ten_day", "旬"
    MONTH = "month", "月"
    NONE = "none", "不详"


class DateBase(Term):
    """Which of a case's dates a period is counted on; the column is `<code>_on`."""

    RECEIVED = "received", "收到日期"
    REGISTERED = "registered", "登记日期"
    FORWARDED = "forwarded", "转送日期"
    ACCEPTED = "accepted", "受理日期"
    ANSWERED = "answered", "答复日期"
    DELIVERED = "delivered", "送达日期"
    RESOLVED = "resolved", "化解日期"
    SETTLED = "settled", "息访日期"
    CLOSED = "closed", "办结日期"


class Outcome(Term):
    """What an import does with one row; rows = the sum of all five, always."""

    INSERTED = "inserted", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "未变"
    REJECTED = "rejected", "退回"
    IGNORED = "ignored", "忽略"


class ImportMode(Term):
    """What happens to the good rows when some rows are bad."""

    VALID_ONLY = "valid-only", "只导入合格行"
    ALL_OR_NOTHING = "all-or-nothing", "有一行不合格就整批退回"


class RequestState(Term):
    """Where a request for an export of identity stands; EXPIRED is told by the clock, never stored."""

    WAITING = "waiting", "等待审批"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    USED = "used", "已生成文件"
    EXPIRED = "expired", "已过期"


class AuditAction(Term):
    """What an entry of the audit chain records."""

    CREATE = "create", "新建"
    UPDATE = "update", "修改"
    DELETE = "delete", "删除"
    SIGN_IN = "sign_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    SIGN_OUT = "sign_out", "退出"
    REVEAL = "reveal", "查看身份信息"
    EXPORT = "export", "导出"
    DOWNLOAD = "download", "下载附件"
    IMPORT = "import", "批量导入"
    UNDO = "undo", "撤销导入"
    BACKUP = "backup", "备份"
    RESTORE = "restore", "恢复"
    DEMO = "demo", "装入演示数据"
