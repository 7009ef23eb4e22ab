"""An item of the agenda as a slide of its own, once

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add which item a slide tells."""
    # No batch: it would make the table anew, and SQLite drop the triggers that hold it.
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE slides ADD COLUMN item_id {whole} "
        "CONSTRAINT fk_slides_item_id REFERENCES agenda_items (id) "
        "CONSTRAINT ck_slides_item "
        "CHECK ((item_id IS NOT NULL) = (inserted IS NOT NULL AND inserted = 'item'))"
    )
    op.create_index("uq_slides_item_id", "slides", ["item_id"], unique=True)


def downgrade() -> None:
    """Take it away again, and the slides that tell items."""
    op.execute("DELETE FROM slides WHERE inserted = 'item'")
    op.drop_index("uq_slides_item_id", table_name="slides")
    op.execute("ALTER TABLE slides DROP COLUMN item_id")
