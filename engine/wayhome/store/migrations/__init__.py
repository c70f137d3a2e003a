"""The history of the schema, driven from code by alembic; its own version table, so that others can live beside it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from wayhome.store.tables import VERSION_TABLE


def upgrade(engine: Engine) -> None:
    """Bring a database to the newest schema, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("version_table", VERSION_TABLE)
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
