"""Panels of what was brought: how much, by whom in groups, from where, about what, how well handled.

Nobody is ranked: units and townships stand in the order of their names (条例 §39, domain.md 8.2).
"""

from collections.abc import Iterable
from dataclasses import replace

from rules import panel_words as words
from rules.figure_terms import Dimension
from rules.panel_making import (
    DASH,
    cell,
    count_of,
    made,
    named,
    of_figures,
    percent_of,
    period_told,
    tells_any,
    year_told,
)
from rules.panel_terms import Chart, ChartKind, Material, Panel, PanelKind, Series, Shows, Table
from rules.panel_words import counted, joined
from rules.rates import as_percent
from rules.readings import Change, Part, Reading, change, shares, total
from rules.size_bands import by_band

TOP = 10
_FORMS = (
    "received", "letters", "visits", "visitors", "webs", "phones", "others", "firsts",
    "repeats", "repeat_rate", "per_10k",
)  # fmt: skip
_RATES = (
    "office_acceptance", "unit_acceptance", "on_time", "participation", "office_satisfaction",
    "unit_satisfaction",
)  # fmt: skip
_OF_UNITS = ("open", "near", "overdue", "on_time", "unit_satisfaction")
_SIGNS = "↑、↓、→ 表示同比上升、下降、持平"


def overall(m: Material) -> Panel:
    """How much was brought, by channel, with the months of two years."""
    whole = m.read("received")
    title = joined(
        [
            f"{words.spoken(m.days)}，{m.place}{counted(whole)}",
            year_told(m, "received"),
            "" if m.one_base else period_told(m, "received"),
        ]
    )
    found = of_figures(m, PanelKind.OVERALL, title, _FORMS, chart=_months(m), shows=Shows.CHART)
    held = words.held_against(m.bases)
    return replace(found, notes=(*found.notes, held)) if held else found


def _months(m: Material) -> Chart:
    """This year's months beside those of the year before, up to the last of the days."""
    year = m.days.last.year
    mine = {part.key.month: count_of(part, "received") for part in m.parts.get(Dimension.MONTH, ())}
    theirs = {
        part.key.month: count_of(part, "received") for part in m.former.get(Dimension.MONTH, ())
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


def collective(m: Material) -> Panel:
    """Visits in groups: how many, how large, the latest of them by row."""
    batches, people = m.read("collectives"), m.read("collective_visitors")
    title = f"{words.spoken(m.days)}，没有集体访"
    if batches.count:
        title = joined(
            [
                f"集体访{counted(batches, label=False)}{counted(people, label=False)}",
                named("批次", year_told(m, "collectives")),
                named("人次", year_told(m, "collective_visitors")),
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
    came = {int(part.label): count_of(part, "visits") for part in m.parts.get(Dimension.SIZE, ())}
    sizes = by_band(m.bands, came)
    chart = Chart(
        ChartKind.COLUMNS, "批次", tuple(sizes), (Series("集体访", tuple(sizes.values())),)
    )
    codes = ("collectives", "collective_visitors")
    found = made(m, PanelKind.COLLECTIVE, title, codes, table=table, chart=chart)
    if rows and (batches.count or 0) > len(rows):
        return replace(found, notes=(*found.notes, f"只列最近{len(rows)}批次"))
    return found


def levels(m: Material) -> Panel:
    """What came to the county, and what superiors told of the levels above."""
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
    return of_figures(m, PanelKind.LEVELS, title, (*county, *codes))


def _of_the_county(visits: Reading) -> Reading:
    """Call visits 到县, as the one level that is counted here and not told by superiors."""
    told = f"本县登记的来访，{visits.figure.definition}"
    return replace(visits, figure=replace(visits.figure, label="到县", definition=told))


def fields(m: Material) -> Panel:
    """What it was about: classes of the first level, the ten that were most."""
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
    told = made(
        m, PanelKind.FIELDS, title, ("received",), table=table, chart=chart, shows=Shows.CHART
    )
    return replace(told, notes=(*told.notes, _SIGNS))


def _roots(parts: Iterable[Part]) -> dict[str, Reading]:
    """Add classes up to those of the first level; a dash holds what has no class."""
    found: dict[str, list[Reading]] = {}
    for part in parts:
        name = DASH if part.key is None else part.label.split("/")[0]
        if "received" in part.readings:
            found.setdefault(name, []).append(part.readings["received"])
    return {name: replace(rows[0], count=total(rows)) for name, rows in found.items()}


def places(m: Material) -> Panel:
    """Where it came from: townships by name, those that fell to nothing with them."""
    now, former = (
        {part.key: part for part in of.get(Dimension.TOWNSHIP, ()) if count_of(part, "received")}
        for of in (m.parts, m.former)
    )
    found = list(now.values())
    # What has fallen to nothing has fallen too.
    if gone := [replace(part, readings={}) for key, part in former.items() if key not in now]:
        found = sorted([*found, *gone], key=lambda part: (part.key is None, part.label))
    rows, faint, up, down = [], set(), 0, 0
    # Where no population is entered, the whole column would be dashes.
    ratios = [
        code
        for code in ("on_time", "per_10k")
        if any(part.readings[code].whole for part in found if code in part.readings)
    ]
    for at, part in enumerate(found):
        count, then = count_of(part, "received"), count_of(former.get(part.key), "received")
        moved_ = _held(m, count, then)
        if part.key is not None:
            up, down = up + (count > then), down + (count < then)
        others = (cell(m, part, code) for code in ratios)
        rows.append((_place(part), f"{count}", *_both(moved_, then), *others))
        if moved_.small:
            faint.add((at, 3))
    title = f"从属地看，信访事项涉及{len(now.keys() - {None})}个乡镇（街道）、单位"
    title = joined([title, f"同比增加的{up}个" if up else "", f"减少的{down}个" if down else ""])
    if not now:
        title = f"{words.spoken(m.days)}，没有信访事项"
    heads = ("属地", "件次", "上年同期", "同比", *(m.read(code).figure.label for code in ratios))
    table = Table(heads, tuple(rows), frozenset(faint))
    chart = Chart(
        ChartKind.COLUMNS,
        "件次",
        tuple(row[0] for row in rows),
        (
            Series("本期", tuple(count_of(part, "received") for part in found)),
            Series("上年同期", tuple(count_of(former.get(part.key), "received") for part in found)),
        ),
    )
    return made(m, PanelKind.PLACES, title, ("received", *ratios), table=table, chart=chart)


def _place(part: Part) -> str:
    return part.label if part.key is not None else "未填属地"


def _held(m: Material, now: int, then: int) -> Change:
    figure = m.read("received").figure
    mine, theirs = (Reading(figure, count, None, m.decimals) for count in (now, then))
    return change(mine, theirs, small=m.limits.small)


def _both(found: Change, then: int) -> tuple[str, str]:
    return f"{then}", found.shown


def units(m: Material) -> Panel:
    """What each responsible unit has open, near its limit and over it."""
    codes = tuple(code for code in _OF_UNITS if code in m.readings)
    asked = [part for part in m.parts.get(Dimension.UNIT, ()) if tells_any(part, codes)]
    split = [code for code in codes if any(code in part.readings for part in asked)]
    rows = tuple(
        (
            part.label if part.key is not None else "未定责任单位",
            *(cell(m, part, code) for code in split),
        )
        for part in asked
    )
    table = Table(("责任单位", *(m.read(code).figure.label for code in split)), rows)
    known = sum(part.key is not None for part in asked)
    others = "" if known == len(asked) else "（另有未定责任单位的）"
    title = joined(
        [
            f"{known}个责任单位{others}{counted(m.read('open'))}",
            f"其中{counted(m.read('near'))}、{counted(m.read('overdue'))}",
            counted(m.read("on_time")),
        ]
    )
    return made(m, PanelKind.UNITS, title, codes, table=table)


def rates(m: Material) -> Panel:
    """How well it was handled: rates of acceptance, of time and of satisfaction."""
    on_time, satisfied = m.read("on_time"), m.read("unit_satisfaction")
    title = joined(
        [
            f"{words.spoken(m.days)}，{counted(on_time)}"
            if on_time.whole
            else "本期没有到期应办结的",
            year_told(m, "on_time") if on_time.whole else "",
            counted(satisfied) if satisfied.whole else "",
        ]
    )
    told = [code for code in _RATES if code in m.readings and m.read(code).value is not None]
    chart = Chart(
        ChartKind.BARS,
        "%",
        tuple(m.read(code).figure.label for code in told),
        (Series("本期", tuple(percent_of(m.read(code)) for code in told)),),
    )
    return of_figures(m, PanelKind.RATES, title, _RATES, chart=chart)
