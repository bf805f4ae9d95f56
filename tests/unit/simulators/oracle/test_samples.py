"""Published answers go into the store as they are, in either child shape, and come out as they went in."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulators.oracle import samples
from tests.unit.simulators.oracle.pod import WHOLE, Pod

V1, V4 = "purchaseorders-get-expanded-v1.json", "purchaseorders-get-expanded-v4.json"


def without_links(value: Any) -> Any:
    """Return what is data, apart from links and the totals around children, of both shapes alike."""
    if isinstance(value, dict):
        if "items" in value:
            return without_links(value["items"])
        return {name: without_links(below) for name, below in value.items() if name != "links"}
    return [without_links(row) for row in value] if isinstance(value, list) else value


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def test_both_shapes_are_the_same_orders(pod: Pod, reference: Path) -> None:
    orders = pod.simulator.orders
    keys = pod.simulator.load(read(reference / "oracle-samples" / V4))
    from_collections = [orders.get(key) for key in keys]
    assert pod.simulator.load(read(reference / "oracle-samples" / V1)) == keys
    assert [orders.get(key) for key in keys] == from_collections


def test_orders_come_out_as_they_went_in(pod: Pod, reference: Path) -> None:
    for name, framework in ((V1, 1), (V4, 4)):
        path = reference / "oracle-samples" / name
        for sample in read(path)["items"]:
            pod.simulator.load(read(path))
            answer = pod.get(f"/{sample['POHeaderId']}", framework=framework, expand=WHOLE)
            shown = json.loads(answer.text, parse_float=Decimal)
            missing = differences(without_links(sample), without_links(shown))
            assert missing == []


def differences(sample: Any, shown: Any, path: str = "") -> list[str]:
    """Return where a sample says something that the answer does not; attributes that it leaves out are no matter."""
    if isinstance(sample, dict):
        return [found for name in sample for found in differences(sample[name], shown.get(name), f"{path}/{name}")]
    if isinstance(sample, list):
        if len(sample) != len(shown):
            return [f"{path}: {len(sample)} rows, not {len(shown)}"]
        return [found for at, row in enumerate(sample) for found in differences(row, shown[at], f"{path}/{at}")]
    return [] if sample == shown else [f"{path}: {sample!r}, not {shown!r}"]


def test_all_published_documents_are_taken_as_they_are_over_http(pod: Pod, reference: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((reference / "oracle-samples").glob("*.json"))]
    answer = pod.http.post("/admin/samples", content=f'{{"documents": [{",".join(texts)}]}}')

    assert answer.status_code == 201, answer.text
    assert (answer.json()["documents"], answer.json()["others"]) == (14, len(texts) - 14)
    for sample in read(reference / "oracle-samples" / V4)["items"]:
        assert sample["POHeaderId"] in answer.json()["keys"]
        shown = json.loads(pod.get(f"/{sample['POHeaderId']}", expand=WHOLE).text, parse_float=Decimal)
        assert differences(without_links(sample), without_links(shown)) == []
        assert pod.found(f"OrderNumber = '{sample['OrderNumber']}'") == [sample["POHeaderId"]]


def test_a_pod_starts_and_starts_again_with_the_samples_of_a_folder(start: Callable[..., Pod], reference: Path) -> None:
    pod = start(orders=2, samples=tuple(samples.read_folder(reference / "oracle-samples")))
    keys = pod.order_keys()
    assert len(keys) == 4
    pod.simulator.touch(keys[0])
    pod.simulator.reset()
    assert pod.order_keys() == keys
    assert len(pod.simulator.journal.read(kind="order_loaded")) == 5


ONE: dict[str, Any] = {
    "POHeaderId": 7,
    "OrderNumber": "US7",
    "StatusCode": "OPEN",
    "Status": "Open",
    "Revision": 2,
    "ProcurementBU": "Vision Operations",
    "CurrencyCode": "USD",
    "Total": 10.25,
    "LastUpdateDate": "2025-08-05T10:00:00.000+00:00",
    "lines": [{"POLineId": 8, "LineNumber": 1, "LastUpdateDate": "2025-08-05T10:00:00.000+00:00"}],
}


def test_an_order_that_was_not_expanded_keeps_its_lines(pod: Pod) -> None:
    assert pod.http.post("/admin/samples", json=ONE).json()["keys"] == [7]
    header = {name: value for name, value in ONE.items() if name != "lines"} | {"Description": "newer"}
    assert pod.http.post("/admin/samples", json={"items": [header]}).status_code == 201
    shown = pod.page("/7", expand="lines")
    assert (shown["Description"], [line["POLineId"] for line in shown["lines"]["items"]]) == ("newer", [8])
    assert pod.simulator.journal.read(kind="order_loaded")[-1].detail["total"] == "10.25"


@pytest.mark.parametrize(
    "wrong", [{"LastUpdateDate": 5}, {"LastUpdateDate": "soon"}, {"POHeaderId": "7"}, {"lines": [1]}, {"lines": 7}]
)
def test_a_value_of_another_type_is_a_400_that_names_the_order(pod: Pod, wrong: dict[str, Any]) -> None:
    answer = pod.http.post("/admin/samples", json=ONE | wrong)
    assert (answer.status_code, "US7" in answer.json()["error"]) == (400, True)
    assert len(pod.order_keys()) == 60


def test_a_folder_without_purchase_orders_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=tmp_path.name):
        samples.read_folder(tmp_path)
