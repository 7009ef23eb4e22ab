"""The words of third-party evaluation (第三方评价 2151): codes that never change and their labels."""

from rules.terms import Term


class PanelLevel(Term):
    """The two platforms: the county's and that of a township or department (S1-08)."""

    COUNTY = "county", "县评价小组"
    LOCAL = "local", "镇乡（县级部门）评价小组"


class PanelPost(Term):
    """What somebody is in a platform (S1-09, S1-10)."""

    HEAD = "head", "组长"
    DEPUTY = "deputy", "副组长"
    OFFICE = "office", "评价小组办公室"
    MEMBER = "member", "成员"


class ApplicationRoute(Term):
    """The three ways an application may take; none of them skips a level (S1-17)."""

    PARTY = "party", "信访人（当事人）→ 镇乡、部门"
    VILLAGE = "village", "村（社区）→ 镇乡"
    UNIT = "unit", "镇乡、部门 → 县"


class Condition(Term):
    """The four conditions of the one bottom line (S1-16); all of them or no evaluation."""

    HANDLED = "handled", "已调查处理并有处理意见"
    UNSATISFIED = "unsatisfied", "信访人仍不满意、不息诉息访"
    APPLIED = "applied", "单位提出申请"
    CONFIRMED = "confirmed", "办公室严格把关确认"


class RefusalReason(Term):
    """Why an application is not admitted (domain.md 5.2)."""

    CONDITION = "condition", "四项条件不齐"
    UNFINISHED = "unfinished", "未办结"
    IN_REVIEW = "in_review", "仍在复查、复核期限内"
    LEGAL_ROUTE = "legal_route", "涉法涉诉（诉讼、仲裁、行政复议）"
    ACCUSATION = "accusation", "检举控告"
    SECRET = "secret", "涉及国家秘密、商业秘密"
    PRIVACY = "privacy", "涉及个人隐私"
    MINOR = "minor", "涉及未成年人"
    EVALUATED = "evaluated", "已经评价过"


class EvaluationState(Term):
    """Where an evaluation stands; rules/evaluation_steps.py has the moves between them."""

    APPLIED = "applied", "待审核"
    ADMITTED = "admitted", "已受理"
    FORMED = "formed", "已组建小组"
    NOTICED = "noticed", "已公示"
    MEETING = "meeting", "评价会中"
    VOTING = "voting", "票决中"
    DECIDED = "decided", "已票决"
    ISSUED = "issued", "已出意见书"
    DELIVERED = "delivered", "已送达"
    ENDED = "ended", "已办结"
    REFUSED = "refused", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"


class BookStep(Term):
    """The five steps of the run book by their place; a county gives them its own names."""

    APPLY = "apply", "第一步"
    CONFIRM = "confirm", "第二步"
    PANEL = "panel", "第三步"
    NOTICE = "notice", "第四步"
    MEETING = "meeting", "第五步"


class Move(Term):
    """What is done with an evaluation and kept as a line of its history."""

    APPLY = "apply", "申请"
    WITHDRAW = "withdraw", "撤回申请"
    ADMIT = "admit", "审核受理"
    REFUSE = "refuse", "不予受理"
    DRAW = "draw", "抽取评价员"
    ANNUL = "annul", "作废抽取"
    REPLACE = "replace", "候补递补"
    FORM = "form", "小组组成"
    BRIEF = "brief", "送情况说明"
    PROMISE = "promise", "会前确认到会"
    PUBLISH = "publish", "社会公示"
    REVOKE = "revoke", "撤销公示"
    OPEN = "open", "评价会开始"
    OPEN_VOTE = "open_vote", "票决开始"
    CANCEL_VOTE = "cancel_vote", "取消票决"
    CLOSE_VOTE = "close_vote", "票决结束"
    ISSUE = "issue", "出具意见书"
    SERVE = "serve", "送达一方"
    DELIVER = "deliver", "双方送达"
    MAKE_PUBLIC = "make_public", "公布结果"
    REPORT = "report", "上报"
    PLAN = "plan", "报送整改方案"
    ANSWER = "answer", "报送处理结果"
    JUDGE = "judge", "认定处理结果"
    END = "end", "办结"


class SeatKind(Term):
    """How somebody came to a panel."""

    DRAWN = "drawn", "抽取"
    ALTERNATE = "alternate", "候补"
    TEMPORARY = "temporary", "临时成员"


class TemporaryKind(Term):
    """Whom a panel may take in for one evaluation alone (S1-13)."""

    NETIZEN = "netizen", "网友代表"
    NEIGHBOUR = "neighbour", "邻里"
    COLLEAGUE = "colleague", "同事"
    SUITABLE = "suitable", "其他适合人员"


class RecusalReason(Term):
    """The list of 回避 (domain.md 5.3, 《信访工作条例》§28); minutes name no more than this."""

    PARTY = "party", "当事人或其近亲属"
    JUDGED_UNIT = "judged_unit", "在被评价单位工作或三年内工作过"
    HANDLER = "handler", "办理、审批、调解或包案过本事项"
    AGENT = "agent", "当事人的代理人、律师"
    INTEREST = "interest", "有经济往来"
    SAME_VILLAGE = "same_village", "与信访人同村（社区）"
    LEFT_UNIT = "left_unit", "抽取后离开原单位"
    OTHER = "other", "其他可能影响公正"


class Objector(Term):
    """Who asks that somebody stay out."""

    PETITIONER = "petitioner", "信访人（当事人）"
    JUDGED = "judged", "被评价单位"
    SELF = "self", "本人申报"
    OFFICE = "office", "办公室提出"


class VoteMethod(Term):
    """How a panel votes; both ways are secret."""

    PAPER = "paper", "纸质票"
    ELECTRONIC = "electronic", "电子票"


class Choice(Term):
    """What a ballot says of the opinion the unit gave; secret, and nobody's."""

    SATISFIED = "satisfied", "满意"
    DISSATISFIED = "dissatisfied", "不满意"
    ABSTAINED = "abstained", "弃权"


class PassRule(Term):
    """Over whom a vote is counted (domain.md 5.3)."""

    PRESENT = "present", "实到人数的规定比例"
    MEMBERS = "members", "全体成员的过半数"


class Verdict(Term):
    """What the panel found; never what the petitioner feels, which is a field of its own."""

    SATISFIED = "satisfied", "满意"
    DISSATISFIED = "dissatisfied", "不满意"


class AfterStep(Term):
    """What follows a vote, each with a clock of its own."""

    OPINION = "opinion", "出具意见书"
    DELIVERY = "delivery", "送达双方"
    PUBLICATION = "publication", "公布结果"
    REPORT = "report", "报告上级"
    PLAN = "plan", "督办：报送整改方案"
    RESULT = "result", "督办：报送处理结果"


class Party(Term):
    """To whom an opinion is served."""

    PETITIONER = "petitioner", "信访人（当事人）"
    JUDGED = "judged", "被评价单位"


class Service(Term):
    """How an opinion is served."""

    ON_SPOT = "on_spot", "当场送达"
    DIRECT = "direct", "直接送达"
    MAIL = "mail", "邮寄送达"
    LEFT = "left", "留置送达"


class Medium(Term):
    """Where a result is made public (S1-24)."""

    WALL = "wall", "上墙张贴"
    RADIO = "radio", "广播"
    TV = "tv", "电视"
    NETWORK = "network", "网络"
