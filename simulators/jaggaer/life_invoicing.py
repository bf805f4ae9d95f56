"""The invoices and credit memos that suppliers send to JAGGAER, and their cancellation (2.3, 6.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from simulators.jaggaer import exact_json, money
from simulators.jaggaer.bill import Bill, BilledLine, InvoiceSource
from simulators.jaggaer.invoice import Invoice, InvoiceKey, InvoiceKind, PaymentStatus
from simulators.jaggaer.life_acts import (
    Acts,
    Quantity,
    description_of,
    exact,
    line_of,
    positive,
    price_of,
    summed,
    supplier_of,
)
from simulators.jaggaer.made import MadeKind
from simulators.jaggaer.order import Door

if TYPE_CHECKING:  # an instance has a life, so it imports this
    from simulators.jaggaer.simulator import JaggaerSimulator

Billed = Sequence[tuple[int, Quantity] | tuple[int, Quantity, Quantity | None]]
"""Order lines, each with a quantity and, if it is not the order's, a price per one unit."""


class Invoicing(Acts):
    """What suppliers bill."""

    def __init__(self, simulator: "JaggaerSimulator") -> None:
        super().__init__(simulator)
        self.bills: dict[InvoiceKey, Bill] = {}

    def clear(self) -> None:
        """Forget all bills."""
        super().clear()
        self.bills.clear()

    def invoice(  # noqa: PLR0913  # a document has these parts
        self,
        po_number: str,
        lines: Billed,
        *,
        number: str | None = None,
        tax: Quantity = 0,
        shipping: Quantity = 0,
        supplier: str | None = None,
        source: InvoiceSource = InvoiceSource.AUTOMATED,
        also: Mapping[str, Billed] | None = None,
        dated: datetime | None = None,
    ) -> Invoice:
        """Bill quantities of lines, also of other orders of the same supplier and currency.

        `number` is the supplier's; without, one is made up. `supplier` is needed where the order names none.
        """
        with self._simulator.lock:
            order, moment = self._order(po_number), self._simulator.moment()
            named = (supplier, None) if supplier else supplier_of(order)
            every = {po_number: lines, **(also or {})}
            if supplier is None and any(supplier_of(self._order(other))[0] != named[0] for other in every):
                raise ValueError(f"an invoice is one supplier's: not all of {', '.join(every)} are of {named[0]}")
            bill = Bill(
                number=number or f"SI{self._simulator.invoices.next_id}",
                supplier=named[0],
                supplier_name=named[1],
                kind=InvoiceKind.INVOICE,
                source=source,
                currency=order.currency,
                business_unit=order.business_unit,
                lines=self._billed_lines(every, order.currency),
                tax=exact(tax, "tax"),
                shipping=exact(shipping, "shipping"),
                dated=dated or moment,
            )
            return self._hold_bill(MadeKind.INVOICED, bill)

    def credit_memo(
        self,
        number: str,
        lines: Sequence[tuple[int, Quantity]] = (),
        *,
        credit_number: str | None = None,
        tax: Quantity | None = None,
        supplier: str | None = None,
    ) -> Invoice:
        """Credit quantities of an invoice's lines, by their numbers in it; all of it where no line is named.

        `tax` is what is credited of the tax, a positive amount; without, all of it, or none where lines are named.
        """
        with self._simulator.lock:
            billed = self._bill(number, supplier)
            left = {line.number: line for line in billed.lines}
            wanted = lines or [(line.number, line.quantity) for line in billed.lines]
            if any(line not in left for line, _ in wanted):
                raise ValueError(f"invoice {number} has the lines {sorted(left)}")
            whole_tax = Decimal(0) if lines else billed.tax
            bill = replace(
                billed,
                number=credit_number or f"CM{self._simulator.invoices.next_id}",
                kind=InvoiceKind.CREDIT_MEMO,
                lines=tuple(
                    replace(left[line], number=position, quantity=-positive(quantity, "quantity"))
                    for position, (line, quantity) in enumerate(wanted, start=1)
                ),
                tax=-(whole_tax if tax is None else exact(tax, "tax")),
                shipping=Decimal(0) if lines else -billed.shipping,
                dated=self._simulator.moment(),
                credits=billed.number,
            )
            return self._hold_bill(MadeKind.CREDITED, bill)

    def cancel_invoice(self, number: str, *, supplier: str | None = None) -> Invoice:
        """Cancel an invoice that came from a supplier: from then on it is read without lines (3.4)."""
        with self._simulator.lock:
            bill = self._bill(number, supplier)
            known = self._simulator.invoices.get(bill.key)
            if known is None or known.payment_status is PaymentStatus.CANCELED:
                raise ValueError(f"invoice {number} is cancelled already")
            content = exact_json.loads(known.content) | {"lineList": {"line": []}}
            invoice = replace(
                known,
                payment_status=PaymentStatus.CANCELED,
                revision=known.revision + 1,
                line_count=0,
                content=exact_json.dumps(content),
                updated_at=self._simulator.moment(),
            )
            self._write(MadeKind.INVOICE_CANCELLED, bill, invoice)
            return invoice

    def invoiced(self, po_number: str, po_line: int) -> Decimal:
        """Return the quantity of an order line that was billed and neither credited nor cancelled."""
        kept = (bill for bill in self.bills.values() if self._stands(bill))
        lines = (line for bill in kept for line in bill.lines)
        return money.total(line.quantity for line in lines if (line.po_number, line.po_line) == (po_number, po_line))

    def _stands(self, bill: Bill) -> bool:
        held = self._simulator.invoices.get(bill.key)
        return held is not None and held.payment_status is not PaymentStatus.CANCELED

    def _bill(self, number: str, supplier: str | None) -> Bill:
        keys = [key for key in self._simulator.invoices.numbered(number) if key in self.bills]
        keys = [key for key in keys if supplier in (None, key[0])]
        if len(keys) != 1:
            raise ValueError(f"{len(keys)} suppliers sent an invoice {number}: name an invoice and its supplier")
        return self.bills[keys[0]]

    def _billed_lines(self, every: Mapping[str, Billed], currency: str) -> tuple[BilledLine, ...]:
        wanted = [(po_number, row) for po_number, rows in every.items() for row in rows]
        if not wanted:
            raise ValueError("an invoice needs a line")
        return tuple(
            self._billed_line(po_number, row, position, currency)
            for position, (po_number, row) in enumerate(wanted, start=1)
        )

    def _billed_line(
        self,
        po_number: str,
        row: tuple[int, Quantity] | tuple[int, Quantity, Quantity | None],
        number: int,
        currency: str,
    ) -> BilledLine:
        order = self._order(po_number)
        if order.currency != currency:
            raise ValueError(f"order {po_number} is in {order.currency}, the invoice in {currency}")
        line = line_of(order, row[0])
        price = row[2] if len(row) == 3 else None
        return BilledLine(
            number=number,
            po_number=po_number,
            po_line=line.number,
            quantity=positive(row[1], "quantity"),
            unit_price=price_of(order, line) if price is None else exact(price, "price"),
            uom=line.uom,
            description=description_of(line),
            currency=currency,
        )

    def _hold_bill(self, kind: MadeKind, bill: Bill) -> Invoice:
        """Hold a new bill. Raises ValueError if its supplier used the number before, whoever sent that invoice."""
        if bill.key in self._simulator.invoices:
            raise ValueError(f"supplier {bill.supplier} has used the number {bill.number} before")
        self.bills[bill.key] = bill
        invoice = Invoice(
            invoice_id=self._simulator.invoices.next_id,
            number=bill.number,
            supplier=bill.supplier,
            kind=bill.kind,
            payment_status=PaymentStatus.PAYABLE,
            revision=0,
            source=Door.JAGGAER,
            currency=bill.currency,
            total=bill.total,
            business_unit=bill.business_unit,
            line_count=len(bill.lines),
            content=bill.content(),
            created_at=(moment := self._simulator.moment()),
            updated_at=moment,
            last_key="",
            channel=str(bill.source),
        )
        self._write(kind, bill, invoice)
        return invoice

    def _write(self, kind: MadeKind, bill: Bill, invoice: Invoice) -> None:
        self._simulator.hold(self._simulator.invoices, invoice.key, invoice)
        self._simulator.journal.write(
            kind,
            bill.number,
            invoice_id=invoice.invoice_id,
            supplier=bill.supplier,
            invoice_type=str(bill.kind),
            credits=bill.credits,
            po_numbers=list(dict.fromkeys(line.po_number for line in bill.lines)),
            business_unit=bill.business_unit,
            currency=bill.currency,
            subtotal=f"{bill.subtotal:f}",
            tax=f"{bill.tax:f}",
            shipping=f"{bill.shipping:f}",
            total=summed([bill.total]),
            lines=[_shown(line) for line in bill.lines],
        )
        self._tell(kind, bill)


def _shown(line: BilledLine) -> dict[str, object]:
    return {
        "number": line.number,
        "po_number": line.po_number,
        "po_line": line.po_line,
        "quantity": f"{line.quantity:f}",
        "uom": line.uom,
        "unit_price": f"{line.unit_price:f}",
        "amount": f"{line.amount:f}",
    }
