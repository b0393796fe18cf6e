"""Registrable domains, by the Public Suffix List that tldextract brings along."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it takes long to import, and few commands ask for a domain
    from tldextract import TLDExtract


@lru_cache(maxsize=65536)
def registrable(host: str) -> str | None:
    """Return the part of a host name that somebody registered: `baliprov.go.id` of `lapor.baliprov.go.id`.

    None for addresses, for names without a dot, and for public suffixes themselves.
    """
    return _extract().extract_str(host).top_domain_under_public_suffix or None


@cache
def _extract() -> TLDExtract:
    from tldextract import TLDExtract

    # Never fetched: what a domain is must not depend on whether the list could be loaded today.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
