"""The name of the file that an announcement was read from, for each of its revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("announcements", "revisions"):
        op.add_column(table, sa.Column("original", sa.Text, nullable=False, server_default=""))
