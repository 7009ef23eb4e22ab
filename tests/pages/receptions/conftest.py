"""What tests of the reception screens build."""

from tests.db.conftest import make_case, make_leader, make_unit  # noqa: F401  (fixtures)
