"""Where the master keys come from: a file, an environment variable, or a command (the hook for a key service).

An installation has exactly one of them. None of them is the database, so that a dump of it tells nothing.
"""

import os
import shlex
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from common.vault import keys
from common.vault.errors import MasterKeyRefused
from common.vault.keys import Keyring

_COMMAND_SECONDS = 20.0


class KeySource(Protocol):
    """Where the master keys are read, again and again: a rotation may have added one."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def live(self) -> bool:
        """Whether reading it again can bring a key that was not there before."""

    def read(self) -> Keyring:
        """Read the keys. Raises MasterKeyRefused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A file that only its owner can read; one that others can read is refused, as ssh does."""

    path: Path

    @property
    def name(self) -> str:
        """The file, as a person calls it."""
        return f"the key file {self.path}"

    @property
    def live(self) -> bool:
        """A file can be written while we run."""
        return True

    def read(self) -> Keyring:
        """Read the keys. Raises MasterKeyRefused."""
        try:
            if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
                raise MasterKeyRefused(f"Key file {self.path} can be read by others. Run: chmod 600 {self.path}")
            text = self.path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text of key lines"
            raise MasterKeyRefused(f"Key file {self.path} cannot be read: {reason}.") from None
        return keys.parse(text, str(self.path))

    def create(self) -> Keyring:
        """Write a file with one new key. Raises MasterKeyRefused, also if there is one."""
        text = "# Whoever has this file can read every secret and payload in the ledger. Without it nobody can.\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            _write(descriptor, text + keys.new_line())
        except OSError as error:
            raise MasterKeyRefused(f"Key file {self.path} cannot be made: {error.strerror}.") from None
        return self.read()

    def add(self) -> Keyring:
        """Write a new key behind the others. The file is replaced whole or not at all. Raises MasterKeyRefused."""
        self.read()
        path = self.path.resolve()
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            text = path.read_text(encoding="ascii")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                _write(descriptor, f"{text.rstrip()}\n{keys.new_line()}")
                beside.replace(path)
            finally:
                with suppress(FileNotFoundError):
                    beside.unlink()
            _sync_folder(path.parent)
        except OSError as error:
            raise MasterKeyRefused(
                f"Key file {self.path} cannot be replaced: {error.strerror}. Add a line `id base64` with 32 random "
                f"bytes to it yourself, then rotate again."
            ) from None
        return self.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyVariable:
    """An environment variable; keys may be separated by commas where a value cannot have several lines."""

    variable: str
    text: str = field(repr=False)

    @property
    def name(self) -> str:
        """The variable, as a person calls it."""
        return f"the environment variable {self.variable}"

    @property
    def live(self) -> bool:
        """A process keeps the environment that it was started with."""
        return False

    def read(self) -> Keyring:
        """Read the keys. Raises MasterKeyRefused."""
        return keys.parse(self.text.replace(",", "\n"), self.variable)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCommand:
    """A command whose standard output has the lines: it asks a key service. Run without a shell.

    Nothing of what it writes is shown or logged, not even its errors: a script that traces itself would show the key.
    """

    variable: str
    command: str = field(repr=False)
    seconds: float = _COMMAND_SECONDS

    @property
    def name(self) -> str:
        """The command, as a person calls it."""
        return f"the command in {self.variable}"

    @property
    def live(self) -> bool:
        """A key service can learn a new key while we run."""
        return True

    def read(self) -> Keyring:
        """Run the command and read the keys that it writes. Raises MasterKeyRefused."""
        try:
            words = shlex.split(self.command)
        except ValueError as error:
            raise MasterKeyRefused(f"{self.variable} is not a command: {error}.") from None
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, split into words and run without a shell
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=self.seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise self._refused(f"did not end within {self.seconds:g} seconds") from None
        except (OSError, IndexError) as error:
            raise self._refused(f"cannot be run ({getattr(error, 'strerror', None) or 'it is empty'})") from None
        if done.returncode != 0:
            raise self._refused(f"ended with status {done.returncode}")
        try:
            return keys.parse(done.stdout.decode("ascii"), f"output of {self.variable}")
        except UnicodeDecodeError:
            raise self._refused("did not write lines of `id base64`") from None

    def _refused(self, what: str) -> MasterKeyRefused:
        return MasterKeyRefused(f"The command in {self.variable} {what}. Run it by hand as the same user to see why.")


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
