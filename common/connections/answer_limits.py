"""How much of an answer is taken: bytes on the wire, bytes unpacked, and how far the two may lie apart.

An answer is unpacked in small steps and counted before it is kept, so a bomb is refused while it is still small
(messaging-and-reliability.md, A20). httpx itself has no limit and unpacks a whole read at once.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_STEP_BYTES = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class AnswerRefused(Exception):
    """The answer is larger than the limits, or its coding is unknown or broken; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLimits:
    """The limits, in bytes; `ratio` is unpacked bytes per byte on the wire, and counts from `ratio_from` on."""

    wire: int = 50_000_000
    unpacked: int = 200_000_000
    ratio: int = 100
    ratio_from: int = 1_000_000


def is_packed(coding: str | None) -> bool:
    """Tell whether a Content-Encoding is gzip. Raises AnswerRefused for one that was not asked for."""
    name = (coding or "identity").strip().lower()
    if name in ("gzip", "x-gzip"):
        return True
    if name in ("identity", ""):
        return False
    raise AnswerRefused(f"its Content-Encoding is {name[:40]!r}, and only gzip was asked for")


class Unpacker:
    """Takes one answer as it arrives and hands it out unpacked."""

    def __init__(self, limits: AnswerLimits, *, packed: bool) -> None:
        self._limits = limits
        self._inflater = zlib.decompressobj(_GZIP) if packed else None
        self.wire = 0
        self.unpacked = 0

    def feed(self, part: bytes) -> Iterator[bytes]:
        """Yield what a part of the answer unpacks to, in small pieces. Raises AnswerRefused."""
        self.wire += len(part)
        if self.wire > self._limits.wire:
            raise AnswerRefused(f"the answer is larger than {self._limits.wire} bytes")
        pieces = iter((part,)) if self._inflater is None else self._inflated(part)
        for piece in pieces:
            self.unpacked += len(piece)
            self._check()
            yield piece

    def finish(self) -> None:
        """Note the end of the answer. Raises AnswerRefused if it is not the end of what was packed."""
        if self._inflater is not None and self.wire and not self._inflater.eof:
            raise AnswerRefused("the answer breaks off inside its gzip coding")

    def _inflated(self, part: bytes) -> Iterator[bytes]:
        inflater = self._inflater
        while inflater is not None:
            if inflater.eof and part:  # RFC 1952: one member may follow another
                inflater = self._inflater = zlib.decompressobj(_GZIP)
            try:
                piece = inflater.decompress(part, _STEP_BYTES)
            except zlib.error as error:
                raise AnswerRefused(f"the answer's gzip coding is broken: {error}") from error
            if piece:
                yield piece
            part = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if not part and (inflater.eof or len(piece) < _STEP_BYTES):
                return

    def _check(self) -> None:
        limits = self._limits
        if self.unpacked > limits.unpacked:
            raise AnswerRefused(f"the answer unpacks to more than {limits.unpacked} bytes")
        if self.unpacked > max(limits.ratio_from, self.wire * limits.ratio):
            raise AnswerRefused(f"the answer unpacks to more than {limits.ratio} times its size")
