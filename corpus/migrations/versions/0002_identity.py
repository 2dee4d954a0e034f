"""A name of its own for each catalog, so that an index can tell that it was made from another one."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("state", sa.Column("identity", sa.Text, nullable=False, server_default=""))
    op.execute(sa.text("UPDATE state SET identity = :made").bindparams(made=uuid.uuid4().hex))
