"""What tests of the administration build, too."""

from tests.db.conftest import make_case  # noqa: F401  (a fixture for these tests, too)
