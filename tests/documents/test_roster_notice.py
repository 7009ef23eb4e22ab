from datetime import UTC, date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from icalendar import Calendar
from openpyxl import load_workbook

from documents import roster_calendar, roster_notice, word_template
from documents.roster_calendar import Entry
from rules.errors import Invalid
from rules.roster_notices import COLUMNS
from tests.rules.test_roster_notices import LI, MONDAY, NOTICE, WANG

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 28, 1, tzinfo=UTC)


def test_the_word_notice_holds_every_line_and_no_brace_is_left() -> None:
    document = Document(BytesIO(roster_notice.as_word(NOTICE, [WANG, LI])))

    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    table = document.tables[0]
    assert NOTICE.title in words
    assert "2．推选代表不超过5人。" in words
    assert "2026年11月28日" in words
    assert [cell.text for cell in table.rows[0].cells] == list(COLUMNS)
    assert [row.cells[2].text for row in table.rows[1:]] == ["王强", "李敏"]
    assert "{{" not in words + "".join(cell.text for row in table.rows for cell in row.cells)


def test_a_countys_own_template_is_filled_even_where_word_cut_a_name() -> None:
    own = Document()
    paragraph = own.add_paragraph("本县：{{标")
    paragraph.add_run("题}}")
    stream = BytesIO()
    own.save(stream)

    made = Document(BytesIO(roster_notice.as_word(NOTICE, [WANG], template=stream.getvalue())))

    assert made.paragraphs[0].text == f"本县：{NOTICE.title}"


def test_a_template_with_a_name_nobody_fills_is_told() -> None:
    own = Document()
    own.add_paragraph("{{标题}}{{姓名}}")
    stream = BytesIO()
    own.save(stream)

    found = word_template.problems(
        stream.getvalue(), names=roster_notice.NAMES, lists=roster_notice.LISTS
    )

    assert len(found) == 1
    assert "{{姓名}}" in found[0].message


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(Invalid, match="不是 Word 文档"):
        word_template.fill(b"PK\x03\x04 nothing", {})


def test_the_default_template_has_only_names_that_are_filled() -> None:
    template = word_template.default(roster_notice.TEMPLATE)

    assert (
        word_template.problems(template, names=roster_notice.NAMES, lists=roster_notice.LISTS) == []
    )


def test_the_sheet_holds_the_lines_as_text() -> None:
    book = load_workbook(BytesIO(roster_notice.as_sheet(NOTICE, [WANG, LI])))

    rows = list(book["接访安排"].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert [row[2] for row in rows[1:]] == ["王强", "李敏"]


def test_a_turn_keeps_its_uid_when_it_is_published_again_on_another_day() -> None:
    first = roster_calendar.write([Entry(WANG, 1, AT)], name="接访", store="430400", zone=ZONE)
    later = Entry(
        LI.__class__(**{**WANG.stored(), "on": date(2026, 12, 9), "kind": WANG.kind}), 2, AT
    )
    second = roster_calendar.write([later], name="接访", store="430400", zone=ZONE)

    before, after = (Calendar.from_ical(each).events[0] for each in (first, second))
    assert before["UID"] == after["UID"] == "turn-1@430400"
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert before.start == datetime(2026, 12, 7, 8, 30, tzinfo=ZONE)
    assert after.start == datetime(2026, 12, 9, 8, 30, tzinfo=ZONE)
    assert before["SUMMARY"] == "领导接访：王强"


@pytest.mark.parametrize("hours", ["", "全天", "25:00-26:00", "12:00-08:30"])
def test_hours_that_cannot_be_read_make_a_whole_day(hours: str) -> None:
    line = WANG.__class__(**{**WANG.stored(), "on": MONDAY, "kind": WANG.kind, "hours": hours})

    made = roster_calendar.write([Entry(line, 1, AT)], name="接访", store="430400", zone=ZONE)

    assert Calendar.from_ical(made).events[0].start == MONDAY
