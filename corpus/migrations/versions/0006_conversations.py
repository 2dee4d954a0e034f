"""Which conversation of a member of staff an answer belongs to, and what it was to be answered from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("kept_answers", sa.Column("conversation_id", sa.Text, nullable=False, server_default=""))
    op.add_column("kept_answers", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.add_column("kept_answers", sa.Column("selection", sa.JSON, nullable=False, server_default="{}"))
    op.create_index("ix_kept_answers_conversation_id", "kept_answers", ["conversation_id"])
