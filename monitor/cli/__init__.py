"""The command `kulkul`: one module per command. Data on stdout, talk on stderr."""

from __future__ import annotations

from monitor.cli.app import main

__all__ = ["main"]
