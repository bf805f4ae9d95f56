"""What differs from one cXML partner to the next: DTD version, language, classification, accounts, total, tax.

A layout only chooses among documents that are valid for cXML 1.2.014 and for every later 1.2 (jaggaer-cxml.md, 6.1).
"""

import re
from dataclasses import dataclass

_VERSION = re.compile(r"1\.2\.\d{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class CxmlLayout:
    """One partner's cXML documents. Raises ValueError at birth for what no document could carry.

    `dtd_version` only names the DOCTYPE. `segment_names` name the segments of an account combination from left to
    right; where they are given, an account with another number of segments is refused; without them segments are
    named by their position. `total_includes_tax`: partners differ (6.1). `tax_category` is what invoices call their tax
    (sales, vat, gst; 6.5).
    """

    dtd_version: str = "1.2.014"
    test: bool = False
    language: str = "en"
    classification_domain: str = "custom"
    segment_names: tuple[str, ...] = ()
    segment_separator: str = "."
    total_includes_tax: bool = True
    tax_category: str = "sales"

    def __post_init__(self) -> None:
        """Refuse here what would otherwise make every single document invalid."""
        if not _VERSION.fullmatch(self.dtd_version):
            raise ValueError(f"{self.dtd_version!r} is not a cXML version of the form 1.2.014")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"{self.language!r} is not a language tag such as en or en-US")
        if not self.tax_category:
            raise ValueError("the tax of an invoice needs a category")
        if not self.segment_separator:
            raise ValueError("accounts cannot be cut into segments by an empty separator")

    @property
    def deployment_mode(self) -> str:
        """How documents are marked; a production endpoint refuses those marked as test (5.1)."""
        return "test" if self.test else "production"

    @property
    def doctype(self) -> str:
        """The DOCTYPE of every document but invoices."""
        return self._doctype("cXML")

    @property
    def invoice_doctype(self) -> str:
        """The DOCTYPE of invoices, which have a DTD module of their own (5.1)."""
        return self._doctype("InvoiceDetail")

    def _doctype(self, module: str) -> str:
        return f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{self.dtd_version}/{module}.dtd">'
