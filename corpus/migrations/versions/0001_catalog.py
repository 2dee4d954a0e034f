"""Announcements, their earlier revisions, where they came from, and what changed when."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _announcement_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("published", sa.Text),
        sa.Column("published_at", sa.Text),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("source_url", sa.Text, nullable=False),
        sa.Column("supersedes", sa.Text),
        sa.Column("translation_of", sa.Text),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("pages", sa.JSON, nullable=False),
        sa.Column("sections", sa.JSON, nullable=False),
        sa.Column("footnotes", sa.JSON, nullable=False),
        sa.Column("offsets", sa.JSON, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        *_announcement_columns(),
    )
    op.create_table(
        "revisions",
        sa.Column(
            "id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("revision", sa.Integer, primary_key=True),
        *_announcement_columns(),
    )
    op.create_table(
        "origins",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column(
            "announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False, index=True
        ),
    )
    op.create_table(
        "changes",
        sa.Column("announcement_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False, unique=True),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    state = op.create_table("state", sa.Column("revision", sa.Integer, nullable=False))
    op.bulk_insert(state, [{"revision": 0}])
