"""Who says what a field is, of documents that either side may change."""

from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from common.settings.section import Section, Text
from schemas.convergence import Rule


class SharedFields(Section):
    """Who says what a field of one kind of document is."""

    default: Rule = Rule.BOTH
    """oracle or jaggaer: that side owns it. newest: the later change counts. both: a conflict is for a person."""
    fields: dict[Annotated[str, Field(min_length=1)], Rule] = Field(default_factory=dict)
    """Where a field has another rule: by its name, or by a pattern such as "contacts/*/email"."""

    def rule_of(self, field: str) -> Rule:
        """Return the rule of a field: by its name, by the first pattern that fits, or the default."""
        if field in self.fields:
            return self.fields[field]
        return next((rule for pattern, rule in self.fields.items() if fnmatchcase(field, pattern)), self.default)


class ConvergenceSettings(Section):
    """Documents that either side may change."""

    suppliers: SharedFields = Field(default_factory=SharedFields)
    """Suppliers: name, alternate_name, website, duns, tax_identification, vat_identification, active, and what is below
    addresses/<id>/ and contacts/<id>/."""
    gl_accounts: SharedFields = Field(default_factory=SharedFields)
    """Accounts: description, active."""
    cost_centers: SharedFields = Field(default_factory=SharedFields)
    """Cost centers: description, active."""
    new_supplier_organization: Text = "CORPORATION"
    """Oracle's tax organization type (a code) of suppliers that were added in JAGGAER."""

    def of(self, flow: str) -> SharedFields:
        """Return the rules of the documents of a flow of Oracle's."""
        by = {"suppliers": self.suppliers, "gl_accounts": self.gl_accounts, "cost_centers": self.cost_centers}
        return by[flow]
