"""Lists answered by indexes alone

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEFORE = {
    "ix_cases_received_on": ["received_on", "id"],
    "ix_cases_unit": ["unit_id", "received_on", "id"],
    "ix_cases_township": ["township_id", "received_on", "id"],
    "ix_cases_lead_id": ["lead_id"],
}
_AFTER = {
    "ix_cases_received_on": ["received_on", "id", "state"],
    "ix_cases_unit": ["unit_id", "received_on", "id", "state", "purpose"],
    "ix_cases_township": ["township_id", "received_on", "id", "state"],
    "ix_cases_lead": ["lead_id", "received_on", "id", "state", "purpose"],
}
_FLAGS = ("legacy", "cross", "group", "lawsuit", "urgent")


def upgrade() -> None:
    """Add to the indexes of the list what it counts and what its scope asks, and one per flag."""
    _replace(_BEFORE, _AFTER)
    for flag in _FLAGS:
        op.create_index(
            f"ix_cases_{flag}",
            "cases",
            ["received_on", "id", "state"],
            sqlite_where=sa.text(f'"{flag}" = 1'),
            postgresql_where=sa.text(f'"{flag}"'),
        )


def downgrade() -> None:
    """Leave the columns out again."""
    _replace(_AFTER, _BEFORE)
    for flag in _FLAGS:
        op.drop_index(f"ix_cases_{flag}", table_name="cases")


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(name, table_name="cases")
    for name, columns in new.items():
        op.create_index(name, "cases", columns)
