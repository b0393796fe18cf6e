"""`kulkul findings` and `kulkul finding`: what will break next, and who answers for what stays as it is."""

from monitor.cli.finding.commands import app
from monitor.cli.finding.listing import findings

__all__ = ["app", "findings"]
