"""The made-up county's receptions: S2's 168 件 286 人次, decided, and followed by cases."""

from datetime import timedelta

from db.engine import Store
from db.queries import reception_figures
from db.queries.reception_days import Span
from rules.permissions import SYSTEM
from tests.conftest import TODAY


def test_the_year_of_the_demo_holds_the_figures_of_the_source(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        year = reception_figures.figures(
            session, Span(TODAY - timedelta(days=364), TODAY), collective_min=5
        )

    assert (year.leaders, year.batches, year.people) == (21, 168, 286)
    assert year.groups == 2
    assert year.answered + year.guided + year.handed + year.led == 164
    assert year.solved == 146
