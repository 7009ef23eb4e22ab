"""What few cases have is indexed for these alone: a save keeps five indexes less

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SPARSE = ("repeat_of_id", "suspect_of_id", "source_number", "batch_id", "row_hash")


def upgrade() -> None:
    """Leave what is empty out of the indexes of what is mostly empty."""
    for column in _SPARSE:
        told = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_cases_{column}", table_name="cases")
        op.create_index(
            f"ix_cases_{column}", "cases", [column], sqlite_where=told, postgresql_where=told
        )


def downgrade() -> None:
    """Index what is empty as well."""
    for column in _SPARSE:
        op.drop_index(f"ix_cases_{column}", table_name="cases")
        op.create_index(f"ix_cases_{column}", "cases", [column])
