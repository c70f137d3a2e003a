"""Which version of our tables this program reads, and where a database says which it has."""

from wayhome.errors import StoreUnavailable, Template

SCHEMA_VERSION = "0001"
VERSION_TABLE = "wh_version"
FIRST_FORMAT = "alembic_version_wayhome"  # the version table of databases that this program does not read


def too_new(what: Template, found: str) -> StoreUnavailable:
    """Give the error for what a newer program made."""
    return StoreUnavailable(
        what,
        why="It has version {found}, and this program knows {known}.",
        todo="Use the newer program.",
        code="too_new",
        found=found,
        known=SCHEMA_VERSION,
    )
