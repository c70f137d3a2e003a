"""Organisations that the office registered."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("does", sa.String(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("organisations")
