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
    [evaluation_papers.NOTICE, evaluation_papers.REFUSAL, evaluation_papers.DRAW],
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
