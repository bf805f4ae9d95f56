"""Leadership: one process at a time has a duty, for a term that the database's clock measures.

Only an optimisation: whatever a leader does is safe when two do it at once (`ON CONFLICT DO NOTHING`), because a paused
leader wakes up believing in a term that is over. The epoch in the row tells terms apart in the audit.
"""

from datetime import timedelta

from common.database import statements
from common.database.pool import Database

_SQL = statements.load(__name__)


def hold(database: Database, duty: str, *, holder: str, term: timedelta) -> int | None:
    """Take or keep a duty for a term; return the epoch, or None while another holds it."""
    row = database.fetch_one(_SQL["hold"], {"duty": duty, "holder": holder, "term": term})
    return int(row["epoch"]) if row else None


def resign(database: Database, duty: str, *, holder: str) -> None:
    """Give a duty up. Does nothing if it is another's."""
    with database.connection() as connection:
        connection.execute(_SQL["resign"], {"duty": duty, "holder": holder})
