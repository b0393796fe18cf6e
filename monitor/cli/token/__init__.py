"""`kulkul token`: who may ask for reports over HTTP."""

from monitor.cli.token.commands import app

__all__ = ["app"]
