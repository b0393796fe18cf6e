"""`kulkul incident`: what was out and why, and what people have to say about it."""

from monitor.cli.incident.commands import app

__all__ = ["app"]
