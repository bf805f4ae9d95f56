"""When the state of an order goes to the other side, and as what."""

import pytest

from common.flows.flow import Mapping
from common.flows.order_status import transform
from common.ledger.verdicts import SendAs, Transformed, Unchanged
from common.settings import Dialect
from schemas import exact_json
from schemas.cxml import order_status_update
from schemas.j1p import order_status as j1p
from schemas.j1p.layout import J1pLayout
from schemas.refusals import Refused
from tests.fixtures.mappings import written_in
from tests.oracle_orders import raw_order
from tests.oracle_rows import Object


def mapping(dialect: Dialect) -> Mapping:
    return written_in(dialect)


def raw(status: str) -> Object:
    return raw_order(Status=status, StatusCode=status.upper())


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    ("status", "send_as", "word"),
    [
        ("On Hold", SendAs.PUT, "on_hold"),
        ("Closed for Receiving", SendAs.PUT, "closed_for_receiving"),
        ("Finally Closed", SendAs.PUT, "finally_closed"),
        ("Open", SendAs.CANCEL, "open"),
        ("Pending Supplier Acknowledgment", SendAs.CANCEL, "open"),
    ],
)
def test_a_state_is_sent_and_open_takes_back_what_was_said_before(
    dialect: Dialect, status: str, send_as: SendAs, word: str
) -> None:
    written = transform(raw(status), mapping(dialect))
    assert isinstance(written, Transformed)
    assert written.send_as is send_as
    if dialect is Dialect.J1P:
        assert j1p.parse(exact_json.loads(written.body), J1pLayout()).status == word
    else:
        assert order_status_update.parse(written.body).status == word


@pytest.mark.parametrize("status", ["Incomplete", "Pending Approval", "Canceled"])
def test_neither_a_draft_nor_a_cancel_is_told_as_a_state(status: str) -> None:
    assert isinstance(transform(raw(status), mapping(Dialect.J1P)), Unchanged)


def test_a_state_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused, match="not known"):
        transform(raw("Drifting"), mapping(Dialect.J1P))
