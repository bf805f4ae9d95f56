"""What differs from one JAGGAER customer to the next in a J1P purchase order: names of wrappers and fields, dates.

The defaults mirror the XML purchase-order message in camelCase (jaggaer-cxml.md, 2.4 and 3.2); the resource itself is
not public, so a customer's profile may say otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from schemas.exact_json import JsonValue


class DateFormat(StrEnum):
    """How JAGGAER writes a day or a time, always in UTC (jaggaer-cxml.md, 2.2). The value is the profile's word."""

    ISO = "iso"
    """`2024-02-14T00:00:00.000Z`, for days too."""
    SECONDS = "YYYYMMDDHHMMSS"
    DAYS = "YYYYMMDD"

    def written(self, when: date | datetime) -> str:
        """Write an aware time, or a day, which is midnight UTC. Finer than milliseconds is left off."""
        moment = when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)
        moment = moment.astimezone(UTC).replace(tzinfo=None)
        if self is DateFormat.ISO:
            return moment.isoformat(timespec="milliseconds") + "Z"
        compact = moment.isoformat(timespec="seconds").translate(_WITHOUT_MARKS)
        return compact if self is DateFormat.SECONDS else compact[:8]


_WITHOUT_MARKS = str.maketrans("", "", "-:T")


FIELDS = frozenset(
    """
    addressCode addressLine addressLineList amount batchInfo batchTimestamp billTo businessUnit buyer catalogNumber
    commodityCode context createDateTime currency customFieldValue customFieldValueList deliveryInfo description
    discountAmount
    distributeRevision distributionNumber email externalId internalName item legalEntity lineCharges lineNumber name
    notes originalRequestMessageId percent productReferenceNumber promisedDeliveryDate quantity requestedDeliveryDate
    requester schedule scheduleList scheduleNumber shipTo site splittableFieldIndex splittableFieldIndexList
    splittableFieldIndexSet splittableFieldSetGroup splittableFieldSetGroupList standardPaymentTermsCode status
    statusDate supplier tax terms total type unitOfMeasure unitPrice value address
    """.split()
)
"""Every field inside an order, or a message about its status, that a customer may have renamed.

Wrappers and key fields have settings of their own.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class J1pLayout:
    """Names and date format of one customer's J1P purchase orders. Raises ValueError for names that collide.

    `account_field` is the custom field of accounts; `names` gives the customer's name for a field of `FIELDS`, at every
    place where that field stands.
    """

    order: str = "purchaseOrder"
    header: str = "poHeader"
    line_list: str = "poLineList"
    line: str = "poLine"
    batch: str = "batchId"
    number: str = "poNumber"
    revision: str = "revisionNumber"
    account_field: str = "Account"
    answer_list: str = "jipurchaseorderList"
    answer_item: str = "jipurchaseorder"
    date_format: DateFormat = DateFormat.ISO
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse names with which one field would overwrite another or could not be told from it when read."""
        own = (self.order, self.header, self.line_list, self.line, self.batch, self.number, self.revision)
        check_names(self.names, own=own, fields=FIELDS, noun="an order")


class Renaming(Protocol):
    """A layout of any document: it knows the customer's names for fields."""

    @property
    def names(self) -> Mapping[str, str]:
        """Our name of a field with the customer's, for those that differ."""
        ...


def check_names(names: Mapping[str, str], *, own: tuple[str, ...], fields: frozenset[str], noun: str) -> None:
    """Raise ValueError for names with which two fields would be one; `own` are those that a layout names by itself."""
    unknown = sorted(set(names) - fields)
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a field of {noun}")
    taken = set(fields - set(names))
    for theirs in (*own, *names.values()):
        if not theirs or theirs in taken:
            raise ValueError(f"two fields cannot both be named {theirs!r}" if theirs else "a field needs a name")
        taken.add(theirs)


def in_their_words(value: Mapping[str, JsonValue], layout: Renaming) -> dict[str, JsonValue]:
    """Return an object with the customer's field names in the place of ours."""
    return _object(value, layout.names)


def in_our_words(value: Mapping[str, JsonValue], layout: Renaming) -> dict[str, JsonValue]:
    """Return an object with our field names in the place of the customer's."""
    return _object(value, {theirs: ours for ours, theirs in layout.names.items()})


def _object(value: Mapping[str, JsonValue], names: Mapping[str, str]) -> dict[str, JsonValue]:
    return {names.get(name, name): _renamed(inner, names) if names else inner for name, inner in value.items()}


def _renamed(value: JsonValue, names: Mapping[str, str]) -> JsonValue:
    if isinstance(value, dict):
        return _object(value, names)
    return [_renamed(inner, names) for inner in value] if isinstance(value, list) else value
