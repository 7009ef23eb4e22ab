"""What tests of the screens of meetings build."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from rules.terms import Role, UnitKind
from tests.conftest import NOW
from tests.db import meetings as m
from tests.db.conftest import make_case, make_hotspot, make_leader, make_unit  # noqa: F401
from ui import store as ui_store


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch, fixed_today: None) -> None:
    """Let the moment be one of the tests' day."""
    monkeypatch.setattr(ui_store, "now", lambda: NOW)


@pytest.fixture
def county(make_unit: Callable[..., int]) -> int:  # noqa: F811
    """The county the units stand under."""
    return make_unit("本县", kind=UnitKind.COUNTY)


@pytest.fixture
def housing(make_unit: Callable[..., int], county: int) -> int:  # noqa: F811
    """The department most tests are about."""
    return make_unit("县住建局", parent=county)


@pytest.fixture
def meeting(store: Store, housing: int) -> Opened:
    """A meeting that has begun, with one item on the agenda."""
    return m.opened(store, housing)


@pytest.fixture
def open_meeting(open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Return a function that opens the page of a meeting, for the office unless told otherwise."""

    def open_(found: Opened, *roles: Role, **account: object) -> AppTest:
        query = {"meeting": found.number}
        return open_page("review/meeting", *(roles or (Role.OFFICE,)), query=query, **account)

    return open_
