"""The panels of a situation composed from its figures: title, chart, table, definitions.

Nobody is ranked: units and townships stand in the order of their names, and no title says who has
most (条例 §39, domain.md 8.2). Shares are computed on one unit and never taken from a paper.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules import panel_words as words
from rules.figure_terms import Dimension
from rules.meetings import DecisionState, memory
from rules.panel_terms import Chart, ChartKind, Material, Panel, PanelKind, Series, Shows, Table
from rules.panel_words import Against, counted, joined, moved
from rules.rates import as_percent, rounded
from rules.readings import Change, Part, Reading, change, shares, total
from rules.size_bands import by_band

TOP = 10
DASH = "—"
_HEADERS = ("项目", "本期", "上年同期", "同比", "上期", "环比")
_FORMS = (
    "received", "letters", "visits", "visitors", "webs", "phones", "others", "firsts",
    "repeats", "repeat_rate", "per_10k",
)  # fmt: skip
_RATES = (
    "office_acceptance", "unit_acceptance", "on_time", "participation", "office_satisfaction",
    "unit_satisfaction",
)  # fmt: skip
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
_OF_UNITS = ("open", "near", "overdue", "on_time", "unit_satisfaction")
_RESULTS = ("disputes_resolved", "disputes_partly", "disputes_unresolved", "disputes_passed_on")
_OF_PARTS = ("disputes_found", *_RESULTS, "dispute_resolution")
_NOT_COUNTED = "检举控告事项不计"
_SIGNS = "↑、↓、→ 表示同比上升、下降、持平"


def panels(material: Material) -> list[Panel]:
    """Compose all panels in the order of a meeting."""
    return [panel(kind, material) for kind in PanelKind]


def panel(kind: PanelKind, material: Material, *, lines: Sequence[str] = ()) -> Panel:
    """Compose one panel; `lines` are the office's own, which 下步措施 takes after what was decided."""
    if kind is PanelKind.NEXT_STEPS:
        return _next_steps(material, lines)
    return _COMPOSERS[kind](material)


def _overall(m: Material) -> Panel:
    whole = m.read("received")
    title = joined(
        [
            f"{words.spoken(m.days)}，{m.place}{counted(whole)}",
            _year(m, "received"),
            "" if m.one_base else _period(m, "received"),
        ]
    )
    found = _told(m, PanelKind.OVERALL, title, _FORMS, chart=_months(m), shows=Shows.CHART)
    held = words.held_against(m.bases)
    return replace(found, notes=(*found.notes, held)) if held else found


def _collective(m: Material) -> Panel:
    batches, people = m.read("collectives"), m.read("collective_visitors")
    title = f"{words.spoken(m.days)}，没有集体访"
    if batches.count:
        title = joined(
            [
                f"集体访{counted(batches, label=False)}{counted(people, label=False)}",
                _named("批次", _year(m, "collectives")),
                _named("人次", _year(m, "collective_visitors")),
            ]
        )
    rows = tuple(
        (
            f"{row.received_on:%Y-%m-%d}",
            row.township or DASH,
            row.field or DASH,
            f"{row.people}",
            row.unit or DASH,
            row.state,
        )
        for row in m.collectives
    )
    table = Table(("日期", "属地", "内容分类", "人数", "责任单位", "办理情况"), rows)
    came = {int(part.label): _count(part, "visits") for part in m.parts.get(Dimension.SIZE, ())}
    sizes = by_band(m.bands, came)
    chart = Chart(
        ChartKind.COLUMNS, "批次", tuple(sizes), (Series("集体访", tuple(sizes.values())),)
    )
    codes = ("collectives", "collective_visitors")
    found = _panel(m, PanelKind.COLLECTIVE, title, codes, table=table, chart=chart)
    if rows and (batches.count or 0) > len(rows):
        return replace(found, notes=(*found.notes, f"只列最近{len(rows)}批次"))
    return found


def _levels(m: Material) -> Panel:
    codes = [
        code for code in m.readings if code.partition("_")[0] in ("city", "province", "capital")
    ]
    told = [
        f"{m.read(f'{level}_batches').figure.label}"
        f"{counted(m.read(f'{level}_batches'), label=False)}"
        f"{counted(m.read(f'{level}_visits'), label=False)}"
        for level in ("city", "province", "capital")
        if f"{level}_batches" in m.readings and m.read(f"{level}_batches").count is not None
    ]
    county = {code: _of_the_county(m.read(code)) for code in ("visits", "visitors")}
    came = "".join(counted(each, label=False) for each in county.values())
    title = joined([f"到县{came}", *(told or ["到市、到省、进京的通报数本期没有录入"])])
    m = replace(m, readings={**m.readings, **county})
    return _told(m, PanelKind.LEVELS, title, (*county, *codes))


def _of_the_county(visits: Reading) -> Reading:
    """Call visits 到县, as the one level that is counted here and not told by superiors."""
    told = f"本县登记的来访，{visits.figure.definition}"
    return replace(visits, figure=replace(visits.figure, label="到县", definition=told))


def _fields(m: Material) -> Panel:
    roots, former = (_roots(parts.get(Dimension.CLASS, ())) for parts in (m.parts, m.former))
    now, then = ({name: each.count or 0 for name, each in of.items()} for of in (roots, former))
    parted = shares(roots)

    def share(name: str) -> str:
        return as_percent(parted[name], decimals=m.decimals)

    order = sorted(now, key=lambda name: (name == DASH, -now[name], name))[:TOP]
    order = [name for name in order if now[name]]
    known = [name for name in order if name != DASH]
    title = f"{words.spoken(m.days)}，没有已分类的信访事项"
    if known:
        first = known[0]
        title = f"从反映问题看，{first}{now[first]}件次，占{share(first)}，居首位"
        if len(known) > 1:
            title += f"；{known[1]}{now[known[1]]}件次，次之"
    rows, labels, faint = [], [], set()
    for at, name in enumerate(order):
        found = _held(m, now[name], then.get(name, 0))
        before, moved_ = _both(found, then.get(name, 0))
        called, sign = name if name != DASH else "未分类", words.arrow(found)
        rows.append((called, f"{now[name]}", share(name), before, f"{moved_} {sign}".strip()))
        labels.append(f"{called} {sign}".strip())
        if found.small:
            faint.add((at, 4))
    table = Table(("内容分类", "件次", "占比", "上年同期", "同比"), tuple(rows), frozenset(faint))
    chart = Chart(
        ChartKind.BARS,
        "件次",
        tuple(labels),
        (Series("件次", tuple(now[name] for name in order)),),
    )
    told = _panel(
        m, PanelKind.FIELDS, title, ("received",), table=table, chart=chart, shows=Shows.CHART
    )
    return replace(told, notes=(*told.notes, _SIGNS))


def _places(m: Material) -> Panel:
    former = {part.key: part for part in m.former.get(Dimension.TOWNSHIP, ())}
    rows, faint, up, down = [], set(), 0, 0
    found = [part for part in m.parts.get(Dimension.TOWNSHIP, ()) if _count(part, "received")]
    # Where no population is entered, the whole column would be dashes.
    ratios = [
        code
        for code in ("on_time", "per_10k")
        if any(part.readings[code].whole for part in found if code in part.readings)
    ]
    for at, part in enumerate(found):
        count, then = _count(part, "received"), _count(former.get(part.key), "received")
        moved_ = _held(m, count, then)
        up, down = up + (count > then), down + (count < then)
        others = (_cell(m, part, code) for code in ratios)
        rows.append((_place(part), f"{count}", *_both(moved_, then), *others))
        if moved_.small:
            faint.add((at, 3))
    title = f"从属地看，信访事项涉及{len(found)}个乡镇（街道）、单位"
    title = joined([title, f"同比增加的{up}个" if up else "", f"减少的{down}个" if down else ""])
    if not found:
        title = f"{words.spoken(m.days)}，没有信访事项"
    heads = ("属地", "件次", "上年同期", "同比", *(m.read(code).figure.label for code in ratios))
    table = Table(heads, tuple(rows), frozenset(faint))
    chart = Chart(
        ChartKind.COLUMNS,
        "件次",
        tuple(row[0] for row in rows),
        (
            Series("本期", tuple(_count(part, "received") for part in found)),
            Series("上年同期", tuple(_count(former.get(part.key), "received") for part in found)),
        ),
    )
    return _panel(m, PanelKind.PLACES, title, ("received", *ratios), table=table, chart=chart)


def _units(m: Material) -> Panel:
    codes = tuple(code for code in _OF_UNITS if code in m.readings)
    asked = [part for part in m.parts.get(Dimension.UNIT, ()) if _shown_any(part, codes)]
    split = [code for code in codes if any(code in part.readings for part in asked)]
    rows = tuple(
        (
            part.label if part.key is not None else "未定责任单位",
            *(_cell(m, part, code) for code in split),
        )
        for part in asked
    )
    table = Table(("责任单位", *(m.read(code).figure.label for code in split)), rows)
    title = joined(
        [
            f"{len(rows)}个责任单位{counted(m.read('open'))}",
            f"其中{counted(m.read('near'))}、{counted(m.read('overdue'))}",
            counted(m.read("on_time")),
        ]
    )
    return _panel(m, PanelKind.UNITS, title, codes, table=table)


def _rates(m: Material) -> Panel:
    on_time, satisfied = m.read("on_time"), m.read("unit_satisfaction")
    title = joined(
        [
            f"{words.spoken(m.days)}，{counted(on_time)}"
            if on_time.whole
            else "本期没有到期应办结的",
            _year(m, "on_time") if on_time.whole else "",
            counted(satisfied) if satisfied.whole else "",
        ]
    )
    told = [code for code in _RATES if code in m.readings and m.read(code).value is not None]
    chart = Chart(
        ChartKind.BARS,
        "%",
        tuple(m.read(code).figure.label for code in told),
        (Series("本期", tuple(_percent(m.read(code)) for code in told)),),
    )
    return _told(m, PanelKind.RATES, title, _RATES, chart=chart)


def _follow_ups(m: Material) -> Panel:
    title = (
        f"{counted(m.read('follow_ups_sent'))}，待答复{counted(m.read('follow_ups_open'), label=False)}，"
        f"其中逾期{counted(m.read('follow_ups_late'), label=False)}；"
        f"提出三项建议{counted(m.read('advices'), label=False)}"
    )
    return _told(m, PanelKind.FOLLOW_UPS, title, _OF_FOLLOW_UPS)


def _batches(m: Material) -> Panel:
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
    told = _told(m, PanelKind.BATCHES, title, _OF_BATCHES, chart=chart, shows=shows)
    return replace(told, more=_led(m))


def _led(m: Material) -> tuple[Panel, ...]:
    """How far each leader's cases are, in the order of their names."""
    parts = [part for part in m.parts.get(Dimension.LEAD, ()) if _shown_any(part, _LED)]
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
    return (_panel(m, PanelKind.BATCHES, f"领导包案化解进展：{counted(whole)}", _LED, table=table),)


def _receptions(m: Material) -> Panel:
    told = m.readings
    title = (
        f"领导接访{counted(told['reception_sessions'], label=False)}，接待来访"
        f"{counted(told['reception_batches'], label=False)}{counted(told['reception_people'], label=False)}，"
        f"现场答复{counted(told['reception_answered'], label=False)}、"
        f"交办{counted(told['reception_handed'], label=False)}、"
        f"办结{counted(told['reception_closed'], label=False)}"
    )
    return _told(m, PanelKind.RECEPTIONS, title, _OF_RECEPTIONS)


def _sweeps(m: Material) -> Panel:
    title = (
        f"{counted(m.read('disputes_found'))}，化解{counted(m.read('disputes_resolved'), label=False)}，"
        f"化解率{m.read('dispute_resolution').shown}，"
        f"未化解{counted(m.read('disputes_unresolved'), label=False)}"
    )
    parts = [
        part for part in m.parts.get(Dimension.DISPUTE_CLASS, ()) if _count(part, "disputes_found")
    ]
    chart = Chart(
        ChartKind.STACKED,
        "件",
        tuple(part.label for part in parts),
        tuple(
            Series(m.read(code).figure.label, tuple(_count(part, code) for part in parts))
            for code in _RESULTS
        ),
    )
    risks = [
        f"{_called(part, Dimension.RISK)}{_count(part, 'disputes_unresolved')}件"
        for part in m.parts.get(Dimension.RISK, ())
        if _count(part, "disputes_unresolved")
    ]
    if risks:
        title += f"（{'、'.join(risks)}）"
    told = _told(m, PanelKind.SWEEPS, title, _OF_SWEEPS, chart=chart)
    by = [_found_by(m, each) for each in (Dimension.RISK, Dimension.DISPUTE_CLASS)]
    return replace(told, more=tuple(filter(None, by)))


def _found_by(m: Material, dimension: Dimension) -> Panel | None:
    """What came of the disputes of each level or class; None where nothing was found."""
    parts = [part for part in m.parts.get(dimension, ()) if _count(part, "disputes_found")]
    if not parts:
        return None
    codes = tuple(code for code in _OF_PARTS if code in m.readings)
    heads = (dimension.label, *(m.read(code).figure.label for code in codes))
    rows = tuple(
        (_called(part, dimension), *(_cell(m, part, code) for code in codes)) for part in parts
    )
    told = "、".join(f"{row[0]}{row[1]}件" for row in rows)
    whole = counted(m.read("disputes_found"))
    title = f"按红黄蓝看，{whole}（{told}）"
    if dimension is Dimension.DISPUTE_CLASS:
        title = f"按类别看，{whole}，涉及{len(rows)}类"
    return _panel(m, PanelKind.SWEEPS, title, codes, table=Table(heads, rows))


def _called(part: Part, dimension: Dimension) -> str:
    if part.key is not None:
        return part.label
    return "未评级" if dimension is Dimension.RISK else "未分类"


def _evaluations(m: Material) -> Panel:
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
    return _told(m, PanelKind.EVALUATIONS, title or "没有第三方评价的数", codes)


def _decisions(m: Material) -> Panel:
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
    return _panel(m, PanelKind.DECISIONS, title, codes, table=table, chart=chart)


def _next_steps(m: Material, lines: Sequence[str]) -> Panel:
    decided = [f"{row.text}（{row.unit}，{_until(row.due_on)}）" for row in m.decided]
    points = words.numbered([*decided, *lines])
    title = f"下步重点抓好{len(points)}项工作" if points else "下步措施由会议议定"
    if decided:
        title = f"会议议定{len(decided)}项，逐项落实到单位和期限"
    return _panel(m, PanelKind.NEXT_STEPS, title, (), points=tuple(points))


_COMPOSERS: Mapping[PanelKind, Callable[[Material], Panel]] = {
    PanelKind.OVERALL: _overall,
    PanelKind.COLLECTIVE: _collective,
    PanelKind.LEVELS: _levels,
    PanelKind.FIELDS: _fields,
    PanelKind.PLACES: _places,
    PanelKind.UNITS: _units,
    PanelKind.RATES: _rates,
    PanelKind.FOLLOW_UPS: _follow_ups,
    PanelKind.BATCHES: _batches,
    PanelKind.RECEPTIONS: _receptions,
    PanelKind.SWEEPS: _sweeps,
    PanelKind.EVALUATIONS: _evaluations,
    PanelKind.DECISIONS: _decisions,
}


def _told(
    m: Material,
    kind: PanelKind,
    title: str,
    codes: Sequence[str],
    *,
    chart: Chart | None = None,
    shows: Shows = Shows.TABLE,
) -> Panel:
    """Compose a panel whose table is its figures with what they are held against."""
    known = tuple(code for code in codes if code in m.readings)
    columns = _HEADERS.index("上期") if m.one_base else len(_HEADERS)
    rows, faint = [], set()
    for at, code in enumerate(known):
        now, year, period = m.read(code), m.on_year(code), m.on_period(code)
        unit = "" if now.figure.is_ratio else f"（{now.figure.unit}）"
        told = (
            f"{now.figure.label}{unit}",
            now.shown,
            m.year_before[code].shown,
            year.shown,
            m.before[code].shown,
            period.shown,
        )
        rows.append(told[:columns])
        held = ((3, year), (5, period))
        faint |= {(at, column) for column, each in held if each.small and column < columns}
    table = Table(_HEADERS[:columns], tuple(rows), frozenset(faint))
    return _panel(m, kind, title, known, table=table, chart=chart, shows=shows)


def _panel(
    m: Material,
    kind: PanelKind,
    title: str,
    codes: Sequence[str],
    *,
    table: Table | None = None,
    chart: Chart | None = None,
    shows: Shows = Shows.TABLE,
    points: tuple[str, ...] = (),
) -> Panel:
    """Close a panel with the definitions of what it tells; a chart with nothing to draw is none."""
    notes = [
        f"{figure.label}：{figure.definition}"
        for figure in (m.read(code).figure for code in codes if code in m.readings)
    ]
    drawn = None if chart is None or chart.blank else chart
    return Panel(
        kind=kind,
        title=title,
        codes=tuple(codes),
        chart=drawn,
        table=table if table is not None and table.rows else None,
        shows=shows if drawn is not None else Shows.TABLE,
        notes=(*dict.fromkeys(notes), *((_NOT_COUNTED,) if notes else ())),
        points=points,
    )


def _year(m: Material, code: str) -> str:
    return moved(m.on_year(code), m.year_before[code], Against.YEAR)


def _period(m: Material, code: str) -> str:
    return moved(m.on_period(code), m.before[code], Against.PERIOD)


def _named(name: str, told: str) -> str:
    return f"{name}{told}" if told else ""


def _months(m: Material) -> Chart:
    """This year's months beside those of the year before, up to the last of the days."""
    year = m.days.last.year
    mine = {part.key.month: _count(part, "received") for part in m.parts.get(Dimension.MONTH, ())}
    theirs = {
        part.key.month: _count(part, "received") for part in m.former.get(Dimension.MONTH, ())
    }
    months = range(1, 13)
    return Chart(
        ChartKind.COLUMNS,
        "件次",
        tuple(f"{month}月" for month in months),
        (
            Series(f"{year - 1}年", tuple(theirs.get(month, 0) for month in months)),
            Series(
                f"{year}年",
                tuple(
                    mine.get(month, 0) if month <= m.days.last.month else None for month in months
                ),
            ),
        ),
    )


def _roots(parts: Iterable[Part]) -> dict[str, Reading]:
    """Add classes up to those of the first level; a dash holds what has no class."""
    found: dict[str, list[Reading]] = {}
    for part in parts:
        name = DASH if part.key is None else part.label.split("/")[0]
        if "received" in part.readings:
            found.setdefault(name, []).append(part.readings["received"])
    return {name: replace(rows[0], count=total(rows)) for name, rows in found.items()}


def _count(part: Part | None, code: str) -> int:
    if part is None or code not in part.readings:
        return 0
    return part.readings[code].count or 0


def _shown_any(part: Part, codes: Sequence[str]) -> bool:
    told = [part.readings[code] for code in codes if code in part.readings]
    return any(each.count or each.whole for each in told)


def _cell(m: Material, part: Part, code: str) -> str:
    """Show a figure of a part: where none was counted, a count is 0 and a rate is not known."""
    if code in part.readings:
        return part.readings[code].shown
    return DASH if m.read(code).figure.is_ratio else "0"


def _place(part: Part) -> str:
    return part.label if part.key is not None else "未填属地"


def _held(m: Material, now: int, then: int) -> Change:
    figure = m.read("received").figure
    mine, theirs = (Reading(figure, count, None, m.decimals) for count in (now, then))
    return change(mine, theirs, small=m.limits.small)


def _both(found: Change, then: int) -> tuple[str, str]:
    return f"{then}", found.shown


def _percent(found: Reading) -> Decimal | None:
    value = found.value
    return None if value is None else rounded(value * 100, decimals=found.decimals)


def _until(day: date) -> str:
    return f"{day.month}月{day.day}日前"
