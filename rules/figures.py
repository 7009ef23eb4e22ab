"""The registry of figures: what a number shown anywhere is called, counted in and defined as.

The figures of a situation are told together (`REGISTRY`); those of one screen stand beside them.
A number is computed in db/queries/ and never in a page.
"""

from dataclasses import dataclass, replace

from rules import case_figures, work_figures
from rules.figure_terms import Basis, Figure, Group, Opens
from rules.terms import CaseState

# 在办: taken in and not yet answered. 已化解 and 已息访 are dates of their own and play no part.
OPEN_STATES = (
    CaseState.RECEIVED,
    CaseState.REGISTERED,
    CaseState.FORWARDED,
    CaseState.RETURNED,
    CaseState.DISPUTED,
    CaseState.ACCEPTED,
)


FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure(
            "open_cases",
            "在办",
            "件",
            "还没有答复的案件：已收到、已登记、已转送、异议退回、管辖争议、办理中，截至现在，检举控告不计",
        ),
        Figure(
            "received_this_month",
            "本月收到",
            "件",
            "收到日期在本月之内的案件，已并案的只计保留的那一件，检举控告不计",
        ),
        Figure(
            "suspected_duplicates",
            "疑似重复待核",
            "件",
            "登记或导入时发现与别的案件相近、尚未有人认定的案件，检举控告不计",
            office_only=True,
        ),
        Figure(
            "without_unit",
            "未定责任单位",
            "件",
            "在办案件中还没有责任单位的，检举控告不计",
            office_only=True,
        ),
    ]
}


# Of reception in some days, in the order of db/queries/reception_figures.py. 件, 批 and 人次 stand
# apart and are never added (domain.md 4.4).
RECEPTION_FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure("leaders", "接访领导", "名", "这些天里实到接访、替班或者有来访登记在名下的领导"),
        Figure(
            "sessions",
            "接访",
            "场次",
            "领导接访的天数，一人一天计一场次：实到或替班的，不论有没有来访；没有排班而登记了来访的也计",
        ),
        Figure("batches", "来访", "批次", "登记的来访，一次来访不论几人计一批"),
        Figure("people", "来访", "人次", "各批来访的人数之和"),
        Figure("matters", "事项", "件", "来访反映的事项，几次来访关联同一案件的计一件"),
        Figure("groups", "集体访", "批次", "人数达到 {collective_min} 人（含本数）的来访"),
        Figure("answered", "现场答复", "件", "处理方式为现场答复的来访"),
        Figure("handed", "交办", "件", "处理方式为交办的来访"),
        Figure("led", "包案", "件", "处理方式为包案的来访"),
        Figure("guided", "引导法定途径", "件", "处理方式为引导法定途径的来访"),
        Figure("closed", "办结", "件", "交办和包案的来访中，关联案件已办结、或登记了办结日期的"),
        Figure(
            "solved",
            "解决实际问题",
            "个",
            "关联案件已化解的来访，加未立案而登记了办结日期的来访，加联系点走访和下访中解决的问题",
        ),
    ]
}

# Of third-party evaluation in some days; what the panel found and what the petitioner says are two
# figures (domain.md 5.5). Accusations are in none.
EVALUATION_FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure("applied", "申请", "件", "申请日期在这些天里的第三方评价"),
        Figure("admitted", "受理", "件", "审核日期在这些天里、予以受理的"),
        Figure("refused", "不予受理", "件", "审核日期在这些天里、不予受理的，按理由分列"),
        Figure("held", "评价", "件", "评价会在这些天里举行、已经票决出结果的"),
        Figure("satisfied", "满意", "件", "其中评价小组票决结果为满意的"),
        Figure("dissatisfied", "不满意", "件", "其中评价小组票决结果为不满意的"),
        Figure(
            "satisfaction_rate",
            "评价满意率",
            "%",
            "评价小组票决满意的 ÷ 评价的；是评价小组的结果，不是信访人的满意度",
            part="满意",
            whole="评价",
            of="件",
        ),
        Figure("asked", "询问信访人", "件", "评价的里面，评价后询问了信访人本人是否满意的"),
        Figure("content", "信访人满意", "件", "询问信访人的里面，信访人本人表示满意、基本满意的"),
        Figure(
            "content_rate",
            "信访人满意率",
            "%",
            "信访人本人满意的 ÷ 询问信访人的",
            part="信访人满意",
            whole="询问信访人",
            of="件",
        ),
        Figure(
            "settled",
            "息诉息访",
            "件",
            "评价的里面，登记了息诉息访日期、此后没有就同一事项再次信访的",
        ),
        Figure(
            "settled_rate",
            "息诉息访率",
            "%",
            "息诉息访的 ÷ 评价的（原文未写分母，本县可改）",
            part="息诉息访",
            whole="评价",
            of="件",
        ),
        Figure("following", "正在督办", "件", "不满意的里面，督办还没有结束的"),
        Figure("late", "督办超期", "件", "正在督办的里面，整改方案或处理结果已过期限的"),
    ]
}

_EVALUATED_ON = {
    "applied": Basis.APPLIED,
    "admitted": Basis.CONFIRMED,
    "refused": Basis.CONFIRMED,
}
# Counts a situation tells as what their rates are made of.
_TOLD_WITH_RATES = frozenset({"asked", "content", "settled"})

# The panels of a situation in the order of a meeting. A capability adds its own here, and what
# counts them to db/queries/situation.py `SOURCES`.
GROUPS: dict[Group, tuple[Figure, ...]] = {
    Group.OVERALL: case_figures.OVERALL,
    Group.COLLECTIVE: case_figures.COLLECTIVE,
    Group.LEVELS: work_figures.LEVELS,
    Group.RATES: case_figures.RATES,
    Group.PROGRESS: case_figures.PROGRESS,
    Group.FOLLOW_UPS: work_figures.FOLLOW_UPS,
    Group.BATCHES: work_figures.BATCHES,
    Group.RECEPTIONS: (
        *work_figures.TURNS,
        *(
            replace(
                figure,
                code=f"reception_{code}",
                basis=Basis.RECEPTION,
                opens=Opens.VISITS,
                county_only=True,
            )
            for code, figure in RECEPTION_FIGURES.items()
        ),
    ),
    Group.SWEEPS: work_figures.SWEEPS,
    Group.EVALUATIONS: tuple(
        replace(
            figure,
            code=f"evaluation_{code}",
            basis=_EVALUATED_ON.get(code, Basis.HELD),
            opens=Opens.EVALUATIONS,
            rises={"late": False}.get(code, True if figure.is_ratio else None),
        )
        for code, figure in EVALUATION_FIGURES.items()
        if code not in _TOLD_WITH_RATES
    ),
    Group.DECISIONS: work_figures.DECISIONS,
}
REGISTRY: dict[str, Figure] = {
    figure.code: figure for figures in GROUPS.values() for figure in figures
}

# Of one hotspot; counted past the scope of its matters, for whoever may see the hotspot.
HOTSPOT_FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure(
            "matters",
            "信访",
            "件",
            "归入热点的信访事项，不论形式，每登记一次计一件；检举控告、已并案的不计",
        ),
        Figure("visits", "来访", "批", "其中信访形式为来访的，一次来访不论几人计一批"),
        Figure("visitors", "来访", "人次", "来访各批的人数之和；件、批、人次分别计算，不相加"),
        Figure("running", "未办结", "件", "其中还没有办结、不予受理的"),
        Figure("late", "超期", "件", "未办结的里面，最近一个期限已过的"),
    ]
}

# Of the sweep: the wall map, the standard form, 早发现率 and 逐案销号. Disputes that were removed or
# merged are in none of them.
SWEEP_FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure("red", "未化解红色", "件", "还没有化解、评为红色的纠纷"),
        Figure(
            "open",
            "未化解",
            "件",
            "还没有化解、也没有转出的纠纷（已登记到化解中、部分化解、提级、反弹）",
        ),
        Figure("overdue", "超期未化解", "件", "还没有化解、化解时限已过的纠纷"),
        Figure(
            "found",
            "排查数",
            "件",
            "排查日期在本期之内的纠纷，剔除、并入的不计；按排查单位分县（区，含部门）、"
            "乡镇（街道）、村（社区）三级",
        ),
        Figure(
            "mediated",
            "调处数",
            "件",
            "其中已经开始调处的，即登记了化解方式，或者已部分化解、化解成功的",
        ),
        Figure("succeeded", "成功数", "件", "其中化解成功的；部分化解单独计，不算成功"),
        Figure(
            "mediation_rate", "调处率", "%", "调处数 ÷ 排查数，保留一位小数，四舍五入；没有的写“—”"
        ),
        Figure(
            "success_rate", "成功率", "%", "成功数 ÷ 调处数，保留一位小数，四舍五入；没有的写“—”"
        ),
        Figure("subtotal", "小计", "件", "三级之和"),
        Figure("year", "年度累计", "件", "当年 1 月 1 日到本期末，三级之和"),
        Figure(
            "early_rate",
            "早发现率",
            "%",
            "信访之前已化解的纠纷 ÷ 排查出的全部纠纷（剔除、并入的不计），按排查日期。"
            "信访之前已化解：化解成功，并且没有关联信访事项，或者化解日期早于关联事项的收到日期；"
            "部分化解、转出的不算",
        ),
        Figure(
            "sweep_flow",
            "排查、化解、销号",
            "件",
            "排查：该轮次（类别）排查登记的纠纷，剔除、并入的不计；化解：化解成功的；部分化解不算化解；"
            "销号：已销号的。未化解和未销号按当天为止的登记计算，反弹的从头算",
        ),
        Figure("sweep_ages", "未化解的已排查多久", "件", "从排查日期算到今天；超期：化解时限已过"),
    ]
}

# Those that charts show (db/queries/case_charts.py, rules/batches.py), by the same rule.
CHARTED: dict[str, Figure] = {
    figure.code: figure
    for figure in [
        Figure(
            "resolution_by_lead",
            "领导包案化解率",
            "%",
            "已登记化解的 ÷ 列入包案台账的（含已退出的），按现在的包案领导，截至现在，检举控告不计",
        ),
        Figure(
            "ageing",
            "在办件已办多久",
            "件",
            "没有办结、不予受理、合并的案件，从收到之日算起，截至现在，检举控告不计",
        ),
        Figure(
            "flow",
            "每月收到与办结",
            "件",
            "收到：收到日期在当月；办结：办结日期在当月；本月截至今天，检举控告不计",
        ),
        Figure(
            "burn_down",
            "批次剩余件数",
            "件",
            "本批次中到当天为止既没有办结、也没有登记化解的案件",
        ),
    ]
}


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its value; None where nothing can be counted."""

    figure: Figure
    value: int | None
