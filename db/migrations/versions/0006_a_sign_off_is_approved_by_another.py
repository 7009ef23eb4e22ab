"""A sign-off's second person is not who wrote down the head's approval

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME = "ck_sign_offs_whole"
_BEFORE = (
    "signed_on IS NULL OR (head_name <> '' AND head_on IS NOT NULL AND result <> '' "
    "AND approved_by IS NOT NULL AND approved_by <> requested_by)"
)
_WHOLE = f"{_BEFORE[:-1]} AND head_recorded_by IS NOT NULL AND approved_by <> head_recorded_by)"


def upgrade() -> None:
    """Ask that who approves neither asked nor wrote down the approval of the head."""
    _hold(_WHOLE)


def downgrade() -> None:
    """Ask only that the asker is not the approver."""
    _hold(_BEFORE)


def _hold(condition: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:  # else it refuses to rename while a trigger on cases names the table
        op.execute("PRAGMA legacy_alter_table = ON")
    with op.batch_alter_table("sign_offs") as table:
        table.drop_constraint(_NAME, type_="check")
        table.create_check_constraint(_NAME, condition)
    if sqlite:
        op.execute("PRAGMA legacy_alter_table = OFF")
