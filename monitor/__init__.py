"""Kulkul measures public services, remembers what it saw, and shows it."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("kulkul")
