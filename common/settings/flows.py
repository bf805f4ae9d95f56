"""When a flow runs, how far back it looks, which dialect it speaks, and what it is checked by."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, Field

from common.settings.connections import Dialect
from common.settings.section import Seconds, Section, Switch, Text

_EVERY = frozenset(Dialect)
_J1P = frozenset({Dialect.J1P})

SPOKEN: Mapping[str, frozenset[Dialect]] = MappingProxyType(
    {
        "purchase_orders": _EVERY,
        "order_status": frozenset({Dialect.J1P, Dialect.CXML}),
        "invoices": _EVERY,
        "invoice_status": frozenset({Dialect.J1P, Dialect.CXML}),
        "supplier_invoices": _J1P,
        "suppliers": frozenset({Dialect.J1P, Dialect.INDIRECT}),
        "gl_accounts": _J1P,
        "cost_centers": _J1P,
        "account_combinations": _J1P,
        "jaggaer_suppliers": _J1P,
        "jaggaer_accounts": _J1P,
        "jaggaer_cost_centers": _J1P,
        "acknowledgments": _J1P,
        "receipts": _J1P,
        "ship_notices": _J1P,
    }
)
"""The flows that a file may name, those of the registry, which this shelf must not know; and their dialects."""

SHARED: Mapping[str, str] = MappingProxyType(
    {"suppliers": "jaggaer_suppliers", "gl_accounts": "jaggaer_accounts", "cost_centers": "jaggaer_cost_centers"}
)
"""Oracle's flows of documents that either side may change, and JAGGAER's flow of the same."""

PUSHABLE = frozenset({"acknowledgments", "receipts", "supplier_invoices", "ship_notices"})
"""The flows whose documents can be pushed to the gateway."""

FLOW_NAMES = frozenset(SPOKEN)

ALWAYS_ON = frozenset({"purchase_orders"})
"""The flows that run where the file does not name them."""

_A_LEAP_YEAR = datetime(2024, 1, 1)  # noqa: DTZ001 - cron expressions speak of wall clocks


def _cron(expression: str) -> str:
    if len(expression.split()) != 5:
        raise ValueError("expected five fields: minute, hour, day of month, month, day of week")
    try:
        next(CronSim(expression, _A_LEAP_YEAR))
    except CronSimError as error:
        raise ValueError(f"this is not a cron expression: {str(error).lower()}") from None
    except StopIteration:
        raise ValueError("this cron expression is never due") from None
    return expression


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError("expected the name of a time zone, for example Europe/Berlin or UTC") from None
    return name


Cron = Annotated[str, AfterValidator(_cron)]
"""A cron expression of five fields, as Debian's cron reads it."""


class FlowSettings(Section):
    """When a flow runs, and how far back each window looks."""

    enabled: Switch = True
    """Whether it runs on its schedule. What is under way is finished when it is switched off."""
    polled: Switch = True
    """Whether JAGGAER's list is read. Off where its documents are pushed to the gateway: what comes both ways counts
    as two."""
    every_seconds: Seconds = 300.0
    """How often the source is polled; either this or `cron`."""
    cron: Cron | None = None
    """When the source is polled: minute, hour, day of month, month, day of week."""
    rescan_every_seconds: Seconds = 86_400.0
    """How often every document is read again, whatever its stamps say; either this or `rescan_cron`."""
    rescan_cron: Cron | None = None
    """When every document is read again."""
    time_zone: Annotated[Text, AfterValidator(_time_zone)] = "UTC"
    """The time zone of `cron` and `rescan_cron`."""
    overlap_seconds: Seconds = 900.0
    """How far behind the cursor a window begins, at least."""
    max_overlap_seconds: Seconds = 172_800.0
    """How far the measured lateness of late records may stretch it."""
    safety_seconds: Seconds = 60.0
    """How far the cursor stays behind the source's clock: longer than its longest transaction."""
    max_absent_percent: Annotated[float, Field(gt=0, le=100)] = 20.0
    """How much may vanish from one read to the next of what Oracle lists without stamps (account_combinations)."""
    dialect: Dialect | None = None
    """How JAGGAER is spoken to about these documents, where not as `jaggaer.dialect` says."""
    canary: Text | None = None
    """The number of a document that is surely there: `ping` tells an empty answer from a missing privilege by it."""

    @property
    def on_schedule(self) -> bool:
        """Whether its source is polled when that is due."""
        return self.enabled and self.polled

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse two schedules for one kind of run, and an overlap without room."""
        given = self.model_fields_set
        for interval, expression in (("every_seconds", "cron"), ("rescan_every_seconds", "rescan_cron")):
            if interval in given and getattr(self, expression) is not None:
                yield expression, f"give either {interval} or {expression}"
        if "time_zone" in given and self.cron is None and self.rescan_cron is None:
            yield "time_zone", "a time zone says nothing about an interval; give it with cron or rescan_cron"
        if self.max_overlap_seconds < self.overlap_seconds:
            yield "max_overlap_seconds", f"must not be less than overlap_seconds, which is {self.overlap_seconds:g}"
