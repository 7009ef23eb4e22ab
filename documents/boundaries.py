"""Boundaries of townships from a GeoJSON file: checked whole, simplified, as plain rings."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon

from rules.errors import Invalid, Problem
from rules.sweep_map import Shape
from rules.units import normalise_name

_MOST_AREAS = 2000
_MOST_POINTS = 1_000_000
# So many points draw a county well, and the page that carries them stays small.
_KEPT_POINTS = 5000
_TOLD = 12
_KINDS = {"Polygon", "MultiPolygon"}
_NAMES = ("name", "乡镇", "名称", "街道", "xzqmc", "townname", "xiang")


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the file: what it is called there, and its simplified shape."""

    place: int
    name: str
    shape: Shape


class _Wrong(Exception):
    """What is wrong with one geometry, in words."""


def read(content: bytes, *, limit_mb: int, known: Collection[str] = ()) -> list[Area]:
    """Read the areas of a GeoJSON file; `known` are names (rules.units.normalise_name) of townships.

    Raises Invalid with every area that cannot be drawn. A file that is too large is refused
    before anything of it is looked at.
    """
    if len(content) > limit_mb * 2**20:
        size = len(content) / 2**20
        raise _refused(f"文件有 {size:.1f} MB，最大 {limit_mb} MB（参数），请先用制图软件简化")
    features = _features(_parsed(content))
    shapes: list[Any] = []
    problems: list[Problem] = []
    names = _names(features, known)
    points = 0
    for place, (feature, name) in enumerate(zip(features, names, strict=True), start=1):
        try:
            shape = _geometry(feature)
        except _Wrong as wrong:
            called = f"“{name}”" if name else ""
            problems.append(Problem("file", f"第 {place} 个区域{called}：{wrong}"))
            continue
        points += shapely.get_num_coordinates(shape)
        shapes.append(shape)
    if points > _MOST_POINTS:
        problems.append(
            Problem("file", f"界线共有 {points} 个点，最多 {_MOST_POINTS} 个，请先简化")
        )
    if problems:
        more = len(problems) - _TOLD
        told = [Problem("file", f"还有 {more} 处问题没有列出")] if more > 0 else []
        raise Invalid([*problems[:_TOLD], *told])
    simpler = _simplified(shapes)
    return [
        Area(place, name, _plain(shape))
        for place, (shape, name) in enumerate(zip(simpler, names, strict=True), start=1)
    ]


def joined(shapes: Sequence[Shape]) -> Shape:
    """Put several areas of one township together; the number stands in the first, the largest."""
    ordered = sorted(shapes, key=lambda s: -sum(Polygon(p[0]).area for p in s.polygons))
    return Shape([polygon for shape in ordered for polygon in shape.polygons], ordered[0].label)


def _refused(message: str) -> Invalid:
    return Invalid([Problem("file", message)])


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _refused("文件不是 UTF-8 编码的 GeoJSON，请另存为 UTF-8 再上传") from error
    except RecursionError as error:
        raise _refused("文件的层次太深，不是地图边界文件") from error
    except ValueError as error:
        raise _refused("文件不是 GeoJSON，读不下去；请从制图软件导出 GeoJSON 格式") from error


def _features(found: Any) -> list[Mapping[str, Any]]:
    kind = found.get("type") if isinstance(found, dict) else None
    if kind == "Topology":
        raise _refused("这是 TopoJSON，请导出为 GeoJSON 再上传")
    features = [found] if kind == "Feature" else None
    if kind == "FeatureCollection":
        features = found.get("features")
    if not isinstance(features, list) or not features:
        raise _refused("文件里没有区域：应是 GeoJSON 的 FeatureCollection，每个乡镇一个 Feature")
    if len(features) > _MOST_AREAS:
        raise _refused(f"文件有 {len(features)} 个区域，最多 {_MOST_AREAS} 个")
    if not all(isinstance(each, dict) for each in features):
        raise _refused("文件里有的区域不是 GeoJSON 的 Feature")
    return features


def _names(features: Sequence[Mapping[str, Any]], known: Collection[str]) -> list[str]:
    """Read each area's name from the property that names most townships, else the likeliest one."""
    rows = [_properties(feature) for feature in features]
    keys = list(dict.fromkeys(key for row in rows for key in row))

    def rank(key: str) -> tuple[int, int, int]:
        values = [row.get(key, "") for row in rows]
        hits = sum(normalise_name(value) in known for value in values)
        return hits, key.lower() in _NAMES, sum(not value.isdecimal() for value in values if value)

    best = max(keys, key=rank, default="")
    return [row.get(best, "")[:100] for row in rows]


def _properties(feature: Mapping[str, Any]) -> dict[str, str]:
    found = feature.get("properties")
    if not isinstance(found, dict):
        return {}
    return {str(key): value.strip() for key, value in found.items() if isinstance(value, str)}


def _geometry(feature: Mapping[str, Any]) -> Any:
    found = feature.get("geometry")
    kind = found.get("type") if isinstance(found, dict) else None
    if kind not in _KINDS or not isinstance(found, dict):
        raise _Wrong(f"应是面（Polygon 或 MultiPolygon），现在是“{kind or '空'}”")
    given = found.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise _Wrong("没有坐标")
    shape = MultiPolygon([_polygon(each) for each in polygons])
    if not shape.is_valid:
        raise _Wrong(_why(shapely.is_valid_reason(shape)))
    return shape


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise _Wrong("没有坐标")
    checked = [_ring(ring, at) for at, ring in enumerate(rings, start=1)]
    return Polygon(checked[0], checked[1:])


def _ring(ring: Any, at: int) -> list[tuple[float, float]]:
    if not isinstance(ring, list):
        raise _Wrong(f"第 {at} 环不是坐标")
    points = list(_points(ring, at))
    if len(points) < 4:
        raise _Wrong(f"第 {at} 环只有 {len(points)} 个点，至少要 4 个")
    if points[0] != points[-1]:
        raise _Wrong(f"第 {at} 环没有闭合，首尾两点应相同")
    return points


def _points(ring: list[Any], at: int) -> Iterator[tuple[float, float]]:
    for point in ring:
        numbers = point[:2] if isinstance(point, list) else []
        if len(numbers) < 2 or not all(
            isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
        ):
            raise _Wrong(f"第 {at} 环有的点不是数字")
        x, y = numbers
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise _Wrong(
                f"第 {at} 环的坐标（{_short(x)}，{_short(y)}）不是经纬度；请用经纬度坐标（如 CGCS2000、WGS84）导出"
            )
        yield float(x), float(y)


def _short(number: float) -> str:
    return str(number)[:12]


def _why(reason: str) -> str:
    where = reason[reason.find("[") + 1 : reason.find("]")].split() if "[" in reason else []
    near = (
        f"，在经度 {float(where[0]):.5f}、纬度 {float(where[1]):.5f} 附近" if len(where) > 1 else ""
    )
    if "intersection" in reason.lower():
        return f"边界自相交{near}"
    return f"内环、外环的位置互相矛盾{near}"


def _simplified(shapes: Sequence[Any]) -> list[Any]:
    """Take points away until few enough are left; what two areas share stays shared."""
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / 3000
    found = list(shapes)
    while sum(shapely.get_num_coordinates(shape) for shape in found) > _KEPT_POINTS:
        found = list(shapely.coverage_simplify(shapes, tolerance))
        tolerance *= 1.6
        if tolerance > max(east - west, north - south):
            break
    return found


def _plain(shape: Any) -> Shape:
    parts = list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]
    largest = max(parts, key=lambda part: part.area)
    at = largest.representative_point()
    centre = shapely.maximum_inscribed_circle(largest).coords[0] if largest.area else at.coords[0]
    return Shape(
        [[_rounded(ring) for ring in (part.exterior, *part.interiors)] for part in parts],
        [round(centre[0], 5), round(centre[1], 5)],
    )


def _rounded(ring: Any) -> list[list[float]]:
    return [[round(x, 5), round(y, 5)] for x, y in ring.coords]
