"""The composition root: builds the parts and joins them, nothing else."""

from __future__ import annotations

from monitor.daemon.daemon import Daemon, StartError

__all__ = ["Daemon", "StartError"]
