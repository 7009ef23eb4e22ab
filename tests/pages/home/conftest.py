"""What tests of the home page build, too."""

from tests.db.conftest import make_case, make_leader, make_unit  # noqa: F401  (fixtures for these tests, too)
