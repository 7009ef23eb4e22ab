"""What kind of file was uploaded, told from its content, and whether it is safe to open."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree

from docx.exceptions import PythonDocxError
from lxml.etree import LxmlError
from pptx.exc import PythonPptxError

from rules.errors import RuleError

# What libraries raise of a file whose parts are well-formed, and still not what they must be.
BROKEN = (
    *(zipfile.BadZipFile, LxmlError, PythonDocxError, PythonPptxError),
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError),
)

MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_CELLS = 8_000_000  # rows × columns; a lone cell in a far corner would fill the memory

_MOST_ENTRIES = 2_000
_MOST_UNPACKED = 300 * 2**20
_BIG_PART = 10 * 2**20
_MOST_RATIO = 200
_AS_XLSX = "请用表格软件打开后另存为 .xlsx 再上传"
_AS_DOCX = "请用 Word 或 WPS 另存为 .docx 再上传"
_AS_PPTX = "请用 PowerPoint 或 WPS 另存为 .pptx 再上传"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKS = [
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片（PNG）"),
    (b"\xff\xd8\xff", "图片（JPEG）"),
    (b"GIF8", "图片（GIF）"),
    (b"BM", "图片（BMP）"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（gzip）"),
    (b"MZ", "程序文件"),
    (b"SQLite format 3", "数据库文件"),
]
_ZIP_LOOKS = [
    ("word/document.xml", "Word 文档"),
    ("ppt/presentation.xml", "PPT 演示文稿"),
    ("xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("content.xml", "OpenDocument 文件（.ods）"),
]
_WEB = re.compile(rb"\s*(?:<!doctype html|<html|<table|<\?xml|<style|<meta|mime-version:)", re.I)

# Any reference past column Z or row 199999; the pattern starts with plain text to be fast.
_FAR = re.compile(rb""" r="[A-Z](?:[A-Z]|[0-9]{7}|[2-9][0-9]{5})""")
_FILLED = re.compile(rb"""<(?:\w+:)?c [^>]*?\br=["']([A-Z]{1,3})([0-9]+)["'][^>]*(?<!/)>(?!</)""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)["']""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""\b(min|max|hidden)=["'](\w+)["']""")
_ERROR_CELL = re.compile(
    rb"""<c\b[^>]*\br="([A-Z]{1,3})([0-9]+)"[^>]*\bt="e"[^>]*>(?:<f\b.*?</f>|<f\b[^>]*/>)?"""
    rb"""<v>(\#[^<]{1,12})</v>""",
    re.DOTALL,
)


class Unreadable(RuleError):
    """The uploaded file cannot be read; the message says what it is and what to do."""


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """What the reader of cells does not tell: hidden rows and columns, and formula errors."""

    hidden_rows: int = 0
    hidden_columns: int = 0
    errors: tuple[tuple[int, int, str], ...] = ()


def kind_of(content: bytes, file_name: str) -> str:
    """Name the kind: xlsx, xls or text; refuse anything else by what it looks like."""
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise Unreadable("文件是空的，请检查后重新上传")
    if content.startswith(b"PK"):
        return "xlsx"
    if content.startswith(_OLE):
        _refuse_ole(content, file_name)
        return "xls"
    for magic, look in _LOOKS:
        if content.startswith(magic):
            raise Unreadable(f"这不是表格，看起来是{look}，请上传 .xlsx、.xls 或 .csv 文件")
    if _WEB.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise Unreadable(f"文件内容是网页格式，{_AS_XLSX}")
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in content[:8192]:
        raise Unreadable("认不出这个文件的格式，请上传 .xlsx、.xls 或 .csv 文件")
    return "text"


def inspect_xlsx(content: bytes) -> dict[str, SheetMarks]:
    """Check an .xlsx before anything unpacks it, and read each sheet's marks by its name."""
    with _archive(content, _AS_XLSX) as archive:
        _refuse_archive(archive)
        for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
            _drain(archive, part)
        return {name: _marks(archive, part) for name, part in _sheet_parts(archive).items()}


def inspect_docx(content: bytes) -> None:
    """Check a .docx before anything unpacks it: its size, its marks, and that its parts are whole."""
    _inspect_parts(content, "word/document.xml", f"这不是 Word 文档（.docx），{_AS_DOCX}", _AS_DOCX)


def inspect_pptx(content: bytes) -> None:
    """Check a .pptx before anything unpacks it, as `inspect_docx` does."""
    _inspect_parts(
        content, "ppt/presentation.xml", f"这不是 PPT 演示文稿（.pptx），{_AS_PPTX}", _AS_PPTX
    )


def _inspect_parts(content: bytes, main: str, other: str, advice: str) -> None:
    if not content.startswith(b"PK"):
        raise Unreadable(other)
    with _archive(content, advice) as archive:
        _refuse_hostile(archive)
        names = archive.namelist()
        if main not in names:
            raise Unreadable(other)
        for name in names:
            if name.endswith((".xml", ".rels")):
                _parse(archive, name)


@contextmanager
def _archive(content: bytes, advice: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            yield archive
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        ValueError,
        KeyError,
    ) as error:
        raise Unreadable("文件已损坏或没有传完整，请重新保存后上传") from error
    except (ElementTree.ParseError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"文件内部结构不完整，{advice}") from error


def _refuse_ole(content: bytes, file_name: str) -> None:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise Unreadable("工作簿有打开密码，请去掉密码后重新上传")
    if file_name.lower().endswith(".et"):
        raise Unreadable("这是 WPS 表格（.et），请用 WPS 打开后另存为 .xlsx 再上传")
    if holds("WordDocument"):
        raise Unreadable("这不是表格，看起来是Word 文档，请上传 .xlsx、.xls 或 .csv 文件")
    if holds("PowerPoint Document"):
        raise Unreadable("这不是表格，看起来是PPT 演示文稿，请上传 .xlsx、.xls 或 .csv 文件")
    if holds("_VBA_PROJECT"):
        raise Unreadable("工作簿带有宏，请另存为不带宏的 .xlsx 再上传")


def _refuse_hostile(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > _MOST_ENTRIES or sum(e.file_size for e in entries) > _MOST_UNPACKED:
        raise Unreadable("文件解压后过大，为安全起见不予打开，请拆分后上传")
    if any(
        e.file_size > _BIG_PART and e.file_size > _MOST_RATIO * max(e.compress_size, 1)
        for e in entries
    ):
        raise Unreadable("文件的压缩比异常，为安全起见不予打开，请重新保存后上传")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("文件有密码，请去掉密码后重新上传")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("文件带有宏，请另存为不带宏的文件再上传")
    if len(names) != len(entries):
        raise Unreadable("文件内部有重复的部分，请重新保存后上传")


def _refuse_archive(archive: zipfile.ZipFile) -> None:
    _refuse_hostile(archive)
    names = archive.namelist()
    if "xl/workbook.xml" not in names:
        look = next((look for part, look in _ZIP_LOOKS if part in names), "压缩包（ZIP）")
        raise Unreadable(f"这不是 .xlsx 表格，看起来是{look}，{_AS_XLSX}")


def _drain(archive: zipfile.ZipFile, part: str) -> None:
    """Unpack a part to nowhere: its size and checksum must be what the directory says."""
    if part in archive.namelist():
        with archive.open(part) as stream:
            while stream.read(1 << 20):
                pass


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in _parse(archive, "xl/_rels/workbook.xml.rels")
    }
    parts = {}
    for element in _parse(archive, "xl/workbook.xml").iter():
        if element.tag.endswith("}sheet"):
            link = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            target = targets.get(link, "")
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            if "worksheets/" in part:
                parts[element.get("name", "")] = part
    return parts


def _parse(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    xml = archive.read(part)
    _refuse_entities(xml)
    return ElementTree.fromstring(xml)  # noqa: S314 — no entities can be declared here


def _refuse_entities(xml: bytes) -> None:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise Unreadable("文件里有不该出现的内容（DOCTYPE），为安全起见不予打开")


def _marks(archive: zipfile.ZipFile, part: str) -> SheetMarks:
    xml = archive.read(part)
    _refuse_entities(xml[:4096])
    _refuse_extent(xml)
    hidden = b"hidden=" in xml
    return SheetMarks(
        hidden_rows=len(_HIDDEN_ROW.findall(xml)) if hidden else 0,
        hidden_columns=_hidden_columns(xml) if hidden else 0,
        errors=_errors(xml) if b't="e"' in xml else (),
    )


def _refuse_extent(xml: bytes) -> None:
    """Refuse a sheet whose filled cells reach too far; coloured empty ones do not count."""
    if not _FAR.search(xml) and b" r='" not in xml:
        return
    filled = _FILLED.findall(xml)
    width = max((column_index(letters) + 1 for letters in {c for c, _ in filled}), default=0)
    height = max((int(digits) for digits in {r for _, r in filled}), default=0)
    refuse_size(height, width)


def refuse_size(height: int, width: int) -> None:
    """Refuse a sheet of more rows, columns or cells than one import may have."""
    if height > MOST_ROWS:
        raise Unreadable(f"工作表用到了第 {height} 行，最多 {MOST_ROWS} 行，请删除多余的行或拆分")
    if width > MOST_COLUMNS:
        raise Unreadable(f"工作表有 {width} 列，最多 {MOST_COLUMNS} 列，请删除多余的列")
    if height * width > MOST_CELLS:
        raise Unreadable(f"工作表范围过大（{height} 行 × {width} 列），请删除空白的行列或拆分")


def column_index(letters: bytes) -> int:
    """Count a column's letters from 0: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _hidden_columns(xml: bytes) -> int:
    hidden = 0
    for tag in _COLUMN.findall(xml[: xml.find(b"sheetData")]):
        found = dict(_ATTRIBUTE.findall(tag))
        if found.get(b"hidden") in (b"1", b"true"):
            last = min(int(found.get(b"max", b"0")), MOST_COLUMNS)
            hidden += max(last - int(found.get(b"min", b"1")) + 1, 0)
    return hidden


def _errors(xml: bytes) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (int(digits), column_index(letters), text.decode("ascii", "replace"))
        for letters, digits, text in _ERROR_CELL.findall(xml)
    )
