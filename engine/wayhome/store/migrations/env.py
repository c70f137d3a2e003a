"""Run by alembic: migrate over the engine that the caller gave."""

from alembic import context
from sqlmodel import SQLModel

from wayhome.store import tables  # noqa: F401 - declares the tables

config = context.config
engine = config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        version_table=config.get_main_option("version_table"),
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
