"""Published answers of every resource go into the pod as they are, and come out as they went in."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.simulators.oracle.pod import Pod
from tests.unit.simulators.oracle.test_samples import differences, read, without_links

SAMPLES = [
    ("suppliers-get-expanded", "suppliers", "SupplierId", "addresses,sites.assignments,contacts"),
    ("suppliers-post-response-201", "suppliers", "SupplierId", ""),
    ("invoices-get-expanded", "invoices", "InvoiceId", "invoiceLines.invoiceDistributions,invoiceInstallments"),
    ("invoices-post-response-201", "invoices", "InvoiceId", "invoiceLines.invoiceDistributions,invoiceInstallments"),
    ("accountcombinationslov-get", "accountCombinationsLOV", "_CODE_COMBINATION_ID", ""),
    ("valuesets-values-accounts-get", "valueSets/Operations Account/child/values", "ValueId", ""),
    ("chartofaccountslov-get", "chartOfAccountsLOV", "StructureInstanceId", ""),
    ("ledgerslov-get", "ledgersLOV", "LedgerId", ""),
    ("unitsofmeasure-get", "unitsOfMeasure", "UOMCode", ""),
    ("currencieslov-get", "currenciesLOV", "CurrencyCode", ""),
]


@pytest.mark.parametrize(("name", "path", "key", "expand"), SAMPLES)
def test_a_sample_comes_out_as_it_went_in(
    pod: Pod, reference: Path, name: str, path: str, key: str, expand: str
) -> None:
    document = read(reference / "oracle-samples" / f"{name}.json")
    items: list[dict[str, Any]] = document.get("items", [document])
    assert pod.simulator.load(document) == [item[key] for item in items]
    for item in items:
        shown = pod.read(f"{path}/{item[key]}", expand=expand)
        assert differences(without_links(item), without_links(shown)) == []
    for resource in ("valueSets/Operations Account/child/values", "accountCombinationsLOV", "suppliers"):
        named = [tuple(named_by(row)) for row in pod.rows(resource)]
        assert len(set(named)) == len(named)


def named_by(row: dict[str, Any]) -> list[Any]:
    """Return what a row is known by to people: no two rows have the same."""
    names = ("SupplierNumber", "Value", "company", "lineOfBusiness", "account", "costCenter", "product", "intercompany")
    return [row[name] for name in names if name in row]


def test_a_supplier_that_was_not_expanded_keeps_its_children(pod: Pod) -> None:
    key = pod.simulator.suppliers.keys()[0]
    shown = pod.read(f"suppliers/{key}", onlyData="true")
    before = pod.simulator.suppliers.get(key)
    assert pod.simulator.load(shown | {"Alias": "newer", "contacts": []}) == [key]
    after = pod.simulator.suppliers.get(key)
    assert (after["Alias"], after["contacts"], after["sites"]) == ("newer", [], before["sites"])
    assert pod.simulator.journal.read(kind="supplier_loaded")[0].detail["number"] == "1013"


def test_values_of_a_set_that_the_chart_does_not_have_are_refused(pod: Pod) -> None:
    values = pod.read("valueSets/Operations Account/child/values", limit="2")
    assert len(pod.simulator.load(values)) == 2
    href = values["links"][0]["href"].replace("Account", "Project")
    with pytest.raises(ValueError, match=r"no value set of the chart.*Operations Project"):
        pod.simulator.load(values | {"links": [{"rel": "self", "href": href}]})
