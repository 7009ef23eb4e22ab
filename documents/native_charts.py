"""Charts of panels as Office draws them itself: DrawingML with its numbers in an embedded workbook.

Whoever opens a deck or a report edits such a chart's data in place. The writer is python-pptx's; a
report takes the finished parts over, for a chart is the same thing in Word.
"""

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.util import Emu, Pt

from rules.panel_terms import Chart, ChartKind

_KINDS = {
    ChartKind.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED,
    ChartKind.BARS: XL_CHART_TYPE.BAR_CLUSTERED,
    ChartKind.LINES: XL_CHART_TYPE.LINE_MARKERS,
    ChartKind.STACKED: XL_CHART_TYPE.COLUMN_STACKED,
}
# The year before is paler than this one; what stands alone is in the first colour.
_COLOURS = ("2F6690", "C77D0A", "5B8C5A", "8A8F98")
_PALE = "B9C6D3"
_INK = "404040"
# More marks than these and their numbers would run into each other; the table has them.
_MOST_LABELLED = 26
_SHEET = "Sheet1"  # the name that the chart's references use


def add(
    shapes: Any, chart: Chart, *, left: int, top: int, width: int, height: int, size: int
) -> Any:
    """Put a chart among the shapes of a slide, its text `size` points high; returns its frame."""
    data = CategoryChartData(number_format="General")
    data.categories = _told(chart)
    for series in _ordered(chart):
        data.add_series(series.name, [_number(value) for value in _turned(chart, series.values)])
    frame = shapes.add_chart(_KINDS[chart.kind], Emu(left), Emu(top), Emu(width), Emu(height), data)
    frame.chart.part.chart_workbook.update_from_xlsx_blob(_workbook(chart))
    _dress(frame.chart, chart, size)
    return frame


def parts(chart: Chart, *, size: int) -> tuple[bytes, bytes]:
    """Return the chart as XML and the workbook of its numbers, which it names by rId1."""
    slide = _blank()
    frame = add(slide.shapes, chart, left=0, top=0, width=9_000_000, height=4_000_000, size=size)
    part = frame.chart.part
    return part.blob, part.chart_workbook.xlsx_part.blob


def _blank() -> Any:
    show = Presentation()
    return show.slides.add_slide(show.slide_layouts[6])


def _turned(chart: Chart, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Bars are drawn from below, people read from above."""
    return values[::-1] if chart.kind is ChartKind.BARS else values


def _told(chart: Chart) -> tuple[str, ...]:
    return _turned(chart, chart.labels)


def _ordered(chart: Chart) -> tuple[Any, ...]:
    return _turned(chart, chart.series)


def _number(value: Any) -> int | float | None:
    return value if value is None or isinstance(value, int) else float(value)


def _workbook(chart: Chart) -> bytes:
    """Write the numbers where the chart looks for them; a name that begins with = stays a name."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _SHEET

    def put(row: int, column: int, text: str) -> None:
        sheet.cell(row, column, text).data_type = "s"

    for row, label in enumerate(_told(chart), start=2):
        put(row, 1, label)
    for column, series in enumerate(_ordered(chart), start=2):
        put(1, column, series.name)
        for row, value in enumerate(_turned(chart, series.values), start=2):
            sheet.cell(row, column, _number(value))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _dress(drawn: Any, chart: Chart, size: int) -> None:
    drawn.has_title = False
    drawn.font.size = Pt(size)
    drawn.font.color.rgb = RGBColor.from_string(_INK)
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
    values, names = drawn.value_axis, drawn.category_axis
    values.minimum_scale = 0
    if chart.unit == "%":
        # Past 100 there is room for a number and nothing else.
        values.maximum_scale, values.major_unit = 110, 20
    values.major_gridlines.format.line.color.rgb = RGBColor.from_string("E3E6EA")
    values.format.line.fill.background()
    values.has_title = True
    values.axis_title.text_frame.text = f"单位：{chart.unit}"
    text = values.axis_title.text_frame.paragraphs[0].font
    text.size, text.bold = Pt(size - 1), False
    names.format.line.color.rgb = RGBColor.from_string("B0B5BC")
    names.has_major_gridlines = False
    plot = drawn.plots[0]
    marks = len(chart.labels) * len(chart.series)
    if chart.kind is not ChartKind.LINES:
        plot.gap_width = 60 if len(chart.labels) > 4 else 180
        plot.overlap = 100 if chart.kind is ChartKind.STACKED else -5
    plot.has_data_labels = marks <= _MOST_LABELLED
    if plot.has_data_labels:
        plot.data_labels.font.size = Pt(size - 1)
        plot.data_labels.show_value = True
        if chart.kind in (ChartKind.COLUMNS, ChartKind.BARS):
            plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for series in plot.series:
        _colour(series, chart)


def _colour(series: Any, chart: Chart) -> None:
    names = [each.name for each in chart.series]
    at = names.index(series.name)
    pale = len(names) == 2 and _is_former(names[at], names[1 - at])
    main = at == 0 or (len(names) == 2 and _is_former(names[1 - at], names[at]))
    colour = _PALE if pale else _COLOURS[0] if main else _COLOURS[at % len(_COLOURS)]
    if chart.kind is ChartKind.LINES:
        series.format.line.color.rgb = RGBColor.from_string(colour)
        series.smooth = False
        return
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
    series.invert_if_negative = False


def _is_former(name: str, other: str) -> bool:
    return name == "上年同期" or (name[:4].isdigit() and other[:4].isdigit() and name < other)
