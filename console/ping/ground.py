"""What lies below every connection: what the settings say, the hosts and their certificates, and the secrets."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from common.clock import utc_now
from common.connections import configured, http_client, probe
from common.connections.configured import Connection
from common.connections.http_client import Reach
from common.settings import SettingsRefused
from console.ping import findings
from console.ping.course import REQUEST_SECONDS, Check, Course
from console.ping.findings import Finding, Result

T = TypeVar("T")


def check_ground(course: Course, settings: Connection, urls: Sequence[str]) -> Mapping[str, list[Check]]:
    """Check what the settings say of the way there, then each host once. Return what a use of each URL rests on."""
    try:
        configured.check(course.settings_key, settings)
    except SettingsRefused as error:
        next_step = f"Correct {course.settings_key}; the other checks come after that."
        refused = Finding(result=Result.FAIL, says=_one_line(error), next_step=next_step)
        check = course.tell("settings", "", refused)
        return {url: [check] for url in urls}
    if settings.proxy is not None:
        says = "not tried: everything goes through the proxy, which resolves names and connects"
        course.tell("dns", "", Finding(result=Result.SKIPPED, says=says))
        return {url: [] for url in urls}
    reach = configured.reach(settings)
    places = {url: probe.place_of(url) for url in urls}
    checked = {place: _host(course, place, reach) for place in dict.fromkeys(places.values())}
    return {url: checked[place] for url, place in places.items()}


def check_secrets(course: Course, opening: Callable[[], T]) -> tuple[Check, T | None]:
    """Find the secrets and make the connection, which asks nothing yet."""
    try:
        opened = opening()
    except (SettingsRefused, OSError) as error:  # OSError: a CA file that cannot be read
        next_step = f"Put the secret where {course.settings_key} says, or correct that."
        return course.tell("secrets", "", Finding(result=Result.FAIL, says=_one_line(error), next_step=next_step)), None
    return course.tell("secrets", "", Finding(result=Result.OK, says="found where the settings say")), opened


def _one_line(error: Exception) -> str:
    return "; ".join(str(error).splitlines())


def _host(course: Course, place: probe.Place, reach: Reach) -> list[Check]:
    of = str(place)
    resolve: Callable[[], tuple[str, ...]] = partial(probe.addresses, place, reach.rule)
    named = course.ask("dns", of, resolve, findings.of_addresses, after=[])
    addresses = named.answer or ()
    if place.secure:
        trust = http_client.tls_context(reach.ca_file)
        look = partial(probe.certificate, place, addresses, trust, REQUEST_SECONDS)
        reached = course.ask(
            "tls", of, look, lambda shown: findings.of_certificate(shown, utc_now()), after=[named.check]
        ).check
    else:
        connect = partial(probe.connect, place, addresses, REQUEST_SECONDS)
        reached = course.ask("tls", of, connect, lambda _: findings.of_plain_http(), after=[named.check]).check
    return [named.check, reached]
