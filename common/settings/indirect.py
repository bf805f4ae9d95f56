"""Who speaks to whom in JAGGAER's Indirect XML messages, and where each kind is posted (jaggaer-cxml.md, 3.1)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr

from common.settings.section import Section, Text, UrlPath, secret


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

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Ask for one place of the secret at most."""
        if self.shared_secret_file is not None and self.shared_secret_env is not None:
            yield "shared_secret_file", "give at most one of shared_secret_file and shared_secret_env"

    def secret(self, environment: Mapping[str, str]) -> SecretStr | None:
        """Return the shared secret, None if it is in the store. Raises SettingsRefused when it is not as they say."""
        return secret("shared_secret", self.shared_secret_file, self.shared_secret_env, environment)
