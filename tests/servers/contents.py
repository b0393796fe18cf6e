"""Bodies: compressed rightly and wrongly, bombs, bad framing, odd character sets."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

import brotli

from tests.servers.replies import OK_LINE, reply

try:
    from compression import zstd
except ImportError:  # before Python 3.14
    from backports import zstd

PAGE = ("<html><body><h1>Perizinan Daring</h1><p>" + "Selamat datang. " * 200 + "</p></body></html>").encode()
BOMB_BYTES = 64 << 20


def raw_deflate(data: bytes) -> bytes:
    """Compress without the zlib frame, as some servers do under the name `deflate`."""
    squeezer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeezer.compress(data) + squeezer.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "deflate (raw)": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "identity": bytes,
}
"""Content-Encoding → how it is made; a remark in brackets is not part of the name."""


def encoded(label: str, body: bytes) -> bytes:
    """Write a reply whose Content-Encoding is `label` without its remark."""
    return reply(body, headers=[("Content-Encoding", label.partition(" (")[0])])


@cache
def bomb(coding: str) -> bytes:
    """Compress 64 MB of zeros in one of three codings, a block at a time."""
    block, blocks = bytes(1 << 20), BOMB_BYTES >> 20
    if coding == "br":
        squeezer = brotli.Compressor(quality=3)
        return b"".join([*(squeezer.process(block) for _ in range(blocks)), squeezer.finish()])
    if coding == "zstd":
        packer = zstd.ZstdCompressor()
        return b"".join([*(packer.compress(block) for _ in range(blocks)), packer.flush()])
    zipper = zlib.compressobj(level=1, wbits=31 if coding == "gzip" else 15)
    return b"".join([*(zipper.compress(block) for _ in range(blocks)), zipper.flush()])


def bomb_in_bomb() -> bytes:
    """Return a gzip of a gzip bomb, labelled as such by `gzip, gzip`."""
    return gzip.compress(bomb("gzip"))


BROKEN_CODING: dict[str, bytes] = {
    "plain text called gzip": encoded("gzip", PAGE),
    "plain text called deflate": encoded("deflate", PAGE),
    "plain text called br": encoded("br", PAGE),
    "plain text called zstd": encoded("zstd", PAGE),
    "gzip called br": encoded("br", gzip.compress(PAGE)),
    "gzip with a wrong checksum": encoded("gzip", gzip.compress(PAGE)[:-8] + bytes(8)),
    "an unknown coding": encoded("lzma2000", PAGE),
}
"""Whole bodies that cannot be decoded as labelled."""

CUT_CODING = {
    name: make(PAGE)[:-12] for name, make in CODINGS.items() if name in ("gzip", "deflate", "br", "zstd")
}
"""Compressed bodies that lack their end, though their Content-Length is right."""

_CHUNKED = OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n"

TRUNCATED: dict[str, bytes] = {
    "shorter than its length": reply(PAGE, length=len(PAGE) + 100),
    "no body where one is announced": reply(b"", length=100),
    "chunks without the last one": _CHUNKED + b"5\r\nhello\r\n",
    "half a chunk": _CHUNKED + b"100\r\nhello",
    "half a chunk's size": _CHUNKED + b"5\r\nhello\r\n1",
    "chunked, and nothing more": _CHUNKED,
    "trailers without their end": _CHUNKED + b"5\r\nhello\r\n0\r\n",
}
"""Bodies that end before their framing says so."""

BAD_CHUNKS: dict[str, bytes] = {
    "a size that is no number": _CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than its size": _CHUNKED + b"3\r\nhello\r\n0\r\n\r\n",
    "a negative size": _CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    "a size above 64 bits": _CHUNKED + b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
}
"""Chunks whose framing contradicts itself."""


def text(body: bytes, content_type: str) -> bytes:
    """Write a reply of this type."""
    return reply(body, headers=[("Content-Type", content_type)])
