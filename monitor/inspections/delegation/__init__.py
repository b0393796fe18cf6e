"""How domains are delegated and served in the DNS, asked of parents, name servers and our own resolver."""

from monitor.inspections.delegation.inspection import DelegationInspection

__all__ = ["DelegationInspection"]
