"""When things happen: the due-queue for probes, and APScheduler for everything periodic."""

from __future__ import annotations

from monitor.scheduler.agenda import Agenda, Lane, Limits
from monitor.scheduler.housekeeping import Housekeeping
from monitor.scheduler.scheduler import Pulse, ResultSink, Scheduler

__all__ = ["Agenda", "Housekeeping", "Lane", "Limits", "Pulse", "ResultSink", "Scheduler"]
