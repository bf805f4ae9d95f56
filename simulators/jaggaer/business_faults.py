"""Faults of business, switchable while the instance runs: what JAGGAER answers badly although the network is sound.

A refusal (`REFUSE`, `PARTIAL`) hits before the document is judged and has no effect; every other kind hits after the
effect and spoils only the answer. The first fault that fits a request is the one that hits.

Limits: faults hit imports only, and only documents whose number could be read; repeats that are answered from
memory are spared, so that a repeat heals a spoiled answer. Faults of transport are `simulators.faults`.
"""

import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from simulators.jaggaer.order import DocumentKind, Door


class BusinessFaultKind(StrEnum):
    """What goes wrong."""

    REFUSE = "refuse"
    """A return code other than 0, a cXML status, or an error of one document of an XML message; no effect."""
    PARTIAL = "partial"
    """J1P and XML messages: a result that says success over an error list that names the document; no effect (2.4,
    3.1)."""
    TEXT_RETURN_CODE = "text_return_code"
    """J1P: `returnCode` as a string (2.2)."""
    ACCEPTED = "accepted"
    """HTTP 201 for J1P and XML messages, cXML status 201 for cXML (5.3)."""
    UNREADABLE = "unreadable"
    """An HTML page where JSON or XML is due."""
    EMPTY = "empty"
    """HTTP 200 without a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessFault:
    """One fault: which documents it hits and how often.

    `door` None hits all, `document` None every kind, `prefix` "" every number (of a value: field=value), `times` None
    goes on until it is cleared, `share` is the part of fitting documents that is hit. `code` is the return code or
    status of a refusal (default 99, or 500 for cXML and XML messages; 0 for PARTIAL, 200 for XML messages), `text` its
    message.
    """

    kind: BusinessFaultKind
    door: Door | None = None
    document: DocumentKind | None = None
    prefix: str = ""
    times: int | None = None
    share: float = 1.0
    code: int | None = None
    text: str = "refused by a simulated fault"

    def __post_init__(self) -> None:
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1, or left out for no end, not {self.times}")
        if not 0.0 < self.share <= 1.0:
            raise ValueError(f"share must be above 0 and at most 1, not {self.share}")
        if self.door in _SPARED.get(self.kind, ()):
            raise ValueError(f"{self.kind} is no fault of the door {self.door}")
        if self.kind is BusinessFaultKind.REFUSE and self.code == 0:
            raise ValueError("code 0 means success; a refusal needs another")
        by_status = self.kind is BusinessFaultKind.REFUSE and self.door in (Door.CXML, Door.INDIRECT)
        if by_status and not 400 <= (self.code or 500) <= 599:
            raise ValueError(f"a refusal in XML needs a status from 400 to 599, not {self.code}")

    @classmethod
    def from_json(cls, value: object) -> "BusinessFault":
        """Build a fault from the fields above, enumerations by their values. Raises ValueError with the field."""
        known = {one.name for one in fields(cls)}
        if not isinstance(value, Mapping) or not set(value) <= known or "kind" not in value:
            raise ValueError(f"a business fault is an object with kind and, if wanted, {', '.join(sorted(known))}")
        settings: dict[str, Any] = dict(value)
        for name, wanted in _TYPES.items():
            given = settings.get(name)
            if given is not None and (not isinstance(given, wanted) or isinstance(given, bool)):
                raise ValueError(f"{name} takes {wanted}, not {given!r}")
        stated = {name: given for name, given in settings.items() if given is not None or name == "kind"}
        return cls(**{name: _ENUMERATIONS.get(name, _as_it_is)(given) for name, given in stated.items()})

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values."""
        return asdict(self)


def _as_it_is(value: Any) -> Any:
    return value


_SPARED = {
    BusinessFaultKind.PARTIAL: (Door.CXML,),
    BusinessFaultKind.TEXT_RETURN_CODE: (Door.CXML, Door.INDIRECT),
}
"""The doors that a kind of fault never hits."""
_ENUMERATIONS: dict[str, Any] = {"kind": BusinessFaultKind, "door": Door, "document": DocumentKind}
_TYPES: dict[str, Any] = {"prefix": str, "times": int, "share": int | float, "code": int, "text": str}


class BusinessFaults:
    """The faults that are on, in the order they were added."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Switch all faults off and begin the dice anew."""
        with self._lock:
            self._switched_on: dict[int, BusinessFault] = {}
            self._next_id = 1
            self._dice = random.Random(self._seed)  # noqa: S311  # a repeatable choice, nothing secret

    def add(self, fault: BusinessFault) -> int:
        """Switch a fault on and return its id."""
        with self._lock:
            number, self._next_id = self._next_id, self._next_id + 1
            self._switched_on[number] = fault
            return number

    def list(self) -> dict[int, BusinessFault]:
        """Return the faults that are on, by id, with the times that are left."""
        with self._lock:
            return dict(self._switched_on)

    def pick(self, door: Door, document: DocumentKind, number: str) -> BusinessFault | None:
        """Return the fault that hits this document, and count the hit; a fault that is used up goes off."""
        if not self._switched_on:
            return None
        with self._lock:
            for key, fault in self._switched_on.items():
                if self._hits(fault, door, document, number):
                    self._count(key, fault)
                    return fault
        return None

    def _count(self, key: int, fault: BusinessFault) -> None:
        if fault.times == 1:
            del self._switched_on[key]
        elif fault.times is not None:
            self._switched_on[key] = replace(fault, times=fault.times - 1)

    def _hits(self, fault: BusinessFault, door: Door, document: DocumentKind, number: str) -> bool:
        if door in _SPARED.get(fault.kind, ()):
            return False
        fits = fault.door in (None, door) and fault.document in (None, document) and number.startswith(fault.prefix)
        return fits and (fault.share == 1.0 or self._dice.random() < fault.share)
