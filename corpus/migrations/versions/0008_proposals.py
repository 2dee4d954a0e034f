"""Facts that a chat model proposed, what people said of them, and which announcements it was asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("fact", sa.JSON, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("reviewed_by", sa.Text, nullable=False),
        sa.Column("reviewed_at", sa.Text),
        sa.UniqueConstraint("announcement_id", "content_hash", "said"),
    )
    op.create_table(
        "asked_for_facts",
        sa.Column(
            "announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("dropped", sa.JSON, nullable=False),
    )
    op.add_column("state", sa.Column("proposed", sa.Integer, nullable=False, server_default="0"))
