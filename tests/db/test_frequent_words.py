"""A word that very many cases hold is looked for in the list's own order, and finds the same."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import text

from db import search
from db.commands.cases import Opened
from db.engine import Store, StoreAway
from db.queries import cases
from db.queries.case_filters import CaseFilter, Sort
from rules.permissions import Actor
from rules.terms import CaseState, Role
from tests.conftest import OFFICE, TODAY

# PostgreSQL needs no such help.
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def noisy(store: Store, make_case: Callable[..., Opened], make_unit: Callable[..., int]) -> int:
    """Sixty cases of two units, two of three about noise; returns one unit's id."""
    units = [make_unit("住建局"), make_unit("环保局")]
    for number in range(60):
        words = "夜间噪音扰民" if number % 3 else "路灯不亮"
        make_case(
            title=f"{words} {number}",
            unit_id=units[number % 2],
            received_on=TODAY - timedelta(days=number % 7),
            closed_on=TODAY if number % 5 == 0 else None,
        )
    return units[0]


def seen(store: Store, wanted: CaseFilter, *, by: Actor = OFFICE) -> tuple[object, ...]:
    with store.reading(by) as session:
        pages = [
            [row.number for row in cases.register_page(session, wanted, page=n)] for n in (1, 2, 5)
        ]
        found = cases.counts(session, wanted)
    return pages, found


def test_a_frequent_word_finds_what_a_rare_one_would(
    store: Store, noisy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "PAGE_SIZE", 5)
    filters = [
        CaseFilter(term=term, sort=sort, unit_id=unit, states=states)
        for term, sort, unit, states in product(
            ("噪音", "噪", "噪音扰民", "夜间 扰民", "无此"),
            Sort,
            (None, noisy),
            ((), (CaseState.CLOSED,)),
        )
    ]
    unit = Actor(9, "环保局", frozenset({Role.UNIT}), noisy, frozenset({noisy}))
    rare = [seen(store, wanted, by=by) for wanted in filters for by in (OFFICE, unit)]
    monkeypatch.setattr(search, "_FREQUENT", 0)
    for in_text, in_index in ((500, 8_000), (1, 500), (1, 2)):
        monkeypatch.setattr(cases, "_IN_TEXT", in_text)
        monkeypatch.setattr(cases, "_IN_INDEX", in_index)

        frequent = [seen(store, wanted, by=by) for wanted in filters for by in (OFFICE, unit)]

        assert frequent == rare


def test_a_total_that_stopped_counting_says_so(
    store: Store, noisy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FREQUENT", 0)

    with store.reading(OFFICE) as session:
        found = cases.counts(session, CaseFilter(term="噪音"), cap=10)

    assert found.capped
    assert found.among == 10
    assert 0 < found.total <= 10


def test_whoever_does_not_want_to_wait_is_told_at_once(store: Store) -> None:
    with store.writing(OFFICE) as busy:
        busy.execute(text("SELECT 1"))

        with pytest.raises(StoreAway), store.writing(OFFICE, patient=False) as hasty:
            hasty.execute(text("SELECT 1"))
