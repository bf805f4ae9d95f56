"""What the settings say about reaching a system: turned into a `Reach`, or refused before anything starts."""

from collections.abc import Iterator
from pathlib import Path

import httpx

from common.connections import address_guard, http_client, request_checks
from common.connections.address_guard import AddressRule
from common.connections.http_client import Reach
from common.settings import AlertSettings, JaggaerSettings, OracleSettings, SettingsRefused

Connection = OracleSettings | JaggaerSettings

_REMEDY = (
    "Give the https address of a public host, or set {name}.allow_private = true if this is a simulator or a "
    "development system."
)
_HOOK_REMEDY = "Give the https address of a public host, or set alerts.allow_private = true for your own network."


def reach(connection: Connection) -> Reach:
    """Return how a connection is reached: its own hosts, those that the settings allow, and nothing else."""
    tokens = {_host(connection.oauth.token_url)} if connection.oauth is not None else set()
    hosts = {_host(connection.url), *tokens, *map(str.lower, connection.allowed_hosts)}
    return Reach(
        rule=AddressRule(hosts=frozenset(hosts - {""}), allow_private=connection.allow_private),
        ca_file=connection.ca_file,
        proxy=connection.proxy,
    )


def check(name: str, connection: Connection) -> None:
    """Check what can be known before a request. Raises SettingsRefused naming every key at fault and what to do."""
    faults = [*_addresses(name, connection), *_paths(name, connection), *_ca_file(name, connection.ca_file)]
    faults += _proxy(name, connection.proxy)
    if faults:
        raise SettingsRefused("\n".join(faults))


def reach_of_hook(alerts: AlertSettings, url: str) -> Reach:
    """Return how the webhook of alerts is reached: its own host, and nothing else."""
    rule = AddressRule(hosts=frozenset({_host(url)} - {""}), allow_private=alerts.allow_private)
    return Reach(rule=rule, ca_file=alerts.ca_file, proxy=alerts.proxy)


def check_hook(alerts: AlertSettings, url: str) -> None:
    """Check the webhook of alerts likewise. Raises SettingsRefused, which tells at most the host."""
    faults = [*_ca_file("alerts", alerts.ca_file), *_proxy("alerts", alerts.proxy)]
    refusal = _hook_refusal(url, reach_of_hook(alerts, url).rule)
    if refusal is not None:
        faults.insert(0, f"The address in {_hook_place(alerts)} cannot be used: {refusal}. {_HOOK_REMEDY}")
    if faults:
        raise SettingsRefused("\n".join(faults))


def _hook_refusal(url: str, rule: AddressRule) -> str | None:
    """Judge a webhook's address, which may have a query: some chats keep their token there."""
    if any(not "!" <= sign <= "~" for sign in url) or not _host(url):
        return "it is not an address like https://chat.example/hooks/.."
    return address_guard.url_refusal(httpx.URL(url).copy_with(path="/", query=None, fragment=None), rule)


def _hook_place(alerts: AlertSettings) -> str:
    if alerts.url_file is not None:
        return f"alerts.url_file ({alerts.url_file})"
    return "the store (alerts webhook)" if alerts.url_env is None else f"alerts.url_env ({alerts.url_env})"


def _proxy(name: str, proxy: str | None) -> Iterator[str]:
    if proxy is not None and not _is_proxy(proxy):
        yield f"{name}.proxy is not an address like http://proxy.example:3128."


def _addresses(name: str, connection: Connection) -> Iterator[str]:
    rule = reach(connection).rule
    urls = {"url": connection.url}
    if connection.oauth is not None:
        urls["oauth.token_url"] = connection.oauth.token_url
    for key, url in urls.items():
        refusal = address_guard.url_refusal(url, rule)
        if refusal is not None:
            yield f"{name}.{key} cannot be used: {refusal}. {_REMEDY.format(name=name)}"


def _paths(name: str, connection: Connection) -> Iterator[str]:
    if isinstance(connection, OracleSettings):
        paths = {"version": f"/fscmRestApi/resources/{connection.version}"}
    else:
        sections = {"j1p": connection.j1p, "cxml": connection.cxml, "indirect": connection.indirect}
        paths = {
            f"{name}.{key}": str(value).replace("{number}", "1")
            for name, section in sections.items()
            if section is not None
            for key, value in section
            if key == "path" or key.endswith("_path")
        }
    for key, path in paths.items():
        refusal = request_checks.refusal("GET", path, {}, {})
        if refusal is not None:
            yield f"{name}.{key} cannot be used: {refusal}. Give the path alone, for example /api/orders."


def _ca_file(name: str, ca_file: Path | None) -> Iterator[str]:
    try:
        http_client.tls_context(ca_file)
    except OSError as error:  # ssl.SSLError is one
        yield f"{name}.ca_file {ca_file} cannot be used: {error.strerror or error}. It must be a PEM file."


def _is_proxy(proxy: str) -> bool:
    try:
        url = httpx.URL(proxy)
    except httpx.InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host
    except httpx.InvalidURL:
        return ""
