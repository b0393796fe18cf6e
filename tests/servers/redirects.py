"""Redirects of every kind."""

from __future__ import annotations

from collections.abc import Iterable

from tests.servers.replies import reply


def redirect(
    location: str | bytes | None, *, status: int = 302, headers: Iterable[tuple[str, str]] = ()
) -> bytes:
    """Write a redirect; None: without a Location. A str is sent as UTF-8, as careless servers do."""
    raw = location.encode() if isinstance(location, str) else location
    line = [] if raw is None else [("Location", raw.decode("latin-1"))]
    return reply(b"<p>pindah</p>", status=status, phrase="Found", headers=[*line, *headers])


def chain(hops: int) -> dict[str, bytes]:
    """Map /0 → /1 → … → /`hops`, the last of which is a page."""
    pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(hops)}
    return {**pages, f"/{hops}": reply()}


MALFORMED: dict[str, str | bytes] = {
    "a scheme without a host": "http://",
    "an empty host": "http:///layanan",
    "a port above 65535": "http://good.test:99999/",
    "a port of letters": "http://good.test:delapan/",
    "an unclosed bracket": "http://[::1/",
    "a space in the host": "http://go od.test/",
    "a tab in the host": b"http://good\t.test/",
    "a host label of 70 characters": f"http://{'a' * 70}.test/",
    "a host with empty labels": "http://good..test/",
}
"""Locations that are no URL that could be asked."""

REFUSED: dict[str, str] = {
    "javascript": "javascript:alert(1)",
    "ftp": "ftp://good.test/berkas",
    "file": "file:///etc/passwd",
    "data": "data:text/html,<h1>isi</h1>",
    "mailto": "mailto:humas@demoprov.go.id",
    "an app": "intent://scan/#Intent;scheme=zxing;end",
}
"""Locations with a scheme that a monitor does not follow."""

INWARD: dict[str, str] = {
    "cloud metadata": "http://169.254.169.254/latest/meta-data/",
    "a private network": "http://10.0.0.1/",
    "another private network": "http://192.168.1.1/",
    "shared address space": "http://100.64.0.1/",
    "loopback": "http://127.0.0.1/",
    "loopback by name": "http://localhost/",
    "loopback in IPv6": "http://[::1]/",
    "loopback mapped into IPv6": "http://[::ffff:127.0.0.1]/",
    "private mapped into IPv6": "http://[::ffff:10.0.0.1]/",
    "private behind NAT64": "http://[64:ff9b::10.0.0.1]/",
    "private behind 6to4": "http://[2002:a00:1::]/",
    "unique local": "http://[fd00::1]/",
    "link-local": "http://[fe80::1]/",
    "unspecified": "http://0.0.0.0/",
    "unspecified in IPv6": "http://[::]/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "loopback as one number": "http://2130706433/",
    "loopback in hexadecimal": "http://0x7f000001/",
    "loopback in short form": "http://127.1/",
    "a name with a private address": "http://inside.test/",
    "credentials before a private address": "http://good.test@10.0.0.1/",
}
"""Locations by which a public site would turn the monitor inwards."""
