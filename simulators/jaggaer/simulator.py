"""One running JAGGAER instance: its orders, journal, tokens, memory, switches and faults.

Both doors bring what they read to `take`, which decides, applies and writes the journal in one step without an await:
a request that dies afterwards has had its effect, and the journal says so. Tests in the same process hold this object
(`app.state.simulator`) and drive it directly; the admin pages are another way to the same methods.

Limits: one process, one event loop; state is in memory.
"""

from datetime import UTC, datetime

from simulators.faults import Faults
from simulators.jaggaer import content_rules, order_rules
from simulators.jaggaer.answer_memory import AnswerMemory
from simulators.jaggaer.business_faults import BusinessFaults
from simulators.jaggaer.options import JaggaerOptions, Switches
from simulators.jaggaer.order import Door, Draft, Order, Refusal, Version
from simulators.jaggaer.orders import Orders
from simulators.jaggaer.tokens import Tokens
from simulators.journal import Journal


class JaggaerSimulator:
    """The state of one instance and what may be done to it."""

    def __init__(self, options: JaggaerOptions) -> None:
        self.options = options
        self.switches: Switches = options.switches
        self._latest = datetime.min.replace(tzinfo=UTC)
        self.journal = Journal()
        self.orders = Orders()
        self.tokens = Tokens(options, self.journal)
        self.memory = AnswerMemory()
        self.faults = Faults(options.seed)
        self.business_faults = BusinessFaults(options.seed)

    def switch(self, **changes: object) -> Switches:
        """Change some switches and return them all. Raises ValueError for an unknown name or an unfit value."""
        self.switches = self.switches.changed(changes)
        return self.switches

    def reset(self) -> None:
        """Go back to the day the instance was born: no orders, no journal, no tokens, no faults, first switches."""
        self.switches = self.options.switches
        self.tokens.revoke()
        self.tokens.seconds = self.options.token_seconds
        self.orders.clear()
        self.memory.clear()
        self.faults.clear()
        self.business_faults.clear()
        self.journal.clear()

    def take(self, draft: Draft, key: str) -> Order | Refusal:
        """Apply a document that came under a batchId or payloadID; return the order as it is now, or the refusal."""
        switches, known = self.switches, self.orders.get(draft.number)
        refusal = order_rules.judge(draft, known, lenient_chain=switches.lenient_chain)
        refusal = refusal or content_rules.check(draft, self.options, switches)
        if refusal is not None:
            return refusal
        # The store lies in the order of updates, also when the clock is set back.
        self._latest = max(self._latest, self.options.clock())
        order = order_rules.applied(draft, known, key=key, at=self._latest)
        self.orders.put(order, lag_seconds=switches.stale_read_seconds, lag_reads=switches.stale_read_count)
        self.journal.write("order_applied", order.number, **_applied_detail(order, order.versions[-1]))
        return order

    def refused(self, refusal: Refusal, *, door: Door, number: str, key: str, code: int) -> None:
        """Note that a document had no effect, with the code its sender is told."""
        self.journal.write(
            "order_refused",
            number,
            door=str(door),
            code=code,
            reason=str(refusal.reason),
            text=refusal.text,
            dedupe_key=key,
        )

    def answered_from_memory(self, *, door: Door, number: str, key: str, same_content: bool) -> None:
        """Note that a repeat got the first answer again; with another content it should not have been a repeat."""
        self.journal.write("duplicate_answered", number, door=str(door), dedupe_key=key, same_content=same_content)


def _applied_detail(order: Order, version: Version) -> dict[str, object]:
    revision = {"revision": version.revision} if version.door is Door.J1P else {"order_version": version.revision + 1}
    return {
        "door": str(version.door),
        "type": str(version.change),
        **revision,
        "dedupe_key": version.key,
        "total": str(version.total),
        "currency": version.currency,
        "business_unit": order.business_unit,
        "lines": version.line_count,
        "digest": version.digest,
    }
