"""The figures of a situation beside the cases: 督办, 交办会, rosters, 议定事项, the sweep, what superiors tell."""

from rules.figure_terms import Basis, Counted, Dimension, Figure, Opens

FOLLOW_UPS = tuple(
    Figure(
        code,
        label,
        Counted.CASES.label,
        definition,
        basis=basis,
        opens=Opens.FOLLOW_UPS,
        rises=rises,
    )
    for code, label, definition, basis, rises in (
        (
            "follow_ups_sent",
            "发出督办",
            "提醒、催办、督办、通报、约谈等，发出日期在期内的",
            Basis.SENT,
            None,
        ),
        ("follow_ups_open", "督办待答复", "已发出、没有答复也没有结束的", Basis.NOW, None),
        ("follow_ups_late", "督办逾期", "待答复的里面，答复期限已过的", Basis.NOW, False),
        ("returned", "异议退回", "责任单位在期内异议退回的次数，撤回的不计", Basis.HANDLED, False),
        ("advices", "三项建议", "在期内提出的，撤回的不计", Basis.HANDLED, None),
    )
)

BATCHES = (
    Figure(
        "batches_held",
        "交办批次",
        Counted.GROUPS.label,
        "交办会日期在期内的批次",
        basis=Basis.MEETING,
        splits=(Dimension.BATCH,),
        opens=Opens.BATCHES,
    ),
    Figure(
        "batch_resolution",
        "交办化解率",
        Counted.PERCENT.label,
        "已登记化解的 ÷ 期内各批交办的，批次固定；已结束的批次按结束时的结果",
        part="化解",
        whole="交办",
        of=Counted.CASES.label,
        basis=Basis.MEETING,
        splits=(Dimension.BATCH,),
        opens=Opens.BATCHES,
        rises=True,
    ),
    Figure(
        "batch_settlement",
        "停访息诉率",
        Counted.PERCENT.label,
        "交办之后没有再次信访，并已登记息访或以第三方评价满意办结的 ÷ 期内各批交办的",
        part="停访息诉",
        whole="交办",
        of=Counted.CASES.label,
        basis=Basis.MEETING,
        splits=(Dimension.BATCH,),
        opens=Opens.BATCHES,
        rises=True,
    ),
)

TURNS = (
    *(
        Figure(
            f"reception_{code}",
            label,
            Counted.SESSIONS.label,
            definition,
            basis=Basis.RECEPTION,
            opens=Opens.TURNS,
            county_only=True,
        )
        for code, label, definition in (
            (
                "planned_days",
                "计划接访",
                "接访日期在期内、当天或之前已公示的排班，一位领导一天计一场次，截至今天",
            ),
            (
                "held_days",
                "按计划接访",
                "计划接访里已经接访的：实到、替班，或者当天有来访登记在接访人名下",
            ),
        )
    ),
    Figure(
        "reception_kept_rate",
        "排班兑现率",
        Counted.PERCENT.label,
        "按计划接访的场次 ÷ 计划接访的场次",
        part="按计划接访",
        whole="计划接访",
        of=Counted.SESSIONS.label,
        basis=Basis.RECEPTION,
        opens=Opens.TURNS,
        rises=True,
        county_only=True,
    ),
)

# Told as they stand now, so that days gone by have nothing to be held against.
DECISIONS = (
    *(
        Figure(
            code,
            label,
            Counted.POINTS.label,
            definition,
            basis=Basis.NOW,
            opens=Opens.DECISIONS,
            rises=rises,
        )
        for code, label, definition, rises in (
            (
                "decisions_total",
                "上次议定",
                "期末为止最近一次有议定事项的会议（已经开始的）所议定的，涉检举控告的不计",
                None,
            ),
            ("decisions_done", "完成", "其中报告已经认可的，截至现在", True),
            ("decisions_running", "进行", "其中没有到期的，以及已报告、待认可的，截至现在", None),
            ("decisions_overdue", "超期", "其中过了时限没有报告的，截至现在", False),
        )
    ),
    Figure(
        "decision_completion",
        "议定事项完成率",
        Counted.PERCENT.label,
        "完成的 ÷ 上次议定的，截至现在",
        part="完成",
        whole="上次议定",
        of=Counted.POINTS.label,
        basis=Basis.NOW,
        opens=Opens.DECISIONS,
        rises=True,
    ),
)

# A meeting opens with those of its own kind, as they stood when it began.
_AS_IT_BEGAN = "会议已经开始的按开始时的进展"
OPENING = {
    "decisions_total": ("本次会议之前最近一次同类会议（已经开始的）所议定的，涉检举控告的不计"),
    "decisions_done": f"其中报告已经认可的，{_AS_IT_BEGAN}",
    "decisions_running": f"其中没有到期的，以及已报告、待认可的，{_AS_IT_BEGAN}",
    "decisions_overdue": f"其中过了时限没有报告的，{_AS_IT_BEGAN}",
    "decision_completion": f"完成的 ÷ 上次议定的，{_AS_IT_BEGAN}",
}

SWEEPS = (
    Figure(
        "sweep_reporting",
        "排查报送率",
        Counted.PERCENT.label,
        "已报的（含零报告、迟报）÷ 截止时间在期内、已到期的应报",
        part="已报",
        whole="应报",
        of=Counted.ITEMS.label,
        basis=Basis.ROUND_DUE,
        opens=Opens.ROUNDS,
        rises=True,
    ),
    Figure(
        "sweep_punctuality",
        "排查及时率",
        Counted.PERCENT.label,
        "按时报送的 ÷ 截止时间在期内、已到期的应报；晚一分钟也是迟报",
        part="按时报送",
        whole="应报",
        of=Counted.ITEMS.label,
        basis=Basis.ROUND_DUE,
        opens=Opens.ROUNDS,
        rises=True,
    ),
    *(
        Figure(
            code,
            label,
            Counted.CASES.label,
            definition,
            basis=Basis.FOUND,
            splits=(Dimension.DISPUTE_CLASS, Dimension.RISK),
            opens=Opens.DISPUTES,
            rises=rises,
        )
        for code, label, definition, rises in (
            ("disputes_found", "排查纠纷", "排查日期在期内的矛盾纠纷，已剔除、已并入的不计", None),
            ("disputes_resolved", "化解纠纷", "其中化解成功的", True),
            ("disputes_partly", "部分化解", "其中部分化解的，不算化解", None),
            ("disputes_unresolved", "未化解", "其中还没有化解的", False),
            ("disputes_passed_on", "转出", "其中转法定途径、转信访事项的", None),
        )
    ),
    Figure(
        "dispute_resolution",
        "纠纷化解率",
        Counted.PERCENT.label,
        "化解成功的 ÷ 期内排查登记的；部分化解、转出的在分母，不在分子",
        part="化解成功",
        whole="排查登记",
        of=Counted.CASES.label,
        basis=Basis.FOUND,
        splits=(Dimension.DISPUTE_CLASS, Dimension.RISK),
        opens=Opens.DISPUTES,
        rises=True,
    ),
)

# 到市、到省、进京 are known to the national system alone and entered, per period and never per person.
OFFICIAL_LEVELS = {"city": "到市", "province": "到省", "capital": "进京"}
LEVELS = tuple(
    Figure(
        f"{level}_{code}",
        label,
        unit.label,
        f"{label}上访，按上级系统通报数录入，本系统不计算",
        basis=Basis.ENTERED,
        opens=Opens.OFFICIAL,
        rises=False,
        county_only=True,
    )
    for level, label in OFFICIAL_LEVELS.items()
    for code, unit in (("batches", Counted.BATCHES), ("visits", Counted.VISITS))
)
