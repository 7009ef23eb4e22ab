"""What tests of the administration build, too."""

import pytest

from tests.db.conftest import make_case, make_unit  # noqa: F401  (fixtures for these tests, too)
from tests.pages.conftest import PASSWORD


@pytest.fixture
def own_password() -> str:
    """Accounts that manage accounts, and one's own, have passwords."""
    return PASSWORD
