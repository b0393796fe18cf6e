"""Registrable domains, by the Public Suffix List that tldextract brings along."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from monitor.core.hostname import HostName, NameParts, address_of, classify
from monitor.settings.address import host_name

if TYPE_CHECKING:  # it takes long to import, and few commands ask for a domain
    from tldextract import TLDExtract


@lru_cache(maxsize=65536)
def registrable(host: str) -> str | None:
    """Return the part of a host name that somebody registered: `baliprov.go.id` of `lapor.baliprov.go.id`.

    None for addresses, for names without a dot, and for public suffixes themselves.
    """
    return _extract().extract_str(host).top_domain_under_public_suffix or None


def registrable_of(text: str) -> str | None:
    """Return the registrable domain of a name as people write it; None: it is no name below a suffix."""
    try:
        return registrable(host_name(text.strip().rstrip(".")))
    except ValueError:
        return None


def name_parts(host: str) -> NameParts:
    """Split a host name in any spelling; no parts: it is an address, or no name."""
    if address_of(host.strip().removesuffix(".")) is not None:
        return NameParts()
    try:
        name = host_name(host.strip())
    except ValueError:
        return NameParts()
    parts = _extract().extract_str(name)
    return NameParts(parts.subdomain, parts.domain, parts.suffix)


@lru_cache(maxsize=65536)
def read_host(host: str) -> HostName:
    """Return what a host name says; takes any text."""
    return classify(host, name_parts(host))


@cache
def _extract() -> TLDExtract:
    from tldextract import TLDExtract

    # Never fetched: what a domain is must not depend on whether the list could be loaded today.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
