"""The parts of figures: they come to their whole, and each is what SQL written here alone says."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Store
from db.models.figures import OfficialCount
from db.queries import situation as queries
from db.queries.situation_scope import Asked
from rules.dispute_terms import RiskLevel
from rules.figure_terms import Dimension
from rules.figures import REGISTRY
from rules.periods import read_days
from rules.permissions import SYSTEM
from rules.readings import Part
from tests.conftest import NOW, OFFICE
from tests.db.situations import WHEN

HALF = read_days("2026H1")
# What the parts have of their own: people of a township, who are not the county's.
APART = {"per_10k"}


def split(store: Store, dimension: Dimension, asked: Asked, **given: Any) -> list[Part]:
    with store.reading(OFFICE) as session:
        return queries.split(session, asked, dimension, **given, **WHEN)


def plain(store: Store, sql: str) -> dict[Any, tuple[Any, ...]]:
    """Ask the store, and map what each row begins with to the rest of it."""
    with store.engine.connect() as connection:
        given = {"first": HALF.first, "last": HALF.last}
        rows = connection.execute(text(sql), given)
        return {row[0]: tuple(int(each) for each in row[1:]) for row in rows}


def counts(parts: list[Part], *codes: str) -> dict[Any, tuple[Any, ...]]:
    """Map the keys of parts to their counts."""
    return {
        getattr(part.key, "value", part.key): tuple(part.readings[code].count for code in codes)
        for part in parts
    }


@pytest.mark.parametrize("dimension", list(Dimension))
def test_the_parts_of_every_figure_add_up_to_it(
    noisy: tuple[Store, list[int]], dimension: Dimension
) -> None:
    store, (town, *_) = noisy
    for asked in (Asked(HALF), Asked(HALF, unit_id=town), Asked(HALF, town, town)):
        parts = split(store, dimension, asked)
        with store.reading(OFFICE) as session:
            whole = queries.situation(session, asked, **WHEN).readings
        codes = [code for code, figure in REGISTRY.items() if dimension in figure.splits]
        assert codes
        for code in codes:
            told = [part.readings[code] for part in parts]
            assert sum(each.count or 0 for each in told) == (whole[code].count or 0), code
            if code not in APART:
                assert sum(each.whole or 0 for each in told) == (whole[code].whole or 0), code


def test_disputes_are_parted_by_class_and_by_level(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    columns = (
        "count(*), sum(CASE WHEN d.outcome = 'resolved' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN d.outcome = 'unresolved' THEN 1 ELSE 0 END) "
        "FROM disputes d JOIN dispute_classes k ON k.id = d.class_id "
        "WHERE d.state NOT IN ('removed', 'merged') AND d.found_on BETWEEN :first AND :last"
    )
    told = ("disputes_found", "disputes_resolved", "disputes_unresolved")
    by_class = split(store, Dimension.DISPUTE_CLASS, Asked(HALF))
    by_level = split(store, Dimension.RISK, Asked(HALF))

    upper = "coalesce(k.parent_id, k.id)"
    assert counts(by_class, *told) == plain(store, f"SELECT {upper}, {columns} GROUP BY {upper}")
    assert {part.label for part in by_class} == {"试甲", "试乙"}
    assert counts(by_level, *told) == plain(store, f"SELECT d.level, {columns} GROUP BY d.level")
    assert [part.key for part in by_level] == [*RiskLevel, None]
    assert by_level[0].readings["dispute_resolution"].whole == by_level[0].readings[told[0]].count


def test_batches_and_leaders_have_their_own_rates(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    counted = "c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation'"
    done = "sum(CASE WHEN c.resolved_on IS NOT NULL THEN 1 ELSE 0 END), count(*)"
    batches = split(store, Dimension.BATCH, Asked(HALF))
    led = split(store, Dimension.LEAD, Asked(HALF))

    def rates(parts: list[Part], code: str) -> dict[Any, tuple[int | None, ...]]:
        return {part.key: (part.readings[code].count, part.readings[code].whole) for part in parts}

    assert rates(batches, "batch_resolution") == plain(
        store,
        f"SELECT m.id, {done} FROM batch_cases b JOIN batches m ON m.id = b.batch_id "
        f"JOIN cases c ON c.id = b.case_id WHERE {counted} "
        "AND m.held_on BETWEEN :first AND :last GROUP BY m.id",
    )
    assert [part.label for part in batches] == ["第0批", "第1批"]
    assert rates(led, "lead_resolution") == plain(
        store,
        f"SELECT c.lead_id, {done} FROM cases c JOIN case_duties t ON t.case_id = c.id "
        f"WHERE {counted} GROUP BY c.lead_id",
    )
    assert {part.label for part in led} == {"王县长", "李县长", "未填"}


def test_satisfaction_is_told_of_each_unit(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    parts = split(store, Dimension.UNIT, Asked(HALF), codes=["unit_satisfaction"])
    expected = plain(
        store,
        "SELECT c.unit_id, sum(CASE WHEN t.with_unit IN ('satisfied', 'fairly') THEN 1 ELSE 0 END) "
        "FROM look_backs t JOIN cases c ON c.id = t.case_id WHERE t.dropped_on IS NULL "
        "AND t.with_unit IS NOT NULL AND t.done_on BETWEEN :first AND :last "
        "AND c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation' GROUP BY c.unit_id",
    )

    assert counts(parts, "unit_satisfaction") == expected
    assert {code for part in parts for code in part.readings} == {"unit_satisfaction"}


def test_a_township_is_held_against_its_own_people(noisy: tuple[Store, list[int]]) -> None:
    store, (town, *_) = noisy
    with store.writing(SYSTEM) as session:
        for day, value in ((date(2020, 11, 1), 8000), (date(2025, 12, 31), 10_000)):
            session.add(
                OfficialCount(
                    key="population",
                    first_on=day,
                    last_on=day,
                    value=value,
                    township_id=town,
                    source="统计年鉴",
                    entered_by="甲",
                    entered_at=NOW,
                )
            )
    found = {part.key: part for part in split(store, Dimension.TOWNSHIP, Asked(HALF))}

    told = found[town].readings
    assert (told["per_10k"].count, told["per_10k"].whole) == (told["received"].count, 10_000)
    other = next(part for key, part in found.items() if key != town)
    assert other.readings["per_10k"].shown == "—"


def test_groups_are_parted_by_how_many_came(noisy: tuple[Store, list[int]]) -> None:
    store, _ = noisy
    parts = split(store, Dimension.SIZE, Asked(HALF))

    sizes = [part.key for part in parts]
    assert sizes == sorted(sizes)
    assert [part.label for part in parts] == [f"{size}" for size in sizes]
    assert counts(parts, "visits") == plain(
        store,
        "SELECT c.people, count(*) FROM cases c WHERE c.channel = 'visit' "
        "AND c.state <> 'merged' AND coalesce(c.purpose, '') <> 'accusation' "
        "AND c.received_on BETWEEN :first AND :last GROUP BY c.people",
    )
    assert {size < 5 for size in sizes} == {True, False}
    for part in parts:
        visits, groups = (part.readings[code].count for code in ("visits", "collectives"))
        assert groups == (visits if part.key >= 5 else 0)


def test_what_stands_now_is_of_no_month_and_nothing_is_told_of_an_empty_store(
    store: Store,
) -> None:
    for dimension in Dimension:
        assert split(store, dimension, Asked(HALF)) == []
    assert Dimension.MONTH not in REGISTRY["open"].splits
