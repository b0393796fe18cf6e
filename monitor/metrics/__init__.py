"""What the daemon tells Prometheus: the catalogue of series, and their exposition."""

from __future__ import annotations

from monitor.metrics.exposition import Exposition
from monitor.metrics.itself import SelfMetrics

__all__ = ["Exposition", "SelfMetrics"]
