"""Failed sign-ins, whatever happens: who never failed never waits, a guesser is slow, and memory is bounded."""

import math
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from common.connections.credentials import CredentialName
from common.settings import GatewaySettings
from common.sides.gateway import Gateway, open_gateway
from producers.gateway.guessing import Limit, Standing, Tally, failed_again, seconds_to_wait
from producers.gateway.sign_ins import SignIns, WaitFirst
from schemas.cxml.received_envelope import Credential, Party

NAMES = ("a", "b", "c")
CLIENTS = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
LIMIT = Limit()
TIMES = st.floats(0, 10**7)
TALLIES = st.builds(Tally, failures=st.integers(0, 10**9), last=st.one_of(TIMES, st.just(-math.inf)))
STANDINGS = st.builds(Standing, claim=TALLIES, sender=TALLIES, client=TALLIES, was_right=st.booleans())

STEPS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 5.0, 301.0, 4000.0]), st.sampled_from(NAMES), st.sampled_from(CLIENTS),
              st.booleans()),
    max_size=150,
)  # fmt: skip
"""Each: seconds later, as whom, from where, with the right secret or not."""


def unused(_connection: str, _name: CredentialName) -> Callable[[], SecretStr]:
    return lambda: SecretStr("unused")


def gateway() -> Gateway:
    senders = {name: {"domain": "X", "identity": name, "shared_secret_env": name.upper()} for name in NAMES}
    own = GatewaySettings.model_validate({"to": {"us": {"domain": "DUNS", "identity": "1"}}, "senders": senders})
    return open_gateway("main", own, {name.upper(): f"secret-{name}" for name in NAMES}, unused)


GATEWAY = gateway()


@given(now=TIMES, standing=STANDINGS)
def test_a_claim_that_has_not_failed_does_not_wait_whatever_others_did(now: float, standing: Standing) -> None:
    clean = Standing(claim=Tally(), sender=standing.sender, client=standing.client, was_right=standing.was_right)

    assert seconds_to_wait(now, clean, LIMIT) == 0
    assert seconds_to_wait(now, standing, LIMIT) >= 0
    if standing.claim.last <= now:
        assert seconds_to_wait(now, standing, LIMIT) <= LIMIT.longest


@given(now=TIMES, standing=STANDINGS)
def test_one_failure_more_never_makes_the_wait_shorter(now: float, standing: Standing) -> None:
    claim = Tally(failures=standing.claim.failures, last=now)
    before = Standing(claim=claim, sender=standing.sender, client=standing.client, was_right=standing.was_right)
    more = [failed_again(now, one, LIMIT) for one in (claim, standing.sender, standing.client)]
    after = Standing(claim=more[0], sender=more[1], client=more[2], was_right=standing.was_right)

    assert seconds_to_wait(now, after, LIMIT) >= seconds_to_wait(now, before, LIMIT)


@given(steps=STEPS)
def test_who_is_right_and_does_not_fail_is_never_refused(steps: list[tuple[float, str, str, bool]]) -> None:
    now = [0.0]
    sign_ins = SignIns(Limit(most=4), clock=lambda: now[0])
    failing: set[tuple[str, str]] = set()
    for later, name, client, right in steps:
        now[0] += later
        secret = f"secret-{name}" if right else "wrong"
        try:
            found = sign_ins.recognise(GATEWAY, "main", client, [_shown(name, secret)])
        except WaitFirst:
            assert (name, client) in failing
            continue
        assert (found is not None) == right
        if right:
            failing.discard((name, client))
        else:
            failing.add((name, client))
        assert sign_ins.remembered() <= 4


@settings(max_examples=15)
@given(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), every=st.floats(2, 90))
def test_a_guesser_has_few_guesses_an_hour(names: list[str], every: float) -> None:
    now, looked_at = [0.0], 0
    sign_ins = SignIns(clock=lambda: now[0])
    while now[0] < 2 * 3600:
        now[0] += every
        try:
            sign_ins.recognise(GATEWAY, "main", CLIENTS[0], [_shown(names[int(now[0]) % len(names)], "wrong")])
        except WaitFirst:
            continue
        looked_at += 1

    assert looked_at <= len(set(names)) * (5 + 7 + 2 * 12)


def _shown(name: str, secret: str) -> Credential:
    return Credential(party=Party(domain="X", identity=name), secret=secret)
