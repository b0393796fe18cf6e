"""What a look-up at a registry can come to besides a registration."""

from __future__ import annotations


class LookupFailure(Exception):  # noqa: N818 - what failed is the look; it is recorded, not mended
    """Nothing was learned. Its text is a clause that names the server: `whois.id did not answer in time`."""
