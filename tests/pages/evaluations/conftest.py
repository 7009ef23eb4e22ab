"""What tests of the screens of evaluation build."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from rules.terms import Role
from tests.conftest import NOW
from tests.db import evaluations as e
from tests.db.conftest import make_case, make_leader, make_unit  # noqa: F401  (fixtures)
from ui import store as ui_store


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch, fixed_today: None) -> None:
    """Let the moment be one of the tests' day: the hours of a notice are counted from it."""
    monkeypatch.setattr(ui_store, "now", lambda: NOW)


@pytest.fixture
def third_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that lets three days pass for the screens."""

    def pass_() -> None:
        day = e.TODAY + 3 * e.DAY
        monkeypatch.setattr(ui_store, "today", lambda: day)
        monkeypatch.setattr(ui_store, "now", lambda: NOW + 3 * e.DAY)

    return pass_


@pytest.fixture
def place(store: Store, make_unit: Callable[..., int]) -> e.Place:  # noqa: F811
    """A county with a pool."""
    return e.build(store, make_unit)


@pytest.fixture
def case(store: Store, place: e.Place, make_case: Callable[..., Opened]) -> Opened:  # noqa: F811
    """An answered case of the department."""
    made = make_case(unit_id=place.department, township_id=place.village, person="张三丰")
    e.answered(store, made)
    return made


@pytest.fixture
def open_evaluation(open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Return a function that opens the page of one evaluation, for the office unless told otherwise."""

    def open_(found: Opened, *roles: Role, page: str = "evaluation", **account: Any) -> AppTest:
        query = {"evaluation": found.number}
        wanted = roles or (Role.OFFICE,)
        return open_page(f"evaluations/{page}", *wanted, query=query, **account)

    return open_
