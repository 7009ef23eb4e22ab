"""形势材料 as the office and leaders use it: a snapshot taken, papers made and noted, own templates."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import situation_papers as commands
from db.commands.cases import Opened
from db.commands.snapshots import take_snapshot
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.snapshots import Snapshot
from db.models.units import Unit
from db.queries import slides as slide_queries
from db.queries import snapshots, templates
from db.queries.situation_scope import Asked
from documents import situation_deck, situation_report, slide_master
from rules.meetings import ItemKind
from rules.panel_terms import Inserted
from rules.periods import read_days
from rules.situation_papers import Paper
from rules.terms import AuditAction, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import agendas, evaluations, slides
from tests.db import meetings as made_meetings
from tests.documents.packages import inside
from tests.pages.conftest import said
from ui import situation_papers as view

Open = Callable[..., AppTest]
_KEPT = ("meeting_id", "first_on", "last_on", "place", "store_version", "at", "created_by")


def taken(store: Store) -> str:
    with store.writing(OFFICE) as session:
        return take_snapshot(
            session,
            Asked(read_days(f"{TODAY.year}")),
            today=TODAY,
            now=NOW,
            clock=ZoneInfo("Asia/Shanghai"),
        )


def exports(store: Store) -> list[str]:
    with store.reading(OFFICE) as session:
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == AuditAction.EXPORT)
            .order_by(AuditEntry.seq)
        )
        return [row.changes["filters"][0] for row in rows]


def made(page: AppTest, paper: Paper) -> bytes:
    page.button(key=f"papers_make-{paper.value}").click().run()
    assert not page.error
    found: bytes = page.session_state[view._READY][paper]["file"]
    return found


def test_a_snapshot_is_taken_of_the_days_asked_for_and_chosen(
    open_page: Open, store: Store
) -> None:
    taken(store)
    page = open_page("review/papers", Role.OFFICE)
    page.text_input(key="papers_period").set_value("2026Q2")
    page.button(key="papers_take").click().run()

    with store.reading(OFFICE) as session:
        row, _ = snapshots.listing(session)
    assert f"{row.first_on}..{row.last_on}" == "2026-04-01..2026-06-30"
    assert f"已取快照 {row.number}" in said(page)
    assert page.selectbox(key="papers_snapshot").value == row.number


def test_days_nobody_can_read_take_no_snapshot(open_page: Open, store: Store) -> None:
    page = open_page("review/papers", Role.OFFICE)
    page.text_input(key="papers_period").set_value("上半年")
    page.button(key="papers_take").click().run()

    assert "读不懂" in page.error[0].value
    with store.reading(OFFICE) as session:
        assert snapshots.listing(session) == []


def test_a_snapshot_that_does_not_add_up_is_told_and_makes_no_paper(
    open_page: Open, store: Store, make_case: Callable[..., Opened]
) -> None:
    make_case(received_on=TODAY)
    number = taken(store)
    with store.writing(OFFICE) as session:
        row = session.scalars(select(Snapshot).where(Snapshot.number == number)).one()
        readings = {**row.content["readings"], "received": [143, None]}
        own = {name: getattr(row, name) for name in _KEPT}
        content = {**row.content, "readings": readings}
        session.add(Snapshot(number="KZ20269999", content=content, **own))
    page = open_page("review/papers", Role.OFFICE)

    assert "信访总量143件次，各部分合计1件次，相差142" in page.error[0].value
    assert not [each for each in page.button if (each.key or "").startswith("papers_make")]

    page.selectbox(key="papers_snapshot").set_value(number).run()

    assert not page.error
    assert page.button(key="papers_make-pptx")


def test_days_to_come_take_no_snapshot_and_the_page_says_what_to_do(
    open_page: Open, store: Store
) -> None:
    page = open_page("review/papers", Role.OFFICE)
    page.text_input(key="papers_period").set_value(f"{TODAY.year + 1}")
    page.button(key="papers_take").click().run()

    assert f"请改为 {TODAY} 或更早" in page.error[0].value
    with store.reading(OFFICE) as session:
        assert snapshots.listing(session) == []


def test_the_three_papers_are_of_the_same_snapshot_and_noted(
    open_page: Open,
    store: Store,
    make_case: Callable[..., Opened],
) -> None:
    case = make_case(received_on=TODAY)
    number = taken(store)
    make_case(received_on=TODAY)
    page = open_page("review/papers", Role.OFFICE)

    deck = Presentation(BytesIO(made(page, Paper.DECK)))
    report = Document(BytesIO(made(page, Paper.REPORT)))
    annex = load_workbook(BytesIO(made(page, Paper.ANNEX)))

    assert "信访总量1件次" in deck.slides[1].shapes.title.text
    assert any("信访总量1件次" in p.text for p in report.paragraphs)
    figures = {row[0]: row[2] for row in annex["指标"].iter_rows(values_only=True)}
    assert figures["received"] == "1"
    assert case.number in {row[1] for row in annex["明细"].iter_rows(values_only=True)}
    notes = [str(row[1]) for row in annex["说明"].iter_rows(values_only=True)]
    assert any("快照以后有变化的指标：信访总量（快照 1，导出时 2）" in note for note in notes)
    assert exports(store) == [f"{paper.label} {number}" for paper in Paper]
    assert [b.proto.label for b in page.get("download_button")][:3] == [
        f"下载 {paper.label}_{number}.{paper.value}" for paper in Paper
    ]


def test_the_annex_of_what_has_not_changed_says_nothing_of_changes(
    open_page: Open, store: Store, make_case: Callable[..., Opened]
) -> None:
    make_case(received_on=TODAY)
    taken(store)
    page = open_page("review/papers", Role.OFFICE)

    for _ in range(2):
        annex = load_workbook(BytesIO(made(page, Paper.ANNEX)))

    notes = [str(row[1]) for row in annex["说明"].iter_rows(values_only=True)]
    assert any("只列您能查看的案件" in note for note in notes)
    assert not any("快照以后有变化" in note for note in notes)


def test_two_who_ask_at_once_get_theirs_both(store: Store) -> None:
    """What the page does on a click, in two threads that begin together."""
    number, start = taken(store), Barrier(2, timeout=30)

    def deck(name: str) -> bytes:
        start.wait()
        with store.reading(OFFICE) as session:
            read = snapshots.snapshot(session, number)
            told = slide_queries.composed(session, None, read, today=TODAY, now=NOW)
        about = situation_deck.About("某县联席办", name, NOW, ZoneInfo("Asia/Shanghai"))
        content = situation_deck.deck(told, read, about)
        with store.writing(OFFICE) as session:
            commands.note_export(session, number, Paper.DECK, rows=0)
        return content

    with ThreadPoolExecutor(2) as pool:
        mine, theirs = pool.map(deck, ("小李", "小王"))

    one, other = (inside(each) for each in (mine, theirs))
    assert ("导出：小李" in one, "导出：小王" in one) == (True, False)
    assert one.replace("小李", "小王") == other
    assert exports(store) == [f"{Paper.DECK.label} {number}"] * 2


def test_what_two_have_made_stays_with_each(open_page: Open, store: Store) -> None:
    taken(store)
    first = open_page("review/papers", Role.OFFICE)
    second = open_page("review/papers")
    first.button(key="papers_make-pptx").click()
    second.button(key="papers_make-pptx").click()

    for page in (second, first):
        page.run()
        assert page.session_state[view._READY][Paper.DECK]["file"].startswith(b"PK")
    assert len(exports(store)) == 2


def test_no_paper_of_a_meeting_names_anybody(
    open_page: Open, store: Store, make_unit: Callable[..., int]
) -> None:
    """Every part of each file, notes and the workbooks of charts included."""
    agendas.projected(store, evaluations.build(store, make_unit))
    page = open_page("review/papers", Role.OFFICE)

    for paper, told in (
        (Paper.DECK, "独孤某反映某村占道"),
        (Paper.REPORT, "不按议题，到某村答复司马某"),
        (Paper.ANNEX, "明细"),
    ):
        found = inside(made(page, paper))
        assert told in found
        assert paper is Paper.ANNEX or "导出：小李 20" in found
        for secret in agendas.SECRETS:
            assert secret not in found, (paper, secret)


def test_a_leader_takes_papers_and_changes_no_template(
    open_page: Open, store: Store, make_leader: Callable[[str], int]
) -> None:
    taken(store)
    page = open_page("review/papers", Role.LEADER, leader_id=make_leader("林副县长"))

    made(page, Paper.REPORT)

    assert len(exports(store)) == 1
    assert [each.key for each in page.file_uploader] == ["check_file"]
    assert "papers_take" not in {button.key for button in page.button}


def test_without_a_snapshot_the_page_says_what_to_do(
    open_page: Open, make_leader: Callable[[str], int]
) -> None:
    page = open_page("review/papers", Role.OFFICE)
    assert "点“取快照”" in page.info[0].value
    page = open_page(
        "review/papers", Role.LEADER, name="林副县长", leader_id=make_leader("林副县长")
    )
    assert "请联席办" in page.info[0].value


def _put(page: AppTest, name: str, file_name: str, content: bytes) -> AppTest:
    page.file_uploader(key=f"template_file-{name}").upload(
        file_name, content, "application/octet-stream"
    ).run()
    return page.button(key=f"template_keep-{name}").click().run()


def test_the_offices_own_master_and_report_are_used(open_page: Open, store: Store) -> None:
    taken(store)
    show, stream = Presentation(BytesIO(slide_master.default())), BytesIO()
    show.slide_layouts[0].name = "本县封面"
    show.save(stream)
    document, word = Document(), BytesIO()
    document.add_paragraph("本县 {{标题}}")
    document.save(word)
    page = open_page("review/papers", Role.OFFICE)

    _put(page, slide_master.NAME, "本县母版.pptx", stream.getvalue())
    assert "已换用本单位的模板" in said(page)
    _put(page, situation_report.TEMPLATE, "本县报告.docx", word.getvalue())

    deck = Presentation(BytesIO(made(page, Paper.DECK)))
    assert deck.slide_layouts[0].name == "本县封面"
    report = Document(BytesIO(made(page, Paper.REPORT)))
    assert [p.text for p in report.paragraphs] == ["本县 全县信访形势分析"]
    page.button(key=f"template_drop-{slide_master.NAME}").click().run()
    with store.reading(OFFICE) as session:
        assert set(templates.own(session)) == {situation_report.TEMPLATE}


@pytest.mark.parametrize("content", [b"no", b"PK\x03\x04"])
def test_a_broken_master_is_refused_in_words(open_page: Open, store: Store, content: bytes) -> None:
    taken(store)
    page = _put(open_page("review/papers", Role.OFFICE), slide_master.NAME, "坏的.pptx", content)

    assert page.error
    with store.reading(OFFICE) as session:
        assert templates.own(session) == {}


def _checked(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader(key="check_file").upload(
        "报告.docx", content, "application/octet-stream"
    ).run()
    return page.button(key="check_go").click().run()


def _report(*lines: str) -> bytes:
    document, stream = Document(), BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(stream)
    return stream.getvalue()


def test_a_changed_number_of_a_finished_report_is_told_first(
    open_page: Open, store: Store, make_case: Callable[..., Opened]
) -> None:
    for _ in range(3):
        make_case(received_on=TODAY)
    taken(store)
    page = open_page("review/papers", Role.OFFICE)

    _checked(
        page, _report("全县信访总量3件次。", "全县信访总量5件次。", "植树300棵、召开会议5场。")
    )

    assert "不符 1、无法核对 1、相符 1" in page.error[0].value
    frame = page.dataframe[0].value
    assert frame[["报告里的数", "快照里的数", "位置"]].to_numpy().tolist() == [
        ["5件次", "3件次", "第 2 段"]
    ]
    (only,) = page.segmented_control
    only.set_value("相符 1").run()
    assert list(page.dataframe[0].value["报告里的数"]) == ["3件次"]


def test_a_mended_report_of_the_same_name_is_not_told_the_findings_of_the_old(
    open_page: Open, store: Store
) -> None:
    taken(store)
    page = open_page("review/papers", Role.OFFICE)
    _checked(page, _report("全县信访总量5件次。"))
    assert "不符 1" in page.error[0].value

    mended = _report("全县信访总量0件次。")
    page.file_uploader(key="check_file").upload("报告.docx", mended, "application/octet-stream")
    page.run()

    assert not page.error
    assert not page.dataframe
    page.button(key="check_go").click().run()
    assert "不符 0" in page.success[0].value


def test_a_passage_too_long_to_be_read_is_said(open_page: Open, store: Store) -> None:
    taken(store)
    page = open_page("review/papers", Role.OFFICE)

    _checked(page, _report("全县信访总量0件次。", "好" * 5_000))

    assert "第 2 段太长，4000 字以后没有核对" in page.warning[0].value


def test_our_own_report_is_right(
    open_page: Open, store: Store, make_case: Callable[..., Opened]
) -> None:
    for people in (1, 30):
        make_case(received_on=TODAY, people=people)
    taken(store)
    page = open_page("review/papers", Role.OFFICE)

    _checked(page, made(page, Paper.REPORT))

    assert "不符 0" in page.success[0].value


def test_a_file_that_is_no_report_is_refused_in_words(open_page: Open, store: Store) -> None:
    taken(store)
    page = _checked(open_page("review/papers", Role.OFFICE), b"no")

    assert "不是 Word 文档" in page.error[0].value


def test_the_deck_of_a_meeting_is_what_it_projects(open_page: Open, store: Store) -> None:
    page = open_page("review/papers", Role.OFFICE)
    with store.writing(OFFICE) as session:
        unit = Unit(name="住建局", kind=UnitKind.DEPARTMENT, path="/1/")
        session.add(unit)
        session.flush()
        unit_id = unit.id
    meeting = made_meetings.add(store, unit_id)
    slides.add(store, meeting, Inserted.TEXT, title="会前说明", text="先看积案")
    made_meetings.item(store, meeting, ItemKind.TEXT, "学校周边交通")
    slides.change(store, meeting, "add_agenda")
    slides.change(store, meeting, "hide_slide", 1, hidden=True)
    slides.take(store, meeting)

    page.run()
    content = made(page, Paper.DECK)

    titles = [slide.shapes.title.text for slide in Presentation(BytesIO(content)).slides]
    assert "会前说明" in titles
    assert titles[-1] == "1．学校周边交通"
    assert not any("信访总量" in title for title in titles)
