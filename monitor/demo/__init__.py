"""`kulkul demo`: the real daemon against a bundled town of local sites; needs no network and no root."""

from __future__ import annotations

from monitor.demo.run import run_demo

__all__ = ["run_demo"]
