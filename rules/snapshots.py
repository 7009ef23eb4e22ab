"""A situation kept as it was: a snapshot's number, and its material as plain JSON and back.

Figures are kept with the words they had, so that a later definition changes no kept one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from rules.cases import clean
from rules.errors import Problem
from rules.figure_terms import Basis, Dimension, Figure, Opens
from rules.meetings import DecisionState
from rules.panel_terms import BatchRow, CollectiveRow, DecisionTold, Material
from rules.periods import Days
from rules.readings import Part, Reading, Thresholds
from rules.size_bands import SizeBand

FORM = 1
_WORDS = ("code", "label", "unit", "definition", "part", "whole", "of", "rises")


def number(year: int, serial: int) -> str:
    """Form a snapshot's number: KZ + 年 + 4 位流水."""
    return f"KZ{year}{serial:04d}"


def problems(days: Days, *, today: date) -> list[Problem]:
    """Say why no snapshot is taken of some days: of those to come there is nothing to keep."""
    if days.first <= today:
        return []
    message = f"统计期间从 {days.first} 起，还没有开始，请改为 {today} 或更早开始的期间"
    return [Problem("first", message)]


def kept(material: Material) -> dict[str, Any]:
    """Return a material as JSON can hold it; its number stands beside it."""
    return {
        "form": FORM,
        "days": _days(material.days),
        "place": material.place,
        "at": material.at.isoformat(),
        "version": material.version,
        "decimals": material.decimals,
        "figures": [_figure(each.figure) for each in material.readings.values()],
        "readings": _counts(material.readings),
        "year_before": _counts(material.year_before),
        "before": _counts(material.before),
        "bases": [_days(each) for each in material.bases or ()],
        "limits": [material.limits.odd, material.limits.alarm, material.limits.small],
        "bands": [[each.first, each.last] for each in material.bands],
        "parts": _parts(material.parts),
        "former": _parts(material.former),
        "collectives": [
            {**_plain(row), "received_on": f"{row.received_on}"} for row in material.collectives
        ],
        "batches": [{**_plain(row), "held_on": f"{row.held_on}"} for row in material.batches],
        "opening": _decisions(material.opening),
        "decided": _decisions(material.decided),
    }


def read_kept(content: Mapping[str, Any], *, number: str) -> Material:
    """Return the material a snapshot keeps; raises ValueError for a form it does not know.

    A control character kept in a name would be no XML: no paper could be made of it.
    """
    content = _cleaned(content)
    if content["form"] != FORM:
        raise ValueError(f"form {content['form']} of a snapshot is not known")
    figures = {each["code"]: _read_figure(each) for each in content["figures"]}
    # Those of before the county could set it were shown with one.
    decimals = content.get("decimals", 1)
    return Material(
        days=_read_days(content["days"]),
        place=content["place"],
        at=datetime.fromisoformat(content["at"]),
        version=content["version"],
        number=number,
        readings=_readings(content["readings"], figures, decimals),
        year_before=_readings(content["year_before"], figures, decimals),
        before=_readings(content["before"], figures, decimals),
        bases=_read_bases(content.get("bases")),
        limits=Thresholds(*content["limits"]),
        bands=tuple(SizeBand(*each) for each in content["bands"]),
        parts=_read_parts(content["parts"], figures, decimals),
        former=_read_parts(content["former"], figures, decimals),
        collectives=tuple(
            CollectiveRow(**{**row, "received_on": date.fromisoformat(row["received_on"])})
            for row in content["collectives"]
        ),
        batches=tuple(
            BatchRow(**{**row, "held_on": date.fromisoformat(row["held_on"])})
            for row in content["batches"]
        ),
        opening=_read_decisions(content["opening"]),
        decided=_read_decisions(content["decided"]),
    )


def _days(days: Days) -> list[str]:
    return [f"{days.first}", f"{days.last}", days.kind]


def _read_days(kept_: Iterable[str]) -> Days:
    first, last, kind = kept_
    return Days(date.fromisoformat(first), date.fromisoformat(last), kind)


def _read_bases(kept_: Iterable[Iterable[str]] | None) -> tuple[Days, Days] | None:
    """Those of before they were kept held other days of the same months against one another."""
    if not kept_:
        return None
    year, before = map(_read_days, kept_)
    return year, before


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _cleaned(each) for key, each in value.items()}
    return value


def _figure(figure: Figure) -> dict[str, Any]:
    told = {name: getattr(figure, name) for name in _WORDS}
    told["basis"] = figure.basis.value if figure.basis else None
    told["opens"] = figure.opens.value if figure.opens else None
    return told


def _read_figure(told: Mapping[str, Any]) -> Figure:
    figure = Figure(**{name: told[name] for name in _WORDS})
    return replace(
        figure,
        basis=Basis.of(told["basis"]) if told["basis"] else None,
        opens=Opens.of(told["opens"]) if told["opens"] else None,
    )


def _counts(readings: Mapping[str, Reading]) -> dict[str, list[int | None]]:
    return {code: [each.count, each.whole] for code, each in readings.items()}


def _readings(
    counts: Mapping[str, list[int | None]], figures: Mapping[str, Figure], decimals: int
) -> dict[str, Reading]:
    return {
        code: Reading(figures[code], count, whole, decimals)
        for code, (count, whole) in counts.items()
    }


def _parts(parts: Mapping[Dimension, Iterable[Part]]) -> dict[str, list[list[Any]]]:
    return {
        dimension.value: [[_key(part.key), part.label, _counts(part.readings)] for part in found]
        for dimension, found in parts.items()
    }


def _read_parts(
    kept_: Mapping[str, list[list[Any]]], figures: Mapping[str, Figure], decimals: int
) -> dict[Dimension, tuple[Part, ...]]:
    found = {}
    for name, rows in kept_.items():
        dimension = Dimension.of(name)
        month = dimension is Dimension.MONTH
        found[dimension] = tuple(
            Part(
                date.fromisoformat(key) if month else key,
                label,
                _readings(counts, figures, decimals),
            )
            for key, label, counts in rows
        )
    return found


def _key(key: Any) -> Any:
    if isinstance(key, date):
        return f"{key}"
    return key if key is None or isinstance(key, int) else getattr(key, "value", f"{key}")


def _plain(row: Any) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(row)}


def _decisions(rows: Iterable[DecisionTold]) -> list[dict[str, Any]]:
    return [{**_plain(row), "due_on": f"{row.due_on}", "state": row.state.value} for row in rows]


def _read_decisions(rows: Iterable[Mapping[str, Any]]) -> tuple[DecisionTold, ...]:
    return tuple(
        DecisionTold(
            **{
                **row,
                "due_on": date.fromisoformat(row["due_on"]),
                "state": DecisionState.of(row["state"]),
            }
        )
        for row in rows
    )
