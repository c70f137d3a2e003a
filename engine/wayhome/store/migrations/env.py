"""Run by alembic: migrate on the connection that the caller gave, in its transaction."""

from alembic import context

from wayhome.store.tables import METADATA

config = context.config
connection, schema = config.attributes["connection"], config.attributes["schema"]
context.configure(
    connection=connection.execution_options(schema_translate_map={None: schema}) if schema else connection,
    target_metadata=METADATA,
    version_table=config.get_main_option("version_table"),
    version_table_schema=schema,
    render_as_batch=True,
)
context.run_migrations()
