"""Purchase orders for tests, by name: `purchase_order(**changes)` gives the same two-line order every time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from schemas.coding import AsInSource
from schemas.money import Money
from schemas.purchase_order import Distribution, OrderLine, OrderStatus, Party, Person, PurchaseOrder, Schedule

AS_IN_SOURCE = AsInSource("Account")
"""The coder of a JAGGAER that knows the source's own combinations."""
ORDERED_AT = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
CHANGED_AT = datetime(2025, 3, 5, 17, 4, 21, 26000, tzinfo=UTC)
ACCOUNTS = ("101.10.60230.462.000.000", "101.20.60230.462.000.000", "3211-000-7740")


def distribution(**changes: object) -> Distribution:
    """Return the one distribution of the first line, with changes."""
    plain = Distribution(
        number=1,
        quantity=Decimal(10),
        amount=Decimal("1500.00"),
        percent=Decimal(100),
        account=ACCOUNTS[0],
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
    share = distribution(quantity=None, amount=Decimal("212.75"), account=ACCOUNTS[1])
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
