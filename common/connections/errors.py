"""What can go wrong between a request and its answer, by what is known of its effect.

    ExchangeFailed
     ├── NotSent            nothing left this machine: repeat it at will
     │    └── ClaimTooShort    it could have outlived its claim: claim again
     ├── OutcomeUnknown     it left, and no usable answer came: it may have taken effect
     └── ClientRefused      the token endpoint refuses our client: nothing was sent; a person must act

A status code is not an error here: it is an answer, and what it means differs by system (`oracle/answers.py`,
`jaggaer/answers.py`). Source of the classes: messaging-and-reliability.md, section 4.
"""


class ExchangeFailed(Exception):
    """A request got no answer. The message names the connection, the request and the cause, and never a secret."""


class NotSent(ExchangeFailed):
    """Nothing of the request left this machine."""


class ClaimTooShort(NotSent):
    """The answer could have come after the caller's claim had run out, when another worker may send the same."""


class OutcomeUnknown(ExchangeFailed):
    """The request left and its answer did not come, or broke off."""


class ClientRefused(ExchangeFailed):
    """The token endpoint refuses our client id or secret."""
