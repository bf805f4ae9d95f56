"""Redaction: what a secret or a bank detail becomes before it is logged, raised or kept in the ledger.

Three nets, because each has holes of its own:

* values: whoever opens a secret registers it here (`register`, `register_url`), and from then on it is masked wherever
  it turns up, also percent-encoded, in base64 (a Basic header) or escaped for JSON or XML;
* shapes: Authorization headers, bearer tokens, passwords inside URLs, cXML's SharedSecret, IBANs with a right check
  number, whatever they are the value of;
* names: fields called like a secret, a bank account or a tax id, in logged values and in quoted JSON, XML and forms.

The registry belongs to the process.
"""

import base64
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit
from xml.sax.saxutils import escape

MASK = "***"
_PASSING_KEPT = 32
_SHORTEST = 6
"""A shorter value is not masked by value: it would turn up in words that are no secret."""

_NAMES = (
    "authorization proxyauthorization cookie setcookie clientsecret sharedsecret secret password passwd passphrase "
    "accesstoken refreshtoken idtoken token apikey privatekey masterkey clientassertion "
    "iban bankaccountnumber bankaccountnum bankaccount accountnumberbank bankaccountid routingnumber "
    "taxpayerid taxpayeridnumber taxregistrationnumber taxid taxidnumber taxnumber taxidentificationnumber "
    "vatid vatnumber vatregistrationnumber vatregistration fiscalcode nationalinsurancenumber ssn tin ein"
)
_SENSITIVE = frozenset(_NAMES.split())
_NAME = r"[A-Za-z][A-Za-z0-9_.\-]*"

_SCHEMES = ("bearer", "basic", "negotiate", "digest")
_SCHEME = re.compile(r"(?i)\b(bearer|basic|negotiate|digest)(\s+)(?!realm\b)[A-Za-z0-9\-._~+/]{6,}=*")
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|set-cookie|cookie)(\\?['\"]?\s*[:=,]\s*(?:b?\\?['\"])?)[^\r\n'\"\\,;}\])]+"
)
_USERINFO = re.compile(r"(?<=://)([^\s/:@'\"]*):[^\s/'\"]*@")
_JSON_FIELD = re.compile(rf"""(\\"|"|')({_NAME})(\1\s*:\s*)(?:\\"[^"]*?\\"|"(?:\\.|[^"\\])*"|'[^']*'|[0-9][0-9.]*)""")
_PAIR = re.compile(rf"(?<![\w.\-])({_NAME})(=)('[^']*'|\"[^\"]*\"|[^\s&,;)\]}}'\"<>]+)")
_ELEMENT = re.compile(rf"<((?:\w+:)?({_NAME})(?:\s[^<>]*)?)>[^<]*(?=</)")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)\b")


class _Registry:
    """The secrets of this process: those that last, and the newest of those that pass.

    Looking for each is quicker than one expression for all, which every new token would compile anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lasting: dict[str, frozenset[str]] = {}
        self._passing: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._forms: tuple[str, ...] = ()

    def add(self, value: str, *, passing: bool) -> None:
        if len(value) < _SHORTEST or value in self._lasting or value in self._passing:
            return
        with self._lock:
            (self._passing if passing else self._lasting)[value] = _forms(value)
            while len(self._passing) > _PASSING_KEPT:
                self._passing.popitem(last=False)
            every = {form for forms in (*self._lasting.values(), *self._passing.values()) for form in forms}
            self._forms = tuple(sorted(every, key=len, reverse=True))

    def mask(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text


_REGISTRY = _Registry()


def register(*secrets: str) -> None:
    """Note secrets: from now on they are masked. Values under six characters are not, they are parts of words."""
    for secret in secrets:
        _REGISTRY.add(secret, passing=False)


def register_token(token: str) -> None:
    """Note a token. Only the newest ones are kept: they come and go, and what ran out opens nothing."""
    _REGISTRY.add(token, passing=True)


def register_url(url: str | None) -> None:
    """Note the password inside a server's URL."""
    try:
        password = urlsplit(url or "").password
    except ValueError:  # not a URL: whatever it is, it was meant to hold one
        password = url
    if password:
        register(password, unquote(password))


def register_basic(user: str, password: str) -> None:
    """Note a password and the Basic header that carries it with its user."""
    register(password, base64.b64encode(f"{user}:{password}".encode()).decode())


def mask(text: str) -> str:
    """Return a text without registered secrets, and without what has the shape or the name of one."""
    text = _REGISTRY.mask(text)
    lower = text.lower()
    if "authorization" in lower or "cookie" in lower:  # a cheap look first: most lines hold nothing of the kind
        text = _HEADER.sub(rf"\1\2{MASK}", text)
    if any(scheme in lower for scheme in _SCHEMES):
        text = _SCHEME.sub(rf"\1\2{MASK}", text)
    if "://" in text:
        text = _USERINFO.sub(rf"\1:{MASK}@", text)
    text = _JSON_FIELD.sub(_masked_json, text)
    if "=" in text:
        text = _PAIR.sub(lambda found: _masked(found, found[1], f"{found[1]}={MASK}"), text)
    text = _ELEMENT.sub(lambda found: _masked(found, found[2], f"<{found[1]}>{MASK}"), text)
    return _IBAN.sub(_masked_iban, text)


def mask_field(name: str | None, value: str | None) -> str | None:
    """Return a field's value: masked whole if its name is a sensitive one (the last part of a path decides)."""
    if value is None:
        return None
    return MASK if _is_sensitive(name) else mask(value)


def mask_value(value: Any) -> Any:
    """Return a value to be logged: texts masked, fields with a sensitive name masked whole, the rest as it is."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: MASK if _is_sensitive(key) else mask_value(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value(one) for one in _in_order(value)]
    if isinstance(value, bytes | bytearray):
        return mask(bytes(value).decode("utf-8", "replace"))
    return value


def _in_order(values: Iterable[Any]) -> Iterable[Any]:
    return sorted(values, key=str) if isinstance(values, set | frozenset) else values


def _forms(value: str) -> frozenset[str]:
    """Return the ways in which a value may be written, each also as it looks inside JSON."""
    as_bytes = repr(b'"' + value.encode())[3:-1].replace("\\'", "'")
    doubled = value.replace("\\", "\\\\")
    written = {value, doubled, as_bytes, value.encode("unicode_escape").decode()}
    written |= {form.replace("'", "\\'") for form in (doubled, as_bytes)}
    written |= {quote(value), quote(value, safe=""), quote_plus(value), base64.b64encode(value.encode()).decode()}
    written |= {escape(value), escape(value, {'"': "&quot;"}), escape(value, {'"': "&quot;", "'": "&apos;"})}
    as_json = {json.dumps(form, ensure_ascii=plain)[1:-1] for form in written for plain in (True, False)}
    return frozenset(written | as_json)


def _is_sensitive(name: object) -> bool:
    return isinstance(name, str) and re.sub(r"[^a-z0-9]", "", re.split(r"[./@]", name)[-1].lower()) in _SENSITIVE


def _masked(found: re.Match[str], name: str, shown: str) -> str:
    return shown if _is_sensitive(name) else found[0]


def _masked_json(found: re.Match[str]) -> str:
    quotes, name, colon = found.groups()
    return f"{quotes}{name}{colon}{quotes}{MASK}{quotes}" if _is_sensitive(name) else found[0]


def _masked_iban(found: re.Match[str]) -> str:
    """Show an IBAN's country and last four characters, if its check number is right (ISO 13616)."""
    groups = found[0].split(" ")
    for count in range(len(groups), 0, -1):  # what follows an IBAN may look like one more group of it
        compact = "".join(groups[:count])
        if _is_iban(compact):
            return " ".join([f"{compact[:2]}…{compact[-4:]}", *groups[count:]])
    return found[0]


def _is_iban(compact: str) -> bool:
    turned = "".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])
    return 15 <= len(compact) <= 34 and int(turned) % 97 == 1
