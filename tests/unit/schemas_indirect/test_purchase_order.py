"""Indirect's purchase-order message: conventions of lines, type and revision, accounts and their splits."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from schemas.coding import Account, CodedShare, FieldValue
from schemas.cxml.safe_xml import Element
from schemas.identity import Intent
from schemas.indirect import frame, purchase_order
from schemas.indirect.frame import UnreadableMessage
from schemas.indirect.layout import IndirectLayout
from schemas.money import Money
from schemas.refusals import RefusalClass, Refused
from tests.factories import distribution, order_line, schedule, service_line
from tests.factories import purchase_order as order
from tests.intents import CANCEL, CREATE, UPDATE
from tests.unit.schemas_indirect.messages import order_body, order_message


@dataclass(frozen=True)
class InThirds:
    """Codes every account as a third and two thirds, by department and account."""

    def shares(self, account: Account) -> tuple[CodedShare, ...]:
        return tuple(
            CodedShare(
                percent=percent,
                values=(FieldValue(field="Department", value=unit), FieldValue(field="Account", value="60230")),
            )
            for percent, unit in ((Decimal("33.3"), "A"), (Decimal("66.7"), "B"))
        )


def written(layout: IndirectLayout = IndirectLayout(), **changes: Any) -> Element:  # noqa: B008 - a frozen value
    return frame.read(order_body(order(**changes), layout=layout))


def tags(element: Element | None) -> list[str]:
    assert element is not None
    return [str(child.tag) for child in element]


def test_header_and_line_stand_in_the_order_that_senders_use() -> None:
    root = frame.read(order_message(order(note_to_supplier="Ring"), UPDATE))
    assert tags(root.find("PurchaseOrder/POHeader")) == [
        "DistributeRevision",
        "RevisionNumber",
        "RevisionDate",
        "PONumber",
        "Requestor",
        "Priority",
        "CreateDateTime",
        "Supplier",
        "BillTo",
        "ShipTo",
        "ExternalInfo",
    ]
    line = root.find("PurchaseOrder/POLine")
    assert tags(line) == ["Item", "Quantity", "LineCharges", "DeliveryInfo", "CustomFieldValueSet"]


@pytest.mark.parametrize(
    ("intent", "kind", "revision"), [(CREATE, None, None), (UPDATE, "update", "2"), (CANCEL, "cancel", "2")]
)
def test_type_and_revision_follow_the_intent(intent: Intent, kind: str | None, revision: str | None) -> None:
    header = frame.read(order_message(order(), intent)).find("PurchaseOrder/POHeader")
    assert header is not None
    assert (header.get("type"), header.findtext("RevisionNumber")) == (kind, revision)
    assert header.findtext("DistributeRevision") == (None if kind is None else "true")
    read = purchase_order.parse(order_message(order(), intent))
    assert (read.canceled, read.original_request_id) == (kind == "cancel", intent.dedupe_key)


def test_a_line_that_buys_an_amount_goes_as_one_at_that_amount() -> None:
    line = written().findall("POLine")[1]
    assert line.findtext("Quantity") == "1"
    assert line.findtext("LineCharges/UnitPrice/Money") == "212.75"
    assert line.findtext("Item/ProductUnitOfMeasure/Measurement/MeasurementUnit") == "EA"


def test_a_cancelled_line_goes_with_quantity_zero_and_nobody_pays_for_it() -> None:
    gone = order_line(canceled=True, ordered=Decimal(0))
    line = written(lines=(gone, service_line())).find("POLine")
    assert line is not None
    assert (line.findtext("Quantity"), line.find("CustomFieldValueSet")) == ("0", None)


def test_a_line_that_is_coded_once_has_one_value_per_field() -> None:
    root = written()
    fields = root.findall("POLine[@linenumber='1']/CustomFieldValueSet")
    assert [dict(each.attrib) for each in fields] == [{"name": "Account", "label": "Account"}]
    assert fields[0].findtext("CustomFieldValue/Value") == "101.10.60230.462.000.000"


def test_splits_are_the_lines_amount_exactly_in_every_field() -> None:
    shares = (distribution(number=1, amount=Decimal("1000.01")), distribution(number=2, amount=Decimal("499.99")))
    line = order_line(schedules=(schedule(distributions=shares),))
    root = frame.read(order_message(order(lines=(line, service_line())), coder=InThirds()))
    fields = root.findall("PurchaseOrder/POLine[@linenumber='1']/CustomFieldValueSet")
    assert [each.get("name") for each in fields] == ["Department", "Account"]
    for field in fields:
        assert (field.get("distributiontype"), field.get("context")) == ("AmountOfPrice", "Line")
        values = field.findall("CustomFieldValue")
        assert [each.get("splitindex") for each in values] == ["0", "1", "2", "3"]
        assert sum(Decimal(each.get("distributionvalue") or "NaN") for each in values) == Decimal("1500.00")
    assert [each.findtext("Value") for each in fields[0].findall("CustomFieldValue")] == ["A", "B", "A", "B"]


def test_header_fields_are_written_only_where_the_customer_names_them() -> None:
    assert written().find("POHeader/CustomFieldValueSet") is None
    layout = IndirectLayout(order_fields={"payment_terms": "Terms", "legal_entity": "Company"})
    header = frame.read(order_message(order(), layout=layout)).find("PurchaseOrder/POHeader")
    assert header is not None
    fields = header.findall("CustomFieldValueSet")
    assert [(each.get("name"), each.findtext("CustomFieldValue/Value")) for each in fields] == [
        ("Company", "Vision Operations"),
        ("Terms", "Net 30"),
    ]


def test_an_order_with_a_deduction_is_refused_because_it_would_be_dearer() -> None:
    with pytest.raises(Refused) as refused:
        written(deduction=Money(amount=Decimal("12.75"), currency="USD"))
    assert (refused.value.refusal.category, refused.value.refusal.value) == (RefusalClass.INVALID, "12.75")
    written(deduction=Money(amount=Decimal("0.00"), currency="USD"))


def test_a_unit_without_a_counterpart_is_refused() -> None:
    with pytest.raises(Refused, match="line 1") as refused:
        written(lines=(order_line(uom="Furlong"), service_line()))
    assert refused.value.refusal.category is RefusalClass.MAPPING


EXPORT = b"""<PurchaseOrderMessage version="3.0"><Header><MessageId>j-9</MessageId></Header><PurchaseOrder>
  <POHeader type="cancel"><PONumber>
     US164861 </PONumber><RevisionNumber>2.0</RevisionNumber></POHeader>
  <POLine linenumber=" 2 "><Quantity> 1.50 </Quantity></POLine>
  <POLine linenumber="1"><Item><Description> Switch </Description></Item><Quantity>0</Quantity>
    <LineCharges><UnitPrice><Money currency=" USD ">
      10.5 </Money></UnitPrice></LineCharges></POLine>
</PurchaseOrder></PurchaseOrderMessage>"""


def test_jaggaers_own_message_is_read_without_its_padding() -> None:
    read = purchase_order.parse(EXPORT)
    assert (read.number, read.revision, read.canceled, read.original_request_id) == ("US164861", 2, True, "j-9")
    assert [(line.number, line.quantity, line.unit_price, line.currency) for line in read.lines] == [
        (1, Decimal(0), Decimal("10.5"), "USD"),
        (2, Decimal("1.50"), None, None),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        EXPORT.replace(b"US164861", b" "),
        EXPORT.replace(b"1.50", b"1,50"),
        EXPORT.replace(b'" 2 "', b'"2.5"'),
        EXPORT.replace(b'linenumber="1"', b""),
        EXPORT.replace(b"POHeader", b"Header2"),
        b"<PurchaseOrderMessage/>",
    ],
)
def test_what_is_no_readable_order_is_refused(changed: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        purchase_order.parse(changed)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "US164862"},
        {"lines": (order_line(description="Other"), service_line())},
        {"lines": (order_line(canceled=True, ordered=Decimal(0)), service_line())},
        {"lines": (order_line(),)},
    ],
)
def test_a_difference_is_seen(changes: dict[str, Any]) -> None:
    ours, theirs = (purchase_order.parse(order_message(each)) for each in (order(), order(**changes)))
    assert purchase_order.same_content(ours, ours)
    assert not purchase_order.same_content(ours, theirs)


def test_delivery_is_no_content_but_the_state_is() -> None:
    created, updated, canceled = (
        purchase_order.parse(order_message(order(), each)) for each in (CREATE, UPDATE, CANCEL)
    )
    assert purchase_order.same_content(created, updated)
    assert not purchase_order.same_content(created, canceled)
