"""What to probe, read from an address as people write it; pure."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import get_args

from yarl import URL

from monitor.core.service import (
    CheckKind,
    DnsTarget,
    HttpRequest,
    HttpTarget,
    Target,
    TcpTarget,
    TlsOptions,
)
from monitor.registry.targets import RecordType
from monitor.settings.address import host_name, http_url

_SCHEMES = ("https", "http", "tcp", "tls", "dns")


def read_target(text: str) -> tuple[CheckKind, Target]:
    """Read an address; a bare host name or IP address means https.

    Raises:
        ValueError: it cannot be probed; the sentence to show.
    """
    whole = text if "://" in text else f"https://{_bracketed(text)}"
    scheme = whole.partition("://")[0].lower()
    if scheme not in _SCHEMES:
        raise ValueError(f"{scheme}:// cannot be probed; {', '.join(_SCHEMES[:-1])} and {_SCHEMES[-1]} can")
    if scheme in ("http", "https"):
        return CheckKind.HTTP, HttpTarget(request=HttpRequest(url=http_url(whole)))
    if re.search(r"[\s\x00-\x1f\x7f]", whole):
        raise ValueError("an address has no spaces")
    try:
        url = URL(whole)
        port = url.explicit_port
    except ValueError as error:
        raise ValueError(f"it is not an address ({str(error).rstrip('.')})") from None
    if url.user is not None or url.password is not None:
        raise ValueError(f"{scheme}:// takes no credentials")
    if scheme == "dns":
        return CheckKind.DNS, _name_to_ask(url, port)
    if not url.raw_host or not port or url.path not in ("", "/") or url.query_string:
        raise ValueError(
            f"{scheme}:// wants a host and a port, nothing else, for example {scheme}://contoh.go.id:443"
        )
    tls = TlsOptions() if scheme == "tls" else None
    return CheckKind.TCP, TcpTarget(host=_host(url.raw_host), port=port, tls=tls)


def _name_to_ask(url: URL, port: int | None) -> DnsTarget:
    name, record_type = url.path.strip("/"), url.query.get("type", "A").upper()
    if not name:
        raise ValueError("dns:// wants a name after the server, for example dns:///contoh.go.id?type=A")
    if record_type not in get_args(RecordType):
        raise ValueError(
            f"type={record_type} is not supported; write one of {', '.join(get_args(RecordType))}"
        )
    if port == 0:
        raise ValueError("the port should lie between 1 and 65535")
    server = _host(url.raw_host) if url.raw_host else None
    if server and port:
        server = f"{_bracketed(server)}:{port}"
    return DnsTarget(name=host_name(name), record_type=record_type, server=server)


def _host(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return host_name(text)


def _bracketed(text: str) -> str:
    """Put an IPv6 address in brackets, as it stands in an address; leave anything else as it is."""
    try:
        return f"[{text}]" if isinstance(ip_address(text), IPv6Address) else text
    except ValueError:
        return text
