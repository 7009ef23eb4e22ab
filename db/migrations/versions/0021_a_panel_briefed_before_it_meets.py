"""A member of a panel is sent the facts before the meeting, and says that he comes

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two days."""
    op.add_column("evaluation_seats", sa.Column("briefed_on", sa.Date(), nullable=True))
    op.add_column("evaluation_seats", sa.Column("promised_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("evaluation_seats", "promised_on")
    op.drop_column("evaluation_seats", "briefed_on")
