"""Everything that can be found: one module for each inspection's rules, one line for each module."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.rulebook import certificate, delegation, register, registration
from monitor.core.rulebook.rule import EXPIRY_STEPS, FindingRule

_MODULES = {
    "register": register,
    "registration": registration,
    "delegation": delegation,
    "certificate": certificate,
}
"""By the name of the inspection."""

RULES: Mapping[str, FindingRule] = {rule.id: rule for module in _MODULES.values() for rule in module.RULES}
"""By id."""
INSPECTION_OF: Mapping[str, str] = {
    rule.id: name for name, module in _MODULES.items() for rule in module.RULES
}
"""By the id of a rule the name of the inspection that finds by it."""

__all__ = ["EXPIRY_STEPS", "INSPECTION_OF", "RULES", "FindingRule"]
