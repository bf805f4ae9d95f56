"""In which dialect a record is written when the settings were changed after it may have been sent."""

from dataclasses import replace

from common.connections.source import Row
from common.flows import purchase_orders
from common.flows.flow import Mapping
from common.ledger.verdicts import SendAs, Transformed
from common.settings import Dialect
from schemas.refusals import Refusal, RefusalClass, Refused
from tests.fixtures.mappings import written_in
from tests.unit.workers.test_delivery import claim
from workers import transformation

CXML_NOW = written_in(Dialect.CXML)


def written(dialect: Dialect) -> Transformed:
    return Transformed(body=str(dialect).encode(), body_hash=str(dialect).encode(), send_as=SendAs.PUT)


FLOW = replace(purchase_orders.FLOW, transform=lambda _, mapping: written(mapping.dialect))


def test_what_was_never_sent_is_written_in_the_dialect_of_the_settings() -> None:
    held = replace(claim(body_hash=b"j1p"), payload=b"{}")

    assert transformation.transform(held, FLOW, CXML_NOW) == written(Dialect.CXML)


def test_what_may_have_been_sent_is_written_as_it_was_sent() -> None:
    held = replace(claim(body_hash=b"j1p", may_be_applied=True), payload=b"{}")

    assert transformation.transform(held, FLOW, CXML_NOW) == written(Dialect.J1P)


def test_what_may_have_been_sent_otherwise_is_written_in_the_dialect_of_the_settings() -> None:
    held = replace(claim(body_hash=b"another", may_be_applied=True), payload=b"{}")

    assert transformation.transform(held, FLOW, CXML_NOW) == written(Dialect.CXML)


def test_a_dialect_that_cannot_say_it_was_not_the_one_that_was_sent() -> None:
    refusal = Refusal(category=RefusalClass.MAPPING, field="f", value="v", reason="no code", next_step="map it")

    def only_cxml(_: Row, mapping: Mapping) -> Transformed:
        if mapping.dialect is Dialect.J1P:
            raise Refused(refusal)
        return written(Dialect.CXML)

    held = replace(claim(body_hash=b"j1p", may_be_applied=True), payload=b"{}")

    assert transformation.transform(held, replace(FLOW, transform=only_cxml), CXML_NOW) == written(Dialect.CXML)
