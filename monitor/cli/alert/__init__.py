"""`kulkul alert`: who is told what, and what became of it."""

from monitor.cli.alert.commands import app

__all__ = ["app"]
