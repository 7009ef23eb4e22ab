"""The papers of a meeting as Word: a page for each item with its facts, and nobody named in any."""

from collections.abc import Callable
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from db.commands.cases import Opened
from db.engine import Store
from db.queries import meeting_pages, room_mask
from documents import meeting_papers as papers
from documents import word_template
from tests.conftest import OFFICE, TODAY
from tests.db import agendas as a
from tests.db import evaluations as e
from tests.db import meetings as m
from tests.db.conftest import make_unit  # noqa: F401  (a fixture)
from tests.documents.packages import inside
from ui import meeting_papers

NAMED = (*a.PEOPLE, a.PHONE)


@pytest.fixture
def meeting(store: Store, make_unit: Callable[..., int]) -> Opened:  # noqa: F811
    """A meeting with a matter of every kind, and one before it that decided on the same."""
    place = e.build(store, make_unit)
    found = m.opened(store, place.department, title=f"{a.CASE}的诉求", place="二楼会议室")
    a.fill(store, found, place)
    return found


def pages(store: Store, found: Opened) -> bytes:
    """The brief pages of a meeting in our own template."""
    file = m.seen(store, found)
    with store.reading(OFFICE) as session:
        told = meeting_pages.pages(session, file.items, today=TODAY)
        mask = room_mask.mask(session, [file.id])
    template = word_template.default(papers.PAGES.template)
    return meeting_papers.draw_pages(file, told, mask=mask, template=template)


def test_each_item_has_a_page_of_its_own_with_its_facts(store: Store, meeting: Opened) -> None:
    document = Document(BytesIO(pages(store, meeting)))

    agenda, brief = document.tables
    assert [row.cells[1].text for row in agenda.rows[1:]] == [
        *("案件", "热点", "交办批次", "第三方评价"),
        *("矛盾纠纷", "第三方评价", "其他事项"),
    ]
    breaks = [len(row._tr.findall(f".//{qn('w:pageBreakBefore')}")) for row in brief.rows]
    assert breaks == [1] * 7
    assert not agenda._tbl.findall(f".//{qn('w:pageBreakBefore')}")
    case, hotspot, batch, judged, dispute, contested, other = (
        row.cells[0].text for row in brief.rows
    )
    for told, wanted in (
        (
            case,
            (
                "1．欧阳某反映幸福村占道",
                "案件编号：",
                "责任单位：县住房和城乡建设局",
                f"收到日期：{TODAY}",
            ),
        ),
        (hotspot, ("2．慕容某等反映幸福村污水", "关联案件：1 件", "地点：幸福村3组")),
        (batch, ("3．诸葛某等积案", "交办案件：1 件", f"交办日期：{TODAY}")),
        (judged, ("4．上官某反映", "评价编号：PJ", "被评价单位：县住房和城乡建设局")),
        (dispute, ("5．令狐某与邻居", "纠纷编号：", "排查日期：")),
        (contested, ("6．独孤某反映", "评价编号：PJ")),
        (other, ("7．司马某在幸福村的诉求", "其他事项")),
    ):
        for words in wanted:
            assert words in told
    assert "二楼会议室" in document.paragraphs[1].text


def test_nobody_is_named_in_the_papers_of_a_meeting(store: Store, meeting: Opened) -> None:
    file = m.seen(store, meeting)
    with store.reading(OFFICE) as session:
        mask = room_mask.mask(session, [file.id])
    template = word_template.default(papers.MINUTES.template)
    minutes = meeting_papers.draw_minutes(file, mask=mask, template=template, on=TODAY)

    for content in (pages(store, meeting), minutes):
        told = inside(content)
        assert "欧阳某的诉求" in told
        for name in NAMED:
            assert name not in told, name
    assert "到幸福村答复独孤某，联系139****1234" in inside(minutes)
