"""Which version of our tables this program reads, and where a database says which it has."""

SCHEMA_VERSION = "0001"
VERSION_TABLE = "wh_version"
FIRST_FORMAT = "alembic_version_wayhome"  # the version table of databases that this program does not read
