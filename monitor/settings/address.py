"""Host names and URLs, checked and written in one form."""

from __future__ import annotations

import re
from ipaddress import ip_address

from yarl import URL

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253
_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_name(text: str) -> str:
    """Return a host name in lower case and IDNA (ASCII) form, without a final dot.

    Raises:
        ValueError: it is no host name; the sentence to show.
    """
    wrong = ValueError("the host name is not valid: letters, digits and hyphens between dots")
    name = text.rstrip(".").lower() if text.count(".") > 1 or not text.endswith("..") else text
    if not name.isascii():
        try:
            name = URL.build(scheme="http", host=name).raw_host or ""
        except ValueError:
            raise wrong from None
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise wrong
    if labels[-1].isdigit():
        raise ValueError(
            "the host is neither a name nor an address: an IPv4 address has four numbers up to 255"
        )
    return name


def http_url(text: str) -> str:
    """Return an absolute http or https URL in normal form.

    That is: a lower-case ASCII host, no default port, a path, no fragment.

    Raises:
        ValueError: it cannot be probed; the sentence to show.
    """
    text = text.strip()
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        raise ValueError("a URL has no spaces: write %20 for a space that belongs to it")
    scheme, mark, rest = text.partition("://")
    if not mark:
        raise ValueError("the scheme is missing: begin with https:// (or http://)")
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise ValueError("the scheme should be http or https")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    if "@" in authority:
        raise ValueError("a URL may not carry credentials: use request.basic with ${env:NAME}")
    try:
        url = URL(text)
        port = url.explicit_port
    except ValueError:
        raise ValueError(_why(authority)) from None
    if not url.raw_host:
        raise ValueError("the host is missing after ://")
    if port == 0:
        raise ValueError("the port should lie between 1 and 65535")
    host = _bracketed(url.raw_host)
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    query = f"?{url.raw_query_string}" if url.raw_query_string else ""
    return f"{scheme}://{host}{url.raw_path or '/'}{query}"


def _bracketed(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host_name(host)
    return f"[{address}]" if ":" in host else str(address)


def _why(authority: str) -> str:
    if authority.startswith("[") and "]" not in authority:
        return "the host is not valid: an IPv6 address stands in [ and ]"
    if re.search(r":[0-9]+$", authority):
        return "the port should lie between 1 and 65535"
    if re.search(r":[^\]]*$", authority) and not authority.startswith("["):
        return "the port is not a number"
    return "the host is not valid"
