"""What tests of the reception screens build."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.receptions import Visit
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.db.conftest import (  # noqa: F401  (fixtures for these tests, too)
    make_case,
    make_hotspot,
    make_leader,
    make_unit,
)
from tests.receptions import leader, make_visit  # noqa: F401


@pytest.fixture
def visits_of(store: Store) -> Callable[[], list[Visit]]:
    """Return a function that lists the visits as they lie in the store."""

    def read() -> list[Visit]:
        with store.reading(SYSTEM) as session:
            return list(session.scalars(select(Visit).order_by(Visit.id)))

    return read


@pytest.fixture
def open_visit(open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Return a function that opens the page of one visit, for the office unless told otherwise."""

    def open_(number: str, *roles: Role, **account: Any) -> AppTest:
        return open_page(
            "receptions/visit", *(roles or (Role.OFFICE,)), query={"visit": number}, **account
        )

    return open_
