"""The figures of the registry, among noise and within scope."""

from collections.abc import Callable
from datetime import date
from typing import Any

from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.queries import figures
from rules.case_terms import Step
from rules.figures import FIGURES
from rules.permissions import SYSTEM, Actor
from rules.terms import Purpose, Role
from tests.conftest import OFFICE, TODAY
from tests.db.closing import step


def values(store: Store, by: Actor = OFFICE) -> dict[str, int | None]:
    with store.reading(by) as session:
        return {v.figure.code: v.value for v in figures.figures(session, today=TODAY)}


def test_each_figure_counts_what_its_definition_says(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    make_case(received_on=date(2026, 11, 1), unit_id=unit)
    make_case(received_on=date(2026, 10, 31))
    make_case(received_on=date(2026, 10, 1), answered_on=date(2026, 11, 2))
    make_case(received_on=date(2025, 11, 10), closed_on=date(2025, 12, 1), unit_id=unit)

    assert values(store) == {
        "open_cases": 2,
        "received_this_month": 1,
        "suspected_duplicates": 0,
        "without_unit": 1,
    }


def test_what_a_unit_sent_back_is_open_still(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    returned, disputed = make_case(), make_case()
    unit = make_unit("住建局")
    for opened in (returned, disputed):
        step(store, opened, Step.FORWARD, unit_id=unit)
        step(store, opened, Step.OBJECT, reason="不属本单位")
    step(store, disputed, Step.DISPUTE, reason="两个单位都不认")

    assert values(store)["open_cases"] == 2


def test_a_unit_counts_its_own(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    mine, theirs = make_unit("住建局"), make_unit("教育局")
    make_case(unit_id=mine)
    make_case(unit_id=theirs)

    actor = Actor(None, "经办", frozenset({Role.UNIT}), mine, frozenset({mine}))
    assert values(store, actor)["open_cases"] == 1


def test_an_accusation_is_counted_for_nobody(
    store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    ordinary = make_case(received_on=TODAY, unit_id=unit)
    accusing = [
        make_case(received_on=TODAY, unit_id=unit, purpose=Purpose.ACCUSATION),
        make_case(received_on=TODAY, purpose=Purpose.ACCUSATION),
    ]
    with store.writing(SYSTEM) as session:
        for opened in accusing:
            session.get_one(Case, opened.id).suspect_of_id = ordinary.id

    both = Actor(None, "主任", frozenset({Role.ADMIN, Role.OFFICE}))
    of_the_unit = Actor(None, "经办", frozenset({Role.UNIT}), unit, frozenset({unit}))

    for actor in (OFFICE, both):
        assert values(store, actor) == {
            "open_cases": 1,
            "received_this_month": 1,
            "suspected_duplicates": 0,
            "without_unit": 0,
        }
    assert values(store, of_the_unit) == {"open_cases": 1, "received_this_month": 1}


def test_every_figure_has_a_definition_and_a_unit() -> None:
    wanting: list[Any] = [f.code for f in FIGURES.values() if not (f.definition and f.unit)]
    assert not wanting
