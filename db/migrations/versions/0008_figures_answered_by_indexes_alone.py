"""Figures answered by indexes alone: what comes in, what is open, what is closed, within a scope

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SCOPE = ["purpose", "unit_id", "lead_id"]
_WIDENED = {
    "ix_cases_received_on": (["received_on", "id", "state"], []),
    "ix_cases_state": (["state", "received_on", "id"], ["due_on"]),
}
_CLOSED = sa.text("closed_on IS NOT NULL")


def upgrade() -> None:
    """Let the indexes of lists tell scope, too, and find what was closed in a month."""
    for name, (columns, more) in _WIDENED.items():
        op.drop_index(name, table_name="cases")
        op.create_index(name, "cases", [*columns, *more, *_SCOPE])
    op.create_index(
        "ix_cases_closed_on",
        "cases",
        ["closed_on", "id", "state", *_SCOPE],
        sqlite_where=_CLOSED,
        postgresql_where=_CLOSED,
    )


def downgrade() -> None:
    """Go back to the indexes of lists."""
    op.drop_index("ix_cases_closed_on", table_name="cases")
    for name, (columns, _) in _WIDENED.items():
        op.drop_index(name, table_name="cases")
        op.create_index(name, "cases", columns)
