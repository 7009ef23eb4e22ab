"""Panels of what was done: follow-ups, batches, receptions, sweeps, evaluations, decisions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rules import panel_words as words
from rules.figure_terms import Dimension
from rules.meetings import DecisionState, memory
from rules.panel_making import cell, count_of, made, of_figures, tells_any
from rules.panel_terms import Chart, ChartKind, Material, Panel, PanelKind, Series, Shows, Table
from rules.panel_words import counted
from rules.rates import as_percent
from rules.readings import Part

_OF_FOLLOW_UPS = (
    "follow_ups_sent", "follow_ups_open", "follow_ups_late", "returned", "advices",
)  # fmt: skip
_OF_BATCHES = ("batches_held", "batch_resolution", "batch_settlement", "lead_resolution")
_LED = ("lead_resolution",)
_OF_SWEEPS = (
    "sweep_reporting", "sweep_punctuality", "disputes_found", "disputes_resolved",
    "disputes_partly", "disputes_unresolved", "disputes_passed_on", "dispute_resolution",
)  # fmt: skip
_OF_RECEPTIONS = (
    "reception_kept_rate", "reception_sessions", "reception_batches", "reception_people",
    "reception_groups", "reception_answered", "reception_handed", "reception_led",
    "reception_closed", "reception_solved",
)  # fmt: skip
_RESULTS = ("disputes_resolved", "disputes_partly", "disputes_unresolved", "disputes_passed_on")
_OF_PARTS = ("disputes_found", *_RESULTS, "dispute_resolution")


def follow_ups(m: Material) -> Panel:
    """Letters of supervision and advice: sent, open, late."""
    title = (
        f"{counted(m.read('follow_ups_sent'))}，待答复{counted(m.read('follow_ups_open'), label=False)}，"
        f"其中逾期{counted(m.read('follow_ups_late'), label=False)}；"
        f"提出三项建议{counted(m.read('advices'), label=False)}"
    )
    return of_figures(m, PanelKind.FOLLOW_UPS, title, _OF_FOLLOW_UPS)


def batches(m: Material) -> Panel:
    """Batches handed over and what came of them; the leaders in charge behind them."""
    found = m.read("batch_resolution")
    title = f"{words.spoken(m.days)}，没有交办批次"
    if found.whole:
        title = (
            f"交办{m.read('batches_held').count}批{found.whole}件，已化解{found.count}件，"
            f"化解率{as_percent(found.value, decimals=m.decimals)}"
        )
    chart = Chart(
        ChartKind.COLUMNS,
        "件",
        tuple(row.name for row in m.batches),
        (
            Series("交办", tuple(row.handed for row in m.batches)),
            Series("化解", tuple(row.resolved for row in m.batches)),
        ),
    )
    shows = Shows.TABLE if chart.blank else Shows.CHART
    told = of_figures(m, PanelKind.BATCHES, title, _OF_BATCHES, chart=chart, shows=shows)
    return replace(told, more=_led(m))


def _led(m: Material) -> tuple[Panel, ...]:
    """How far each leader's cases are, in the order of their names."""
    parts = [part for part in m.parts.get(Dimension.LEAD, ()) if tells_any(part, _LED)]
    if not parts:
        return ()
    whole = m.read("lead_resolution")
    found = [(part, part.readings["lead_resolution"]) for part in parts]
    rows = tuple(
        (
            part.label if part.key is not None else "未定包案领导",
            f"{led.whole}",
            f"{led.count}",
            as_percent(led.value, decimals=m.decimals),
        )
        for part, led in found
    )
    table = Table(("包案领导", "列入台账", "已化解", "化解率"), rows)
    return (made(m, PanelKind.BATCHES, f"领导包案化解进展：{counted(whole)}", _LED, table=table),)


def receptions(m: Material) -> Panel:
    """Receptions of leaders: held, people received, what came of it."""
    told = m.readings
    title = (
        f"领导接访{counted(told['reception_sessions'], label=False)}，接待来访"
        f"{counted(told['reception_batches'], label=False)}{counted(told['reception_people'], label=False)}，"
        f"现场答复{counted(told['reception_answered'], label=False)}、"
        f"交办{counted(told['reception_handed'], label=False)}、"
        f"办结{counted(told['reception_closed'], label=False)}"
    )
    return of_figures(m, PanelKind.RECEPTIONS, title, _OF_RECEPTIONS)


def sweeps(m: Material) -> Panel:
    """Sweeps for disputes; what was found by risk and by class behind them."""
    title = (
        f"{counted(m.read('disputes_found'))}，化解{counted(m.read('disputes_resolved'), label=False)}，"
        f"化解率{m.read('dispute_resolution').shown}，"
        f"未化解{counted(m.read('disputes_unresolved'), label=False)}"
    )
    parts = [
        part
        for part in m.parts.get(Dimension.DISPUTE_CLASS, ())
        if count_of(part, "disputes_found")
    ]
    chart = Chart(
        ChartKind.STACKED,
        "件",
        tuple(part.label for part in parts),
        tuple(
            Series(m.read(code).figure.label, tuple(count_of(part, code) for part in parts))
            for code in _RESULTS
        ),
    )
    risks = [
        f"{_called(part, Dimension.RISK)}{count_of(part, 'disputes_unresolved')}件"
        for part in m.parts.get(Dimension.RISK, ())
        if count_of(part, "disputes_unresolved")
    ]
    if risks:
        title += f"（{'、'.join(risks)}）"
    told = of_figures(m, PanelKind.SWEEPS, title, _OF_SWEEPS, chart=chart)
    by = [_found_by(m, each) for each in (Dimension.RISK, Dimension.DISPUTE_CLASS)]
    return replace(told, more=tuple(filter(None, by)))


def _found_by(m: Material, dimension: Dimension) -> Panel | None:
    """What came of the disputes of each level or class; None where nothing was found."""
    parts = [part for part in m.parts.get(dimension, ()) if count_of(part, "disputes_found")]
    if not parts:
        return None
    codes = tuple(code for code in _OF_PARTS if code in m.readings)
    heads = (dimension.label, *(m.read(code).figure.label for code in codes))
    rows = tuple(
        (_called(part, dimension), *(cell(m, part, code) for code in codes)) for part in parts
    )
    told = "、".join(f"{row[0]}{row[1]}件" for row in rows)
    whole = counted(m.read("disputes_found"))
    title = f"按红黄蓝看，{whole}（{told}）"
    if dimension is Dimension.DISPUTE_CLASS:
        title = f"按类别看，{whole}，涉及{len(rows)}类"
    return made(m, PanelKind.SWEEPS, title, codes, table=Table(heads, rows))


def _called(part: Part, dimension: Dimension) -> str:
    if part.key is not None:
        return part.label
    return "未评级" if dimension is Dimension.RISK else "未分类"


def evaluations(m: Material) -> Panel:
    """Third-party evaluations and their verdicts."""
    codes = tuple(code for code in m.readings if code.startswith("evaluation_"))
    told = {code.removeprefix("evaluation_"): m.read(code) for code in codes}
    title = "、".join(
        f"{name}{counted(told[code], label=False)}"
        for code, name in (
            ("applied", "第三方评价申请"),
            ("admitted", "受理"),
            ("held", "评价"),
            ("satisfied", "满意"),
            ("dissatisfied", "不满意"),
        )
        if code in told
    )
    return of_figures(m, PanelKind.EVALUATIONS, title or "没有第三方评价的数", codes)


def decisions(m: Material) -> Panel:
    """What the meeting before decided and how it stands."""
    rows = tuple((row.unit, row.text, f"{row.due_on:%Y-%m-%d}", row.standing) for row in m.opening)
    table = Table(("责任单位", "议定事项", "完成期限", "进展"), rows)
    states = [row.state for row in m.opening]
    chart = Chart(
        ChartKind.BARS,
        "项",
        tuple(state.label for state in DecisionState),
        (Series("项", tuple(states.count(state) for state in DecisionState)),),
    )
    codes = tuple(code for code in m.readings if code.startswith("decision"))
    title = memory(states)
    return made(m, PanelKind.DECISIONS, title, codes, table=table, chart=chart)


def next_steps(m: Material, lines: Sequence[str]) -> Panel:
    """What is to be done: what was decided, then the office's own lines."""
    decided = [f"{row.text}（{row.unit}，{_until(row.due_on)}）" for row in m.decided]
    points = words.numbered([*decided, *lines])
    title = f"下步重点抓好{len(points)}项工作" if points else "下步措施由会议议定"
    if decided:
        title = f"会议议定{len(decided)}项，逐项落实到单位和期限"
    return made(m, PanelKind.NEXT_STEPS, title, (), points=tuple(points))


def _until(day: date) -> str:
    return f"{day.month}月{day.day}日前"
