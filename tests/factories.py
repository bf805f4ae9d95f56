"""Purchase orders for tests: plain ones by name, and hypothesis strategies for any that a source could really send.

`purchase_order(**changes)` gives the same two-line order every time; `purchase_orders()` draws canonical orders whose
amounts agree the way a source's do (line = quantity x price rounded to the currency, schedules and distributions add up
to their parents exactly). `as_oracle(order)` writes a canonical order the way Oracle's REST service would
(oracle-fusion.md, 1.4 and 3.1), as JSON values of `schemas.exact_json`.

Limits: text is anything UTF-8 can carry, but short; long texts have tests of their own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

from hypothesis import strategies as st

from schemas.coding import AsInSource
from schemas.exact_json import JsonValue
from schemas.money import Money
from schemas.purchase_order import Distribution, OrderLine, OrderStatus, Party, Person, PurchaseOrder, Schedule

Shape = Literal["collections", "arrays"]
Object = dict[str, JsonValue]

AS_IN_SOURCE = AsInSource("Account")
"""The coder of a JAGGAER that knows the source's own combinations."""
ORDERED_AT = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
CHANGED_AT = datetime(2025, 3, 5, 17, 4, 21, 26000, tzinfo=UTC)
_STATUS_TEXT = {
    OrderStatus.OPEN: "Open",
    OrderStatus.ON_HOLD: "On Hold",
    OrderStatus.CLOSED: "Closed",
    OrderStatus.CANCELED: "Canceled",
    OrderStatus.NOT_RELEASED: "Pending Approval",
}
_CURRENCY_STEPS = {"USD": Decimal("0.01"), "EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}
_UNIT_CODES = ("Ea", "Box", "kg", "Hour")
_ACCOUNTS = ("101.10.60230.462.000.000", "101.20.60230.462.000.000", "3211-000-7740")


def distribution(**changes: object) -> Distribution:
    """Return the one distribution of the first line, with changes."""
    plain = Distribution(
        number=1,
        quantity=Decimal(10),
        amount=Decimal("1500.00"),
        percent=Decimal(100),
        account=_ACCOUNTS[0],
        requester="Casey Brown",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def schedule(**changes: object) -> Schedule:
    """Return the one schedule of the first line, with changes."""
    plain = Schedule(
        number=1,
        quantity=Decimal(10),
        amount=None,
        ordered=Decimal("1500.00"),
        ship_to=Party(source_id=300100034562371, name="Harbour Street Store", code="HARBOUR"),
        requested_delivery=date(2025, 3, 20),
        promised_delivery=None,
        canceled=False,
        distributions=(distribution(),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def order_line(**changes: object) -> OrderLine:
    """Return the first line of the plain order (10 pieces at 150.00), with changes."""
    plain = OrderLine(
        number=1,
        description="Network switch, 24 ports",
        item="NS-24",
        supplier_item="V-7724",
        category="Network equipment",
        quantity=Decimal(10),
        uom="Ea",
        price=Decimal("150.00"),
        amount=None,
        ordered=Decimal("1500.00"),
        note_to_supplier=None,
        canceled=False,
        schedules=(schedule(),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def service_line(**changes: object) -> OrderLine:
    """Return the second line of the plain order (a service bought for 212.75), with changes."""
    share = distribution(quantity=None, amount=Decimal("212.75"), account=_ACCOUNTS[1])
    part = schedule(quantity=None, amount=Decimal("212.75"), ordered=Decimal("212.75"), distributions=(share,))
    plain = order_line(
        number=2,
        description="Installation",
        item=None,
        supplier_item=None,
        quantity=None,
        uom=None,
        price=None,
        amount=Decimal("212.75"),
        ordered=Decimal("212.75"),
        schedules=(part,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def purchase_order(**changes: object) -> PurchaseOrder:
    """Return an open order of two lines, 1712.75 USD, with changes."""
    plain = PurchaseOrder(
        key=300100209101001,
        number="US164861",
        revision=0,
        status=OrderStatus.OPEN,
        source_status="Open",
        description="Network equipment",
        legal_entity="Vision Operations",
        business_unit="Vision Operations",
        supplier=Party(source_id=300100047414503, name="Advanced Network Devices", code="FRESNO"),
        buyer=Person(name="Calvin Roth", email="calvin.roth@example.com"),
        bill_to=Party(source_id=204, name="New York Office", address="90 Example Avenue, New York"),
        ship_to=Party(source_id=300100034562371, name="HARBOUR", code="HARBOUR", address="1 Harbour Street"),
        payment_terms="Net 30",
        note_to_supplier=None,
        ordered=Money(amount=Decimal("1712.75"), currency="USD"),
        deduction=None,
        tax=Money(amount=Decimal(0), currency="USD"),
        total=Money(amount=Decimal("1712.75"), currency="USD"),
        ordered_at=ORDERED_AT,
        changed_at=CHANGED_AT,
        lines=(order_line(), service_line()),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the names are checked by replace itself


def texts(min_size: int = 1, max_size: int = 30) -> st.SearchStrategy[str]:
    """Draw any text that UTF-8 can carry: control characters, quotes, markup and astral characters included."""
    marks = st.sampled_from(["]]>", "<a&b>", '"quoted" \\ ', "Größe 10 µm", "🛒𐐷", "line\r\nline", "\x00\x1b"])
    return st.text(st.characters(codec="utf-8"), min_size=min_size, max_size=max_size) | marks


def _optional_texts() -> st.SearchStrategy[str | None]:
    return st.none() | texts()


def _moments() -> st.SearchStrategy[datetime]:
    seconds, fractions = st.integers(0, 900_000_000), st.sampled_from([0, 26, 999])
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    return st.builds(lambda whole, ms: begin + timedelta(seconds=whole, milliseconds=ms), seconds, fractions)


def _days() -> st.SearchStrategy[date | None]:
    return st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))


def _parties(*, address: bool) -> st.SearchStrategy[Party]:
    where = _optional_texts() if address else st.none()
    return st.builds(Party, source_id=st.integers(1, 2**62), name=texts(), code=st.none(), address=where)


def _places(*, address: bool) -> st.SearchStrategy[Party]:
    """Draw a place known by its code: the header's has an address and no other name, a schedule's has a name."""
    if address:
        return _parties(address=True).map(lambda place: replace(place, code=place.name))
    return st.builds(replace, _parties(address=False), code=texts())


@st.composite
def _shares(draw: st.DrawFn, whole: Decimal, parts: int, step: Decimal) -> list[Decimal]:
    """Split a quantity or amount into parts that add up to it exactly."""
    steps = int(whole / step)
    cuts = sorted(draw(st.lists(st.integers(0, steps), min_size=parts - 1, max_size=parts - 1)))
    edges = [Decimal(0), *(cut * step for cut in cuts), whole]
    return [upper - lower for lower, upper in pairwise(edges)]


@st.composite
def _split(
    draw: st.DrawFn, quantity: Decimal | None, ordered: Decimal, step: Decimal, most: int
) -> list[tuple[Decimal | None, Decimal]]:
    parts = draw(st.integers(1, most))
    amounts = draw(_shares(ordered, parts, step))
    if quantity is None:
        return [(None, amount) for amount in amounts]
    return list(zip(draw(_shares(quantity, parts, Decimal("0.0001"))), amounts, strict=True))


@st.composite
def _distributions(
    draw: st.DrawFn, quantity: Decimal | None, ordered: Decimal, step: Decimal
) -> tuple[Distribution, ...]:
    return tuple(
        Distribution(
            number=number,
            quantity=part,
            amount=amount,
            percent=None,
            account=draw(st.sampled_from(_ACCOUNTS)),
            requester=draw(_optional_texts()),
        )
        for number, (part, amount) in enumerate(draw(_split(quantity, ordered, step, 2)), 1)
    )


@st.composite
def _schedules(
    draw: st.DrawFn, quantity: Decimal | None, ordered: Decimal, step: Decimal, *, canceled: bool
) -> tuple[Schedule, ...]:
    parts = tuple(
        Schedule(
            number=number,
            quantity=part,
            amount=amount if quantity is None else None,
            ordered=amount,
            ship_to=draw(st.none() | _places(address=False)),
            requested_delivery=draw(_days()),
            promised_delivery=draw(_days()),
            canceled=canceled,
            distributions=draw(_distributions(part, amount, step)),
            key=draw(st.none() | st.integers(1, 2**63 - 1)),
        )
        for number, (part, amount) in enumerate(draw(_split(quantity, ordered, step, 2)), 1)
    )
    return (*parts, _stale(parts[0], step)) if draw(st.integers(0, 4)) == 0 else parts


def _stale(part: Schedule, step: Decimal) -> Schedule:
    """Return a cancelled schedule that keeps the amounts it once had; its line does not count them any more."""
    share, old = distribution(quantity=None, amount=step * 7, percent=None), step * 7
    return replace(part, number=9, amount=None, ordered=old, canceled=True, distributions=(share,))


@st.composite
def _lines(draw: st.DrawFn, number: int, step: Decimal, *, canceled: bool) -> OrderLine:
    quantity = draw(st.none() | st.decimals(Decimal("0.0001"), 99_999, places=4))
    price = None if quantity is None else draw(st.decimals(0, 9_999_999, places=draw(st.integers(0, 6))))
    amount = draw(st.integers(0, 10**9)) * step if quantity is None or price is None else None
    worth = amount if quantity is None or price is None else (quantity * price).quantize(step, ROUND_HALF_UP)
    ordered = Decimal(0) if canceled or worth is None else worth
    return OrderLine(
        number=number,
        description=draw(texts()),
        item=draw(_optional_texts()),
        supplier_item=draw(_optional_texts()),
        category=draw(_optional_texts()),
        quantity=quantity,
        uom=None if quantity is None else draw(st.sampled_from(_UNIT_CODES)),
        price=price,
        amount=amount,
        ordered=ordered,
        note_to_supplier=draw(_optional_texts()),
        canceled=canceled,
        schedules=draw(_schedules(quantity, ordered, step, canceled=canceled)),
    )


@st.composite
def purchase_orders(draw: st.DrawFn, *, max_lines: int = 4) -> PurchaseOrder:
    """Draw a canonical order: one to `max_lines` lines, a few of them cancelled, all where the order is cancelled."""
    currency = draw(st.sampled_from(sorted(_CURRENCY_STEPS)))
    step = _CURRENCY_STEPS[currency]
    status = draw(st.sampled_from(sorted(_STATUS_TEXT)))
    numbers = sorted(draw(st.sets(st.integers(1, 9999), min_size=1, max_size=max_lines)))
    gone = {number for number in numbers if status is OrderStatus.CANCELED or draw(st.integers(0, 9)) == 0}
    lines = tuple(draw(_lines(number, step, canceled=number in gone)) for number in numbers)
    lines_come_to = sum((line.ordered for line in lines), Decimal(0))
    deduction = draw(st.none() | st.integers(1, 100).map(lambda steps: steps * step))
    ordered = lines_come_to - (deduction or 0)
    tax = draw(st.none() | st.integers(0, 10**6).map(lambda steps: steps * step))
    moments = sorted(draw(st.tuples(_moments(), _moments())))
    return PurchaseOrder(
        key=draw(st.integers(1, 2**63 - 1)),
        number=draw(st.from_regex(r"[A-Z]{2}[0-9]{1,12}(-[0-9])?", fullmatch=True)),
        revision=draw(st.integers(0, 99)),
        status=status,
        source_status=_STATUS_TEXT[status],
        description=draw(_optional_texts()),
        legal_entity=draw(_optional_texts()),
        business_unit=draw(st.none() | texts().filter(str.isprintable)),
        supplier=draw(st.builds(replace, _parties(address=False), code=_optional_texts())),
        buyer=draw(st.none() | st.builds(Person, name=texts(), email=_optional_texts())),
        bill_to=draw(st.none() | _parties(address=True)),
        ship_to=draw(st.none() | _places(address=True)),
        payment_terms=draw(_optional_texts()),
        note_to_supplier=draw(_optional_texts()),
        ordered=Money(amount=ordered, currency=currency),
        deduction=None if deduction is None else Money(amount=deduction, currency=currency),
        tax=None if tax is None else Money(amount=tax, currency=currency),
        total=Money(amount=ordered + (tax or 0), currency=currency),
        ordered_at=moments[0],
        changed_at=moments[1],
        lines=lines,
    )


def raw_order(*, shape: Shape = "collections", **changes: JsonValue) -> Object:
    """Return the plain order as Oracle sends it, with header attributes changed."""
    return as_oracle(purchase_order(), shape=shape) | changes


def raw_orders(*, shape: Shape = "collections", max_lines: int = 4) -> st.SearchStrategy[Object]:
    """Draw any valid order as Oracle sends it."""
    return purchase_orders(max_lines=max_lines).map(lambda order: as_oracle(order, shape=shape))


def as_oracle(order: PurchaseOrder, *, shape: Shape = "collections") -> Object:
    """Write a canonical order as the purchaseOrders resource would, children in the shape of framework 1-2 or 3+."""
    buyer = order.buyer
    return {
        "POHeaderId": order.key,
        "OrderNumber": order.number,
        "StatusCode": order.source_status.upper(),
        "Status": order.source_status,
        "SoldToLegalEntity": order.legal_entity,
        "ProcurementBU": order.business_unit,
        "Revision": order.revision,
        "BuyerDisplayName": buyer.name if buyer else None,
        "BuyerEmail": buyer.email if buyer else None,
        "SupplierId": order.supplier.source_id,
        "Supplier": order.supplier.name,
        "SupplierSite": order.supplier.code,
        **_raw_place("BillTo", order.bill_to, {"Id": "source_id", "": "name", "Address": "address"}),
        **_raw_place("ShipTo", order.ship_to, {"Id": "source_id", "Code": "code", "Address": "address"}),
        "Ordered": order.ordered.amount,
        "DiscountAmount": order.deduction.amount if order.deduction else None,
        "TotalTax": order.tax.amount if order.tax else None,
        "Total": order.total.amount,
        "CurrencyCode": order.total.currency,
        "Description": order.description,
        "PaymentTerms": order.payment_terms,
        "NoteToSupplier": order.note_to_supplier,
        "SupplierContact": None,
        "OrderDate": _stamp(order.ordered_at),
        "CreationDate": _stamp(order.ordered_at),
        "LastUpdatedBy": "calvin.roth",
        "LastUpdateDate": _stamp(order.changed_at),
        "links": [{"rel": "self", "href": "https://servername/purchaseOrders/1"}],
        "lines": _children([_raw_line(line, order, shape) for line in order.lines], shape),
    }


def _raw_place(role: str, place: Party | None, names: dict[str, str]) -> Object:
    return {f"{role}Location{ending}": getattr(place, name) if place else None for ending, name in names.items()}


def _raw_line(line: OrderLine, order: PurchaseOrder, shape: Shape) -> Object:
    return {
        "POLineId": order.key,
        "LineNumber": line.number,
        "Status": "Canceled" if line.canceled else "Open",
        "Description": line.description,
        "Item": line.item,
        "SupplierItem": line.supplier_item,
        "Category": line.category,
        "Quantity": line.quantity,
        "UOMCode": line.uom,
        "Price": line.price,
        "Amount": line.amount,
        "Ordered": line.ordered,
        "NoteToSupplier": line.note_to_supplier,
        "LastUpdateDate": _stamp(order.ordered_at),
        "schedules": _children([_raw_schedule(part, order, shape) for part in line.schedules], shape),
    }


def _raw_schedule(part: Schedule, order: PurchaseOrder, shape: Shape) -> Object:
    return {
        "LineLocationId": part.key,
        "ScheduleNumber": part.number,
        "StatusCode": "CANCELED" if part.canceled else "OPEN",
        "Quantity": part.quantity,
        "Amount": part.amount,
        "Ordered": part.ordered,
        **_raw_place("ShipTo", part.ship_to, {"Id": "source_id", "Code": "code", "": "name"}),
        "RequestedDeliveryDate": part.requested_delivery.isoformat() if part.requested_delivery else None,
        "PromisedDeliveryDate": part.promised_delivery.isoformat() if part.promised_delivery else None,
        "LastUpdateDate": _stamp(order.ordered_at),
        "distributions": _children([_raw_distribution(share, order) for share in part.distributions], shape),
    }


def _raw_distribution(share: Distribution, order: PurchaseOrder) -> Object:
    return {
        "DistributionNumber": share.number,
        "Quantity": share.quantity,
        "Percent": share.percent,
        "POChargeAccount": share.account,
        "Requester": share.requester,
        "Ordered": share.amount,
        "LastUpdateDate": _stamp(order.ordered_at),
    }


def _children(rows: Sequence[Object], shape: Shape) -> JsonValue:
    if shape == "arrays":
        return list(rows)
    return {"items": list(rows), "count": len(rows), "hasMore": False, "limit": 25, "offset": 0, "links": []}


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
