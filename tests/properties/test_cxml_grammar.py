"""Our grammar against the published DTDs: what we let out is valid for all of them, what they refuse we refuse."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.cxml.order_request import CxmlLayout
from schemas.cxml.safe_xml import parse
from schemas.identity import Intent
from schemas.purchase_order import PurchaseOrder
from tests.factories import distribution, order_line, purchase_order, schedule, service_line
from tests.intents import CANCEL, CREATE, UPDATE
from tests.properties.cxml_mutants import change, changes, mutants, taken
from tests.properties.test_cxml_orders import intents, orders
from tests.unit.schemas_cxml.documents import document, published_dtds, tree


@pytest.fixture(scope="module")
def dtds() -> tuple[etree.DTD, etree.DTD]:
    return published_dtds()


@settings(max_examples=80, deadline=None)
@given(order=orders, intent=intents, test=st.booleans())
def test_every_document_that_is_built_is_valid_for_the_oldest_and_the_usual_dtd(
    dtds: tuple[etree.DTD, etree.DTD], order: PurchaseOrder, intent: Intent, *, test: bool
) -> None:
    root = tree(order, intent, CxmlLayout(test=test))
    for dtd in dtds:
        dtd.assertValid(root)


@pytest.mark.parametrize("intent", [CREATE, UPDATE, CANCEL])
def test_our_grammar_refuses_every_single_change_that_a_dtd_refuses(
    dtds: tuple[etree.DTD, etree.DTD], intent: Intent
) -> None:
    full = tree(_full_order(), intent)
    refused = [mutant for mutant in mutants(full) if not all(dtd.validate(mutant) for dtd in dtds)]
    assert len(refused) > 200
    for mutant in refused:
        assert not taken(mutant), etree.tostring(mutant)


@settings(max_examples=80, deadline=None)
@given(order=orders, intent=intents, choice=st.data())
def test_what_our_grammar_takes_of_two_changes_at_once_the_dtds_take_too(
    dtds: tuple[etree.DTD, etree.DTD], order: PurchaseOrder, intent: Intent, choice: st.DataObject
) -> None:
    mutant = parse(document(order, intent))
    for _ in range(2):
        element, kind = choice.draw(st.sampled_from(list(changes(mutant))))
        change(element, kind)
    assert not taken(mutant) or all(dtd.validate(mutant) for dtd in dtds)


def _full_order() -> PurchaseOrder:
    """Return an order with every element that we ever write."""
    shares = (distribution(number=1, amount=Decimal(1000)), distribution(number=2, amount=Decimal(500)))
    line = order_line(note_to_supplier="Ring", schedules=(schedule(distributions=shares),))
    return purchase_order(note_to_supplier="Ring", lines=(line, service_line()))
