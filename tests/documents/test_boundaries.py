"""GeoJSON of townships: what is refused and how it is said, and what simplifying keeps."""

import json
import math
from typing import Any

import pytest
from shapely.geometry import MultiPolygon, Polygon

from documents.boundaries import Area, joined, read
from rules.errors import Invalid
from rules.sweep_map import Shape

SQUARE = [[110.0, 25.0], [110.1, 25.0], [110.1, 25.1], [110.0, 25.1], [110.0, 25.0]]
HOLE = [[110.02, 25.02], [110.04, 25.02], [110.04, 25.04], [110.02, 25.04], [110.02, 25.02]]


def feature(*rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """An area of these rings."""
    return {
        "type": "Feature",
        "properties": properties or {"name": "城关镇"},
        "geometry": {"type": kind, "coordinates": list(rings)},
    }


def file(*features: Any) -> bytes:
    """A file of these areas."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def refused(content: bytes, limit_mb: int = 5) -> list[str]:
    """What is said of a file that is refused."""
    with pytest.raises(Invalid) as told:
        read(content, limit_mb=limit_mb)
    return [problem.message for problem in told.value.problems]


@pytest.mark.parametrize(
    ("rings", "words"),
    [
        ([SQUARE[:-1]], "第 1 环没有闭合"),
        ([SQUARE[:3]], "只有 3 个点"),
        ([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], "自相交，在经度 0.50000、纬度 0.50000 附近"),
        ([SQUARE, SQUARE[:-1]], "第 2 环没有闭合"),
        ([SQUARE, [[9, 9], [9.1, 9], [9.1, 9.1], [9, 9]]], "内环、外环的位置互相矛盾"),
        ([[[500000, 2800000]] * 5], "不是经纬度"),
        ([[[10**400, 0]] * 5], "不是经纬度"),
        ([[["东", "北"]] * 5], "不是数字"),
        ([[[True, False]] * 5], "不是数字"),
        ([[1, 2, 3, 4]], "不是数字"),
        ([7], "不是坐标"),
        ([], "没有坐标"),
    ],
)
def test_a_broken_ring_is_named_with_its_area(rings: list[Any], words: str) -> None:
    told = refused(file(feature(SQUARE, name="河东镇"), feature(*rings)))

    assert len(told) == 1
    assert told[0].startswith("第 2 个区域“城关镇”：")
    assert words in told[0]


def test_every_broken_area_is_told_and_of_many_the_first() -> None:
    bad = [feature(SQUARE[:-1], name=f"第{n}镇") for n in range(20)]

    told = refused(file(*bad))

    assert len(told) == 13
    assert told[-1] == "还有 8 处问题没有列出"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "不是 GeoJSON"),
        (b"\xff\xfe\x00", "不是 UTF-8"),
        (b'{"type": "FeatureCollection"', "不是 GeoJSON"),
        (b"[" * 200_000, "层次太深"),
        (b"[]", "没有区域"),
        (b'{"type": "FeatureCollection", "features": []}', "没有区域"),
        (b'{"type": "FeatureCollection", "features": [1]}', "不是 GeoJSON 的 Feature"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (file(feature([110, 25], kind="Point")), "应是面"),
        (file({"type": "Feature", "properties": None, "geometry": None}), "应是面"),
        (file({"type": "Feature"}), "应是面"),
    ],
)
def test_what_is_no_map_of_areas_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in refused(content)[0]


def test_200_mb_are_refused_before_they_are_parsed() -> None:
    told = refused(b"{" * (200 * 2**20))

    assert told == ["文件有 200.0 MB，最大 5 MB（参数），请先用制图软件简化"]


def test_names_are_read_from_the_property_that_names_townships() -> None:
    areas = read(
        b"\xef\xbb\xbf"
        + file(
            feature(SQUARE, CODE="431281", FNAME="城关 镇", CITY="某市"),
            feature(HOLE, CODE="431282", FNAME="河东镇", CITY="某市"),
        ),
        limit_mb=5,
        known={"城关镇", "河东镇"},
    )

    assert [area.name for area in areas] == ["城关 镇", "河东镇"]


def test_a_hole_and_several_parts_stay() -> None:
    far = [[x + 1, y] for x, y in SQUARE]
    area = read(file(feature([SQUARE, HOLE], [far], kind="MultiPolygon")), limit_mb=5)[0]

    assert [len(polygon) for polygon in area.shape.polygons] == [2, 1]
    assert area.shape.polygons[0][1][0] == [110.02, 25.02]


def _rough(column: int) -> dict[str, Any]:
    """A square whose sides wind, each shared with its neighbour point by point."""

    def side(x: float) -> list[list[float]]:
        return [[x + 0.01 * math.sin(n / 5), 25 + n / 5000] for n in range(5001)]

    left, right = side(110 + column), side(111 + column)
    return feature([*left, *reversed(right), left[0]], name=f"第{column}镇")


def test_a_large_map_is_simplified_and_neighbours_keep_one_border() -> None:
    areas = read(file(_rough(0), _rough(1)), limit_mb=5)

    points = sum(len(ring) for area in areas for p in area.shape.polygons for ring in p)
    assert 20 < points <= 5000
    first, second = (_drawn(area) for area in areas)
    assert all(shape.is_valid for shape in (first, second))
    assert first.intersection(second).area < 1e-6
    assert first.area == pytest.approx(1.0, abs=0.02)
    assert first.contains(Polygon(_box(areas[0].shape.label)))


def _drawn(area: Area) -> MultiPolygon:
    return MultiPolygon([Polygon(p[0], p[1:]) for p in area.shape.polygons])


def _box(point: Any) -> list[tuple[float, float]]:
    x, y = point
    return [(x - 1e-4, y - 1e-4), (x + 1e-4, y - 1e-4), (x, y + 1e-4)]


def test_parts_of_one_township_are_drawn_together_its_number_in_the_largest() -> None:
    small = Shape([[[[0, 0], [1, 0], [1, 1], [0, 0]]]], [0.6, 0.3])
    large = Shape([[[[5, 5], [9, 5], [9, 9], [5, 5]]]], [8.0, 6.0])

    both = joined([small, large])

    assert len(both.polygons) == 2
    assert both.label == [8.0, 6.0]
