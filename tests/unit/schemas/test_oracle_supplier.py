"""Reading Oracle's suppliers: identity, completeness, canonical form, what is active, and what is refused."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas import exact_json
from schemas.oracle import supplier as oracle
from schemas.refusals import Refused
from schemas.supplier import AddressPurpose, Telephone
from tests.oracle_rows import Object, rows
from tests.oracle_suppliers import as_oracle
from tests.supplier_factories import address, assignment, contact, site, supplier


def sample(folder: Path) -> Object:
    answer = exact_json.loads((folder / "suppliers-get-expanded.json").read_bytes())
    assert isinstance(answer, dict)
    (row,) = rows(answer, "items")
    return row


def test_oracles_sample_supplier_is_read_without_loss(oracle_samples: Path) -> None:
    raw = sample(oracle_samples)
    read = oracle.parse(raw)
    assert oracle.cut_children(raw) == ()
    assert (read.key, read.number, read.taxpayer_id) == (300100047414503, "1013", "00-0000000")
    (place,), (where,), (person,) = read.addresses, read.sites, read.contacts
    assert place.purposes == (AddressPurpose.ORDERING, AddressPurpose.REMIT_TO)
    assert place.phone == Telephone(country_code="1", area_code="555", number="0100")
    assert (where.procurement_bu, where.address_key, where.payment_terms) == ("Vision Operations", place.key, "Net 30")
    assert [share.liability_account for share in where.assignments] == ["01-000-2210-0000-000"]
    assert (person.first_name, person.last_name, person.job_title) == ("Sam", "Example", "Account Manager")
    assert read.active
    assert [place.active, where.active, person.active, where.assignments[0].active] == [True] * 4
    assert [place.inactive_on, where.inactive_on] == [None, None]  # 4712-12-31 and null alike


def test_the_identity_has_no_amount_and_no_business_unit(oracle_samples: Path) -> None:
    identity = oracle.identify(sample(oracle_samples))
    assert (identity.key, identity.number) == ("300100047414503", "1013")
    assert identity.changed_at == datetime(2025, 2, 14, 17, 21, 1, 26000, tzinfo=UTC)
    assert (identity.amount, identity.currency, identity.business_unit) == (None, None, None)


@pytest.mark.parametrize("path", [("addresses",), ("sites",), ("contacts",), ("sites", "assignments")])
def test_a_newer_stamp_of_any_child_is_the_suppliers_and_no_content(path: tuple[str, ...]) -> None:
    raw, touched = as_oracle(supplier()), as_oracle(supplier())
    row = touched
    for name in path:
        row = rows(row, name)[0]
    row["LastUpdateDate"] = "2026-01-01T00:00:00+00:00"
    assert oracle.identify(touched).changed_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert oracle.identify(touched).content_hash == oracle.identify(raw).content_hash


@pytest.mark.parametrize("path", [("addresses",), ("sites",), ("contacts",), ("sites", "assignments")])
def test_a_change_of_any_child_is_content(path: tuple[str, ...]) -> None:
    raw, changed = as_oracle(supplier()), as_oracle(supplier())
    row = changed
    for name in path:
        row = rows(row, name)[0]
    row["InactiveDate"] = "2030-01-01"
    assert oracle.identify(changed).content_hash != oracle.identify(raw).content_hash


@pytest.mark.parametrize(
    ("status", "end", "active"),
    [
        ("ACTIVE", None, True),
        ("ACTIVE", "2025-02-15", True),
        ("ACTIVE", "2025-02-14", False),
        ("INACTIVE", None, False),
        ("INACTIVE", "2099-01-01", False),
        (None, None, True),
        (None, "2025-02-13", False),
    ],
)
def test_a_row_is_inactive_by_its_status_or_by_its_date_at_its_stamp(
    status: str | None, end: str | None, *, active: bool
) -> None:
    raw = as_oracle(supplier()) | {"Status": status, "InactiveDate": end}
    read = oracle.parse(raw)
    assert read.active is active
    assert read.inactive_on == (date.fromisoformat(end) if end else None)


def test_an_assignment_has_ended_by_the_newest_stamp_of_its_supplier() -> None:
    raw = as_oracle(supplier())
    (row,) = rows(rows(raw, "sites")[0], "assignments")
    row["InactiveDate"] = "2025-06-30"
    assert oracle.parse(raw).sites[0].assignments[0].active
    rows(raw, "contacts")[0]["LastUpdateDate"] = "2025-07-01T00:00:00+00:00"
    assert not oracle.parse(raw).sites[0].assignments[0].active


def test_children_are_read_by_rising_id_whatever_order_they_come_in() -> None:
    raw = as_oracle(supplier(), shape="arrays")
    raw["addresses"] = list(reversed(rows(raw, "addresses")))
    assert oracle.parse(raw) == supplier()


def test_an_address_outside_the_states_has_its_province() -> None:
    raw = as_oracle(supplier(addresses=(address(state=None),)))
    rows(raw, "addresses")[0]["Province"] = "ON"
    assert oracle.parse(raw).addresses[0].state == "ON"


@pytest.mark.parametrize("path", ["addresses", "sites", "contacts", "sites[0].assignments"])
def test_a_cut_collection_is_told_and_never_parsed(path: str) -> None:
    raw = as_oracle(supplier())
    parent = rows(raw, "sites")[0] if "." in path else raw
    collection = parent[path.rsplit(".", 1)[-1]]
    assert isinstance(collection, dict)
    collection["hasMore"] = True
    assert oracle.cut_children(raw) == (path,)
    with pytest.raises(Refused) as refused:
        oracle.parse(raw)
    assert refused.value.refusal.field == path
    assert "Read" in refused.value.refusal.next_step


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"SupplierId": None}, "SupplierId"),
        ({"SupplierNumber": ""}, "SupplierNumber"),
        ({"SupplierNumber": "10\x0013"}, "SupplierNumber"),
        ({"Supplier": None}, "Supplier"),
        ({"Status": "SUSPENDED"}, "Status"),
        ({"InactiveDate": "tomorrow"}, "InactiveDate"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(changes: Object, field: str) -> None:
    with pytest.raises(Refused) as refused:
        oracle.parse(as_oracle(supplier()) | changes)
    assert refused.value.refusal.field == field


@pytest.mark.parametrize(
    ("twins", "field"),
    [
        ({"addresses": (address(), address())}, "addresses[1].SupplierAddressId"),
        ({"contacts": (contact(), contact())}, "contacts[1].SupplierContactId"),
        ({"sites": (site(), site())}, "sites[1].SupplierSiteId"),
        ({"sites": (site(assignments=(assignment(), assignment())),)}, "sites[0].assignments[1].AssignmentId"),
    ],
)
def test_two_rows_with_one_id_are_refused(twins: dict[str, object], field: str) -> None:
    with pytest.raises(Refused, match="same id") as refused:
        oracle.parse(as_oracle(supplier(**twins)))
    assert refused.value.refusal.field == field


def test_a_flag_is_true_false_or_a_letter_and_nothing_else() -> None:
    raw = as_oracle(supplier())
    rows(raw, "sites")[0]["SitePurposePurchasingFlag"] = "N"
    assert not oracle.parse(raw).sites[0].for_ordering
    rows(raw, "sites")[0]["SitePurposePurchasingFlag"] = "maybe"
    with pytest.raises(Refused, match="a flag was expected"):
        oracle.parse(raw)
