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
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("host_country", sa.String(), nullable=False),
        sa.Column("origin_country", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opened_on", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("owner_tag", sa.String()),
        sa.Column("reference_tag", sa.String()),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.LargeBinary()),
        sa.Column("health", sa.LargeBinary()),
    )
    op.create_index("ix_wh_cases_phase", "wh_cases", ["phase"])
    op.create_index("ix_wh_cases_opened_on", "wh_cases", ["opened_on", "number"])
    op.create_index("ix_wh_cases_label", "wh_cases", ["label"])
    op.create_index("ix_wh_cases_owner_tag", "wh_cases", ["owner_tag"])
    op.create_index("ix_wh_cases_reference_tag", "wh_cases", ["reference_tag"])
    op.create_table(
        "wh_ledger",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("recorded_on", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("signed_by", sa.String()),
    )
    op.create_index(
        *("ix_wh_ledger_first", "wh_ledger", ["number"]),
        sqlite_where=sa.text("seq = 1"),
        postgresql_where=sa.text("seq = 1"),
    )
    op.create_index("ix_wh_ledger_position", "wh_ledger", ["generation", "epoch", "n"], unique=True)
    op.create_table("wh_generations", sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("wh_positions")))
    op.create_table(
        "wh_blobs",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("retention", sa.String(), primary_key=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
    )
    op.create_table(
        "wh_master_keys",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "wh_keys",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("retention", sa.String(), primary_key=True),
        sa.Column("master", sa.String(), nullable=False),
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
        sa.Column("tag", sa.String(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "wh_entries",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("tag", sa.String(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
