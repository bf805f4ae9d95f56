"""Whether J1P can be asked for a document by its number: what cannot be looked for must not be sent.

Nobody could find out whether it arrived. J1P's filters reserve signs (jaggaer-cxml.md, 2.2: FIQL or RSQL); whether it
takes quoted values is not public.
"""

import re

from schemas.refusals import Refusal, RefusalClass, Refused

# Signs of the filter grammar, RSQL's wildcard and escape, spaces around the number, and path segments that are no name.
_NOT_TO_BE_FOUND = re.compile(r"[\x00-\x1f\x7f-\x9f\"'();,=!~<>*\\]|^\s|\s$|^\.{1,2}$")


def check_findable(number: str, *, field: str, noun: str) -> None:
    """Raise Refused (INVALID) for a number that filters cannot hold; `field` and `noun` are the source's words."""
    found = _NOT_TO_BE_FOUND.search(number)
    if found is None:
        return
    raise Refused(
        Refusal(
            category=RefusalClass.INVALID,
            field=field,
            value=number,
            reason=f"J1P could not be asked for this {noun}: filters reserve the {found[0]!r} in its number.",
            next_step=f"Renumber the {noun} in Oracle with letters, digits and hyphens; the next poll reads it.",
        )
    )
