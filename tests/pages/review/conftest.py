"""What tests of the review build, too."""

from tests.db.conftest import make_unit  # noqa: F401  (a fixture for these tests, too)
