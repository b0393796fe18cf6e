"""Results become status, and both are remembered: the one place where judgement is applied and stored."""

from __future__ import annotations

from monitor.recorder.board import Board, Glance
from monitor.recorder.casebook import Neighbourhood
from monitor.recorder.recorder import Outlook, Recorder

__all__ = ["Board", "Glance", "Neighbourhood", "Outlook", "Recorder"]
