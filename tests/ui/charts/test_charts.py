"""The charts as specs: they compile, say everything in Chinese, and are large enough for the wall."""

import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
import pytest

from rules.sweep_map import Shape
from ui.charts import cases, draw, hotspot, overview, sweeps
from ui.charts.theme import Size

CHARTS: list[draw.Chart] = [
    *(cases.resolution_by_lead, cases.ageing, cases.flow, cases.burn_down, hotspot.trend),
    *(sweeps.tiles, sweeps.areas, sweeps.left),
    *(overview.cases, overview.receptions, overview.sweeps, overview.evaluations),
]
ENGLISH = re.compile(r"[A-Za-z]")


def _told(node: Any) -> Iterator[str]:
    """Yield what a reader sees of a spec: titles, and the words of scales."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("title", "domain", "text") and isinstance(value, str | list):
                yield from (word for word in [*value] if isinstance(word, str))
            else:
                yield from _told(value)
    elif isinstance(node, list):
        for each in node:
            yield from _told(each)


def _encodings(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for layer in spec.get("layer", [spec]):
        yield from (each for each in layer["encoding"].values() if isinstance(each, dict))


@pytest.mark.parametrize("make", CHARTS)
@pytest.mark.parametrize("size", Size)
def test_a_chart_compiles_without_rows_and_says_nothing_in_english(
    make: draw.Chart, size: Size
) -> None:
    spec = draw.spec(make, size)

    assert "rows" not in json.dumps({key: spec[key] for key in spec if key != "$schema"})
    assert not [words for words in _told(spec) if ENGLISH.search(words)]
    for layer in spec.get("layer", [spec]):
        assert all("title" in each for each in layer["encoding"].get("tooltip", []))


@pytest.mark.parametrize("make", CHARTS)
def test_a_colour_is_doubled_by_words(make: draw.Chart) -> None:
    """Each series is named in the legend, or in words at the end of its bar."""
    spec = draw.spec(make, Size.DESK)
    layers = spec.get("layer", [spec])

    coloured = [
        e for e in _encodings(spec) if "range" in e.get("scale", {}) and "domain" in e["scale"]
    ]
    words = [layer for layer in layers if layer["mark"]["type"] == "text"]
    assert coloured or words
    assert all(len(e["scale"]["domain"]) == len(e["scale"]["range"]) for e in coloured)


def test_the_wall_reads_every_word() -> None:
    """From the back of a room: at least 24 px at 1920×1080."""
    config = draw.spec(cases.ageing, Size.WALL)["config"]

    sizes = [
        config["axis"]["labelFontSize"],
        config["axis"]["titleFontSize"],
        config["legend"]["labelFontSize"],
        config["text"]["fontSize"],
    ]
    assert min(sizes) >= 24
    assert config["view"]["discreteHeight"]["step"] > max(sizes)


def test_fonts_are_those_of_the_machine() -> None:
    font = draw.spec(cases.flow, Size.DESK)["config"]["font"]

    assert "CJK SC" in font
    assert "YaHei" in font
    assert "://" not in font


def test_a_chart_is_built_once_for_each_size_and_not_changed_by_who_draws_it() -> None:
    built: list[int] = []

    def make() -> alt.Chart:
        built.append(1)
        return alt.Chart(draw.ROWS).mark_bar().encode(x="a:Q")

    first = draw.spec(make, Size.DESK)
    first["mark"] = "changed"
    again, large = draw.spec(make, Size.DESK), draw.spec(make, Size.WALL)

    assert again["mark"] == {"type": "bar"}
    assert large["config"] != again["config"]
    assert len(built) == 2


@pytest.mark.parametrize("make", [sweeps.tiles, sweeps.areas])
def test_a_township_of_the_map_says_name_number_and_word(make: draw.Chart) -> None:
    layers = draw.spec(make, Size.WALL)["layer"]

    words = [layer["encoding"]["text"]["field"] for layer in layers if "text" in layer["encoding"]]
    assert sorted(words) == ["name", "number", "tone"]
    assert [layer["mark"].get("cursor") for layer in layers].count("pointer") == 1


def test_empty_rows_and_columns_of_the_map_are_kept() -> None:
    spec = draw.spec(sweeps.tiles, Size.DESK)

    sweeps.squared(spec, columns=3, lines=2)

    for layer in spec["layer"]:
        assert layer["encoding"]["x"]["scale"]["domain"] == [1, 2, 3]
        assert layer["encoding"]["y"]["scale"]["domain"] == [1, 2]


def test_shapes_go_with_their_rows_and_ask_nobody_for_a_map() -> None:
    spec = draw.spec(sweeps.areas, Size.DESK)
    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]

    sweeps.drawn(spec, {"name": ["城关镇"], "number": [3]}, [Shape([[ring]], [0.6, 0.3])])

    value = spec["data"]["values"][0]
    assert value["geometry"] == {"type": "MultiPolygon", "coordinates": [[ring]]}
    assert (value["name"], value["number"], value["row"], value["x"]) == ("城关镇", 3, 0, 0.6)
    assert "url" not in json.dumps(spec["data"])
