"""Materials of a situation made by hand; no test of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from rules.figure_terms import Dimension
from rules.figures import REGISTRY
from rules.panel_terms import Material
from rules.periods import Days, read_days
from rules.readings import Part, Reading, Thresholds
from rules.size_bands import read_bands

Counts = Mapping[str, int | tuple[int, int] | None]
HALF = read_days("2026H1")
BANDS = read_bands("5-10/11-20/21-50/51-100/100+")


def reading(code: str, value: int | tuple[int, int] | None) -> Reading:
    """A figure of the registry with a count, or a part and its whole."""
    count, whole = value if isinstance(value, tuple) else (value, None)
    return Reading(REGISTRY[code], count, whole)


def readings(counts: Counts) -> dict[str, Reading]:
    """All figures of the registry: those named, and of the others none was counted."""
    empty = {code: (0, 0) if figure.is_ratio else 0 for code, figure in REGISTRY.items()}
    return {code: reading(code, value) for code, value in {**empty, **counts}.items()}


def part(label: str, key: Any = 1, **counts: int | tuple[int, int]) -> Part:
    """One part of a dimension."""
    return Part(key, label, {code: reading(code, value) for code, value in counts.items()})


def material(
    now: Counts | None = None,
    year: Counts | None = None,
    period: Counts | None = None,
    *,
    days: Days = HALF,
    parts: Mapping[Dimension, tuple[Part, ...]] | None = None,
    former: Mapping[Dimension, tuple[Part, ...]] | None = None,
    **given: Any,
) -> Material:
    """A material of the county, of the first half of 2026 unless told otherwise."""
    return Material(
        days=days,
        place="全县",
        at=datetime(2026, 7, 1, 1, 30, tzinfo=UTC),
        version=7,
        readings=readings(now or {}),
        year_before=readings(year or {}),
        before=readings(period or {}),
        bases=(days.year_before(), days.before()),
        limits=Thresholds(),
        bands=BANDS,
        parts=parts or {},
        former=former or {},
        **given,
    )


def month(number: int, count: int, year: int = 2026) -> Part:
    """What was received in a month."""
    return part(f"{year}年{number}月", date(year, number, 1), received=count)


def with_decimals(m: Material, decimals: int) -> Material:
    """The same as a county shows it that has set so many decimals."""

    def told(found: Mapping[str, Reading]) -> dict[str, Reading]:
        return {code: replace(each, decimals=decimals) for code, each in found.items()}

    parts = {
        dimension: tuple(replace(each, readings=told(each.readings)) for each in found)
        for dimension, found in m.parts.items()
    }
    return replace(
        m,
        readings=told(m.readings),
        year_before=told(m.year_before),
        before=told(m.before),
        parts=parts,
    )
