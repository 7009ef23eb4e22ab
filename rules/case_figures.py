"""The figures of a situation that are counted of cases: what comes in, how it is handled, what is open.

Accusations (§30) and what was merged into another case are in none of them.
"""

from rules.figure_terms import CASE_SPLITS, NOW_SPLITS, Basis, Counted, Dimension, Figure, Opens

# 及时受理率 is defined by the national system, whatever limits a county sets for itself (2.2).
OFFICE_DAYS = 15
UNIT_DAYS = 30
_VISIT_SPLITS = (*CASE_SPLITS, Dimension.SIZE)
_LATE_DUE = "期末还没有到期的不计，到期未办的计入分母"


def _times(code: str, label: str, unit: Counted, definition: str, **more: object) -> Figure:
    splits = NOW_SPLITS if more.get("basis") is Basis.NOW else CASE_SPLITS
    given: dict[str, object] = {"basis": Basis.RECEIVED, "splits": splits, **more}
    return Figure(code, label, unit.label, definition, opens=Opens.CASES, **given)  # type: ignore[arg-type]


def _rate(
    code: str,
    label: str,
    definition: str,
    *,
    part: str,
    whole: str,
    basis: Basis,
    of: Counted = Counted.CASES,
    rises: bool | None = True,
    splits: tuple[Dimension, ...] = (),
    county_only: bool = False,
) -> Figure:
    return Figure(
        code,
        label,
        Counted.PERCENT.label,
        definition,
        part=part,
        whole=whole,
        of=of.label,
        basis=basis,
        splits=splits,
        opens=Opens.CASES,
        rises=rises,
        county_only=county_only,
    )


OVERALL = (
    _times(
        "received",
        "信访总量",
        Counted.TIMES,
        "收到日期在期内的信访事项，不论形式，每登记一次计一件",
    ),
    _times("letters", "来信", Counted.TIMES, "信访形式为来信的"),
    _times(
        "visits",
        "来访",
        Counted.BATCHES,
        "信访形式为来访的，一次来访不论几人计一批",
        splits=_VISIT_SPLITS,
    ),
    _times(
        "visitors",
        "来访",
        Counted.VISITS,
        "来访各批的人数之和，与件次、批次不相加",
        splits=_VISIT_SPLITS,
    ),
    _times("webs", "网上信访", Counted.TIMES, "信访形式为网上的"),
    _times("phones", "电话", Counted.TIMES, "信访形式为电话的"),
    _times(
        "others",
        "其他形式",
        Counted.TIMES,
        "上级交办、领导批示、排查转入的，与上面各形式合为信访总量",
    ),
    _times("firsts", "初次", Counted.TIMES, "登记为初次信访的"),
    _times("repeats", "重复", Counted.TIMES, "登记为重复信访的（同人同事）", rises=False),
    _rate(
        "repeat_rate",
        "重复信访率",
        "重复件次 ÷ 信访总量",
        part="重复",
        whole="信访总量",
        basis=Basis.RECEIVED,
        of=Counted.TIMES,
        rises=False,
        splits=CASE_SPLITS,
    ),
    _rate(
        "web_share",
        "网信占比",
        "网上信访件次 ÷ 信访总量",
        part="网上信访",
        whole="信访总量",
        basis=Basis.RECEIVED,
        of=Counted.TIMES,
        splits=CASE_SPLITS,
    ),
    Figure(
        "per_10k",
        "万人信访比",
        Counted.PER_10K.label,
        "信访总量 ÷ 人口 × 10000；人口按期末最近一次录入的上级数据，没有录入的不计算",
        part="信访总量",
        whole="人口",
        splits=(Dimension.TOWNSHIP,),
        basis=Basis.RECEIVED,
        opens=Opens.CASES,
    ),
)

COLLECTIVE = (
    _times(
        "collectives",
        "集体访",
        Counted.BATCHES,
        "人数达到 {collective_min} 人（含本数，按期末的集体访起点）的来访",
        splits=(Dimension.SIZE, Dimension.MONTH),
        rises=False,
    ),
    _times(
        "collective_visitors",
        "集体访",
        Counted.VISITS,
        "集体访各批的人数之和",
        splits=(Dimension.SIZE, Dimension.MONTH),
        rises=False,
    ),
)

RATES = (
    _rate(
        "office_acceptance",
        "及时受理率（信访部门）",
        f"登记后 {OFFICE_DAYS} 日内已转送、受理、告知不予受理、答复或办结的 ÷ "
        f"第 {OFFICE_DAYS} 日在期内的全部；没有登记日期的按收到日期；{_LATE_DUE}",
        part="及时受理",
        whole="应受理",
        basis=Basis.OFFICE_DUE,
        splits=CASE_SPLITS,
    ),
    _rate(
        "unit_acceptance",
        "及时受理率（责任单位）",
        f"登记后 {UNIT_DAYS} 日内已受理、答复或办结的 ÷ 第 {UNIT_DAYS} 日在期内、有责任单位的全部；"
        f"信访部门不予受理的没有交办，不计；没有登记日期的按收到日期；{_LATE_DUE}",
        part="及时受理",
        whole="应受理",
        basis=Basis.UNIT_DUE,
        splits=CASE_SPLITS,
    ),
    _rate(
        "on_time",
        "按期办结率",
        "限办截止日期当天或之前已答复或办结的 ÷ 限办截止日期在期内的全部；"
        f"截止日期按这一轮的受理、延期算，没有受理的没有截止日期；{_LATE_DUE}",
        part="按期办结",
        whole="应办结",
        basis=Basis.LIMIT,
        splits=CASE_SPLITS,
    ),
    _rate(
        "participation",
        "群众参评率",
        "已评价的 ÷ 应评价的：回访、回头看在期内到期的，记下了信访人评价的为已评价；已取消的不计",
        part="已评价",
        whole="应评价",
        basis=Basis.LOOK_DUE,
        of=Counted.ITEMS,
        splits=(Dimension.UNIT,),
    ),
    _rate(
        "office_satisfaction",
        "群众满意率（信访部门）",
        "对信访部门满意、基本满意的 ÷ 对信访部门作出评价的，按回访、回头看的日期",
        part="满意、基本满意",
        whole="已评价",
        basis=Basis.EVALUATED,
        of=Counted.ITEMS,
        splits=(Dimension.UNIT,),
    ),
    _rate(
        "unit_satisfaction",
        "群众满意率（责任单位）",
        "对责任单位满意、基本满意的 ÷ 对责任单位作出评价的，按回访、回头看的日期",
        part="满意、基本满意",
        whole="已评价",
        basis=Basis.EVALUATED,
        of=Counted.ITEMS,
        splits=(Dimension.UNIT,),
    ),
)

PROGRESS = (
    _times(
        "open",
        "在办",
        Counted.CASES,
        "还没有答复的：已收到、已登记、已转送、异议退回、管辖争议、办理中",
        basis=Basis.NOW,
    ),
    _times(
        "near",
        "临期",
        Counted.CASES,
        "在办的里面，最近一个期限今天起 {near_due_days} 日之内到期的",
        basis=Basis.NOW,
        rises=False,
    ),
    _times(
        "overdue",
        "超期",
        Counted.CASES,
        "在办的里面，最近一个期限已过的",
        basis=Basis.NOW,
        rises=False,
    ),
    _times("closed", "办结", Counted.CASES, "办结日期在期内的", basis=Basis.CLOSED, rises=True),
    _times("resolved", "化解", Counted.CASES, "化解日期在期内的", basis=Basis.RESOLVED, rises=True),
    _times("settled", "息访", Counted.CASES, "息访日期在期内的", basis=Basis.SETTLED, rises=True),
    _rate(
        "turned_repeat",
        "初转重率",
        "收到后 {repeat_window_days} 日内又信访的 ÷ 期内收到的初次件；以登记的关联重复件为准，"
        "期末起满 {repeat_window_days} 日后不再变动",
        part="又信访",
        whole="初次件",
        basis=Basis.RECEIVED,
        of=Counted.TIMES,
        rises=False,
    ),
    _rate(
        "resolved_at_once",
        "一次性化解率",
        "答复（没有答复日期的按办结）后 {repeat_window_days} 日内没有再信访的 ÷ 期内答复的初次件；"
        "答复满 {repeat_window_days} 日的才计入",
        part="没有再信访",
        whole="答复的初次件",
        basis=Basis.ANSWERED,
        of=Counted.TIMES,
    ),
    _rate(
        "call_back_rate",
        "回访率",
        "已回访或回头看的 ÷ 办结日期在期内的",
        part="已回访",
        whole="办结",
        basis=Basis.CLOSED,
    ),
    _rate(
        "lead_resolution",
        "领导包案化解率",
        "已登记化解的 ÷ 列入包案台账的（含已退出的）",
        part="化解",
        whole="列入台账",
        splits=(Dimension.LEAD,),
        basis=Basis.NOW,
    ),
)
