"""The numbers a county may set: each with its default, its unit and the clause it comes from.

A county's own dated value lies in the store (`parameters`) and reaches a rule as an
argument; no rule reads this module for itself. domain.md section 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from rules.errors import Invalid, Problem, RuleError
from rules.size_bands import read_bands

Value = int | Decimal | Fraction | str | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number or word a county may set; the type of `default` is the type of every value.

    Every number has a most: days beyond it would lie after the last day a calendar knows. A
    share is a Fraction between 0 and 1, written as 2/3.
    """

    key: str
    label: str
    default: Value
    unit: str
    clause: str
    minimum: int | None = None
    maximum: int = 9999


_TWO_THIRDS = "庆阳市第三方评议：2/3 以上；本县可改"
_EVALUATION = "第三方评价“2151”；原文未载明，本县可改"
_HEARING_CLAUSE = "广西信访听证规定；各地不一，本县可改"
PARAMETERS: dict[str, Parameter] = {
    p.key: p
    for p in [
        Parameter("county_name", "县（市、区）名称", "本县", "", "开办设置"),
        Parameter("county_code", "县级行政区划代码", "000000", "6 位数字", "GB/T 2260"),
        Parameter("transfer_days", "信访部门登记转送期限", 15, "日", "《信访工作条例》§22", 1),
        Parameter("notify_days", "机关单位告知期限", 15, "日", "《信访工作条例》§23", 1),
        Parameter("objection_workdays", "异议期限", 5, "个工作日", "《信访工作条例》§23", 1),
        Parameter("handle_days", "办理期限", 60, "日", "《信访工作条例》§34", 1),
        Parameter("extend_days", "延长期限合计上限", 30, "日", "《信访工作条例》§34", 1),
        Parameter("review_request_days", "申请复查期限", 30, "日", "《信访工作条例》§35", 1),
        Parameter("review_answer_days", "复查答复期限", 30, "日", "《信访工作条例》§35", 1),
        Parameter("recheck_request_days", "申请复核期限", 30, "日", "《信访工作条例》§36", 1),
        Parameter("recheck_answer_days", "复核答复期限", 30, "日", "《信访工作条例》§36", 1),
        Parameter(
            "simple_accept_workdays", "简易办理受理期限", 3, "个工作日", "衡阳市21条·十六", 1
        ),
        Parameter(
            "simple_answer_workdays", "简易办理答复期限", 10, "个工作日", "衡阳市21条·十六", 1
        ),
        Parameter(
            "simple_forward_workdays", "简易办理逐级转送期限", 1, "个工作日", "2016年试行办法", 1
        ),
        Parameter(
            "advice_answer_days", "三项建议反馈期限", 30, "日", "《信访工作条例》§40；本县可改", 1
        ),
        Parameter(
            "deadline_roll_holiday", "期满遇休息日时提醒顺延", False, "", "民法典§203；本县可改"
        ),
        Parameter("near_due_days", "临期提醒天数", 7, "日", "本县可改默认值", 0),
        Parameter(
            "soon_workdays", "今天要看的：几个工作日内到期", 3, "个工作日", "本县可改默认值", 0
        ),
        Parameter(
            "resubmit_days", "结果退回后应在几日内补正再报", 5, "日（退回后）", "本县可改默认值", 1
        ),
        Parameter("stale_progress_days", "久未填报进展天数", 15, "日", "本县可改默认值", 1),
        Parameter(
            "hearing_decide_days", "听证申请的决定期限", 15, "日（申请后）", _HEARING_CLAUSE, 1
        ),
        Parameter(
            "hearing_days",
            "听证举行期限",
            30,
            "日（决定后，到期没有结束要提醒）",
            _HEARING_CLAUSE,
            1,
        ),
        Parameter("hearing_notice_days", "听证提前告知天数", 7, "日", _HEARING_CLAUSE, 0),
        Parameter("undelivered_days", "答复多少天没有送达要提醒", 15, "日", "本县可改默认值", 1),
        Parameter("urge_answer_days", "督办答复期限", 7, "日", "本县可改默认值", 1),
        Parameter("look_first_days", "首次回头看", 30, "日（办结后）", "本县可改默认值", 1),
        Parameter("look_second_days", "二次回头看", 90, "日（办结后）", "本县可改默认值", 1),
        Parameter("reopen_window_days", "销号后反弹期", 30, "日", "本县可改默认值", 0),
        Parameter(
            "board_closed_days",
            "看板“办结待销号”保留天数",
            180,
            "日（办结后，销号即移出）",
            "本县可改默认值",
            1,
        ),
        Parameter(
            "repeat_window_days",
            "初转重、一次性化解看多少天",
            90,
            "日（收到或答复后）",
            "本县可改默认值",
            1,
        ),
        Parameter(
            "alert_warn_percent", "同比环比变动提示异常", 10, "%（超过）", "本县可改默认值", 1
        ),
        Parameter(
            "alert_alarm_percent", "同比环比变动提示告警", 20, "%（超过）", "本县可改默认值", 1
        ),
        Parameter(
            "small_base",
            "同比环比小基数",
            10,
            "（上期小于此数的变动只供参考）",
            "本县可改默认值",
            0,
        ),
        Parameter("pct_decimals", "形势指标百分比保留的小数位数", 1, "位", "本县可改默认值", 0, 2),
        Parameter("collective_min", "集体访人数起点（含）", 5, "人", "民法典§1259；本县可改", 2),
        Parameter(
            "visit_bands",
            "集体访人数规模分档",
            "5-10/11-20/21-50/51-100/100+",
            "各档首尾相接",
            "本县可改默认值",
        ),
        Parameter("representatives_max", "推选代表人数上限", 5, "人", "《信访工作条例》§20", 1),
        Parameter(
            "roster_notice_days", "接访公示提前天数", 2, "日", "有关单位接访制度；本县可改", 0
        ),
        Parameter(
            "roster_tell_days", "通知接访领导提前天数", 5, "日", "有关县接访制度；本县可改", 0
        ),
        Parameter(
            "substitute_counts_for_original",
            "替班算原排领导的接访天数",
            False,
            "",
            "本县可改默认值",
        ),
        Parameter("reception_answer_days", "接访交办事项办理时限", 30, "日", "本县可改默认值", 1),
        Parameter("letter_answer_days", "阅批来信反馈时限", 15, "日", "本县可改默认值", 1),
        Parameter(
            "contact_visits_per_quarter", "联系点每季度走访次数", 1, "次", "衡阳市21条·三", 0
        ),
        Parameter(
            "sweep_close_days",
            "排查轮次截止后多少天关闭",
            7,
            "日",
            "关闭后不再变动；本县可改",
            0,
            365,
        ),
        Parameter(
            "sweep_remind_hours", "排查催报提前多少小时", 48, "小时", "本县可改默认值", 0, 720
        ),
        Parameter(
            "briefing_times",
            "每季度听取信访工作汇报（三类会议各）",
            1,
            "次",
            "衡阳市21条·一",
            1,
            99,
        ),
        Parameter("decision_soon_days", "议定事项到期前几天提醒", 3, "日", "本县可改默认值", 0, 60),
        Parameter(
            "dispute_red_people", "纠纷红色：涉及人数起点", 50, "人（含）", "本县可改默认值", 1
        ),
        Parameter(
            "dispute_red_amount", "纠纷红色：金额起点", 100, "万元（含）", "本县可改默认值", 1
        ),
        Parameter(
            "dispute_yellow_people", "纠纷黄色：涉及人数起点", 10, "人（含）", "本县可改默认值", 1
        ),
        Parameter(
            "dispute_yellow_amount", "纠纷黄色：金额起点", 10, "万元（含）", "本县可改默认值", 1
        ),
        Parameter(
            "dispute_red_words",
            "纠纷红色标准",
            "人数或金额达到红色起点；群体性且可能引发信访；没有法定途径可走而事态紧急",
            "",
            "红黄蓝分级；本县可改",
        ),
        Parameter(
            "dispute_yellow_words",
            "纠纷黄色标准",
            "人数或金额达到黄色起点；三跨三分离；群体性或可能引发信访",
            "",
            "红黄蓝分级；本县可改",
        ),
        Parameter(
            "dispute_blue_words",
            "纠纷蓝色标准",
            "人数少、金额小，村（社区）或网格能够就地化解",
            "",
            "红黄蓝分级；本县可改",
        ),
        Parameter("dispute_days", "纠纷化解时限", 30, "日（交办后）", "本县可改默认值", 1),
        Parameter(
            "dispute_look_first_days", "纠纷首次回头看", 30, "日（销号后）", "本县可改默认值", 1
        ),
        Parameter(
            "dispute_look_second_days", "纠纷二次回头看", 90, "日（销号后）", "本县可改默认值", 1
        ),
        Parameter(
            "dispute_same_days", "疑似同一纠纷的日期范围", 15, "日（前后）", "本县可改默认值", 0
        ),
        Parameter(
            "dispute_same_percent", "疑似同一纠纷的文字相似度", 70, "%", "本县可改默认值", 50, 100
        ),
        Parameter("evaluation_step_1", "第三方评价第一步名称", "申请", "", _EVALUATION),
        Parameter(
            "evaluation_duty_1",
            "第三方评价第一步责任",
            "信访人（当事人）向镇乡或部门、村（社区）向镇乡、镇乡或部门向县评价小组提出，不越级",
            "",
            _EVALUATION,
        ),
        Parameter("evaluation_step_2", "第三方评价第二步名称", "审核确认", "", _EVALUATION),
        Parameter(
            "evaluation_duty_2",
            "第三方评价第二步责任",
            "评价小组办公室逐项核对四项条件，写明证据、确认人和日期",
            "",
            _EVALUATION,
        ),
        Parameter("evaluation_step_3", "第三方评价第三步名称", "组建评价小组", "", _EVALUATION),
        Parameter(
            "evaluation_duty_3",
            "第三方评价第三步责任",
            "评价小组办公室当着双方的面分类别随机抽取，核对回避，通知评价员",
            "",
            _EVALUATION,
        ),
        Parameter(
            "evaluation_step_4", "第三方评价第四步名称", "社会公示", "", "第三方评价“2151”第四步"
        ),
        Parameter(
            "evaluation_duty_4",
            "第三方评价第四步责任",
            "评价小组办公室提前向社会公示评价会的时间、地点、事项",
            "",
            "第三方评价“2151”第四步",
        ),
        Parameter(
            "evaluation_step_5", "第三方评价第五步名称", "公开评价", "", "第三方评价“2151”第五步"
        ),
        Parameter(
            "evaluation_duty_5",
            "第三方评价第五步责任",
            "主持人主持，评价员票决，现场宣读意见书，送达双方",
            "",
            "第三方评价“2151”第五步",
        ),
        Parameter(
            "evaluation_confirm_workdays",
            "第三方评价审核期限",
            5,
            "个工作日（申请后）",
            _EVALUATION,
            1,
        ),
        Parameter("evaluation_panel_days", "组建评价小组期限", 10, "日（受理后）", _EVALUATION, 1),
        Parameter("evaluation_meeting_days", "评价会举行期限", 30, "日（申请后）", _EVALUATION, 1),
        Parameter(
            "panel_notice_days", "评价会提前公示天数", 3, "日", "第三方评价“2151”第四步", 1, 60
        ),
        Parameter(
            "panel_size", "评价小组人数", 9, "人（单数）", "三台县2015年做法；本县可改", 1, 99
        ),
        Parameter("panel_least", "评价小组最少人数", 7, "人", _EVALUATION, 1, 99),
        Parameter("panel_most", "评价小组最多人数", 11, "人", _EVALUATION, 1, 99),
        Parameter("panel_alternates", "候补评价员人数", 2, "人", _EVALUATION, 0, 20),
        Parameter(
            "panel_temporary", "临时成员所占上限", Fraction(1, 3), "（占小组人数）", _EVALUATION
        ),
        Parameter(
            "panel_quorum", "票决到会比例下限", Fraction(2, 3), "（占小组人数）", _EVALUATION
        ),
        Parameter("panel_quorum_least", "票决到会人数下限", 7, "人", _EVALUATION, 1, 99),
        Parameter(
            "panel_pass", "评价通过比例", Fraction(2, 3), "（满意票占实到人数）", _TWO_THIRDS
        ),
        Parameter(
            "panel_pass_by_members",
            "改按全体成员的过半数通过",
            False,
            "",
            "本县可改；默认按实到人数的比例",
        ),
        Parameter(
            "panel_worked_years", "曾在被评价单位工作的回避年限", 3, "年", _EVALUATION, 0, 50
        ),
        Parameter(
            "evaluation_agenda",
            "评价会议程",
            "宣布纪律和回避、责任单位陈述、信访人陈述、评价员提问、评价员合议、票决、宣读意见书",
            "以顿号分开",
            _EVALUATION,
        ),
        Parameter(
            "evaluation_opinion_days",
            "第三方评价意见书出具期限",
            0,
            "日（评价会后，0 为当场宣读）",
            "第三方评价“2151”第五步",
            0,
            60,
        ),
        Parameter(
            "evaluation_delivery_days",
            "第三方评价意见书送达期限",
            10,
            "日（评价会后）",
            "参照听证办法；本县可改",
            0,
            60,
        ),
        Parameter(
            "evaluation_public_days", "评价结果公布期限", 10, "日（意见书出具后）", _EVALUATION, 0
        ),
        Parameter(
            "evaluation_report_days", "评价结果上报期限", 10, "日（意见书出具后）", _EVALUATION, 0
        ),
        Parameter(
            "evaluation_plan_days",
            "评价不满意的整改方案期限",
            15,
            "日（意见书出具后）",
            _EVALUATION,
            1,
        ),
        Parameter(
            "evaluation_result_days",
            "评价不满意的处理结果期限",
            60,
            "日（意见书出具后）",
            _EVALUATION,
            1,
        ),
        Parameter(
            "evaluation_same_percent",
            "与原处理意见基本相同的文字相似度",
            85,
            "%",
            "庆阳市第三方评议：不得作出相同或基本相同的处理意见；本县可改",
            50,
            100,
        ),
        Parameter(
            "evaluation_small",
            "公开统计中小数不显示的起点",
            5,
            "（小于此数只写“小于”）",
            "本县可改默认值",
            0,
            50,
        ),
        Parameter(
            "dispute_table_days",
            "排查情况表自动定稿",
            5,
            "日（期末后，此前可人工定稿）",
            "本县可改默认值",
            0,
            365,
        ),
        Parameter("dispute_age_first", "纠纷已排查天数：第一档到", 15, "日", "本县可改默认值", 1),
        Parameter("dispute_age_second", "纠纷已排查天数：第二档到", 30, "日", "本县可改默认值", 1),
        Parameter("dispute_age_third", "纠纷已排查天数：第三档到", 90, "日", "本县可改默认值", 1),
        Parameter(
            "map_red_many", "挂图作战：红色纠纷“集中”起点", 2, "件（含）", "本县可改默认值", 1
        ),
        Parameter(
            "map_open_many", "挂图作战：未化解纠纷“集中”起点", 10, "件（含）", "本县可改默认值", 1
        ),
        Parameter(
            "map_overdue_many", "挂图作战：超期纠纷“集中”起点", 3, "件（含）", "本县可改默认值", 1
        ),
        Parameter("map_file_mb", "挂图作战：边界文件大小上限", 5, "MB", "本县可改默认值", 1, 20),
        Parameter("duplicate_days", "疑似重复的日期范围", 3, "日（前后）", "本县可改默认值", 0),
        Parameter("duplicate_percent", "疑似重复的文字相似度", 80, "%", "本县可改默认值", 50, 100),
        Parameter(
            "five_takes",
            "五包的内容",
            "包掌握情况、包思想转化、包矛盾化解、包教育疏导、包息访息诉",
            "以顿号分开",
            "衡阳市21条·八；本县可改",
        ),
        Parameter("reveal_seconds", "身份信息显示时长", 60, "秒", "本县可改默认值", 5),
        Parameter(
            "restricted_export_hours",
            "身份信息导出有效时长",
            24,
            "小时（同意后）",
            "本县可改默认值",
            1,
        ),
        Parameter("retention_years", "身份信息保存年限", 5, "年（销号后）", "个人信息保护法§19", 1),
        Parameter("log_years", "操作日志保存年限", 3, "年", "个人信息保护法§56", 3),
    ]
}


def parse(key: str, text: str) -> Value:
    """Read a typed value in the type of the parameter's default; raises Invalid in Chinese."""
    parameter = PARAMETERS.get(key)
    if parameter is None:
        raise Invalid([Problem("key", f"没有名为“{key}”的参数")])
    stripped = text.strip()
    try:
        value = _convert(stripped, parameter.default)
    except (ValueError, InvalidOperation, ZeroDivisionError) as error:
        form = "写成 2/3 这样的比例" if isinstance(parameter.default, Fraction) else "填数字"
        message = f"“{parameter.label}”应{form}，现在是“{stripped}”"
        raise Invalid([Problem("value", message)]) from error
    if key == "county_code" and not (
        stripped.isascii() and stripped.isdigit() and len(stripped) == 6
    ):
        raise Invalid([Problem("value", "县级行政区划代码应为 6 位数字")])
    if key == "visit_bands":
        try:
            read_bands(stripped)
        except RuleError as error:
            raise Invalid([Problem("value", str(error))]) from error
    if not stripped:
        raise Invalid([Problem("value", f"“{parameter.label}”不能为空")])
    if (
        parameter.minimum is not None
        and isinstance(value, int | Decimal)
        and value < parameter.minimum
    ):
        raise Invalid([Problem("value", f"“{parameter.label}”不能小于 {parameter.minimum}")])
    if isinstance(value, Fraction) and not 0 <= value <= 1:
        raise Invalid([Problem("value", f"“{parameter.label}”应在 0 和 1 之间")])
    if isinstance(value, int | Decimal) and value > parameter.maximum:
        raise Invalid([Problem("value", f"“{parameter.label}”不能大于 {parameter.maximum}")])
    return value


def _convert(text: str, default: Value) -> Value:
    if isinstance(default, bool):
        return text in ("是", "1", "true")
    if isinstance(default, int):
        return int(text)
    if isinstance(default, Fraction):
        return Fraction(text)
    return Decimal(text) if isinstance(default, Decimal) else text


def in_force(key: str, dated: Sequence[tuple[date, str]], *, on: date) -> Value:
    """Return the county's value in force on `on`: the latest that has begun, else the default."""
    begun = [(since, text) for since, text in dated if since <= on]
    return parse(key, max(begun)[1]) if begun else PARAMETERS[key].default
