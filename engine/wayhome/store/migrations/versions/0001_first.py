"""The first schema: the tables as they are declared, until there is a release. From then on it is written out here as it was then."""

from alembic import op
from wayhome.store.tables import METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
