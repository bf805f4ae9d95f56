"""Who gives a command, as the audit events name them."""

import getpass
import os


def person() -> str:
    """Return the name under which a person's deeds are noted."""
    try:
        return f"person:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user without a name
        return f"person:{os.getuid()}"
