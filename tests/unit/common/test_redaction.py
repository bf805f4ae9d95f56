"""What of a secret can still be read in a log, an error, or a dead letter: nothing (A25)."""

import base64
import json
import os
import secrets
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from common.telemetry import redaction
from common.telemetry.redaction import MASK

CANARY = f"k/{secrets.token_urlsafe(18)}+&\"'<é\\="
"""Generated, and with every sign that some notation escapes."""

_LOG_EVERYTHING = """
import logging, os, sys, threading
from pydantic import SecretStr
from common.telemetry import logs, redaction
from common.telemetry.logs import LogFormat

canary, unregistered = os.environ["CANARY"], os.environ["UNREGISTERED"]
redaction.register(canary)
foreign = logging.StreamHandler(sys.stdout)
logging.getLogger().addHandler(foreign)
logs.guard_handlers()
logging.getLogger("dramatiq").error("before: %s", canary)
logging.getLogger("dramatiq").error("token=" + unregistered)
try:
    raise ValueError(canary)
except ValueError:
    logging.getLogger("pika").exception("before, with a traceback")

logs.configure(LogFormat(sys.argv[1]), "DEBUG")
for name in ("httpx", "httpcore", "pika"):
    logging.getLogger(name).setLevel("DEBUG")
log = logs.logger("canary")

class Odd:
    def __repr__(self):
        return f"Odd({canary})"

log.info("in the event: " + canary)
log.info("a value", value=canary, nested={"deep": [canary, (canary, {canary})]}, raw=canary.encode(), odd=Odd())
log.info("by name", client_secret=unregistered, nested={"Authorization": unregistered, "IBAN": unregistered})
log.info("quoted", said='{"access_token": "%s", "TaxpayerId": "%s"}' % (unregistered, unregistered))
log.info("header", said=f"Authorization: Bearer {unregistered}", also=f"basic {unregistered}")
log.info("url", said=f"amqp://user:{unregistered}@host/vhost")
log.info("xml", said=f"<Sender><SharedSecret>{unregistered}</SharedSecret></Sender>")
log.info("kept", secret_of=SecretStr(unregistered), number="US164861", note="nothing secret")
with logs.about(record=17, password=unregistered):
    log.warning("bound")
for name in ("", "httpx", "httpcore", "pika", "dramatiq"):
    named = {"extra": canary, "token": unregistered}
    logging.getLogger(name).warning("arguments %s %r", canary, {"k": canary}, extra=named)
def fail(secret, **named):
    local = secret
    try:
        raise KeyError(canary)
    except KeyError as error:
        raise RuntimeError("Authorization", "Bearer " + unregistered, canary) from error
try:
    fail(canary, password=unregistered)
except RuntimeError as error:
    error.add_note(f"a note: {canary}")
    log.exception("failed")
    logging.getLogger("pika").exception("failed %s", error)
    log.error("given", exc_info=error)
thread = threading.Thread(target=fail, args=(canary,))
thread.start()
thread.join()
log.info("the last line")
fail(canary)
"""


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_way_into_the_log_shows_a_secret(log_format: str) -> None:
    unregistered = secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")
    done = subprocess.run(
        [sys.executable, "-c", _LOG_EVERYTHING, log_format],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "CANARY": CANARY, "UNREGISTERED": unregistered},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    output = done.stdout + done.stderr

    for shown in (CANARY, unregistered, CANARY[:12], repr(CANARY)[1:-1], json.dumps(CANARY)[1:-1]):
        assert shown not in output
    assert output.count(MASK) > 40
    assert done.returncode == 1
    for kept in ("the last line", "US164861", "nothing secret", "RuntimeError", "a thread ends", "this process ends"):
        assert kept in output
    if log_format == "json":
        lines = [json.loads(line) for line in done.stderr.splitlines() if not line.startswith("before")][3:]
        assert {"record": 17, "password": MASK}.items() <= next(one for one in lines if one["event"] == "bound").items()


@pytest.mark.parametrize(
    "written",
    [
        CANARY,
        quote(CANARY, safe=""),
        quote(CANARY),
        json.dumps(CANARY, ensure_ascii=False),
        repr(CANARY),
        repr(CANARY.encode()),
        CANARY.replace("&", "&amp;").replace("<", "&lt;"),
        base64.b64encode(CANARY.encode()).decode(),
        base64.b64encode(f"client:{CANARY}".encode()).decode(),
    ],
    ids=count(),
)
def test_a_registered_secret_is_masked_however_it_is_written(written: str) -> None:
    redaction.register_basic("client", CANARY)
    masked = redaction.mask(f"a request with {written} in it")

    assert masked.startswith("a request with ")
    assert masked.endswith(" in it")
    assert CANARY[4:12] not in masked
    assert MASK in masked
    assert len(masked) < 60


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: ***"),
        ("{'authorization': 'Bearer abcdefgh'}", "{'authorization': '***'}"),
        ("Illegal header value b'Bearer abc.def-ghi'", "Illegal header value b'Bearer ***'"),
        ("postgresql://u:pa55@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("grant_type=x&client_secret=abc&scope=y", "grant_type=x&client_secret=***&scope=y"),
        ('{"IBAN": "DE00", "Name": "x"}', '{"IBAN": "***", "Name": "x"}'),
        ('{\\"IBAN\\": \\"DE00\\", \\"Name\\": \\"x\\"}', '{\\"IBAN\\": \\"***\\", \\"Name\\": \\"x\\"}'),
        ('{"BankAccountNumber": 12345, "n": 1}', '{"BankAccountNumber": "***", "n": 1}'),
        ("<TaxRegistrationNumber>1</TaxRegistrationNumber>", "<TaxRegistrationNumber>***</TaxRegistrationNumber>"),
        ('<c:SharedSecret x="1">s</c:SharedSecret>', '<c:SharedSecret x="1">***</c:SharedSecret>'),
        ("pay to DE89370400440532013000 now", "pay to DE…3000 now"),
        ("pay to DE89 3704 0044 0532 0130 00 NOW", "pay to DE…3000 NOW"),
        ("pay to GB82 WEST 1234 5698 7654 32.", "pay to GB…5432."),
    ],
)
def test_what_looks_or_is_called_like_a_secret_is_masked(text: str, masked: str) -> None:
    assert redaction.mask(text) == masked
    assert redaction.mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Order US164861 for 1712.75 USD at 2026-11-23T08:00:00.000+00:00",
        "POST main.jaggaer/j1p/api/public/ji/v1/purchaseorders: ReadTimeout: timed out",
        "payloadID=17.0.abc@ml-connector; https://pod.example:443/x",
        '{"accountCombination": "01-510-7110-0000-000", "AccountNumber": 7110}',
        "PO DE12ABCDEFGHIJK1234567 is no IBAN",
        "the bearer of bad news, basic facts",
        "no token from https://x/token: ConnectError: refused",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redaction.mask(text) == text


def test_a_field_is_judged_by_its_own_name() -> None:
    assert redaction.mask_field("supplier/sites.IBAN", "x") == MASK
    assert redaction.mask_field("iban.country", "DE") == "DE"
    assert redaction.mask_field(None, None) is None


def test_a_short_value_is_no_reason_to_mask_words() -> None:
    redaction.register("", "a", "order")

    assert redaction.mask("an order") == "an order"


def test_a_secret_outlasts_any_number_of_tokens_and_the_newest_tokens_are_known() -> None:
    lasting, tokens = secrets.token_urlsafe(24), [secrets.token_urlsafe(900) for _ in range(500)]
    redaction.register(lasting)
    started = time.process_time()
    for token in tokens:
        redaction.register_token(token)
        redaction.mask(f"a line of a usual length about US164861, {lasting}")

    assert time.process_time() - started < 2.0
    assert redaction.mask(f"{lasting} {tokens[-1]} {tokens[-30]}") == f"{MASK} {MASK} {MASK}"


def test_masking_takes_no_time_whatever_the_text_is() -> None:
    hostile = [
        "a." * 50_000,
        "a=" * 50_000,
        '"a":' * 25_000,
        "<a " * 40_000,
        "DE12" * 25_000,
        "://" * 30_000,
        "'" * 90_000,
    ]
    started = time.process_time()
    for text in hostile:
        redaction.mask(text)

    assert time.process_time() - started < 5.0
