"""Whether the daemon is fit to be asked: what `/-/ready` answers."""

from __future__ import annotations


class Health:
    """Not ready while there is a reason not to be: before the states are loaded, and while draining."""

    def __init__(self, reason: str = "The states are being loaded from the store.") -> None:
        self.reason: str | None = reason
        """One English sentence; None where the daemon is ready."""

    def ready(self) -> None:
        """Say that what is shown can be relied on."""
        self.reason = None

    def not_ready(self, reason: str) -> None:
        """Say why what is shown is not, or no longer, to be relied on."""
        self.reason = reason
