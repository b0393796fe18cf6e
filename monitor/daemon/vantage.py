"""A vantage from the settings."""

from __future__ import annotations

from monitor.probes.vantage import Vantage
from monitor.registry.blocks import load_blocks
from monitor.settings import Settings


def make_vantage(settings: Settings) -> Vantage:
    """Build the vantage that the settings describe; inside a running loop.

    Raises:
        TrustError: there are no certificate authorities to trust.
        ConfigurationError: a file of known refusals is not whole.
    """
    probing = settings.probing
    return Vantage(
        name=settings.vantage.name,
        user_agent=settings.vantage.user_agent,
        resolve=probing.resolve,
        allow_networks=probing.allow_networks,
        nameservers=probing.nameservers,
        ca_file=probing.ca_file,
        per_address=probing.per_address,
        read_limit_bytes=probing.read_limit_bytes,
        blocks=load_blocks(probing.blocks),
    )
