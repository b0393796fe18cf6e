"""The rules of the delegation inspection."""

from __future__ import annotations

from monitor.core.rulebook.rule import FindingRule

RULES: tuple[FindingRule, ...] = ()
