"""What every Office package must be, and where LibreOffice is; no test of its own."""

import posixpath
import shutil
import zipfile
from io import BytesIO

import openpyxl
from lxml import etree

from rules.panel_terms import Chart

OFFICE, READER = shutil.which("soffice") or "", shutil.which("pdftotext") or ""
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a package, each XML well-formed, each typed, each relationship there and resolved."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        parts = {name: archive.read(name) for name in names}
    types = etree.fromstring(parts["[Content_Types].xml"])
    overrides = {each.get("PartName") for each in types.iter(f"{_TYPES}Override")}
    endings = {each.get("Extension") for each in types.iter(f"{_TYPES}Default")}
    assert all(str(name).lstrip("/") in parts for name in overrides)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            asked = {
                value
                for each in etree.fromstring(part).iter()
                for key, value in each.attrib.items()
                if key.startswith(_LINK) and value
            }
            assert asked <= _links(parts, name), name
        typed = f"/{name}" in overrides or name.rsplit(".", 1)[-1] in endings
        assert typed or name == "[Content_Types].xml", name
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            for each in etree.fromstring(part):
                assert each.get("TargetMode") != "External", each.get("Target")
                target = str(each.get("Target"))
                path = posixpath.normpath(posixpath.join("/" + base, target)).lstrip("/")
                assert path in parts, f"{name}: {target}"
    return parts


def _links(parts: dict[str, bytes], name: str) -> set[str]:
    folder, file = posixpath.split(name)
    rels = parts.get(posixpath.join(folder, "_rels", f"{file}.rels"))
    return set() if rels is None else {str(each.get("Id")) for each in etree.fromstring(rels)}


def inside(content: bytes) -> str:
    """All that stands in the parts of a package, those of packages within it included."""
    return "\n".join(
        inside(part) if part.startswith(b"PK") else part.decode(errors="ignore")
        for part in parts_of(content).values()
    )


def charts_of(
    parts: dict[str, bytes],
) -> list[tuple[dict[str, list[float | None]], list[list[object]]]]:
    """Each chart of a package in its order: values by series as drawn, and its workbook's rows."""
    found = []
    names = [n for n in parts if "/charts/chart" in n and n.endswith(".xml") and "_rels" not in n]
    for name in sorted(names, key=lambda each: int("".join(filter(str.isdigit, each)))):
        root = etree.fromstring(parts[name])
        drawn: dict[str, list[float | None]] = {}
        for series in root.iter(f"{CHART}ser"):
            (told,) = series.iterfind(f"{CHART}tx//{CHART}v")
            cache = series.find(f"{CHART}val//{CHART}numCache")
            assert cache is not None
            count = cache.find(f"{CHART}ptCount")
            assert count is not None
            values: list[float | None] = [None] * int(count.get("val"))
            for point in cache.iter(f"{CHART}pt"):
                values[int(point.get("idx"))] = float(point[0].text)
            drawn[str(told.text)] = values
        folder, file = name.rsplit("/", 1)
        (link,) = etree.fromstring(parts[f"{folder}/_rels/{file}.rels"])
        book = posixpath.normpath(posixpath.join("/" + folder, link.get("Target"))).lstrip("/")
        sheet = openpyxl.load_workbook(BytesIO(parts[book])).worksheets[0]
        found.append((drawn, [list(row) for row in sheet.iter_rows(values_only=True)]))
    return found


def holds(found: tuple[dict[str, list[float | None]], list[list[object]]], chart: Chart) -> bool:
    """Whether a chart, as drawn and as its workbook is edited, holds a panel's values."""
    drawn, (head, *rows) = found
    same = all(
        sorted(drawn[each.name], key=repr)
        == sorted((None if v is None else float(v) for v in each.values), key=repr)
        for each in chart.series
    )
    by_label = {str(row[0]): dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    edited = all(
        by_label[label][each.name] == (None if value is None else float(value))
        for each in chart.series
        for label, value in zip(chart.labels, each.values, strict=True)
    )
    return same and edited and set(drawn) == {each.name for each in chart.series}
