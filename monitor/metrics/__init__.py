"""What the daemon tells Prometheus: the catalogue of series, and their exposition."""

from __future__ import annotations

from monitor.metrics.exposition import Exposition

__all__ = ["Exposition"]
