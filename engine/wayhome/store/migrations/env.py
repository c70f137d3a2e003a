"""Run by alembic: migrate over the engine that the caller gave."""

from alembic import context

from wayhome.store.tables import METADATA

config = context.config
engine = config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        version_table=config.get_main_option("version_table"),
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
