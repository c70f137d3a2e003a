"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wh_cases",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("uuid", sa.String(), nullable=False, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_country", sa.String(), nullable=False),
        sa.Column("origin_country", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opened_at", sa.Integer(), nullable=False),
        sa.Column("next_due_at", sa.Integer()),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_wh_cases_phase", "wh_cases", ["phase"])
    op.create_table(
        "wh_ledger",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("command_key", sa.String()),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary()),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "wh_due",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("step", sa.String(), primary_key=True),
        sa.Column("round", sa.String(), primary_key=True),
        sa.Column("of", sa.String(), primary_key=True),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer()),
        sa.Column("unit", sa.String()),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("backwards", sa.Boolean(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
    )
    op.create_index("ix_wh_due_due_at", "wh_due", ["due_at"])
    op.create_table(
        "wh_identity",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "wh_case_keys",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("retention", sa.String(), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "wh_processes",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("labels", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "wh_command_keys",
        sa.Column("command_key", sa.String(), primary_key=True),
        sa.Column("command_hash", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
    )
    op.create_table(
        "wh_actors",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
    )
    op.create_table(
        "wh_organisations",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("does", sa.String(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
    )
    op.create_table(
        "wh_meta",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), nullable=False),
    )
