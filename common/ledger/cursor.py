"""The cursor: how far a flow has read, in the source's clock, and why that may be believed.

A window begins `overlap` before the cursor and has no end; its pages are cut by the document's own key, which never
changes, so that nothing can shift between two of them. When the last page is in the ledger the cursor moves to the
moment *before* the first page was asked for (by the source's clock), less a safety margin: a row stamped earlier was
visible then, or it is late. Late rows are found by the overlap; how late each was is measured, and the overlap grows to
twice the worst lateness of the last seven days. What is later still, or was never stamped, is found by the rescan.
"""

from datetime import datetime, timedelta
from typing import Any

from common.database import statements
from common.database.pool import Connection, Database
from common.ledger.admission import Admitted, Origin

_SQL = statements.load(__name__)


def measure_lateness(admitted: Admitted, cursor_before: datetime | None, seen_at: datetime) -> tuple[int, timedelta]:
    """Return how many new rows carry a stamp from before the cursor, and the worst lateness among them.

    A late row became visible some time before `seen_at` (the source's clock), so `seen_at` less its stamp is an upper
    bound.
    """
    if cursor_before is None:
        return 0, timedelta(0)
    late = [stamp for stamp in admitted.stamps if stamp < cursor_before]
    return len(late), max((seen_at - stamp for stamp in late), default=timedelta(0))


def advance(
    connection: Connection,
    origin: Origin,
    *,
    position: datetime,
    overlap: timedelta,
    max_overlap: timedelta,
) -> None:
    """Move the cursor forward and set its overlap from the measured lateness.

    Belongs into the last page's transaction, so that the cursor never passes a record that is not in the ledger.
    """
    connection.execute(
        _SQL["advance"],
        {
            "integration": origin.integration,
            "flow": origin.flow,
            "job_id": origin.job_id,
            "position": position,
            "overlap": overlap,
            "max_overlap": max_overlap,
        },
    )


def everywhere(database: Database) -> list[dict[str, Any]]:
    """Return where each flow's cursor stands, with the proof of the job that moved it."""
    return database.fetch_all(_SQL["all"])
