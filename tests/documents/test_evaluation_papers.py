"""The papers of an evaluation: each template asks for what is filled and for nothing else."""

from datetime import date
from io import BytesIO

import docx
import pytest

from documents import evaluation_papers, word_template
from documents.evaluation_papers import Paper
from rules.evaluation_notices import Notice


@pytest.mark.parametrize(
    "paper",
    evaluation_papers.ALL,
    ids=lambda paper: paper.template,
)
def test_our_template_uses_every_name_and_no_other(paper: Paper) -> None:
    listed = {f"{name}.{c}" for name, columns in paper.lists.items() for c in columns}

    assert word_template.names_in(word_template.default(paper.template)) == {*paper.names, *listed}


def _text(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_a_notice_says_when_where_and_what() -> None:
    told = Notice(
        title="本县第三方评价会公示",
        held_on=date(2026, 11, 23),
        held_time="14:30",
        place="接待中心",
        matter="某小区物业收费",
        judged="县住建局",
        phone="0816-5222222",
        signed="县评价小组办公室",
    )
    text = _text(evaluation_papers.notice(told, published_on=date(2026, 11, 20)))

    assert "一、时间：2026年11月23日 14:30" in text
    assert "监督电话：0816-5222222" in text
    assert text.endswith("2026年11月20日")
    assert "{{" not in text


def test_the_record_of_a_draw_lists_every_member() -> None:
    values = dict.fromkeys(evaluation_papers.DRAW.names, "甲")
    members = [
        dict(zip(evaluation_papers.MEMBERS, (str(n), f"评价员{n}", "党代表", "抽取"), strict=True))
        for n in (1, 2)
    ]
    text = _text(evaluation_papers.draw_record(values, members))

    assert "评价员1" in text
    assert "评价员2" in text
    assert "{{" not in text


def test_the_brief_of_the_facts_says_what_is_asked_and_what_was_done() -> None:
    values = {name: f"<{name}>" for name in evaluation_papers.BRIEF.names}

    said = _text(evaluation_papers.brief(values))

    assert "主要诉求：<主要诉求>" in said
    assert "评价会：<时间>，<地点>" in said
    assert "{{" not in said


VALUES = {name: f"<{name}>" for name in evaluation_papers.OPINION.names}


def test_the_copy_for_the_file_lists_who_judged_and_the_public_one_nobody() -> None:
    members = [{"序号": "1", "姓名": "王评价", "类别": "党代表", "到会": "到会"}]

    kept = _text(evaluation_papers.opinion(VALUES, members))
    public = _text(evaluation_papers.opinion(VALUES, ()))

    assert "王评价" in kept
    assert "签收" in kept
    assert all(f"<{name}>" in public for name in VALUES)
    assert "评价员名单" not in public


def test_a_receipt_names_its_paper_and_whom_it_goes_to() -> None:
    values = {name: f"<{name}>" for name in evaluation_papers.RECEIPT.names}

    said = _text(evaluation_papers.receipt(values))

    assert "<受送达人>" in said
    assert "<文号>" in said
    assert "{{" not in said
