"""The words of a case on its way: routes, clocks, lights, steps and what goes with them."""

from rules.terms import Term


class Route(Term):
    """依法分类处理 (《信访工作条例》§29-31): the route decides which clocks run."""

    ADVICE = "advice", "建议意见类（§29）"
    ACCUSATION = "accusation", "检举控告类（§30）"
    JUSTICE = "justice", "申诉求决（1）诉讼程序"
    ARBITRATION = "arbitration", "申诉求决（2）仲裁"
    PARTY = "party", "申诉求决（3）党员申诉"
    ADMINISTRATIVE = "administrative", "申诉求决（4）行政复议等"
    DUTY = "duty", "申诉求决（5）查处履职"
    HANDLING = "handling", "申诉求决（6）信访处理"


class Clock(Term):
    """A limit the law or the office sets (domain.md 1.2); the code is its number there."""

    TRANSFER = "c1", "登记转送"
    NOTICE_DIRECT = "c2", "告知（直接收到）"
    NOTICE = "c3", "告知（转送交办）"
    OBJECTION = "c4", "提出异议"
    ASSIGNED = "c5", "交办办结"
    HANDLING = "c6", "办理答复"
    REVIEW_REQUEST = "c8", "申请复查"
    REVIEW = "c9", "复查答复"
    RECHECK_REQUEST = "c10", "申请复核"
    RECHECK = "c11", "复核答复"
    SIMPLE_ACCEPT = "c13", "简易办理受理"
    SIMPLE_ANSWER = "c14", "简易办理答复"
    SIMPLE_FORWARD = "c15", "简易办理转送"
    ADVICE = "c16", "三项建议反馈"


class DutyList(Term):
    """How a matter stands to the ledger of duties (包案台账), which it may have left again."""

    NOW = "now", "现在台账内"
    EVER = "ever", "列入过台账"
    RESOLVED = "resolved", "列入过，已化解"
    UNRESOLVED = "unresolved", "列入过，未化解"


class Light(Term):
    """How a matter stands to its nearest clock; always shown as a word beside its colour."""

    OVERDUE = "overdue", "超期"
    NEAR = "near", "临期"
    NORMAL = "normal", "正常"
    PAUSED = "paused", "暂停"


class Step(Term):
    """One step of the procedure (domain.md 1.5); steps are only ever added."""

    REGISTER = "register", "登记"
    DECLINE = "decline", "不予受理"
    FORWARD = "forward", "转送"
    ASSIGN = "assign", "交办"
    OBJECT = "object", "异议退回"
    DISPUTE = "dispute", "报请确定管辖"
    NOTIFY = "notify", "告知信访人"
    ACCEPT = "accept", "受理"
    EXTEND = "extend", "延期"
    ANSWER = "answer", "答复"
    DELIVER = "deliver", "送达"
    REQUEST_REVIEW = "request_review", "申请复查"
    ANSWER_REVIEW = "answer_review", "复查答复"
    REQUEST_RECHECK = "request_recheck", "申请复核"
    ANSWER_RECHECK = "answer_recheck", "复核答复"
    HEAR = "hear", "决定听证"
    END_HEARING = "end_hearing", "听证结束"
    ADVISE = "advise", "提出三项建议"
    ANSWER_ADVICE = "answer_advice", "建议反馈"
    ELEVATE = "elevate", "提级办理"
    RESOLVE = "resolve", "化解"
    SETTLE = "settle", "息访"
    CLOSE = "close", "办结"
    END = "end", "程序终结"
    SIGN_OFF = "sign_off", "销号"
    REBOUND = "rebound", "反弹"
    REOPEN = "reopen", "重新办理"
    WITHDRAW = "withdraw", "撤回上一步"


class DeclineReason(Term):
    """Why a matter is not accepted (domain.md 1.5)."""

    LAWSUIT = "lawsuit", "涉法涉诉，导入司法程序"
    PENDING = "pending", "同一事项正在办理期限内"
    FINAL = "final", "已经复核终结"
    ACCUSATION = "accusation", "检举控告，转有权机关"
    ELSEWHERE = "elsewhere", "不属于本级职权，告知向有权机关提出"


class Opinion(Term):
    """What the 处理意见 says to the claim (§32)."""

    SUPPORTED = "supported", "支持"
    EXPLAINED = "explained", "解释说明（合理但缺乏依据）"
    REFUSED = "refused", "不支持"


class Delivery(Term):
    """How a document reached the petitioner."""

    IN_PERSON = "in_person", "直接送达"
    POST = "post", "邮寄送达"
    NETWORK = "network", "网上送达"
    LEFT = "left", "留置送达"
    NOTICE = "notice", "公告送达"


class ExitReason(Term):
    """By what a case ends without a 处理意见 that nobody contests."""

    ANSWERED = "answered", "答复后无争议"
    MEDIATED = "mediated", "调解协议"
    RECONCILED = "reconciled", "和解协议"
    ROUTED = "routed", "转入法定途径"
    EVALUATED = "evaluated", "第三方评价满意"


class Resolution(Term):
    """三到位一处理 (§27): several may hold at once."""

    SOLVED = "solved", "诉求合理的解决问题到位"
    EXPLAINED = "explained", "诉求无理的思想教育到位"
    HELPED = "helped", "生活困难的帮扶救助到位"
    LAW = "law", "行为违法的依法处理"


class DutySource(Term):
    """Where a 包案 comes from."""

    SUPERIOR = "superior", "上级交办"
    LOCAL = "local", "本级排查"
    RECEPTION = "reception", "领导接访"


class MeasureKind(Term):
    """A measure of 一案一策."""

    POLICY = "policy", "政策解读"
    RELIEF = "relief", "困难救助"
    LEGAL_AID = "legal_aid", "法律援助"
    MEDIATION = "mediation", "调解"
    FUNDS = "funds", "资金"
    STUDY = "study", "会商研究"
    WORK = "work", "整改落实"
    OTHER = "other", "其他"


class Tick(Term):
    """四定四包 and 五包: what a lead confirms has been done; wording of the latter is a parameter."""

    INVESTIGATED = "investigated", "包调查"
    HANDLED = "handled", "包处理"
    STEADIED = "steadied", "包稳定"
    SECURED = "secured", "包巩固"


class DocumentKind(Term):
    """Evidence that has fields of its own (§32, §33)."""

    DECISION = "decision", "处理意见书"
    LEGAL_OPINION = "legal_opinion", "法律意见书"
    MEDIATION = "mediation", "调解协议书"
    RECONCILIATION = "reconciliation", "和解协议书"
    REVIEW = "review", "复查意见书"
    RECHECK = "recheck", "复核意见书"
    EXTENSION = "extension", "延期告知书"
    OTHER = "other", "其他证明材料"


class BatchKind(Term):
    """What a 交办会 hands over."""

    REPEATED = "repeated", "重复信访"
    IMPORTANT = "important", "重要信访"
    BACKLOG = "backlog", "积案"


class Rung(Term):
    """The ladder of supervision (§39; domain.md 1.7)."""

    REMIND = "remind", "提醒"
    URGE = "urge", "催办"
    SUPERVISE = "supervise", "督办"
    CIRCULATE = "circulate", "通报"
    TALK = "talk", "约谈"
    LISTED = "listed", "挂牌督办"
    RECTIFY = "rectify", "责令限期整改"


class FollowUpState(Term):
    """Where a letter of supervision stands; told by its days, never stored."""

    DRAFTED = "drafted", "草稿"
    SENT = "sent", "待答复"
    LATE = "late", "逾期未答复"
    ANSWERED = "answered", "已答复"
    ENDED = "ended", "已结束"


class Trigger(Term):
    """Why a matter is supervised: first those a figure tells, then those a person decides."""

    OVERDUE = "overdue", "无正当理由未按期办结"
    HALF_TIME = "half_time", "期限过半没有进展"
    RETURNED_TWICE = "returned_twice", "两次以上异议退回"
    DISSATISFIED = "dissatisfied", "评价不满意"
    REPEATED = "repeated", "办结后仍重复信访"
    PROMISE = "promise", "处理意见承诺到期没有落实"
    NOT_RESUBMITTED = "not_resubmitted", "退回后没有再报"
    SUPERIOR = "superior", "上级交办件"
    RECEPTION = "reception", "领导接访交办"
    VERDICT = "verdict", "第三方评价不满意"
    NO_FEEDBACK = "no_feedback", "未按规定反馈结果"
    PROCEDURE = "procedure", "未按程序受理办理"
    SHIRKING = "shirking", "推诿、敷衍、拖延"
    FALSE_REPORT = "false_report", "弄虚作假"
    NOT_EXECUTED = "not_executed", "拒不执行处理意见"
    PROTRACTED = "protracted", "久拖不决、涉及面广"
    OTHER = "other", "其他"


class VisitKind(Term):
    """A look after the close: the two that are due by themselves, 30 and 90 days by default."""

    CALL_BACK = "call_back", "回访"
    LOOK_30 = "look_30", "首次回头看"
    LOOK_90 = "look_90", "二次回头看"


class Satisfaction(Term):
    """What the petitioner says, of the office and of the unit apart."""

    SATISFIED = "satisfied", "满意"
    FAIRLY = "fairly", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Liability(Term):
    """责任倒查: the reasons of §42-45."""

    CAUSED = "caused", "§42 引发信访问题"
    NOT_HANDLED = "not_handled", "§43 信访部门未登记、转送、督促"
    NOT_ACCEPTED = "not_accepted", "§44 未登记、拒不受理或未书面告知"
    SHIRKED = "shirked", "§45 推诿敷衍、未按期办结、不支持合理诉求"


class Performance(Term):
    """How far an agreement has been carried out."""

    NONE = "none", "不涉及协议"
    PERFORMED = "performed", "已履行"
    SCHEDULED = "scheduled", "分期履行，已排期"


class HotspotState(Term):
    """Where a hotspot stands."""

    WATCHED = "watched", "关注中"
    HANDLED = "handled", "专项办理"
    ENDED = "ended", "已解决"


class SameKind(Term):
    """What a pair of like cases is; each kind is counted in its own way."""

    REPEAT = "repeat", "重复信访"
    DOUBLE = "double", "重复登记"
    SHARED = "shared", "同一事项多人"
    OTHER = "other", "不是一回事"
