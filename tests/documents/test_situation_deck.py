"""The deck of a situation: native charts and tables, nothing clipped, nobody's name."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Inches, Pt

from documents import situation_deck, slide_master
from documents.containers import Unreadable
from rules import text_widths
from rules.figure_terms import Dimension
from rules.meetings import DecisionState
from rules.panel_terms import (
    BatchRow,
    Chart,
    ChartKind,
    DecisionTold,
    Inserted,
    Panel,
    Series,
    Shows,
    Table,
)
from rules.panels import panels
from tests.documents.packages import charts_of, holds, parts_of
from tests.materials import material, month, part

ABOUT = situation_deck.About(
    "某县联席办", "小李", datetime(2026, 7, 2, 1, 5, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
)
SOME = material(
    {"received": 143, "on_time": (125, 130), "batches_held": 1, "batch_resolution": (42, 54)},
    {"received": 131, "on_time": (100, 110)},
    parts={
        Dimension.CLASS: (part("城乡建设/拆迁", 1, received=31), part("农业农村", 2, received=23)),
        Dimension.MONTH: (month(1, 20), month(2, 25)),
    },
    batches=(BatchRow("=一季度", date(2026, 1, 5), 54, 42),),
    decided=(
        DecisionTold("本次", "县住建局", "逐件过堂", date(2026, 8, 1), DecisionState.RUNNING, ""),
    ),
    number="KZ20260001",
)


def made(told: list[Panel] | None = None, **given: Any) -> bytes:
    return situation_deck.deck(panels(SOME) if told is None else told, SOME, ABOUT, **given)


def slides(content: bytes) -> list[Any]:
    return list(Presentation(BytesIO(content)).slides)


def texts(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def long_table(rows: int, cell: str = "第{}镇") -> Panel:
    told = tuple((cell.format(at), f"{at}") for at in range(rows))
    return Panel(
        kind=Inserted.TEXT, title="很长的一张表", codes=(), table=Table(("属地", "件次"), told)
    )


def test_each_panel_is_a_slide_after_the_title_in_the_order_given() -> None:
    told = list(reversed(panels(SOME)))

    first, *others = slides(made(told))

    assert first.shapes.title.text == "全县信访形势分析"
    titles = [slide.shapes.title.text for slide in others]
    assert [t for t in titles if not t.endswith("（续）")] == [panel.title for panel in told]


def test_what_follows_a_panel_is_a_slide_of_its_own_with_a_native_table() -> None:
    further = long_table(3)
    panel = Panel(kind=Inserted.TEXT, title="图", codes=(), points=("甲",), more=(further,))

    _, first, second = slides(made([panel]))

    assert (first.shapes.title.text, second.shapes.title.text) == ("图", "很长的一张表")
    (table,) = [shape.table for shape in second.shapes if shape.has_table]
    assert [cell.text for cell in table.rows[1].cells] == ["第0镇", "0"]


def test_which_way_a_field_moved_is_in_the_native_chart_too() -> None:
    some = material(
        {"received": 12},
        parts={Dimension.CLASS: (part("劳动", 1, received=12),)},
        former={Dimension.CLASS: (part("劳动", 1, received=10),)},
    )
    parts = parts_of(made([panels(some)[3]]))

    assert any("劳动 ↑" in str(rows) for _, rows in charts_of(parts))


def test_charts_are_native_and_hold_the_values_of_their_panels() -> None:
    shown = [p.chart for p in panels(SOME) if p.shows is Shows.CHART and p.chart is not None]
    parts = parts_of(made())

    found = charts_of(parts)

    assert len(shown) == 3
    assert all(holds(each, chart) for each, chart in zip(found, shown, strict=True))
    assert not [name for name in parts if name.startswith("ppt/media")]


@pytest.mark.parametrize("kind", ChartKind)
def test_every_kind_of_chart_is_drawn(kind: ChartKind) -> None:
    chart = Chart(kind, "件", ("甲", "乙"), (Series("一", (1, 2)), Series("二", (None, 4))))
    panel = Panel(kind=Inserted.TEXT, title="图", codes=(), chart=chart, shows=Shows.CHART)

    (found,) = charts_of(parts_of(made([panel])))

    assert holds(found, chart)


def test_a_label_that_begins_with_an_equals_sign_is_no_formula() -> None:
    parts = parts_of(made())
    books = [part for name, part in parts.items() if name.endswith(".xlsx")]

    sheets = [zipfile.ZipFile(BytesIO(book)).read("xl/worksheets/sheet1.xml") for book in books]

    assert any("=一季度" in str(rows) for _, rows in charts_of(parts))
    assert not [sheet for sheet in sheets if b"<f>" in sheet]


def test_every_slide_says_its_snapshot_its_taker_and_page() -> None:
    for slide in slides(made())[1:]:
        assert any("快照 KZ20260001　数据截至 2026-07-01 09:30" in text for text in texts(slide))
        assert any(text.endswith("导出：小李 2026-07-02 09:05") for text in texts(slide))
        assert slide._element.xpath(".//a:fld[@type='slidenum']")


def test_a_slide_read_now_is_told_as_of_then_and_as_no_part_of_the_snapshot() -> None:
    at = datetime(2026, 7, 9, 2, 5, tzinfo=UTC)

    live, kept = slides(made([replace(long_table(3), at=at), long_table(3)]))[1:]

    assert any("实时　数据截至 2026-07-09 10:05" in text for text in texts(live))
    assert not any("KZ20260001" in text for text in texts(live))
    assert any("KZ20260001" in text for text in texts(kept))


def test_notes_carry_definitions_and_codes() -> None:
    told = [slide.notes_slide.notes_text_frame.text for slide in slides(made())[1:4]]

    assert "信访总量：收到日期在期内的信访事项" in told[0]
    assert "指标编码：received、letters" in told[0]


def test_points_are_text() -> None:
    assert "一要逐件过堂（县住建局，8月1日前）" in texts(slides(made())[-1])


@pytest.mark.parametrize("rows", [11, 60, 300])
def test_a_long_table_is_parted_and_no_row_is_lost_or_clipped(rows: int) -> None:
    told = slides(made([long_table(rows)]))[1:]

    tables = [next(s for s in slide.shapes if s.has_table) for slide in told]
    cells = [row.cells[0].text for s in tables for row in list(s.table.rows)[1:]]
    assert cells == [f"第{at}镇" for at in range(rows)]
    for slide, shape in zip(told, tables, strict=True):
        assert shape.top >= slide.shapes.title.top + slide.shapes.title.height
        assert shape.top + sum(row.height for row in shape.table.rows) <= Inches(6.93)
    titles = [slide.shapes.title.text for slide in told]
    assert titles[0] == "很长的一张表"
    assert all("（续" in title for title in titles[1:])
    assert len(set(titles)) == len(titles)


def test_a_row_of_long_text_takes_the_room_it_needs() -> None:
    few, many = (len(slides(made([long_table(10, text)]))) for text in ("短{}", "很长" * 60 + "{}"))

    assert many > few


LONG = "长" * 499 + "完"


def test_a_decision_as_long_as_one_may_be_stands_on_its_slide() -> None:
    unit = "县住房和城乡建设局综合行政执法大队"
    told = ("短", LONG, *["短"] * 8)
    rows = tuple((unit, each, "2026-08-01", "超期 12 天") for each in told)
    table = Table(("责任单位", "议定事项", "完成期限", "进展"), rows)
    panel = Panel(kind=Inserted.TEXT, title="议定事项", codes=(), table=table)

    for slide in slides(made([panel]))[1:]:
        shape = next(shape for shape in slide.shapes if shape.has_table)
        for row in list(shape.table.rows):
            for column, cell in zip(shape.table.columns, row.cells, strict=True):
                size = cell.text_frame.paragraphs[0].runs[0].font.size
                width = (column.width - cell.margin_left - cell.margin_right) / size
                needed = text_widths.lines(cell.text, width) * size * 1.2
                assert needed + cell.margin_top + cell.margin_bottom <= row.height
        assert shape.top + sum(row.height for row in shape.table.rows) <= Inches(6.93)


def test_points_as_long_as_decisions_are_stand_on_their_slides() -> None:
    points = ("一要短", LONG + "（县住房和城乡建设局，8月1日前）", *["三要短"] * 9)
    panel = Panel(kind=Inserted.TEXT, title="下步措施", codes=(), points=points)

    told = slides(made([panel]))[1:]

    boxes = [
        next(s for s in slide.shapes if s.has_text_frame and s.top > Inches(1.5)) for slide in told
    ]
    assert tuple(p.text for box in boxes for p in box.text_frame.paragraphs) == points
    for box in boxes:
        high = 0
        for paragraph in box.text_frame.paragraphs:
            size = paragraph.runs[0].font.size
            high += text_widths.lines(paragraph.text, box.width / size - 1) * size * 1.2 + Pt(12)
        assert box.top + high <= Inches(6.93)


def test_the_theme_names_chinese_fonts_with_a_fallback() -> None:
    themes = [xml for name, xml in parts_of(made()).items() if "/theme/" in name]

    assert themes
    for theme in themes:
        assert theme.decode().count('<a:ea typeface="微软雅黑"/>') == 2
        assert theme.decode().count('<a:font script="Hans" typeface="黑体"/>') == 2


def test_the_office_is_the_author() -> None:
    found = Presentation(BytesIO(made())).core_properties

    assert (found.author, found.last_modified_by) == ("某县联席办", "某县联席办")
    assert found.title == "2026年1—6月全县信访形势分析"


def own_master(*, wide: bool = True, title: bool = True) -> bytes:
    show, stream = Presentation(), BytesIO()
    if wide:
        show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    if not title:
        for layout in list(show.slide_layouts)[:6] + list(show.slide_layouts)[7:]:
            show.slide_layouts.remove(layout)
    else:
        slide = show.slides.add_slide(show.slide_layouts[0])
        slide.shapes.title.text = "去年的材料"
        slide.notes_slide.notes_text_frame.text = "张三丰"
    show.core_properties.author = "张三丰"
    show.save(stream)
    return stream.getvalue()


def test_an_own_master_is_used_and_nothing_of_its_deck_stays() -> None:
    content = made(master=own_master())

    parts = parts_of(content)
    assert len(slides(content)) == len(slides(made()))
    told = b"".join(parts.values()).decode(errors="ignore")
    assert "去年的材料" not in told
    assert "张三丰" not in told
    assert [n for n in parts if "slideLayouts/slideLayout11.xml" in n]
    for theme in (xml.decode() for name, xml in parts.items() if "/theme/" in name):
        assert theme.count('<a:ea typeface="微软雅黑"/>') == 2


def test_a_sentence_fits_the_title_of_a_master_with_large_letters() -> None:
    title = "按期办结率96.2%（125/130），较上年同期提高5.2个百分点，群众满意率（责任单位）80.0%（40/50）"
    panel = Panel(kind=Inserted.TEXT, title=title, codes=(), points=("一",))

    large, ours = (slides(made([panel], **given))[1] for given in ({"master": own_master()}, {}))

    size = large.shapes.title.text_frame.paragraphs[0].runs[0].font.size
    assert Pt(16) <= size <= Pt(28)
    assert ours.shapes.title.text_frame.paragraphs[0].runs[0].font.size is None


def test_whatever_its_master_a_slide_keeps_to_itself() -> None:
    show, stream = Presentation(BytesIO(own_master())), BytesIO()
    layouts: Any = list(show.slide_layouts)
    for layout in layouts:
        for shape in layout.placeholders:
            shape.left, shape.top, shape.width, shape.height = (
                *(Inches(5), Inches(0)),
                *(Inches(12), Inches(1)),
            )
    show.save(stream)

    for slide in slides(made([long_table(30)], master=stream.getvalue()))[1:]:
        table = next(shape for shape in slide.shapes if shape.has_table)
        assert table.left + table.width <= Inches(13.334)
        assert table.top + table.height <= Inches(7.5)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是 PPT 演示文稿"),
        (b"%PDF-1.7", "不是 PPT 演示文稿"),
        (b"PK\x03\x04 and no more", "已损坏"),
        (own_master(wide=False), "16:9"),
        (own_master(title=False), "没有带标题的版式"),
    ],
)
def test_a_master_of_no_use_is_refused_in_words(content: bytes, said: str) -> None:
    (problem,) = slide_master.problems(content)

    assert said in problem.message
    with pytest.raises(Unreadable, match=re.escape(said)):
        made(master=content)


def test_a_master_whose_inside_is_broken_is_refused_in_words() -> None:
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(own_master())) as source,
        zipfile.ZipFile(stream, "w") as target,
    ):
        for name in source.namelist():
            if name != "ppt/slideMasters/slideMaster1.xml":
                target.writestr(name, source.read(name))

    assert slide_master.problems(stream.getvalue())


def test_our_own_master_has_no_problem_and_is_widescreen() -> None:
    assert slide_master.problems(slide_master.default()) == []


def test_xml_of_slides_names_no_font_of_its_own() -> None:
    """The theme decides: a county's master must not be painted over."""
    for name, xml in parts_of(made()).items():
        if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
            assert not etree.fromstring(xml).xpath("//*[local-name()='ea' or local-name()='latin']")
