"""Every published document, as it came from somebody: which status it is answered with."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.identity import Identity
from tests.integration.bench import version
from tests.integration.shared_gateway.gateway_bench import GatewayBench, gateway_bench

CODES = {
    "confirmation-01-detail-lines-accepted.xml": 200,
    "confirmation-03-partial-accept-reject.xml": 200,
    "invoice-01-tax-at-line.xml": 417,  # names its order by somebody else's payloadID alone
    "invoice-02-tax-at-total.xml": 417,
    "invoice-03-supplier-to-jaggaer.xml": 400,  # deploymentMode test
    "order-01-new.xml": 400,  # deploymentMode test
    "order-02-new-built.xml": 401,  # its Sender shows no secret
    "order-03-office-supplies.xml": 450,
    "order-04-broken-structure.xml": 400,  # deploymentMode test
    "profile-01-request.xml": 200,
    "response-01-status-400.xml": 406,
    "shipnotice-01.xml": 200,
    "statusupdate-01.xml": 417,  # about a document that we never sent
}
ORDERS = ("400-2591453-0", "EXTPO-LL-Test-319", "DO1234", "G513966")
PARTIES = {
    "to": (
        ("NetworkId", "customerID"), ("DUNS", "123-Coupa"), ("DUNS", "buyerid"), ("DUNS", "XXXXXXXXX"),
        ("DUNS", "012345678"), ("NetworkId", "AN00000456"), ("NetworkId", "supplier@supplier.com"),
        ("alksjflkasjdfasdf", "development@officeluv.com"), ("baba.com", "805269693"),
    ),
    "senders": (
        ("NetworkID", "AN01000000147"), ("DUNS", "collab131"), ("DUNS", "supplierid"), ("DUNS", "153531108"),
        ("AribaNetworkUserId", "sysadmin@buyer.com"), ("NetworkId", "AN00000123"), ("NetworkID", "DAN_Coupa"),
        ("NetworkId", "inbound@prominate-platform.com"), ("baba.com", "hilton1"),
    ),
}  # fmt: skip


def section(kind: str, *, test: bool) -> str:
    secret = 'shared_secret_env = "SAMPLE_SECRET"\nforwards = true' if kind == "senders" else ""
    place = f"integrations.main.jaggaer.gateway.{kind}"
    tables = (
        f'[{place}.{kind}{n}]\ndomain = "{domain}"\nidentity = "{identity}"\n{secret}\n'
        for n, (domain, identity) in enumerate(PARTIES[kind])
    )
    return "\n".join(tables) if kind == "senders" else f"test = {str(test).lower()}\n" + "\n".join(tables)


@pytest.fixture(scope="module", params=[False, True], ids=["production", "test"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayBench]:
    more, senders = section("to", test=request.param), section("senders", test=request.param)
    with gateway_bench(tmp_path_factory.mktemp("samples"), more=more, senders=senders) as bench:
        yield bench


def codes_of(running: GatewayBench, folder: Path) -> dict[str, int]:
    """Post each document to a ledger that has its orders and nothing else."""
    found = {}
    for path in sorted(folder.glob("*.xml")):
        running.empty()
        page = running.ledger.page()
        running.ledger.admit(page, *(named(number, n) for n, number in enumerate(ORDERS)))
        answer = running.door.post(path.read_bytes())
        assert answer.http == 200
        found[path.name] = answer.code
    return found


def test_every_published_document_gets_its_answer(
    running: GatewayBench, shared_folder: Path, request: pytest.FixtureRequest
) -> None:
    expected = dict(CODES)
    if "test]" in request.node.nodeid:  # a gateway for tests takes those too
        expected |= {
            "invoice-03-supplier-to-jaggaer.xml": 200,
            "order-01-new.xml": 450,
            "order-04-broken-structure.xml": 450,
        }
    assert codes_of(running, shared_folder / "reference" / "cxml-samples") == expected


def test_two_published_documents_with_one_payload_id(running: GatewayBench, shared_folder: Path) -> None:
    """A sender reused one: the ship notice is taken, the status update under the same payloadID is another document."""
    folder = shared_folder / "reference" / "cxml-samples"
    running.empty()
    running.ledger.admit(running.ledger.page(), named("DO1234", 1))

    assert running.door.post((folder / "shipnotice-01.xml").read_bytes()).code == 200
    assert running.door.post((folder / "statusupdate-01.xml").read_bytes()).code == 409


def named(number: str, key: int) -> Identity:
    """Return an order of this number."""
    return replace(version(key), number=number)
