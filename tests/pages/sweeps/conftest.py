"""What tests of the sweep screens build, and the moment they are looked at."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rules.terms import Role
from tests.db import disputes as d
from tests.db.conftest import make_case, make_leader, make_unit  # noqa: F401  (fixtures)
from tests.sweeps import MORNING
from ui import store as ui_store


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch, fixed_today: None) -> None:
    """Let the moment be one of the tests' day: what is late is told by it."""
    monkeypatch.setattr(ui_store, "now", lambda: MORNING)


@pytest.fixture
def place(make_unit: Callable[..., int]) -> d.County:  # noqa: F811  (the fixture)
    """A small county."""
    return d.build(make_unit)


@pytest.fixture
def open_dispute(open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Return a function that opens the page of one dispute, for the office unless told otherwise."""

    def open_(number: str, *roles: Role, **account: Any) -> AppTest:
        query = {"dispute": number}
        return open_page("sweeps/dispute", *(roles or (Role.OFFICE,)), query=query, **account)

    return open_
