"""What framework 9 shows otherwise: numbers as text, `@context` for the links of an item (fact sheet, 1.3 and 1.6)."""

from decimal import Decimal

import pytest

from tests.unit.simulators.oracle.pod import WHOLE, Pod


def test_amounts_and_quantities_are_text_and_ids_are_numbers(pod: Pod) -> None:
    key = pod.order_keys()[0]
    exact = Decimal("12345678901234567.123456789")
    pod.simulator.change(key, ConversionRate=exact, SupplierId=2**53 + 1)
    order = pod.simulator.orders.get(key)
    shown = pod.page(f"/{key}", framework=9, expand=WHOLE)

    assert (shown["POHeaderId"], shown["SupplierId"]) == (key, str(2**53 + 1))
    assert (shown["Total"], shown["ConversionRate"]) == (format(order["Total"], "f"), str(exact))
    assert (shown["Revision"], shown["CreditAmount"], shown["PayOnReceiptFlag"]) == ("1", None, False)
    line = shown["lines"]["items"][0]
    assert Decimal(line["Ordered"]) == order["lines"][0]["Ordered"]
    assert isinstance(line["schedules"]["items"][0]["distributions"]["items"][0]["Ordered"], str)


def test_context_stands_for_the_links_of_every_item_and_of_no_collection(pod: Pod) -> None:
    before = pod.items(framework=8, expand="lines")[0]
    page = pod.page(framework=9, expand="lines")
    shown = page["items"][0]
    line = shown["lines"]["items"][0]

    assert "links" in page
    assert "links" in shown["lines"]
    assert not {"links"} & ({*shown} | {*line})
    assert shown["@context"]["links"] == before["links"]
    assert before["links"][0]["href"].endswith(f"/{shown['@context']['key']}")
    assert line["@context"] == {"key": str(line["POLineId"]), "links": before["lines"]["items"][0]["links"]}
    read = pod.get(f"/{shown['POHeaderId']}", framework=9)
    assert read.headers["ETag"] == shown["@context"]["headers"]["ETag"]
    assert "@context" not in before


def test_only_data_shows_no_context_and_links_chooses_within_it(pod: Pod) -> None:
    assert "@context" not in str(pod.items(framework=9, expand=WHOLE, onlyData="true"))
    (shown, *_) = pod.items(framework=9, links="self")
    assert [link["rel"] for link in shown["@context"]["links"]] == ["self"]


@pytest.mark.parametrize("framework", range(1, 9))
def test_no_earlier_version_shows_either(pod: Pod, framework: int) -> None:
    (shown, *_) = pod.items(framework=framework)
    assert "@context" not in shown
    assert not isinstance(shown["Total"], str)
