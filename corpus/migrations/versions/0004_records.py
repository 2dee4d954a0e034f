"""What was answered, what readers said of it, what of it has been dealt with; and who changed what."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kept_at", sa.Text, nullable=False, index=True),
        sa.Column("surface", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("gist", sa.Text, nullable=False, index=True),
        sa.Column("as_of", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("history", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column(
            "answer_id", sa.Text, sa.ForeignKey("kept_answers.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("given_at", sa.Text, nullable=False),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )
    op.create_table(
        "settled",
        sa.Column("gist", sa.Text, primary_key=True),
        sa.Column("settled_at", sa.Text, nullable=False),
        sa.Column("settled_by", sa.Text, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False, index=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
