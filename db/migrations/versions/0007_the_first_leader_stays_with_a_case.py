"""The first leader stays with a case

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep who led a case first; of those that stand it is who leads them now."""
    # No batch: it would make the table anew, and SQLite drop what refers to it.
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE cases ADD COLUMN first_lead_id {whole} "
        "CONSTRAINT fk_cases_first_lead_id REFERENCES leaders (id)"
    )
    op.execute("UPDATE cases SET first_lead_id = lead_id WHERE lead_id IS NOT NULL")


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE cases DROP COLUMN first_lead_id")
