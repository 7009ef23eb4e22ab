"""One-time codes as slips to print and cut apart; nothing on them says whose they are."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from rules.ballots import shown_code

_COLUMNS = 3


def slips(codes: Sequence[str], *, title: str) -> bytes:
    """Return a Word file with a cell for each code, in the order given, which is one of chance."""
    document = Document()
    document.add_paragraph("投票码：请沿线裁开、混合后由评价员自取，不登记谁取了哪一个。")
    table = document.add_table(rows=-(-len(codes) // _COLUMNS), cols=_COLUMNS)
    table.style = "Table Grid"
    for place, code in enumerate(codes):
        cell = table.cell(place // _COLUMNS, place % _COLUMNS)
        cell.text = title
        for text, size in ((shown_code(code), 20), ("一码一票，投后作废", 9)):
            line = cell.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(text).font.size = Pt(size)
    out = BytesIO()
    document.save(out)
    return out.getvalue()
