"""What people receive and send back, correct and cancel in JAGGAER (2.4, 3.5, 6.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from simulators.jaggaer import money
from simulators.jaggaer.life_acts import Acts, Quantity, line_of, positive, price_of, summed
from simulators.jaggaer.made import MadeKind
from simulators.jaggaer.receipt import Action, Receipt, ReceiptLine

Lines = Sequence[tuple[int, Quantity]]
"""Order lines with what was received of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A quantity, or an amount, of an order line."""

    po_number: str
    po_line: int
    value: Decimal
    is_amount: bool = False


class Receiving(Acts):
    """What people receive."""

    def receive(
        self,
        po_number: str,
        lines: Lines,
        *,
        also: Mapping[str, Lines] | None = None,
        amounts: Lines = (),
        packing_slip: str | None = None,
        tracking_number: str | None = None,
        received_by: str = "warehouse",
    ) -> Receipt:
        """Receive quantities of lines, also of other orders in the same currency; `amounts` are received as costs."""
        counted = [*_counted({po_number: lines, **(also or {})}), *_counted({po_number: amounts}, is_amount=True)]
        return self._written(
            MadeKind.RECEIVED,
            Action.RECEIVED,
            counted,
            packing_slip=packing_slip,
            tracking_number=tracking_number,
            received_by=received_by,
        )

    def return_goods(self, po_number: str, lines: Lines, *, received_by: str = "warehouse") -> Receipt:
        """Send quantities of lines back: a receipt of its own. No more than is here can be sent back."""
        counted = _counted({po_number: lines})
        with self._simulator.lock:
            for one in counted:
                here = self._simulator.receipts.received(po_number, one.po_line)
                if one.value > here:
                    raise ValueError(
                        f"order {po_number}, line {one.po_line}: {one.value:f} of {here:f} can not go back"
                    )
            return self._written(MadeKind.RETURNED, Action.RETURNED, counted, received_by=received_by)

    def correct_receipt(self, number: str, quantities: Mapping[int, Quantity]) -> Receipt:
        """Set the quantities of lines of a receipt, by the receipt's line numbers."""
        with self._simulator.lock:
            before = self._receipt(number)
            wanted = {line: positive(value, "quantity") for line, value in quantities.items()}
            self._check_lines(before, wanted)
            lines = tuple(_corrected(line, wanted.get(line.number)) for line in before.lines)
            return self._changed(MadeKind.RECEIPT_CORRECTED, before, lines)

    def cancel_receipt(self, number: str, lines: Sequence[int] = ()) -> Receipt:
        """Cancel lines of a receipt, by the receipt's line numbers; all where none is named."""
        with self._simulator.lock:
            before = self._receipt(number)
            wanted = set(lines) or {line.number for line in before.lines}
            self._check_lines(before, wanted)
            left = tuple(
                replace(line, action=Action.CANCELLED) if line.number in wanted else line for line in before.lines
            )
            return self._changed(MadeKind.RECEIPT_CANCELLED, before, left)

    def received(self, po_number: str, po_line: int) -> Decimal:
        """Return the quantity of an order line that is here."""
        return self._simulator.receipts.received(po_number, po_line)

    def _written(
        self,
        kind: MadeKind,
        action: Action,
        counted: Sequence[_Counted],
        *,
        received_by: str,
        packing_slip: str | None = None,
        tracking_number: str | None = None,
    ) -> Receipt:
        with self._simulator.lock:
            lines = tuple(self._receipt_line(one, action, position) for position, one in enumerate(counted, start=1))
            if len({line.currency for line in lines}) != 1:
                raise ValueError("a receipt needs a line, and all its orders the same currency")
            receipt_id, moment = self._simulator.receipts.next_id, self._simulator.moment()
            receipt = Receipt(
                receipt_id=receipt_id,
                number=f"RCT{receipt_id}",
                received_at=moment,
                received_by=received_by,
                packing_slip=packing_slip,
                tracking_number=tracking_number,
                business_unit=self._order(lines[0].po_number).business_unit,
                lines=lines,
                updated_at=moment,
            )
            self._hold_receipt(kind, receipt)
            return receipt

    def _receipt_line(self, one: _Counted, action: Action, number: int) -> ReceiptLine:
        order = self._order(one.po_number)
        line = line_of(order, one.po_line)
        price = price_of(order, line)
        worth = money.rounded(Fraction(one.value) * Fraction(price), order.currency)
        return ReceiptLine(
            number=number,
            po_number=order.number,
            po_line=line.number,
            action=action,
            first_action=action,
            quantity=None if one.is_amount else one.value,
            uom=line.uom,
            unit_price=price,
            amount=one.value if one.is_amount else worth,
            currency=order.currency,
        )

    def _receipt(self, number: str) -> Receipt:
        found = self._simulator.receipts.numbered(number)
        if found is None:
            raise ValueError(f"there is no receipt {number}")
        return found

    @staticmethod
    def _check_lines(receipt: Receipt, wanted: Mapping[int, object] | set[int]) -> None:
        open_lines = {line.number for line in receipt.lines if line.action is not Action.CANCELLED}
        unknown = sorted(set(wanted) - open_lines)
        if unknown or not wanted:
            raise ValueError(f"receipt {receipt.number} has no line {unknown} that can be changed")

    def _changed(self, kind: MadeKind, before: Receipt, lines: tuple[ReceiptLine, ...]) -> Receipt:
        count, moment = before.corrections + 1, self._simulator.moment()
        receipt = replace(before, lines=lines, updated_at=moment, corrections=count)
        self._hold_receipt(kind, receipt, before)
        return receipt

    def _hold_receipt(self, kind: MadeKind, receipt: Receipt, before: Receipt | None = None) -> None:
        self._simulator.hold(self._simulator.receipts, receipt.receipt_id, receipt)
        self._simulator.journal.write(
            kind,
            receipt.number,
            receipt_id=receipt.receipt_id,
            po_numbers=list(receipt.po_numbers),
            business_unit=receipt.business_unit,
            currency=receipt.lines[0].currency,
            total=summed(line.amount for line in receipt.lines if line.action is not Action.CANCELLED),
            corrections=receipt.corrections,
            lines=[_shown(line, old) for line, old in zip(receipt.lines, (before or receipt).lines, strict=True)],
        )
        self._tell(kind, receipt, before=before)


def _counted(orders: Mapping[str, Lines], *, is_amount: bool = False) -> list[_Counted]:
    return [
        _Counted(po_number=number, po_line=line, value=positive(value, "quantity"), is_amount=is_amount)
        for number, lines in orders.items()
        for line, value in lines
    ]


def _corrected(line: ReceiptLine, quantity: Decimal | None) -> ReceiptLine:
    if quantity is None:
        return line
    if line.quantity is None:
        raise ValueError(f"line {line.number} is a cost: it has no quantity to correct")
    worth = money.rounded(Fraction(quantity) * Fraction(line.unit_price), line.currency)
    return replace(line, quantity=quantity, amount=worth)


def _shown(line: ReceiptLine, before: ReceiptLine) -> dict[str, object]:
    quantity, old = line.quantity, before.quantity
    return {
        "number": line.number,
        "po_number": line.po_number,
        "po_line": line.po_line,
        "action": str(line.action),
        "quantity": None if quantity is None else f"{quantity:f}",
        "quantity_before": None if old is None else f"{old:f}",
        "uom": line.uom,
        "amount": f"{line.amount:f}",
        "currency": line.currency,
    }
