"""The master of a deck: ours, or an office's own with nothing of the deck it came from left in it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import XmlPart
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, nsuri, qn
from pptx.util import Inches, Pt

from documents.containers import BROKEN, Unreadable, inspect_pptx
from documents.word_template import TEMPLATES
from rules import text_widths
from rules.errors import Problem, RuleError

NAME = "形势分析幻灯片"
FONT, FALLBACK = "微软雅黑", "黑体"
_USUAL, _LEAST = 44, 16  # a title's size where a master says none, and the least it is made
_WIDE = (1.7, 1.86)  # 16:9, and what some programs make of it
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
# What a finished deck's package may relate to; everything else an uploaded one brings is left behind.
_KEPT_OF_PACKAGE = (RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES)
_KEPT_OF_SHOW = (*(RT.SLIDE_MASTER, RT.THEME, RT.PRES_PROPS, RT.TABLE_STYLES, RT.NOTES_MASTER),)
_LINK = f"{{{nsuri('r')}}}"


@dataclass(frozen=True, slots=True)
class Area:
    """A place on a slide."""

    left: int
    top: int
    width: int
    height: int


def default() -> bytes:
    """Return the master that comes with the program."""
    return (TEMPLATES / f"{NAME}.pptx").read_bytes()


def problems(content: bytes) -> list[Problem]:
    """List what is wrong with an office's own master; nothing where decks can be made from it."""
    try:
        opened(content)
    except RuleError as refusal:
        return [Problem("template", str(refusal))]
    return []


def opened(content: bytes | None) -> Any:
    """Open a master as a deck without slides; raises Unreadable in Chinese for one of no use."""
    if content is None:
        return Presentation(BytesIO(default()))
    inspect_pptx(content)
    try:
        show, trial = _emptied(content), _emptied(content)
        _refuse(show)
        _try(trial)
    except BROKEN as error:
        raise Unreadable("母版打不开，请用 PowerPoint 或 WPS 另存为 .pptx 再上传") from error
    return show


def _refuse(show: Any) -> None:
    if not _WIDE[0] <= show.slide_width / show.slide_height <= _WIDE[1]:
        raise Unreadable("母版的幻灯片大小不是宽屏（16:9），请在“设计—幻灯片大小”里改好再上传")
    if not _titled(show):
        raise Unreadable("母版里没有带标题的版式，请加一个带标题占位符的版式再上传")


def _try(show: Any) -> None:
    """Make a deck of two slides, so that what is missing is told of the master and not of a deck."""
    for layout in (opening(show), content(show)):
        slide = add(show, layout, NAME)
        area = body(show)
        slide.shapes.add_table(1, 1, area.left, area.top, area.width, area.height)
        foot(slide, NAME)
    finish(show, author="", title="")
    show.save(BytesIO())


def _emptied(content: bytes) -> Any:
    """Open a deck and drop its slides, with all that names somebody and all that leads to them."""
    show = Presentation(BytesIO(content))
    root = show.part._element
    listed = show.slides._sldIdLst
    for each in list(listed):
        listed.remove(each)
    for owner, kept in (
        (show.part.rels, _KEPT_OF_SHOW),
        (show.part.package._rels, _KEPT_OF_PACKAGE),
    ):
        for key in [key for key, each in owner.items() if each.reltype not in kept]:
            owner.pop(key)
    for child in list(root):
        named = child.tag in (qn("p:extLst"), qn("p:photoAlbum"))  # sections name slides
        if named or any(_dangling(each, show.part) for each in child.iter()):
            root.remove(child)
    for part in show.part.package.iter_parts():
        if isinstance(part, XmlPart):
            _unlink(part)
    return show


def _unlink(part: Any) -> None:
    """Take away what on a layout leads to one of the slides that are gone."""
    for key in [key for key, each in part.rels.items() if each.reltype == RT.SLIDE]:
        part.rels.pop(key)
    for element in [each for each in part._element.iter() if _dangling(each, part)]:
        element.getparent().remove(element)


def _dangling(element: Any, part: Any) -> bool:
    """Whether an element names a part that is not there, of which PowerPoint offers a repair."""
    links = (value for name, value in element.attrib.items() if name.startswith(_LINK))
    return any(value and value not in part.rels for value in links)


def _themed(part: Any) -> None:
    """Set Chinese fonts in a theme that names none."""
    root = part._element if isinstance(part, XmlPart) else etree.fromstring(part.blob)
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    for fonts in root.iterfind(".//a:fontScheme/*", space):
        east = fonts.find("a:ea", space)
        if east is None or east.get("typeface"):
            continue
        east.set("typeface", FONT)
        for each in fonts.findall("a:font[@script='Hans']", space):
            each.set("typeface", FALLBACK)
    if not isinstance(part, XmlPart):
        part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _title(layout: Any) -> Any:
    return next((p for p in layout.placeholders if p.placeholder_format.type in _TITLES), None)


def _titled(show: Any) -> list[Any]:
    """List the layouts with a title that has its place, on them or on their master."""
    titles = [(layout, _title(layout)) for layout in show.slide_layouts]
    return [layout for layout, title in titles if title is not None and _placed(title)]


def _placed(shape: Any) -> bool:
    return None not in (shape.left, shape.top, shape.width, shape.height)


def opening(show: Any) -> Any:
    """Return the layout of a title slide: one with a centred title, else the first with a title."""
    titled = _titled(show)
    return next(
        (
            layout
            for layout in titled
            if _title(layout).placeholder_format.type is PP_PLACEHOLDER.CENTER_TITLE
        ),
        titled[0],
    )


def content(show: Any) -> Any:
    """Return the layout of a panel: a title alone if there is one, else the fewest placeholders."""
    first = opening(show)
    titled = _titled(show)
    others = [layout for layout in titled if layout is not first and layout != first] or titled
    return min(others, key=lambda layout: len(list(layout.iter_cloneable_placeholders())))


def body(show: Any) -> Area:
    """Return where a panel's chart or table goes: below the title of its layout, above the foot."""
    layout = content(show)
    title = _title(layout)
    wide, high = show.slide_width, show.slide_height
    left, width = title.left, title.width
    top = title.top + title.height + Inches(0.15)
    holders = [p for p in layout.placeholders if p.placeholder_format.type in _FEET]
    feet = [p.top for p in holders if p.top is not None and p.top > high * 0.8]
    bottom = min([*feet, int(high * 0.92)]) - Inches(0.12)
    outside = left < 0 or top < 0 or left + width > wide
    if outside or bottom - top < high * 0.45 or width < wide * 0.6:
        left, width = int(wide * 0.045), int(wide * 0.91)
        top, bottom = int(high * 0.24), int(high * 0.91)
    return Area(left, top, width, bottom - top)


_FEET = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE)


def add(show: Any, layout: Any, title: str) -> Any:
    """Add a slide of a layout with its title; placeholders nothing is put into are taken away."""
    slide = show.slides.add_slide(layout)
    for shape in list(slide.placeholders):
        kind = shape.placeholder_format.type
        if kind in _TITLES:
            shape.text_frame.text = title
            _fit(shape, layout)
        elif kind is not PP_PLACEHOLDER.SUBTITLE:
            shape._element.getparent().remove(shape._element)
    return slide


def _fit(shape: Any, layout: Any) -> None:
    """Make a title smaller where the master's letters are too large for a sentence."""
    own = _title_size(layout)
    text, width, height = shape.text_frame.text, shape.width, shape.height

    def fits(size: int) -> bool:
        lines = text_widths.lines(text, 0.92 * (width - Inches(0.2)) / Pt(size))
        return bool(lines * Pt(size) * 1.2 <= height - Inches(0.1))

    if not fits(own):
        size = next((each for each in range(own - 2, _LEAST, -2) if fits(each)), _LEAST)
        for run in shape.text_frame.paragraphs[0].runs:
            run.font.size = Pt(size)


def _title_size(layout: Any) -> int:
    """The size in points a layout, or its master, gives a title."""
    master = layout.slide_master
    for element in (_title(layout)._element, _title(master)._element if _title(master) else None):
        found = [] if element is None else element.xpath(".//a:lstStyle/a:lvl1pPr/a:defRPr/@sz")
        if found:
            return int(found[0]) // 100
    found = master._element.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr/a:defRPr/@sz")
    return int(found[0]) // 100 if found else _USUAL


def subtitle(slide: Any) -> Any:
    """Return the subtitle of a title slide, None where its layout has none."""
    kind = PP_PLACEHOLDER.SUBTITLE
    return next((p for p in slide.placeholders if p.placeholder_format.type is kind), None)


def foot(slide: Any, text: str) -> None:
    """Put a text and the page's number at the foot, in the layout's places where it has them."""
    placed = [p for p in slide.slide_layout.placeholders if _placed(p)]
    holders = {p.placeholder_format.type: p for p in placed}
    show = slide.part.package.presentation_part.presentation
    wide, high = show.slide_width, show.slide_height
    top, height = int(high * 0.925), int(high * 0.055)
    number = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="zh-CN"/><a:t>‹#›</a:t></a:fld>'
    for kind, name, left, width in (
        (PP_PLACEHOLDER.FOOTER, "ftr", int(wide * 0.045), int(wide * 0.7)),
        (PP_PLACEHOLDER.SLIDE_NUMBER, "sldNum", int(wide * 0.85), int(wide * 0.105)),
    ):
        if name == "ftr" and not text:
            continue
        holder = holders.get(kind)
        if holder is not None and holder.width < text_widths.wide(text) * Pt(12) and name == "ftr":
            holder = None  # a master's own foot is for a word or two
        box = slide.shapes.add_textbox(left, top, width, height)
        paragraph = box.text_frame.paragraphs[0]
        if name == "ftr":
            run = paragraph.add_run()
            run.text = text
            paragraph.alignment = PP_ALIGN.LEFT
        else:
            paragraph._p.append(parse_xml(number.replace("<a:fld", f"<a:fld {nsdecls('a')}", 1)))
        if holder is not None:
            _as_placeholder(box, name, holder.placeholder_format.idx)
        else:
            box.text_frame.word_wrap = True
            paragraph.alignment = paragraph.alignment or PP_ALIGN.RIGHT
            paragraph.font.size = Pt(12)


def _as_placeholder(box: Any, name: str, idx: int) -> None:
    """Make a text box the placeholder of its layout, which says where it stands and how it looks."""
    mark = parse_xml(f'<p:ph {nsdecls("p")} type="{name}" sz="quarter" idx="{idx}"/>')
    element = box._element
    element.nvSpPr.nvPr.append(mark)
    element.nvSpPr.cNvSpPr.attrib.pop("txBox", None)
    for child in list(element.spPr):
        element.spPr.remove(child)
    for child in list(element.txBody.bodyPr):
        element.txBody.bodyPr.remove(child)
    element.txBody.bodyPr.attrib.clear()


def cell(
    cell: Any, text: str, *, size: int, right: bool, bold: bool, fill: str, colour: str | None
) -> None:
    """Fill a cell of a table."""
    frame = cell.text_frame
    paragraph = frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour or "262626")
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(0.04)
    cell.margin_left = cell.margin_right = Inches(0.09)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill)


def finish(show: Any, *, author: str, title: str) -> None:
    """Say in the deck's properties that the office made it, and set fonts where a theme has none."""
    for part in show.part.package.iter_parts():
        if part.partname.startswith("/ppt/theme/"):
            _themed(part)
    found = show.core_properties
    found.author = found.last_modified_by = author
    found.title = title
    found.subject = found.keywords = found.comments = found.category = ""
