"""What a chain of certificates shows: which host it covers, who signed whom, what is missing. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from monitor.core.result import Certificate

WEAK_RSA_BITS = 2048
"""Below 2048 bits: refused by browsers (CA/Browser Forum Baseline Requirements 6.1.5)."""
WEAK_HASHES = frozenset({"md5", "sha1"})
_PART = re.compile(r"(?<!\\)[,+]")
_ESCAPED = re.compile(r"\\(.)")


def matches(name: str, host: str) -> bool:
    """Whether a certificate name covers a host (RFC 9525): one `*`, as the whole first label only."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        try:
            return ipaddress.ip_address(name) == address
        except ValueError:
            return False
    name, host = name.lower().rstrip("."), host.lower().rstrip(".")
    if name.startswith("*."):
        first, _, rest = host.partition(".")
        return bool(first) and rest == name[2:] and "." in rest
    return name == host


def path(chain: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """Return the certificates that vouch for one another, the server's own first, as far as they were sent.

    By their names: signatures are OpenSSL's to judge. What was sent besides (old roots, strays) is left out.
    """
    found = list(chain[:1])
    rest = list(chain[1:])
    while found and not found[-1].self_issued:
        above = next((one for one in rest if one.subject == found[-1].issuer), None)
        if above is None:
            break
        rest.remove(above)
        found.append(above)
    return tuple(found)


def lacks_issuer(chain: Sequence[Certificate]) -> bool:
    """Whether the server sends its own certificate without the one that signed it."""
    leaf = chain[0]
    return not leaf.self_issued and all(one.subject != leaf.issuer for one in chain[1:])


def weak_signature(certificate: Certificate) -> bool:
    """Whether its signature can be forged; what vouches for itself is not believed by its signature."""
    return certificate.signature_hash in WEAK_HASHES and not certificate.self_issued


def weak_key(certificate: Certificate) -> bool:
    """Whether its RSA key is shorter than browsers accept."""
    return certificate.key_type == "RSA" and certificate.key_bits < WEAK_RSA_BITS


def short_name(distinguished: str) -> str:
    """Return the common name of an RFC 4514 name, or its organization, all of it, or a dash."""
    parts: dict[str, str] = {}
    for part in _PART.split(distinguished):
        kind, _, value = part.partition("=")
        parts.setdefault(kind.strip().upper(), _ESCAPED.sub(r"\1", value).strip())
    return parts.get("CN") or parts.get("O") or distinguished or "-"


def organization(distinguished: str) -> str:
    """Return the organization of an RFC 4514 name with its common name, as people know an authority."""
    common = short_name(distinguished)
    kinds = (part.partition("=") for part in _PART.split(distinguished))
    office = next((_ESCAPED.sub(r"\1", value) for kind, _, value in kinds if kind.strip().upper() == "O"), "")
    return f"{common} ({office})" if office and office != common else common
