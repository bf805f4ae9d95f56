"""The answer to a ProfileRequest: which requests a server takes, and where (jaggaer-cxml.md, 5.2 and appendix).

Read tolerantly: whatever names a request counts as a transaction. The cXML version is the one that the answer's DOCTYPE
names, else its deprecated attribute `version` (5.1).

Limits: lastRefresh and the server's own options are not read; no option is defined by the DTD.
"""

import re
from dataclasses import dataclass

from schemas.cxml import safe_xml
from schemas.cxml.elements import attribute, child_content

_VERSION = re.compile(rb"<!DOCTYPE[^>]*/cXML/(1\.[0-9.]{1,12})/", re.IGNORECASE)
_PROLOG_BYTES = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One kind of request that the server takes, and the address for it ("" where it names none)."""

    request_name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a server offers. `version` and `effective` are the answer's own words, None where it leaves them out."""

    version: str | None
    effective: str | None
    transactions: tuple[Transaction, ...]

    def offer(self, request_name: str) -> Transaction | None:
        """Return how the server takes this kind of request, None if it does not say that it does."""
        return next((one for one in self.transactions if one.request_name == request_name), None)


def parse(data: bytes) -> Profile | None:
    """Read the profile of an answer; None if it holds none, as a refusal does not. Raises NotSafeXml."""
    root = safe_xml.parse(data.lstrip())
    response = root.find("Response/ProfileResponse") if root.tag == "cXML" else None
    if response is None:
        return None
    named = _VERSION.search(data[:_PROLOG_BYTES])
    return Profile(
        version=named[1].decode() if named else attribute(root, "version"),
        effective=attribute(response, "effectiveDate"),
        transactions=tuple(
            Transaction(
                request_name=(attribute(one, "requestName") or "").strip(),
                url=(child_content(one, "URL") or "").strip(),
            )
            for one in response.findall("Transaction")
        ),
    )
