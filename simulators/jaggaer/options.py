"""How one simulated JAGGAER is set up, and the switches that change its habits while it runs.

Options are what a customer's instance is born with: credentials, lists, token life, which DTDs it validates with.
Switches are the quirks of the fact sheet; every default is what the fact sheet calls usual. Both are values: a running
simulator takes a new set of switches as a whole, so no request sees half of a change.

Limits: one J1P client, one realm, one endpoint for cXML. The lists (units, suppliers, custom fields) are flat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from simulators.jaggaer.cxml_sender_target import CxmlTarget

# UN/CEFACT Recommendation 20 and 21 codes that occur in purchase orders; a customer's own list replaces them.
STANDARD_UNITS = frozenset(
    """
    ACR AMP ANN ANP ASM BAR BB BD BE BG BHP BK BL BLL BO BQL BR BT BTU BX C62 CA CEL CEN CG CH CLF CLT CMK CMQ CMT
    CR CS CT CUR CWA CWI CY CYL DAY DD DLT DMK DMQ DMT DPC DR DS DZN DZP E48 EA EV FAH FOT FTK FTQ GAL GB GH GLI GLL
    GRM GRO GV GWH H87 HAR HGM HLT HTZ HUR INH INK INQ JAR JOU KEL KG KGM KGS KHZ KIT KJO KMH KMK KMT KPA KT KVA KVT
    KWH KWT LBR LEF LF LM LO LOT LS LTR LY MAL MAW MGM MHZ MIL MIN MIO MLT MMK MMQ MMT MON MPA MTK MTQ MTR MTS MWH
    NAR NEW NF NMP NPR NPT ON ONZ OZA OZI P1 PA PAL PCE PD PF PG PK PL PR PT PTI PX QAN QT QTI QTL RD RL RM RO SA
    SEC SET SH SMI SQ ST STC STN SX TB TC TN TNE TP TU TY UN VI VLT WEE WTT XBX XCT XPK XPL YDK YDQ YRD Z2 Z3
    """.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A cXML sender that this instance knows: the credential of the last hop (5.1)."""

    domain: str
    identity: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """The habits of the instance. Numbers are counts, or seconds where the name says so."""

    older_token_answer: bool = False
    """Answer tokens as the older interface does: `token`, and `expire_in` in milliseconds (2.1)."""
    odd_unauthorized: bool = True
    """Send 401 with the media type `; charset=UTF-8`, as the Advantage API does; without, plain JSON (2.2)."""
    return_code_as_text: bool = False
    """Send `returnCode` as a string (2.2)."""
    return_message_ok: bool = False
    """Say "OK" on success; without, "" (2.2)."""
    string_booleans: bool = True
    """Give booleans back as "true" and "false" (2.2)."""
    missing_optional_fields: bool = False
    """Leave optional fields out of reads, as some rows of real lists lack them (2.2, 2.4; `j1p_order.OPTIONAL`)."""
    growing_totals: bool = False
    """Let `totRecords` grow while a list is paged, as if documents arrived meanwhile (2.4)."""
    not_found_as_404: bool = False
    """Answer a read of an unknown order with HTTP 404; without, HTTP 200 and a return code."""
    pages_per_token: int = 0
    """Let all tokens expire after so many pages of lists, in the middle of paging (2.4); 0 never does."""
    stale_read_seconds: float = 0.0
    """Let reads show an applied version only after so many seconds, as from a replica that lags."""
    stale_read_count: int = 0
    """Let so many reads after an applied version still show what was there before."""
    batch_memory: bool = True
    """Remember what was answered to a batchId that took effect; without, a repeat is judged as a new document."""
    check_totals: bool = True
    """Refuse an order whose total is not what its lines and charges come to (`content_rules.total_is_wrong`)."""
    reject_unknown_units: bool = False
    """Refuse a unit of measure that is not in the instance's list (7)."""
    reject_unknown_custom_fields: bool = False
    """Refuse a custom field that the instance's configuration lacks (3.2)."""
    reject_unknown_suppliers: bool = False
    """Refuse a supplier that is not in the instance's list."""
    strict_accounts: bool = False
    """Refuse an order or invoice whose splits use a custom-field value that was not imported or is not active; without,
    it is applied and the journal says `unknown_account` (3.5)."""
    strict_suppliers: bool = False
    """Refuse an order or invoice of a supplier that was not imported or is not active; without, it is applied and the
    journal says `unknown_supplier` once any supplier was imported."""
    repeat_message_answer: bool = False
    """Answer a repeated MessageId of the XML messages with the first answer; without, with an error (3.1)."""
    cxml_http_errors: bool = False
    """Answer refused cXML with HTTP 400 or 500 around the cXML body, as some networks do (5.2)."""
    cxml_html_errors: bool = False
    """Answer refused cXML with HTTP 500 and an HTML page: a transport error (5.2)."""
    lenient_chain: bool = False
    """Take cXML updates and deletes without looking at DocumentReference and orderVersion."""

    def changed(self, changes: Mapping[str, object]) -> "Switches":
        """Return the switches with some changed. Raises ValueError for an unknown name or a value of another type."""
        known = {one.name: type(getattr(self, one.name)) for one in fields(self)}
        values: dict[str, object] = {}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"there is no switch {name!r}; the switches are {', '.join(sorted(known))}")
            values[name] = _of_type(known[name], name, value)
        return replace(self, **values)  # type: ignore[arg-type]  # each value was checked against its field above


def _of_type(wanted: type, name: str, value: object) -> object:
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise ValueError(f"switch {name} takes {wanted.__name__}, not {value!r}")
    if not isinstance(value, bool) and isinstance(value, int | float) and not 0 <= value < 1e9:
        raise ValueError(f"switch {name} takes a number from 0 to a thousand million, not {value!r}")
    return value


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class JaggaerOptions:
    """What the instance is born with. `token_seconds` is the life of a token; `clock` gives aware times in UTC."""

    client_id: str = "ml-connector"
    client_secret: str = field(default="simulated-secret", repr=False)
    token_seconds: int = 300
    senders: tuple[Sender, ...] = (Sender(domain="NetworkID", identity="ml-connector", secret="simulated-secret"),)  # noqa: S106  # a simulator guards nothing
    cxml_test_deployment: bool = False
    """Take documents with deploymentMode="test" too; a production endpoint (the default) refuses them (5.1)."""
    dtd_folder: Path | None = None
    """A folder with the published `cXML.dtd`; requests are then validated against it."""
    units: frozenset[str] = STANDARD_UNITS
    suppliers: frozenset[str] = frozenset()
    """Supplier numbers, ids or names that are known where `reject_unknown_suppliers` is on."""
    custom_fields: frozenset[str] = frozenset()
    """Internal names that are known where `reject_unknown_custom_fields` is on."""
    push: CxmlTarget | None = None
    """The gateway to which this instance pushes cXML documents; without one, it only lists what it made."""
    switches: Switches = Switches()
    seed: int = 20240101
    """Decides which requests a fault with a share below 1 hits."""
    clock: Callable[[], datetime] = _now

    def __post_init__(self) -> None:
        if self.token_seconds < 0:
            raise ValueError(f"token_seconds must not be negative, not {self.token_seconds}")
        if self.dtd_folder is not None and not (self.dtd_folder / "cXML.dtd").is_file():
            raise ValueError(f"there is no cXML.dtd in {self.dtd_folder}: name the folder of one published DTD version")
