"""What tests of the sweep screens build, and the moment they are looked at."""

import pytest

from tests.db.conftest import make_unit  # noqa: F401  (fixtures)
from tests.sweeps import MORNING
from ui import store as ui_store


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch, fixed_today: None) -> None:
    """Let the moment be one of the tests' day: what is late is told by it."""
    monkeypatch.setattr(ui_store, "now", lambda: MORNING)
