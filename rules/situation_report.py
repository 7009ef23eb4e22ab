"""The written analysis of a situation (信访形势分析): what each of its five sections says.

Every sentence is computed from the material. Causes and outlooks are the office's to judge: there
the text tells what moved, and `OWN_WORDS` marks the place for the office's own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rules import panel_words as words
from rules.panel_making import named, period_told, year_told
from rules.panel_terms import Material, Panel, PanelKind
from rules.panel_words import Against, counted, joined, moved, share
from rules.panels import panel
from rules.readings import Alert
from rules.terms import Term

OWN_WORDS = "【请联席办补充：{}】"
_WATCHED = (
    *("received", "letters", "visits", "visitors", "webs", "repeats", "collectives"),
    *("collective_visitors", "returned", "disputes_found", "disputes_unresolved"),
)
_BEHIND = (
    *("office_acceptance", "unit_acceptance", "on_time"),
    *("office_satisfaction", "unit_satisfaction"),
)


class Section(Term):
    """The sections of the report in their order (domain.md 6.3); the code is what a template names."""

    OVERALL = "总体情况", "一、总体情况"
    FEATURES = "主要特点", "二、主要特点"
    PROBLEMS = "突出问题", "三、突出问题及成因分析"
    OUTLOOK = "走势研判", "四、下步走势研判"
    ADVICE = "工作建议", "五、工作建议"


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in a section: a paragraph, or a panel with its chart and table; `own` is the office's place."""

    text: str = ""
    panel: Panel | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the annex: its code, what it is called, its value with unit, how it is defined."""

    code: str
    label: str
    value: str
    definition: str


def sections(material: Material) -> dict[Section, tuple[Block, ...]]:
    """Compose the five sections."""
    return {each: tuple(_COMPOSERS[each](material)) for each in Section}


def figure_rows(material: Material) -> list[FigureRow]:
    """List every figure of the material with its definition, for the annex."""
    return [
        FigureRow(
            code,
            reading.figure.label,
            counted(reading, label=False),
            joined(
                [
                    reading.figure.definition,
                    f"按{reading.figure.basis.label}" if reading.figure.basis else "",
                ]
            ),
        )
        for code, reading in material.readings.items()
    ]


def _overall(m: Material) -> Iterable[Block]:
    whole = m.read("received")
    first = joined([f"{words.spoken(m.days)}，{m.place}{counted(whole)}", *_moved(m, "received")])
    forms = "；".join(
        joined([counted(m.read(code)), share(m.read(code), whole), year_told(m, code)])
        for code in ("letters", "webs", "phones", "others")
    )
    visits = joined(
        [
            f"来访{counted(m.read('visits'), label=False)}{counted(m.read('visitors'), label=False)}",
            named("批次", year_told(m, "visits")),
            named("人次", year_told(m, "visitors")),
        ]
    )
    again = joined(
        [
            counted(m.read("firsts")),
            counted(m.read("repeats")),
            counted(m.read("repeat_rate")),
            year_told(m, "repeat_rate"),
        ]
    )
    yield Block(f"{first}。按信访形式，{forms}。{visits}。{again}。")
    if held := words.held_against(m.bases):
        yield Block(f"{held}。")
    rates = (
        joined([counted(m.read(code)), period_told(m, code)])
        for code in _BEHIND
        if m.read(code).value is not None
    )
    if told := "；".join(rates):
        yield Block(f"{told}。")
    yield from _panels(m, PanelKind.OVERALL, PanelKind.RATES)


def _features(m: Material) -> Iterable[Block]:
    for kind in (
        *(PanelKind.FIELDS, PanelKind.COLLECTIVE, PanelKind.LEVELS, PanelKind.PLACES),
        *(PanelKind.UNITS, PanelKind.FOLLOW_UPS, PanelKind.BATCHES, PanelKind.RECEPTIONS),
        *(PanelKind.SWEEPS, PanelKind.EVALUATIONS),
    ):
        yield Block(f"{panel(kind, m).title}。")
        yield from _panels(m, kind)


def _problems(m: Material) -> Iterable[Block]:
    told = [_jumped(m, code) for code in _WATCHED if code in m.readings]
    up = [each for each in told if each]
    limits = f"同比或者环比变动超过{m.limits.odd}%"
    yield Block(f"{limits}的有：{'；'.join(up)}。" if up else f"没有{limits}的主要指标。")
    missed = [
        f"{_name(m, code)}未达到的{(reading.whole or 0) - (reading.count or 0)}{reading.figure.of}"
        for code in _BEHIND
        if (reading := m.read(code)).whole and reading.count != reading.whole
    ]
    if missed:
        yield Block(f"{'，'.join(missed)}。")
    yield Block(f"截至统计时点，{counted(m.read('overdue'))}、{counted(m.read('near'))}。")
    yield Block(OWN_WORDS.format("突出问题的成因分析"), own=True)


def _outlook(m: Material) -> Iterable[Block]:
    whole = m.read("received")
    yield Block(f"{joined([f'从趋势看，{counted(whole)}', *_moved(m, 'received')])}。")
    yield Block(
        f"{counted(m.read('open'))}，{counted(m.read('disputes_unresolved'))}纠纷，"
        f"{counted(m.read('follow_ups_open'))}。"
    )
    yield Block(OWN_WORDS.format("下步走势研判"), own=True)


def _advice(m: Material) -> Iterable[Block]:
    steps = panel(PanelKind.NEXT_STEPS, m)
    if steps.points:
        yield Block(f"{steps.title}。")
        yield from (Block(f"{point}。") for point in steps.points)
    else:
        yield Block(OWN_WORDS.format("工作建议，会议还没有议定事项"), own=True)


_COMPOSERS: Mapping[Section, Callable[[Material], Iterable[Block]]] = {
    Section.OVERALL: _overall,
    Section.FEATURES: _features,
    Section.PROBLEMS: _problems,
    Section.OUTLOOK: _outlook,
    Section.ADVICE: _advice,
}


def _panels(m: Material, *kinds: PanelKind) -> Iterable[Block]:
    for kind in kinds:
        first, *more = panel(kind, m).thoughts
        if first.chart is not None or first.table is not None:
            yield Block(panel=first)
        for each in more:
            yield from (Block(f"{each.title}。"), Block(panel=each))


def _jumped(m: Material, code: str) -> str:
    """Say how a figure moved beyond the county's threshold; a small base is told as counts, or not at all."""
    told = []
    held = [
        (Against.YEAR, m.on_year(code), m.year_before[code]),
        (Against.PERIOD, m.on_period(code), m.before[code]),
    ]
    for against, change, then in held[:1] if m.one_base else held:
        level = change.level(m.limits)
        if level is not Alert.STEADY:
            told.append(f"{moved(change, then, against)}（{level.label}）")
    return f"{counted(m.read(code))}，{'、'.join(told)}" if told else ""


def _moved(m: Material, code: str) -> list[str]:
    """Say how a count moved on the year before and the days before, of one base only once."""
    return [year_told(m, code), *(() if m.one_base else (period_told(m, code),))]


def _name(m: Material, code: str) -> str:
    return m.read(code).figure.label
