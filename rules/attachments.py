"""Which files may hang on a case: known by their content, never by their name alone."""

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from rules.errors import Invalid, Problem

# Extension, media type and the Chinese name of every kind that may be kept.
_BY_EXTENSION = {
    "pdf": ("application/pdf", "PDF"),
    "jpg": ("image/jpeg", "JPG 图片"),
    "jpeg": ("image/jpeg", "JPG 图片"),
    "png": ("image/png", "PNG 图片"),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word 文档",
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 工作簿"),
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "PPT 演示文稿",
    ),
    "doc": ("application/msword", "Word 97-2003 文档"),
    "xls": ("application/vnd.ms-excel", "Excel 97-2003 工作簿"),
    "wps": ("application/vnd.ms-works", "WPS 文字"),
    "et": ("application/vnd.ms-excel", "WPS 表格"),
    "txt": ("text/plain", "文本"),
}
ALLOWED = tuple(_BY_EXTENSION)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML_FOLDER = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


def accepted(name: str, content: bytes, *, limit_mb: int) -> tuple[str, str]:
    """Return the file's plain name and media type; raises Invalid saying why it cannot be kept.

    The name loses any folder and control characters; content and extension must agree, and
    no office file may carry macros.
    """
    plain = "".join(c for c in PurePosixPath(name.replace("\\", "/")).name if c.isprintable())[
        -200:
    ]
    extension = plain.rsplit(".", 1)[-1].lower() if "." in plain else ""
    if not content:
        raise _refused(plain, "是空文件")
    if len(content) > limit_mb * 1024 * 1024:
        raise _refused(plain, f"有 {len(content) / 1024 / 1024:.1f} MB，上限 {limit_mb} MB")
    if extension not in _BY_EXTENSION:
        raise _refused(plain, f"的类型不能保存，可用：{'、'.join(ALLOWED)}")
    media_type, kind = _BY_EXTENSION[extension]
    if not _fits(extension, content):
        raise _refused(plain, f"的内容不是{kind}，可能改过扩展名或已损坏")
    if extension in _OOXML_FOLDER and _has_macros(content):
        raise _refused(plain, "带有宏，请另存为不带宏的文件")
    return plain, media_type


def _refused(name: str, why: str) -> Invalid:
    return Invalid([Problem("file", f"文件“{name}”{why}")])


def _fits(extension: str, content: bytes) -> bool:
    match extension:
        case "pdf":
            return content.startswith(b"%PDF-")
        case "jpg" | "jpeg":
            return content.startswith(b"\xff\xd8\xff")
        case "png":
            return content.startswith(b"\x89PNG\r\n\x1a\n")
        case "docx" | "xlsx" | "pptx":
            folder = _OOXML_FOLDER[extension]
            return any(name.startswith(folder) for name in _members(content))
        case "doc" | "xls" | "wps" | "et":
            return content.startswith(_OLE)
    return _is_text(content)


def _has_macros(content: bytes) -> bool:
    return any(name.lower().endswith("vbaproject.bin") for name in _members(content))


def _members(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
