"""What can go wrong in the vault.

    VaultError
     ├── MasterKeyRefused   the source of the master keys cannot be used
     └── DoesNotOpen        a sealed value cannot be opened
          └── KeyMissing    because its key cannot be had just now: put back, it opens the value

Every message says what to do, and none shows a key or what was sealed.
"""


class VaultError(Exception):
    """The vault cannot do what it was asked."""


class MasterKeyRefused(VaultError):
    """The master keys cannot be read or written; the message names the source and what to do."""


class DoesNotOpen(VaultError):
    """A sealed value is not what was sealed for this place, or its key cannot be had."""


class KeyMissing(DoesNotOpen):
    """A key is not where the keys come from. Without it nothing that depends on it opens: there is no way around."""
