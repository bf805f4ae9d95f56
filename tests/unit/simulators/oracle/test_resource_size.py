"""Ten thousand rows of each resource: started at once, and a page among them found at once."""

from typing import Any

import pytest

from simulators.oracle.framework import Asked, Shown, collection, item
from simulators.oracle.options import OracleOptions
from simulators.oracle.simulator import OracleSimulator
from tests.unit.simulators.oracle.test_size import seconds

VALUES = ["Operations Cost Center", "child", "values"]


@pytest.fixture(scope="module")
def large() -> OracleSimulator:
    """Return a pod of 10,000 rows of each resource."""
    options = OracleOptions(
        orders=9_000, suppliers=10_000, invoices=10_000, accounts=100, cost_centers=10_000, combinations=10_000
    )
    assert seconds(lambda: OracleSimulator(options)) < 3
    return OracleSimulator(options)


@pytest.mark.parametrize(
    ("name", "path", "key"),
    [
        ("suppliers", [], "SupplierId"),
        ("invoices", [], "InvoiceId"),
        ("valueSets", VALUES, "ValueId"),
        ("accountCombinationsLOV", [], "_CODE_COMBINATION_ID"),
    ],
)
def test_a_page_by_stamp_and_key_among_10_000_rows_takes_no_time(
    large: OracleSimulator, name: str, path: list[str], key: str
) -> None:
    rows: Any = large.values if path else large.served[name]
    keys = [row["ValueId"] for row in large.served[name].get(VALUES[0])["values"]] if path else rows.keys()
    middle = keys[-5_000]
    stamp = f' and LastUpdateDate >= "{rows.stamp(middle).isoformat()}"' if rows.resource.stamped else ""
    parameters = {"q": f"{key} > {middle}{stamp}", "orderBy": f"{key}:asc", "onlyData": "true", "totalResults": "true"}
    asked = Asked(parameters=parameters, framework=4, base="", resource=name)

    def page() -> Shown:
        return item(large, asked, path) if path else collection(large, asked)

    body = page().body
    assert (body["totalResults"], body["items"][0][key]) == (4_999, keys[-4_999])
    assert min(seconds(page) for _ in range(5)) < 0.25


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("suppliers", "SupplierNumber = '9013'"),
        ("suppliers", "Supplier = 'Example Supplier 8000'"),
        ("invoices", "InvoiceNumber = 'INV707000' and BusinessUnit like '*'"),
    ],
)
def test_one_row_among_10_000_is_found_at_once(large: OracleSimulator, name: str, q: str) -> None:
    asked = Asked(parameters={"q": q}, framework=4, base="", resource=name)
    assert collection(large, asked).body["count"] == 1
    assert min(seconds(lambda: collection(large, asked)) for _ in range(3)) < 0.15
