"""What all panels are made of: a table of figures held against other days, definitions, parts."""

from collections.abc import Sequence
from decimal import Decimal

from rules.panel_terms import Chart, Material, Panel, PanelKind, Shows, Table
from rules.panel_words import Against, moved
from rules.rates import rounded
from rules.readings import Part, Reading

DASH = "—"
_HEADERS = ("项目", "本期", "上年同期", "同比", "上期", "环比")
_NOT_COUNTED = "检举控告事项不计"


def of_figures(
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
    return made(m, kind, title, known, table=table, chart=chart, shows=shows)


def made(
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


def tells_any(part: Part, codes: Sequence[str]) -> bool:
    """Say whether a part has any of these figures, be it 0 of something."""
    told = [part.readings[code] for code in codes if code in part.readings]
    return any(each.count or each.whole for each in told)


def year_told(m: Material, code: str) -> str:
    """Say how a figure moved against the same days of the year before."""
    return moved(m.on_year(code), m.year_before[code], Against.YEAR)


def period_told(m: Material, code: str) -> str:
    """Say how a figure moved against the days before."""
    return moved(m.on_period(code), m.before[code], Against.PERIOD)


def named(name: str, told: str) -> str:
    """Put the name of what moved before how it moved; nothing of what there is nothing to tell."""
    return f"{name}{told}" if told else ""


def count_of(part: Part | None, code: str) -> int:
    """Return a count of a part, 0 where none was counted."""
    if part is None or code not in part.readings:
        return 0
    return part.readings[code].count or 0


def cell(m: Material, part: Part, code: str) -> str:
    """Show a figure of a part: where none was counted, a count is 0 and a rate is not known."""
    if code in part.readings:
        return part.readings[code].shown
    return DASH if m.read(code).figure.is_ratio else "0"


def percent_of(found: Reading) -> Decimal | None:
    """Return a rate in %, rounded as it is shown; None where it is not known."""
    value = found.value
    return None if value is None else rounded(value * 100, decimals=found.decimals)
