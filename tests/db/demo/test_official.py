"""The demo's numbers of superiors tell the falls their source reported."""

from db.demo import official
from db.engine import Store
from db.queries import situation
from db.queries.situation_scope import Asked
from rules.periods import read_days
from rules.permissions import SYSTEM
from tests.conftest import NOW, OFFICE, TODAY
from tests.db.situations import WHEN


def test_the_year_2021_tells_the_falls_of_its_source(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        assert official.load(session, today=TODAY, now=NOW) == 5
    with store.reading(OFFICE) as session:
        found = situation.compared(session, Asked(read_days("2021")), **WHEN)

    assert found.year_before["capital_visits"].shown == "-50.0%"  # S1-34
    assert found.year_before["province_visits"].shown == "-45.0%"
    assert found.now.readings["per_10k"].whole == 1_480_000  # S1-02
