"""The papers of a situation: what kinds there are, what the annex holds and says of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rules.figure_terms import Dimension
from rules.panel_terms import Material
from rules.readings import Change, Reading
from rules.terms import Term

Row = dict[str, str | int | None]
# The main figures whose rows the annex lists, and of a rate the side that missed.
BEHIND = ("received", "collectives", "near", "overdue", "on_time")
# A figure's rows beyond these are in the register and its export.
MOST_ROWS = 5_000
_DASH = "—"
_SPLITS = (Dimension.CLASS, Dimension.TOWNSHIP, Dimension.UNIT, Dimension.MONTH)


class Paper(Term):
    """What is made of a snapshot; the code is the file's ending."""

    DECK = "pptx", "幻灯片"
    REPORT = "docx", "形势分析报告"
    ANNEX = "xlsx", "数据附表"

    @property
    def media(self) -> str:
        """The type a browser is told."""
        kind = {
            Paper.DECK: "presentationml.presentation",
            Paper.REPORT: "wordprocessingml.document",
            Paper.ANNEX: "spreadsheetml.sheet",
        }[self]
        return f"application/vnd.openxmlformats-officedocument.{kind}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A case behind a figure as the annex lists it: nobody's name and no text of anybody."""

    figure: str
    number: str
    received_on: date
    township: str
    field: str
    unit: str
    state: str


def changed_since(m: Material, now: Mapping[str, Reading]) -> list[str]:
    """Say which figures have changed since they were kept, from what to what; nothing of the others."""
    return [
        f"{reading.figure.label}（快照 {m.read(code).shown}，导出时 {reading.shown}）"
        for code, reading in now.items()
        if (reading.count, reading.whole) != (m.read(code).count, m.read(code).whole)
    ]


def taken(by: str, at: datetime) -> str:
    """Say at the foot of a paper who took it along and when (domain.md 8.3)."""
    return f"导出：{by} {at:%Y-%m-%d %H:%M}"


def figure_sheet(m: Material) -> list[Row]:
    """The rows of sheet 指标: every figure with what it is made of and held against."""
    return [
        figure_row(
            reading, (m.year_before[code], m.on_year(code)), (m.before[code], m.on_period(code))
        )
        for code, reading in m.readings.items()
    ]


def figure_row(
    reading: Reading, year: tuple[Reading, Change], period: tuple[Reading, Change]
) -> Row:
    """A figure as files list it: its code, value and definition, with what it is held against."""
    figure = reading.figure
    return {
        "编码": figure.code,
        "名称": figure.label,
        "本期": reading.shown,
        "分子": reading.count if figure.is_ratio else None,
        "分母": reading.whole,
        "单位": figure.unit,
        "上年同期": year[0].shown,
        "同比": year[1].shown,
        "上期": period[0].shown,
        "环比": period[1].shown,
        "口径": figure.definition,
        "日期口径": figure.basis.label if figure.basis else "",
    }


def split_sheets(m: Material) -> Mapping[str, list[Row]]:
    """The rows of a sheet for each dimension: its parts, each figure they tell with the year before."""
    return {dimension.label: _split(m, dimension) for dimension in _SPLITS}


def _split(m: Material, dimension: Dimension) -> list[Row]:
    now = m.parts.get(dimension, ())
    # Months of two years stand under each other, parts of the same key beside each other.
    months = dimension is Dimension.MONTH
    parts = (*m.former.get(dimension, ()), *now) if months else now
    former = {} if months else {part.key: part for part in m.former.get(dimension, ())}
    codes = list(dict.fromkeys(code for part in parts for code in part.readings))
    rows: list[Row] = []
    for part in parts:
        then = former.get(part.key)
        row: Row = {dimension.label: part.label if part.key is not None else "未填"}
        for code in codes:
            figure = m.read(code).figure
            name = f"{figure.label}（{figure.unit}）"
            row[name] = part.readings[code].shown if code in part.readings else _DASH
            if code == "received" and not months:
                told = then.readings.get(code) if then else None
                row[f"{name}上年同期"] = told.shown if told else "0"
        rows.append({name: _plain(value) for name, value in row.items()})
    return rows


def _plain(value: str | int | None) -> str | int | None:
    """A count as a number, so that a sheet can add it."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def detail_sheet(rows: Iterable[Listed]) -> list[Row]:
    """The rows of sheet 明细."""
    return [
        {
            "指标": row.figure,
            "案件编号": row.number,
            "收到日期": f"{row.received_on}",
            "属地": row.township,
            "内容分类": row.field,
            "责任单位": row.unit,
            "状态": row.state,
        }
        for row in rows
    ]
