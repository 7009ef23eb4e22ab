"""The master of a deck: what an office's own brings along is left behind, one of no use refused."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from documents import slide_master
from tests.documents.packages import parts_of
from tests.documents.test_situation_deck import made, own_master, slides

SHOW = "ppt/presentation.xml"


def changed(change: Callable[[str, str], str]) -> bytes:
    """A master of ours with `change` made to the text of each part, by its name."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(own_master())) as source,
        zipfile.ZipFile(stream, "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name.endswith((".xml", ".rels")):
                part = change(name, part.decode()).encode()
            target.writestr(name, part)
    return stream.getvalue()


def within(place: str, pattern: str, new: str = "") -> Callable[[str, str], str]:
    def change(name: str, text: str) -> str:
        return re.sub(pattern, new, text, flags=re.DOTALL) if re.search(place, name) else text

    return change


def _unplaced(name: str, text: str) -> str:
    """Take the place of every placeholder away, on layouts and on the master."""
    if not re.search(r"slide(Layout|Master)s/[^/]*xml$", name):
        return text
    return re.sub(r"<a:xfrm[^>]*>.*?</a:xfrm>", "", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (within(SHOW, r"<p:sldSz[^>]*/>"), "母版打不开"),
        (within(SHOW, r'(<p:sldSz[^>]*)cy="[0-9]+"', r'\1cy="0"'), "母版打不开"),
        (within(SHOW, r"<p:sldMasterIdLst>.*</p:sldMasterIdLst>"), "母版打不开"),
        (within("slideMaster1.xml$", r"<p:cSld>.*</p:cSld>"), "母版打不开"),
        (_unplaced, "没有带标题的版式"),
    ],
    ids=["no-size", "no-height", "no-master", "empty-master", "no-place"],
)
def test_a_master_that_lacks_what_a_deck_needs_is_refused_in_words(
    change: Callable[[str, str], str], said: str
) -> None:
    (problem,) = slide_master.problems(changed(change))

    assert said in problem.message


def test_a_foot_without_a_place_is_put_where_ours_stands() -> None:
    nowhere = (
        r'(<p:ph[^>]*type="(?:ftr|sldNum)"[^>]*/></p:nvPr></p:nvSpPr>\s*<p:spPr>)'
        r"\s*<a:xfrm[^>]*>.*?</a:xfrm>"
    )
    content = changed(within(r"slide(Layout|Master)s/[^/]*xml$", nowhere, r"\1"))

    assert slide_master.problems(content) == []
    told = slides(made(master=content))[1]
    assert any("KZ20260001" in s.text_frame.text for s in told.shapes if s.has_text_frame)


def with_handouts() -> bytes:
    """A deck with what the program of an office adds: handouts, fonts, a look back, a link to a slide."""
    show, stream = Presentation(BytesIO(own_master())), BytesIO()
    package, root = show.part.package, show.part._element
    xml = f"<p:handoutMaster {nsdecls('p', 'a', 'r')}/>".encode()
    fonts = Part(PackURI("/ppt/fonts/font1.fntdata"), "application/x-fontdata", package, b"font")
    handouts = Part(
        PackURI("/ppt/handoutMasters/handoutMaster1.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.handoutMaster+xml",
        *(package, xml),
    )
    one, other = (
        show.part.relate_to(handouts, RT.HANDOUT_MASTER),
        show.part.relate_to(fonts, RT.FONT),
    )
    space = nsdecls("p", "r")
    root.find(qn("p:sldIdLst")).addprevious(
        parse_xml(
            f'<p:handoutMasterIdLst {space}><p:handoutMasterId r:id="{one}"/></p:handoutMasterIdLst>'
        )
    )
    root.find(qn("p:notesSz")).addnext(
        parse_xml(
            f'<p:embeddedFontLst {space}><p:embeddedFont><p:font typeface="某"/>'
            f'<p:regular r:id="{other}"/></p:embeddedFont></p:embeddedFontLst>'
        )
    )
    slide = show.slides[0].part
    (look,) = (
        each.target_part for each in show.part.rels.values() if each.reltype == RT.VIEW_PROPS
    )
    look.relate_to(slide, RT.SLIDE)
    layout = show.slide_layouts[0]
    link = layout.part.relate_to(slide, RT.SLIDE)
    layout.shapes[0]._element.xpath("./p:nvSpPr/p:cNvPr")[0].append(
        parse_xml(
            f'<a:hlinkClick {nsdecls("a", "r")} r:id="{link}" action="ppaction://hlinksldjump"/>'
        )
    )
    show.save(stream)
    return stream.getvalue()


def test_what_names_a_part_that_is_left_behind_goes_with_it() -> None:
    parts = parts_of(made(master=with_handouts()))

    told = parts[SHOW].decode()
    assert not re.findall("handoutMaster|embeddedFont", told)
    assert not [name for name in parts if "handout" in name or "font" in name]
    assert "去年的材料" not in b"".join(parts.values()).decode(errors="ignore")
