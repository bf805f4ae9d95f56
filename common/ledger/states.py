"""The states of a record, and the moves between them. Nothing moves except along `MOVES`.

A *claimed* state has a lease: a worker that dies in it is noticed when the lease runs out. The four *settled* states
are the only ends; a dead record can be brought back by a person.
"""

from enum import StrEnum


class State(StrEnum):
    """Where one version of one document is."""

    CAPTURED = "captured"
    """In the ledger; waits to be transformed."""
    TRANSFORMING = "transforming"
    """A worker maps it."""
    READY = "ready"
    """Mapped; waits to be sent."""
    SENDING = "sending"
    """A worker sends it; whether the target has it is not known until the answer is."""
    UNKNOWN = "unknown"
    """It was sent and the answer was lost or unclear: it must be read back before anything else."""
    CHECKING = "checking"
    """A worker reads it back."""
    DELIVERED = "delivered"
    """The target has it."""
    UNCHANGED = "unchanged"
    """There was nothing to send."""
    SUPERSEDED = "superseded"
    """A newer version of the document made it unnecessary."""
    DEAD = "dead"
    """A person must act; it says why, and what to do."""


CLAIMED = frozenset({State.TRANSFORMING, State.SENDING, State.CHECKING})
SETTLED = frozenset({State.DELIVERED, State.UNCHANGED, State.SUPERSEDED, State.DEAD})
OPEN = frozenset(State) - SETTLED

MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.CAPTURED, State.TRANSFORMING),
        (State.TRANSFORMING, State.READY),
        (State.TRANSFORMING, State.CAPTURED),  # waited, or the lease ran out
        (State.TRANSFORMING, State.UNCHANGED),
        (State.TRANSFORMING, State.SUPERSEDED),
        (State.TRANSFORMING, State.DEAD),
        (State.READY, State.SENDING),
        (State.SENDING, State.READY),  # nothing left this machine, or the target said "later"
        (State.SENDING, State.CAPTURED),  # written for settings that are not in force any more
        (State.SENDING, State.DELIVERED),
        (State.SENDING, State.UNCHANGED),
        (State.SENDING, State.SUPERSEDED),
        (State.SENDING, State.UNKNOWN),  # no clear answer, or the lease ran out
        (State.SENDING, State.DEAD),
        (State.UNKNOWN, State.CHECKING),
        (State.CHECKING, State.UNKNOWN),  # still unclear, or the lease ran out
        (State.CHECKING, State.READY),  # proved absent
        (State.CHECKING, State.DELIVERED),
        (State.CHECKING, State.DEAD),
        (State.DEAD, State.CAPTURED),  # replayed
        (State.DEAD, State.SUPERSEDED),  # a later version was delivered: nobody need act on this one any more
    }
)
"""Every move there is."""

RESTS_IN = {State.TRANSFORMING: State.CAPTURED, State.SENDING: State.READY, State.CHECKING: State.UNKNOWN}
"""Where a claimed record waits when its work is put off."""

LEASE_LOST = {State.TRANSFORMING: State.CAPTURED, State.SENDING: State.UNKNOWN, State.CHECKING: State.UNKNOWN}
"""Where a claimed record goes when its worker is gone: what was being sent may have arrived."""


class MoveRefused(Exception):
    """A record was asked to make a move that is not in `MOVES`."""


def check_move(before: State, after: State) -> None:
    """Raise MoveRefused unless a record may go from one state to the other."""
    if (before, after) not in MOVES:
        raise MoveRefused(f"a record cannot go from {before} to {after}")
