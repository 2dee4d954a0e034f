"""What people say of announcements over what their files say; and announcements that were removed, for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edits",
        sa.Column(
            "announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("loaded_hash", sa.Text, nullable=False),
    )
    op.create_table(
        "removed",
        sa.Column("announcement_id", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("removed_at", sa.Text, nullable=False),
        sa.Column("removed_by", sa.Text, nullable=False),
        sa.Column("held", sa.JSON, nullable=False),
    )
