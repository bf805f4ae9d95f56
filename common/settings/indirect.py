"""Who speaks to whom in JAGGAER's Indirect XML messages, and where each kind is posted (jaggaer-cxml.md, 3.1)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from common.settings.section import Section, Text, UrlPath, in_one_place, known_as, secret
from schemas.indirect.layout import ORDER_FIELDS, SITE_ELEMENTS, IndirectLayout


class IndirectSettings(Section):
    """The Indirect XML interface of one instance."""

    identity: Text
    """Whom JAGGAER knows us as."""
    shared_secret_file: Path | None = None
    """The file that holds the shared secret; either this or `shared_secret_env`, or the store."""
    shared_secret_env: Text | None = None
    """The environment variable that holds it."""
    purchase_orders_path: UrlPath = "/apps/Router/POXMLImport"
    """Where orders are posted to, on JAGGAER's host."""
    suppliers_path: UrlPath = "/apps/Router/TSMSupplierXMLImport"
    """Where suppliers are posted to."""
    invoices_path: UrlPath = "/apps/Router/BuyerInvoiceOcrImport"
    """Where invoices are posted to; which path that is, is not public."""

    dtd_base: Text | None = None
    """Where JAGGAER serves its DTDs, for example https://host/app_docs/dtd. Unset: messages have no DOCTYPE."""
    countries: dict[str, Text] = Field(default_factory=dict)
    """JAGGAER's codes of countries, where they are not Oracle's two letters."""
    order_fields: dict[Annotated[str, known_as(ORDER_FIELDS)], Text] = Field(default_factory=dict)
    """Custom fields that take what of an order has no element."""
    site_elements: dict[Annotated[str, known_as(SITE_ELEMENTS)], Text] = Field(default_factory=dict)
    """Custom elements that take what of a supplier's site has no element."""
    invoice_bill_to: Text | None = None
    """The address code that invoices are billed to; needed where invoices are spoken of in this dialect."""
    invoice_user: Text | None = None
    """The user for whom they are imported; needed there too."""
    amount_distribution: Text = "AmountOfPrice"
    """JAGGAER's word for a split by amount."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the secret at most."""
        return in_one_place("shared_secret", self.shared_secret_file, self.shared_secret_env)

    def secret(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the shared secret, None if it is in the store. Raises SettingsRefused when it is not as they say."""
        return secret("shared_secret", self.shared_secret_file, self.shared_secret_env, environment)

    @property
    def layout(self) -> IndirectLayout:
        """What the messages look like."""
        return IndirectLayout(
            dtd_base=self.dtd_base or "",
            countries=self.countries,
            order_fields=self.order_fields,
            site_elements=self.site_elements,
            amount_distribution=self.amount_distribution,
            invoice_bill_to=self.invoice_bill_to or "",
            invoice_user=self.invoice_user or "",
        )
