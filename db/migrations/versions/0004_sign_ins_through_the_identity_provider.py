"""Sign-ins through the identity provider

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEX = "ix_accounts_external_name"


def upgrade() -> None:
    """Let an account be known to the provider by name, and end the sign-ins hashed without a key."""
    # No batch: it would make the table anew, and SQLite drop what refers to it.
    op.add_column("accounts", sa.Column("external_name", sa.String(length=255), nullable=True))
    op.create_index(_INDEX, "accounts", ["external_name"], unique=True)
    op.add_column("sign_ins", sa.Column("id_token", sa.LargeBinary(), nullable=True))
    op.execute("DELETE FROM sign_ins")


def downgrade() -> None:
    """Know accounts by their own names alone; sign-ins hashed with the key are found no more."""
    op.execute("DELETE FROM sign_ins")
    op.drop_column("sign_ins", "id_token")
    op.drop_index(_INDEX, table_name="accounts")
    op.drop_column("accounts", "external_name")
