"""A paper of a case belongs to the step it stands and falls with

Revision ID: 0011
Revises: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The last step before a paper was put on record that gave the opinion it holds, or that began
# its round; one that was taken back before then is not meant.
_BELONGS = """
UPDATE case_documents SET step_id = (
    SELECT max(s.id) FROM case_steps s
    WHERE s.case_id = case_documents.case_id AND s.at <= case_documents.at
    AND (
        s.step IN ('reopen', 'rebound')
        OR (s.step = 'answer' AND case_documents.kind = 'decision')
        OR (s.step = 'answer_review' AND case_documents.kind = 'review')
        OR (s.step = 'answer_recheck' AND case_documents.kind = 'recheck')
    )
    AND NOT EXISTS (
        SELECT 1 FROM case_steps w WHERE w.id = s.withdrawn_by_id AND w.at <= case_documents.at
    )
)
"""


def upgrade() -> None:
    """Keep which step each paper belongs to; of those that stand it is told by their time."""
    # No batch: it would make the table anew, and SQLite drop what refers to it.
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE case_documents ADD COLUMN step_id {whole} "
        "CONSTRAINT fk_case_documents_step_id REFERENCES case_steps (id)"
    )
    op.execute(_BELONGS)


def downgrade() -> None:
    """Forget it."""
    op.execute("ALTER TABLE case_documents DROP COLUMN step_id")
