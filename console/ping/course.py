"""The course of one connection: check after check, each limited in time, each skipped when it rests on a failed one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from common.clock import Monotonic
from common.connections.deadline import TookTooLong, within
from common.connections.errors import ClientRefused, ExchangeFailed
from common.connections.probe import NoSuchPlace, NoWayThere
from common.connections.sighting import shown
from common.jaggaer.filters import NotFilterable
from common.oracle.filters import NotQuotable
from common.settings import SettingsRefused
from console.ping.findings import Finding, Result
from schemas.cxml.validation import InvalidCxml

T = TypeVar("T")
COURSE_SECONDS = 11.0
"""How long the checks of one connection may take together; connections are checked side by side."""
STEP_SECONDS = 4.0
"""How long one check may take."""
REQUEST_SECONDS = 3.5
"""How long one request may take: less, so that the request can still say what it waited for."""
_SLOW = "Try again; then look at the firewall, at proxies in between and at the system's status."


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the result. `of` is what was looked at; `latency_ms` is None where nothing was asked."""

    connection: str
    check: str
    of: str
    result: Result
    latency_ms: float | None
    says: str
    next_step: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether what rests on this check need not be tried."""
        return self.result in (Result.FAIL, Result.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[T]):
    """A check, and the answer that it judged; None where there was none."""

    check: Check
    answer: T | None


class Course:
    """The checks of one connection. `settings_key` is its section in the settings, for what a person must correct."""

    def __init__(self, connection: str, settings_key: str, monotonic: Monotonic) -> None:
        self.connection = connection
        self.settings_key = settings_key
        self.checks: list[Check] = []
        self._monotonic = monotonic
        self._ends_at = monotonic() + COURSE_SECONDS

    def ask(
        self, check: str, of: str, question: Callable[[], T], judge: Callable[[T], Finding], *, after: Sequence[Check]
    ) -> Asked[T]:
        """Ask and judge, unless a check that this one rests on failed."""
        blocked = self._blocked(check, of, after)
        if blocked is not None:
            return Asked(check=blocked, answer=None)
        asked_at = self._monotonic()
        if asked_at >= self._ends_at:
            late = Finding(result=Result.FAIL, says="not tried: the checks before it took too long", next_step=_SLOW)
            return Asked(check=self._note(check, of, late, None), answer=None)
        answer: T | None = None
        try:
            answer = within(min(STEP_SECONDS, self._ends_at - asked_at), question)
            finding = judge(answer)
        except Exception as error:  # noqa: BLE001 - a check that fails in a way that nobody foresaw must not hide others
            finding = self._explained(error, check)
        return Asked(check=self._note(check, of, finding, (self._monotonic() - asked_at) * 1000), answer=answer)

    def tell(self, check: str, of: str, finding: Finding, *, after: Sequence[Check] = ()) -> Check:
        """Add what is known without asking, unless a check that it rests on failed."""
        return self._blocked(check, of, after) or self._note(check, of, finding, None)

    def _blocked(self, check: str, of: str, after: Sequence[Check]) -> Check | None:
        blocking = next((earlier for earlier in after if earlier.blocks), None)
        if blocking is None:
            return None
        name = f"{blocking.check} of {blocking.of}" if blocking.of else blocking.check
        outcome = "failed" if blocking.result is Result.FAIL else "was not tried"
        return self._note(check, of, Finding(result=Result.SKIPPED, says=f"not tried, because {name} {outcome}"), None)

    def _note(self, check: str, of: str, finding: Finding, milliseconds: float | None) -> Check:
        made = Check(
            connection=self.connection,
            check=check,
            of=of,
            result=finding.result,
            latency_ms=None if milliseconds is None else round(milliseconds, 1),
            says=finding.says,
            next_step=finding.next_step,
            facts=finding.facts,
        )
        self.checks.append(made)
        return made

    def _explained(self, error: Exception, check: str) -> Finding:
        """Return a failure in words; what an exchange says of itself holds no secret, and is masked all the same."""
        key = self.settings_key
        match error:
            case NoSuchPlace():
                next_step = f"Check the addresses in {key}, and whether this machine's DNS knows the host."
            case NoWayThere():
                next_step = "Check that the system is up and that the firewall lets this machine through to it."
            case TookTooLong():
                next_step = _SLOW
            case SettingsRefused():
                next_step = f"Correct {key} in the settings, or put the secret where they say."
            case InvalidCxml():
                next_step = f"Correct {key}.cxml: no document could carry this."
            case NotQuotable() | NotFilterable():
                next_step = "Choose another canary: this number cannot be asked for."
            case ClientRefused():
                next_step = f"Check {key}.oauth: client_id, secret and scope must be those of the identity provider."
            case ExchangeFailed() if check == "token":
                next_step = f"Check {key}.oauth.token_url: this address gives no token."
            case ExchangeFailed():
                next_step = "Try again; then look at the system's status and at what stands in between."
            case _:
                reason = f"a check failed in a way that was not foreseen ({type(error).__name__})"
                return Finding(result=Result.FAIL, says=reason, next_step="Report this as a defect, with your version.")
        return Finding(result=Result.FAIL, says=shown(str(error)), next_step=next_step)
