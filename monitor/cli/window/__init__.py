"""`kulkul window`: announced maintenance."""

from monitor.cli.window.commands import app

__all__ = ["app"]
