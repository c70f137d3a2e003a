"""The history of the schema, driven from code by alembic; its own version table, so that others can live beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wayhome.store.versions import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy import Connection


def upgrade(connection: Connection, schema: str | None) -> None:
    """Bring our tables to the newest schema, in the transaction that the caller has begun, and ends."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("version_table", VERSION_TABLE)
    config.attributes.update(connection=connection, schema=schema)
    command.upgrade(config, "head")
