"""Everything that can be found: one module for each inspection's rules, one line for each module."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.rulebook import certificate, delegation, register, registration
from monitor.core.rulebook.rule import EXPIRY_STEPS, FindingRule

_MODULES = (register, registration, delegation, certificate)

RULES: Mapping[str, FindingRule] = {rule.id: rule for module in _MODULES for rule in module.RULES}
"""By id."""

__all__ = ["EXPIRY_STEPS", "RULES", "FindingRule"]
