"""Every Indirect message that is built follows the published models, and every order arrives with its exact numbers."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.cxml.elements import content_of
from schemas.cxml.safe_xml import Element
from schemas.cxml.validation import InvalidCxml, validate
from schemas.identity import Action, Intent
from schemas.indirect import frame, purchase_order
from schemas.indirect.layout import IndirectLayout
from schemas.money import plain
from schemas.purchase_order import OrderLine, PurchaseOrder
from schemas.supplier import Supplier
from tests.drawn_orders import purchase_orders
from tests.drawn_suppliers import suppliers
from tests.factories import distribution, order_line, schedule, service_line
from tests.factories import purchase_order as plain_order
from tests.intents import CANCEL, CREATE, UPDATE
from tests.supplier_factories import supplier as plain_supplier
from tests.unit.schemas_indirect.messages import order_message, supplier_message

UNITS = {"Ea": "EA", "Box": "BX", "kg": "KGM", "Hour": "HUR"}
INTENTS = st.sampled_from((CREATE, UPDATE, CANCEL))
GRAMMAR = frame._GRAMMAR
RICH = IndirectLayout(site_elements={"payment_terms": "PT", "procurement_bu": "PBU"})

# jaggaer-cxml.md, 3.3: the children of each level in their order; that of Address is quoted from JAGGAER's own parser.
MODELS = {
    "Supplier": """ERPNumber OldERPNumber SupplierSQId SQIntegrationNumber ThirdPartyRefNumber JASupplierId Name
        DoingBusinessAs OtherNames CountryOfOrigin ParentSupplier Active BusinessUnitVendorNumberList WebSiteURL DUNS
        LegalStructure
        TaxIdentificationType TaxIdentificationNumber VatIdentificationNumber ExemptFromBackupWithholding
        NumberOfEmployees YearEstablished AddressList PrimaryAddressList ContactList PrimaryContactList
        ClassificationList DiversityClassificationList LocationList CustomElementList AccountsPayableList""",
    "Address": """ERPNumber OldERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Active
        PrefPurchaseOrderDeliveryMethod AddressLine1 AddressLine2 AddressLine3 City State PostalCode IsoCountryCode
        Phone TollFreePhone Fax Notes AssignedBusinessUnitsList""",
    "Contact": """ERPNumber OldERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Active FirstName LastName Title
        Email Phone MobilePhone TollFreePhone Fax Notes AssociatedAddress""",
    "Location": """ERPNumber SQIntegrationNumber ThirdPartyRefNumber Name Description Active Primary
        PrefPurchaseOrderDeliveryMethod LocationEffectiveDate PaymentMethod Shipping Handling TaxInfo TermsAndCondition
        OrderDistributionList AssociatedAddressList AssociatedContactList CustomElementList""",
}


def follows(element: Element, model: str) -> bool:
    """Tell whether the children of an element are those of a model, each at most once, in its order."""
    children = "".join(f"<{child.tag}/>" for child in element)
    declared = f"<!ELEMENT x ({','.join(f'{name}?' for name in model.split())})>"
    empty = "".join(f"<!ELEMENT {name} EMPTY>" for name in model.split())
    return etree.DTD(StringIO(declared + empty)).validate(etree.fromstring(f"<x>{children}</x>"))


@settings(max_examples=25, deadline=None)
@given(suppliers())
def test_every_level_of_every_supplier_follows_its_published_model(supplier: Supplier) -> None:
    root = frame.read(supplier_message(supplier, layout=RICH))
    for name, model in MODELS.items():
        for element in root.iter(name):
            assert follows(element, model), [child.tag for child in element]


@settings(max_examples=30, deadline=None)
@given(purchase_orders(max_lines=3), INTENTS)
def test_any_order_arrives_with_its_exact_numbers(order: PurchaseOrder, intent: Intent) -> None:
    order = replace(order, deduction=None)
    message = order_message(order, intent)
    assert message == order_message(order, intent)
    read = purchase_order.parse(message)
    assert (read.number, read.canceled) == (order.number, intent.action is Action.CANCEL)
    for source, line in zip(order.lines, read.lines, strict=True):
        by_amount = source.quantity is None or source.price is None
        price = source.amount if by_amount else source.price
        assert price is not None
        assert line.quantity == (0 if source.canceled else Decimal(1) if by_amount else source.quantity)
        assert str(line.unit_price) == plain(price)  # with the digits that the source wrote
        assert (line.number, line.currency) == (source.number, order.total.currency)
        assert line.uom == ("EA" if by_amount else UNITS[source.uom or ""])


@settings(max_examples=30, deadline=None)
@given(purchase_orders(max_lines=3))
def test_every_text_stands_in_the_message_to_the_last_character(order: PurchaseOrder) -> None:
    order = replace(order, deduction=None)
    written = {content_of(element) for element in frame.read(order_message(order)).iter() if len(element) == 0}
    assert set(_texts(order)) <= written


@settings(max_examples=30, deadline=None)
@given(purchase_orders(max_lines=3))
def test_what_is_charged_is_the_line_exactly(order: PurchaseOrder) -> None:
    order = replace(order, deduction=None)
    root = frame.read(order_message(order))
    for source, line in zip(order.lines, root.iterfind("PurchaseOrder/POLine"), strict=True):
        for field in line.iterfind("CustomFieldValueSet[@distributiontype]"):
            values = (Decimal(each.get("distributionvalue") or "NaN") for each in field)
            assert sum(values) == source.ordered


def _texts(order: PurchaseOrder) -> Iterator[str]:
    places = (order.bill_to, order.ship_to)
    header = (order.supplier.name, order.note_to_supplier, order.buyer and order.buyer.email)
    line_texts = (text for line in order.lines for text in _line_texts(line))
    named = (text for place in places if place for text in (place.name, place.address))
    yield from (text for text in (*header, *line_texts, *named) if text)


def _line_texts(line: OrderLine) -> tuple[str | None, ...]:
    return line.description, line.item, line.supplier_item, line.category


def test_our_grammar_refuses_what_is_out_of_place() -> None:
    shares = (distribution(number=1, amount=Decimal(1000)), distribution(number=2, amount=Decimal(500)))
    order = plain_order(
        note_to_supplier="Ring", lines=(order_line(schedules=(schedule(distributions=shares),)), service_line())
    )
    for message in (order_message(order, UPDATE), supplier_message(plain_supplier(), layout=RICH)):
        root = frame.read(message)
        validate(root, GRAMMAR)
        mutants = list(_mutants(root))
        assert len(mutants) > 100
        for mutant in mutants:
            assert not _taken(mutant), etree.tostring(mutant)


def _taken(root: Element) -> bool:
    try:
        validate(root, GRAMMAR)
    except InvalidCxml:
        return False
    return True


def _mutants(root: Element) -> Iterator[Element]:
    """Yield the document with one element renamed, or put behind a following sibling of another name."""
    for index, element in enumerate(root.iter()):
        following = element.getnext()
        kinds = ["rename"] + (["move"] if following is not None and following.tag != element.tag else [])
        for kind in kinds:
            mutant = deepcopy(root)
            changed = list(mutant.iter())[index]
            behind = changed.getnext()
            if kind == "rename":
                changed.tag = "Renamed"
            elif behind is not None:
                behind.addnext(changed)
            yield mutant
