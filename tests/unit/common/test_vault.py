"""The form of sealed values, and the sources of master keys."""

import base64
import os
import re
import secrets
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from common.telemetry import redaction
from common.vault import keys, sealed_value
from common.vault.errors import DoesNotOpen, KeyMissing, MasterKeyRefused
from common.vault.keys import Keyring
from common.vault.master_keys import MasterKeys
from common.vault.sealed_value import Place
from common.vault.sources import KeyCommand, KeyFile, KeyVariable

HERE = Place(table="payload", column="source", row="17")
KEY_ID = uuid4()
CIPHER = AESGCM(os.urandom(32))
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
PLACES = st.builds(Place, table=TEXTS, column=TEXTS, row=TEXTS)


def seal(plain: bytes, place: Place = HERE) -> bytes:
    return sealed_value.seal(CIPHER, KEY_ID, plain, place)


def unseal(sealed: bytes, place: Place = HERE) -> bytes:
    head = sealed_value.header(sealed, place)
    return sealed_value.unseal(CIPHER, head, sealed, place)


@given(st.binary(max_size=5_000), PLACES)
def test_what_was_sealed_opens_in_its_place(plain: bytes, place: Place) -> None:
    assert unseal(seal(plain, place), place) == plain


@given(st.binary(max_size=50), PLACES, PLACES)
def test_what_was_sealed_opens_in_no_other_place(plain: bytes, place: Place, other: Place) -> None:
    sealed = seal(plain, place)
    if place != other:
        with pytest.raises(DoesNotOpen, match="changed or moved"):
            unseal(sealed, other)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(table="payload", column="source", row="18"),
        Place(table="payload", column="target", row="17"),
        Place(table="credential", column="source", row="17"),
        Place(table="payload", column="source1", row="7"),
        Place(table="payloads", column="ource", row="17"),
        Place(table="payload\x1fsource", column="17", row=""),
    ],
)
def test_a_value_that_was_moved_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(DoesNotOpen, match="changed or moved"):
        unseal(seal(b"plain"), elsewhere)


def test_nothing_of_the_plain_bytes_shows() -> None:
    assert b"IBAN" not in seal(b"IBAN DE89370400440532013000")


def test_sealing_twice_gives_nothing_to_compare() -> None:
    assert seal(b"the same")[sealed_value.HEADER_BYTES :] != seal(b"the same")[sealed_value.HEADER_BYTES :]


@given(st.data())
def test_a_value_with_any_flipped_bit_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(seal(b"some plain bytes"))
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[position // 8] ^= 1 << (position % 8)

    with pytest.raises(DoesNotOpen):
        unseal(bytes(sealed))


@given(st.integers(0, 60))
def test_a_value_that_was_cut_does_not_open(length: int) -> None:
    sealed = seal(b"some plain bytes of some length")[:length]
    with pytest.raises(DoesNotOpen):
        unseal(sealed)


def test_a_value_does_not_open_as_one_of_the_older_version() -> None:
    """Even with the same key under an id of the older form: the version is part of what is bound."""
    sealed = seal(b"plain")
    for key_id in (str(KEY_ID)[:32], "k1"):
        older = bytes((sealed_value.DIRECT, len(key_id))) + key_id.encode() + sealed[sealed_value.HEADER_BYTES :]
        with pytest.raises(DoesNotOpen, match="changed or moved"):
            unseal(older)


def test_the_key_id_is_bound_too() -> None:
    sealed = seal(b"plain")
    with pytest.raises(DoesNotOpen):
        unseal(sealed_value.begins(UUID(int=KEY_ID.int ^ 1)) + sealed[sealed_value.HEADER_BYTES :])


# The sources of master keys


def line(key_id: str) -> str:
    return f"{key_id} {base64.b64encode(secrets.token_bytes(32)).decode()}"


def key_file(path: Path, text: str) -> KeyFile:
    path.touch(mode=0o600)
    path.write_text(text)
    return KeyFile(path=path)


def command(script: str, *, seconds: float = 20.0) -> KeyCommand:
    return KeyCommand(variable="COMMAND", command=f"{sys.executable} -c '{script}'", seconds=seconds)


def test_a_created_key_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    source = KeyFile(path=tmp_path / "folder" / "keys")
    created = source.create()

    assert source.read() == created
    assert source.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(MasterKeyRefused, match="exists"):
        source.create()
    assert source.read() == created


def test_two_created_keys_never_share_an_id(tmp_path: Path) -> None:
    """A lost key is told by its id: a new one of the same name would only look like a changed value."""
    ids = {KeyFile(path=tmp_path / str(number)).create().current for number in range(20)}

    assert len(ids) == 20


def test_a_key_is_added_behind_the_others_and_the_comments(tmp_path: Path) -> None:
    source = key_file(tmp_path / "keys", f"# ours\n{line('k1')}")
    (tmp_path / "link").symlink_to(source.path)
    before = source.read()
    added = KeyFile(path=tmp_path / "link").add()

    assert list(added.keys)[:-1] == ["k1"]
    assert added.keys["k1"] == before.keys["k1"]
    assert added.current not in before.keys
    assert source.path.read_text().startswith("# ours\nk1 ")
    assert source.path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "link").is_symlink()
    assert {file.name for file in tmp_path.iterdir()} == {"keys", "link"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "holds no key"),
        ("# only a comment\n", "holds no key"),
        ("k1 not-base64!\n", ":1: the key is not base64"),
        ("k1 c2hvcnQ=\n", "has 5 bytes, not 32"),
        ("k/1 c2hvcnQ=\n", "key id"),
        (f"k1 {'A' * 43}=\nk1 {'B' * 42}A=\n", ":2: there are two keys with the id k1"),
        ("k1 schlüssel\n", "not text of key lines"),
    ],
)
def test_an_unusable_key_file_is_refused_with_its_line(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(MasterKeyRefused, match=reason):
        key_file(tmp_path / "keys", content).read()


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    source = key_file(tmp_path / "keys", line("k1"))
    source.path.chmod(0o644)

    with pytest.raises(MasterKeyRefused, match="chmod 600"):
        source.read()


def test_a_variable_may_hold_several_keys_on_one_line() -> None:
    first, second = line("k1"), line("k2")
    for text in (f"{first}\n{second}", f"{first},{second}", f"{first}, {second}\n"):
        assert KeyVariable(variable="V", text=text).read().current == "k2"


def test_a_command_is_asked_for_keys_without_a_shell() -> None:
    key = line("kms-1")
    assert command(f'print("{key}")').read().current == "kms-1"
    with pytest.raises(MasterKeyRefused, match="holds no key"):
        KeyCommand(variable="COMMAND", command=f"{sys.executable} -c 'pass' ; echo {key}").read()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (command('import sys; print("canary"); print("canary", file=sys.stderr); sys.exit(3)'), "ended with status 3"),
        (command('print("canary")'), "output of COMMAND:1"),
        (command('print("canäry-canary")'), "did not write lines"),
        (command('print("canary", flush=True); any(iter(int, 1))', seconds=0.01), "within 0.01"),
        (KeyCommand(variable="COMMAND", command="/none/canary"), "cannot be run"),
        (KeyCommand(variable="COMMAND", command="canary 'unended"), "is not a command"),
        (KeyCommand(variable="COMMAND", command=" "), "it is empty"),
    ],
)
def test_a_command_that_fails_is_explained_without_its_output(source: KeyCommand, says: str) -> None:
    with pytest.raises(MasterKeyRefused, match=says) as refused:
        source.read()
    error: BaseException | None = refused.value
    assert not re.search("canary", f"{error} {source!r}")
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_key_never_shows_in_a_representation() -> None:
    key = line("k1")
    ring = keys.parse(key, "here")

    assert repr(ring.keys["k1"]) not in repr(ring)
    assert key.split()[1] not in repr(KeyVariable(variable="V", text=key))
    assert key.split()[1] not in redaction.mask(f"somebody logs {key}")


class CountedSource:
    """A source that can be changed while it is used, and counts how often it is read."""

    name = "the test's source"
    live = True

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.reads = 0

    def read(self) -> Keyring:
        self.reads += 1
        return keys.parse("\n".join(self.lines), self.name)


def test_a_new_master_key_is_found_and_a_missing_one_does_not_become_a_storm() -> None:
    now = 0.0
    source = CountedSource(line("k1"))
    masters = MasterKeys(source, lambda: now)

    for _ in range(50):
        with pytest.raises(KeyMissing, match=r"needs the master key 'k2', which the test's source does not hold"):
            masters.cipher("k2", "A test")
    assert source.reads == 2

    source.lines.append(line("k2"))
    now = 6.0
    masters.cipher("k2", "A test")
    assert source.reads == 3


def test_what_cannot_bring_a_new_key_is_not_read_again() -> None:
    masters = MasterKeys(KeyVariable(variable="V", text=line("k1")), lambda: 0.0)

    with pytest.raises(KeyMissing, match="the environment variable V"):
        masters.cipher("k2", "A test")
