"""What is remembered: results, states and transitions in a database (docs/decisions/0004-store-layout.md)."""

from monitor.store.errors import InDoubt, StoreError, StoreUnavailable
from monitor.store.migrate import Upgrade, upgrade
from monitor.store.rows import StoredResult, materially_different
from monitor.store.store import Batch, Store
from monitor.store.turns import SeatTaken

__all__ = [
    "Batch",
    "InDoubt",
    "SeatTaken",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "StoredResult",
    "Upgrade",
    "materially_different",
    "upgrade",
]
