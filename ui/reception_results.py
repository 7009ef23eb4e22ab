"""What came of reception, drawn: the grid of leaders by month, their burden, and the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

from db.queries import office, reception_figures, rosters
from db.queries.reception_days import Span
from db.queries.reception_figures import ReceptionFigures
from db.queries.rosters import TurnView
from rules.figure_terms import Figure, worded
from rules.figures import RECEPTION_FIGURES
from rules.rates import year_on_year
from rules.reception_terms import Counting, Level, Standing, TurnState
from rules.receptions import Audit, Basis, named
from rules.roster_audit import audit
from rules.roster_figures import GridCell, burdens, grid
from ui import chart_view, forms, reception_rows, roster_findings, roster_turns
from ui.charts import receptions as charts
from ui.charts.theme import Size

_WALL_PLOT = 520
_WHOLE = 3
_COLOURS = {"实到": "green", "替班": "blue", "缺席": "red", "计划": "gray"}


@dataclass(frozen=True, slots=True)
class Results:
    """What was read of a year of one level: turns, what they are judged by, and its figures.

    `counted` are the year up to today, the same days a year before, this year's of all levels,
    then the months of both years, each in the span at the same place of `spans`. `small` is the
    county's small base of a comparison, `decimals` how many a percentage is shown with;
    `defined` are the figures in the county's own numbers.
    """

    basis: Basis
    views: tuple[TurnView, ...]
    cells: tuple[GridCell, ...]
    held: Audit
    spans: tuple[Span, ...]
    counted: tuple[ReceptionFigures, ...]
    small: int
    decimals: int
    defined: Mapping[str, Figure]

    @property
    def now(self) -> ReceptionFigures:
        """The figures of the year, up to today."""
        return self.counted[0]

    @property
    def before(self) -> ReceptionFigures:
        """The figures of the same days a year before."""
        return self.counted[1]

    @property
    def columns(self) -> list[tuple[Span, ReceptionFigures]]:
        """The year, the year before, and the year of all levels together."""
        return list(zip(self.spans[:_WHOLE], self.counted[:_WHOLE], strict=True))

    def months(self, *, back: bool) -> list[tuple[Span, int]]:
        """The visits of each month of the year, or of the year before."""
        first = _WHOLE + (12 if back else 0)
        at = slice(first, first + 12)
        return [
            (span, each.batches)
            for span, each in zip(self.spans[at], self.counted[at], strict=True)
        ]


def read(session: Session, level: Level, year: int, *, today: date) -> Results:
    """Read a year of a level up to today, and the same days of the year before."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), max(today, date(year, 1, 1)))
    whole = date(year, 12, 31)
    set_ = office.in_force(session, on=last)
    minimum = int(set_["collective_min"])
    counts = bool(set_["substitute_counts_for_original"])
    basis = rosters.basis(session, level=level, unit_id=None, first=first, last=whole)
    views = tuple(rosters.turns_between(session, first, whole, level=level))
    turns = [view.turn for view in views]
    spans = [Span(first, last, level), Span(_year_back(first), _year_back(last), level)]
    spans.append(Span(first, last))
    starts = [date(year, month, 1) for month in range(1, 13)]
    spans += [Span(start, _month_end(start), level) for start in starts]
    spans += [Span(_year_back(start), _year_back(_month_end(start)), level) for start in starts]
    found = [reception_figures.figures(session, span, collective_min=minimum) for span in spans]
    return Results(
        basis=basis,
        views=views,
        cells=grid(turns, basis),
        held=audit(
            turns,
            replace(basis, last=last),
            counting=Counting.HELD,
            substitute_counts_for_original=counts,
        ),
        spans=tuple(spans),
        counted=tuple(found),
        small=int(set_["small_base"]),
        decimals=int(set_["pct_decimals"]),
        defined={code: worded(figure, set_) for code, figure in RECEPTION_FIGURES.items()},
    )


def draw_grid(found: Results, *, big: bool) -> None:
    """Draw leaders by month: how many turns were held, by others, missed, or are to come."""
    if not found.views:
        st.info("这一年还没有排班。排好并登记实到以后，这里按领导和月份显示。")
        return
    if big:
        st.html(_as_html(found))
        return
    st.caption(
        "每格：实到、替班（由他人接访）、缺席、计划的天数。点一格看这些班次。只有实到计入达标。"
    )
    people = named(found.basis.receivers)
    ids = list(dict.fromkeys(cell.leader_id for cell in found.cells if _any(found, cell.leader_id)))
    months = list(dict.fromkeys(cell.month for cell in found.cells))
    at = {(cell.leader_id, cell.month): cell for cell in found.cells}
    columns: dict[str, list[object]] = {"领导": [people[each].name for each in ids]}
    for month in months:
        columns[f"{month.month}月"] = [_words(at[each, month]) for each in ids]
    columns["达标"] = [_standing(found.held, each) for each in ids]
    words = [f"{word}{n}" for word in _COLOURS for n in range(1, 32)]
    colours = [colour for colour in _COLOURS.values() for _ in range(1, 32)]
    chosen = st.dataframe(
        pa.table(
            {
                name: pa.array(values, pa.list_(pa.string()) if name.endswith("月") else None)
                for name, values in columns.items()
            }
        ),
        hide_index=True,
        height="content",
        on_select="rerun",
        selection_mode="single-cell",
        key="reception_grid",
        alt="每位领导每月的接访情况",
        column_config={
            "领导": st.column_config.TextColumn(width=76, pinned=True),
            **{
                f"{month.month}月": st.column_config.MultiselectColumn(
                    width=80, options=words, color=colours
                )
                for month in months
            },
        },
    )
    for row, name in chosen["selection"]["cells"]:
        if name.endswith("月") and row < len(ids):
            _behind(found, ids[row], int(name[:-1]))


def _any(found: Results, leader_id: int) -> bool:
    """Whether a leader owed or had anything: one who left before the year is not listed."""
    return any(
        cell.planned or cell.stood_in for cell in found.cells if cell.leader_id == leader_id
    ) or any(each.leader_id == leader_id and each.owed for each in found.held.duties)


def _words(cell: GridCell) -> list[str]:
    left = cell.planned - cell.held - cell.substituted - cell.missed
    counts = {"实到": cell.held + cell.stood_in, "替班": cell.substituted}
    counts |= {"缺席": cell.missed, "计划": left}
    return [f"{word}{count}" for word, count in counts.items() if count]


def _standing(held: Audit, leader_id: int) -> str:
    short = [
        each
        for each in held.duties
        if each.leader_id == leader_id and each.standing is Standing.SHORT
    ]
    return f"欠 {sum(each.short for each in short)} 天" if short else "达标"


def _behind(found: Results, leader_id: int, month: int) -> None:
    views = [
        view
        for view in found.views
        if view.turn.on.month == month and leader_id in (view.turn.leader_id, view.turn.by)
    ]
    name = named(found.basis.receivers)[leader_id].name
    st.markdown(f"**{forms.plain(name)} {month} 月的班次**")
    roster_turns.listed(views)


def _as_html(found: Results) -> str:
    people = named(found.basis.receivers)
    ids = list(dict.fromkeys(cell.leader_id for cell in found.cells if _any(found, cell.leader_id)))
    months = list(dict.fromkeys(cell.month for cell in found.cells))
    at = {(cell.leader_id, cell.month): cell for cell in found.cells}
    head = "".join(f"<th>{month.month}月</th>" for month in months)
    rows = "".join(
        f"<tr><th>{escape(people[each].name)}</th>"
        + "".join(_square(at[each, month]) for month in months)
        + f"<td>{_standing(found.held, each)}</td></tr>"
        for each in ids
    )
    return f'<table class="house-grid"><tr><th>领导</th>{head}<th>达标</th></tr>{rows}</table>'


def _square(cell: GridCell) -> str:
    words = _words(cell)
    look = "missed" if cell.missed else "held" if cell.held + cell.stood_in else "planned"
    return f'<td class="{look if words else ""}">{"<br>".join(words)}</td>'


def draw_burdens(found: Results) -> None:
    """Draw the turns of each leader over the year, with those on days off and special days."""
    turns = [view.turn for view in found.views if view.turn.state is not TurnState.PLANNED]
    roster_findings.burdens(burdens(turns, found.basis), found.basis)


def draw_figures(found: Results, *, year: int, big: bool, opens: bool) -> None:
    """Draw the figures with the same days of the year before, and visits by month.

    `opens` is for who may see all visits: every number then opens what it counts.
    """
    now, before = (reception_figures.values(each) for each in (found.now, found.before))
    columns = st.columns(4)
    for number, (code, figure) in enumerate(found.defined.items()):
        with columns[number % 4]:
            change = year_on_year(now[code], before[code], decimals=found.decimals)
            small = "（基数小）" if 0 < before[code] < found.small else ""
            st.metric(
                f"{figure.label}（{figure.unit}）",
                f"{now[code]:,}",
                f"去年同期 {before[code]:,}，同比 {change}{small}",
                delta_color="off",
                delta_arrow="off",
                help=figure.definition,
                border=True,
            )
    rows: dict[str, list[object]] = {"month": [], "year": [], "count": []}
    this_year, last_year = found.months(back=False), found.months(back=True)
    counts = [
        (f"{month}月", now_, last)
        for month, ((_, now_), (_, last)) in enumerate(zip(this_year, last_year, strict=True), 1)
    ]
    for month, count, last in counts:
        for word, value in (("去年", last), ("今年", count)):
            rows["month"].append(month)
            rows["year"].append(word)
            rows["count"].append(value)
    st.subheader(f"{year} 年各月来访批次")
    chart_view.show(
        charts.by_month,
        rows,
        alt=chart_view.in_words(
            f"{year} 年各月来访批次，括号内为去年",
            [f"{month} {count} 批（{last}）" for month, count, last in counts],
        ),
        size=Size.WALL if big else Size.DESK,
        height=_WALL_PLOT if big else None,
    )
    label = "看数据（点数字打开来访、场次、领导）" if opens else "看数据"
    if (below := chart_view.table_below("reception_months", label)) is not None:
        with below:
            _numbers(found, year, counts, opens=opens)


def _numbers(
    found: Results, year: int, counts: Sequence[tuple[str, int, int]], *, opens: bool
) -> None:
    """Draw the numbers behind the chart, and for who may see all visits what each one counts."""
    words = (f"{year} 年", "去年同期", f"{year} 年各级合计")
    if not opens:
        shown = zip(*counts, strict=True)
        names = ("月份", f"{words[0]}（批次）", "去年（批次）")
        table = {name: list(column) for name, column in zip(names, shown, strict=True)}
        st.dataframe(pa.table(table), hide_index=True, alt="各月来访批次")
        return
    reception_rows.figures(
        {
            word: (span, reception_figures.values(counted))
            for word, (span, counted) in zip(words, found.columns, strict=True)
        }
    )
    reception_rows.months(
        {
            f"{words[0]}（批次）": found.months(back=False),
            "去年（批次）": found.months(back=True),
        }
    )


def definitions(found: Results) -> Mapping[str, str]:
    """Map each figure as it is shown to its definition."""
    return {f"{f.label}（{f.unit}）": f.definition for f in found.defined.values()}


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _year_back(on: date) -> date:
    return on.replace(year=on.year - 1, day=min(on.day, 28) if on.month == 2 else on.day)
