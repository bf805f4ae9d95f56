"""What a simulated Oracle pod is started with, and what can be switched while it runs."""

import secrets
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleOptions:
    """How large the pod is and who may come in. Secrets are generated unless they are given."""

    orders: int = 500
    lines: int = 10
    suppliers: int = 5
    """How many there are; those that orders name are there in any case."""
    pending_every: int = 0
    """Every how manyth of the generated orders waits for its supplier's acknowledgment; 0: none."""
    invoices: int = 0
    """How many bill the orders: at most ten for nine of them (`invoice_generator`)."""
    accounts: int = 50
    cost_centers: int = 50
    """How many values the two segments have; those that orders charge are there in any case."""
    combinations: int = 20
    """How many account combinations there are; those that orders charge are there in any case."""
    external_reference_in_history: bool = False
    """`receivingTransactionsHistory` shows and filters by ExternalSystemTransactionReference (3.6, not established)."""
    seed: int = 1
    client_id: str = "ml-connector"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    user: str = "integration.user"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    scopes: frozenset[str] | None = None
    """The scopes that are valid; None takes any (a real one is free text, oracle-fusion.md 2.1)."""
    samples: tuple[Any, ...] = field(default=(), repr=False)
    """Answers of the API (`samples`) whose rows the pod starts with, beside those that are generated."""


@dataclass(slots=True, kw_only=True)
class Switches:
    """What the pod does differently. The defaults are what the fact sheet documents, or assumes where it must."""

    parent_moves_with_children: bool = False
    """A child's change moves the order's LastUpdateDate too (oracle-fusion.md, 1.11: treat as no)."""
    child_filters: bool = True
    """`q` may name attributes of children (1.3, assumed possible); off: 400."""
    shuffle_ties: bool = False
    """Rows that sort equal come in another order every time (section 6)."""
    visible_after_seconds: float = 0.0
    """How long after its stamp a change becomes visible (section 6: commit time apart from LastUpdateDate)."""
    hold_back: bool = False
    """Changes stay invisible until they are released."""
    no_privilege: bool = False
    """Every collection is empty, with status 200 (section 2.1)."""
    no_privilege_for: str = ""
    """The resources of which the same is true alone, by name, with commas between."""
    page_cap: int = 500
    """The largest page; some users see 499 (1.2)."""
    has_more_lies: bool = False
    """`hasMore` says the opposite of the truth (1.11: can be wrong)."""
    count_lies: bool = False
    """`count` is one too many."""
    total_results_lies: bool = False
    """`totalResults` counts no more than the page (1.11: can be wrong)."""
    empty_pages: bool = False
    """A page comes without its items; `hasMore` still tells whether there were any."""
    ignore_order: bool = False
    """`orderBy` is taken and not obeyed."""
    html_page: bool = False
    """Every collection is an HTML page with status 200: a sign-in page of a gateway."""
    acknowledged_again: int = 404
    """What a second acknowledgment of an order or a schedule is answered: 404 or 400 (3.3, assumed)."""
    over_receipt_tolerance_percent: float = 0.0
    """How much more than was ordered may be received (3.6)."""
    receiving_open_from: str = ""
    """The first day of the open period; what is dated before it cannot be received (1.6, assumed). Empty: any day."""
    corrections_follow_delivery: bool = True
    """Correcting or returning either row of a receipt that was delivered at once does the same to the other
    (3.6, assumed)."""
    receipt_requests_readable: bool = False
    """Requests that succeeded are not purged (3.6: users report that they are)."""
    match_to_receipts: bool = False
    """Billing more than was received becomes a hold (3.1 names three-way matching; whether it holds is assumed)."""
    price_tolerance_percent: float = 0.0
    """How much dearer than ordered an invoice may be before a hold (section 6, assumed)."""
    quantity_tolerance_percent: float = 0.0
    """How much more than was ordered may be billed before a hold (section 6, assumed)."""
    nested_supplier_children: bool = True
    """Addresses, sites and contacts within the POST of a supplier are made; off: left out without a word (3.5)."""
    authorized_needs_tax_id: bool = True
    """A supplier to spend with needs a tax country and number, or a DUNS number (3.5, assumed)."""
    protected_value_sets: str = ""
    """The value sets that take no change, by code, with commas between (3.7)."""
    token_life_seconds: int = 3600
