"""Content codings of HTTP (RFC 9110, 8.4), undone with a limit that counts after decoding."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol

import brotli
from backports import zstd

ACCEPTED = "gzip, deflate, br, zstd"
MAX_CODINGS = 3


class DecodeError(Exception):
    """The body does not decode; the message says why."""


class Decoder(Protocol):
    """Undoes one coding, piece by piece."""

    @property
    def finished(self) -> bool:
        """Whether the coding's own end mark has been seen."""

    def feed(self, data: bytes, limit: int) -> bytes:
        """Return at most `limit` decoded bytes; what would be more is dropped.

        Raises:
            DecodeError: the data is not of this coding.
        """


class _Zlib:
    """Gzip (any number of members), or deflate in both forms that servers send."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._inner: zlib._Decompress | None = zlib.decompressobj(wbits=31) if gzip else None

    @property
    def finished(self) -> bool:
        return self._inner is not None and self._inner.eof

    def feed(self, data: bytes, limit: int) -> bytes:
        if self._inner is None:
            # “deflate” means zlib (RFC 9110), but some servers send the raw form; the first byte tells.
            self._inner = zlib.decompressobj(
                wbits=15 if data[:1] and data[0] & 0x0F == zlib.DEFLATED else -15
            )
        out = bytearray()
        try:
            while data and len(out) < limit:
                out += self._inner.decompress(data, limit - len(out))
                data = self._inner.unconsumed_tail
                if self._inner.eof:
                    data = self._inner.unused_data
                    if not (self._gzip and data.startswith(b"\x1f\x8b")):
                        break
                    self._inner = zlib.decompressobj(wbits=31)
        except zlib.error as error:
            raise DecodeError(str(error)) from error
        return bytes(out)


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def finished(self) -> bool:
        return bool(self._inner.is_finished())

    def feed(self, data: bytes, limit: int) -> bytes:
        if self.finished:
            return b""
        out = bytearray()
        try:
            out += self._inner.process(data, output_buffer_limit=limit)
            while len(out) < limit and not self._inner.can_accept_more_data():
                out += self._inner.process(b"", output_buffer_limit=limit - len(out))
        except brotli.error as error:
            raise DecodeError(f"brotli: {error}") from error
        return bytes(out[:limit])


class _Zstandard:
    def __init__(self) -> None:
        self._inner = zstd.ZstdDecompressor()

    @property
    def finished(self) -> bool:
        return bool(self._inner.eof)

    def feed(self, data: bytes, limit: int) -> bytes:
        if self.finished:
            return b""
        out = bytearray()
        try:
            out += self._inner.decompress(data, max_length=limit)
            while len(out) < limit and not self._inner.needs_input and not self._inner.eof:
                out += self._inner.decompress(b"", max_length=limit - len(out))
        except zstd.ZstdError as error:
            raise DecodeError(f"zstd: {error}") from error
        return bytes(out)


_CODINGS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
    "zstd": _Zstandard,
}


class Body:
    """A body as it arrives: decoded, and never more of it held than the limit."""

    def __init__(self, coding: str | None, limit: int) -> None:
        names = [name.strip().lower() for name in (coding or "").split(",")]
        names = [name for name in names if name and name != "identity"]
        unknown = [name for name in names if name not in _CODINGS]
        if unknown:
            raise DecodeError(f"unknown Content-Encoding “{unknown[0]}”")
        if len(names) > MAX_CODINGS:
            raise DecodeError(f"{len(names)} codings on top of each other")
        self._decoders = [_CODINGS[name]() for name in reversed(names)]
        self._limit = limit
        self.data = bytearray()
        self.wire_bytes = 0
        self.overflowed = False
        """There was more than the limit."""

    def feed(self, data: bytes) -> None:
        """Take in bytes from the wire.

        Raises:
            DecodeError: they do not decode.
        """
        self.wire_bytes += len(data)
        if self.overflowed or not data:
            return
        room = self._limit - len(self.data) + 1  # one more than allowed shows that there was more
        for decoder in self._decoders:
            data = decoder.feed(data, room)
        self.data += data
        if len(self.data) > self._limit:
            self.overflowed = True
            del self.data[self._limit :]

    @property
    def broken_off(self) -> bool:
        """Whether a coding's own end mark is still missing, though bytes came."""
        return self.wire_bytes > 0 and any(not decoder.finished for decoder in self._decoders)
