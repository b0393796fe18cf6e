"""The daemon's metrics about itself: few series, kept by prometheus-client in a registry of their own."""

from __future__ import annotations

import platform
from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest as text_format
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_format
from prometheus_client.registry import Collector

from monitor.metrics.catalogue import Metric
from monitor.metrics.catalogue import itself as catalogue

LANES = ("quick", "slow")
OUTBOX_STATES = ("waiting", "held", "retrying")
DELETED_KINDS = ("results", "details", "hours")

# From "at once" to the longest that a probe may reasonably be late: one interval of the tightest checks.
_LATENESS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# A batch on a good disk takes milliseconds; a busy timeout ends after seconds.
_WRITING = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class OptionalGauge(Collector):
    """A gauge without a series until it is first set: what is not configured cannot read as a failure."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._value: float | None = None

    def set(self, value: float) -> None:
        """Show a value from now on."""
        self._value = value

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the family, with its one sample if there is a value."""
        yield GaugeMetricFamily(self._metric.name, self._metric.help, self._value)


class SelfMetrics:
    """The instruments, as attributes that the daemon's parts set and count on."""

    def __init__(self, version: str) -> None:
        # The start time of each counter says no more than process_start_time_seconds, at a line per series.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # published without types
        self.registry = CollectorRegistry()
        self.scheduler_lateness = self._histogram(catalogue.SCHEDULER_LATENESS, _LATENESS)
        self.loop_lag = self._gauge(catalogue.LOOP_LAG)
        self.recorder_queue = self._gauge(catalogue.RECORDER_QUEUE)
        self.store_write_duration = self._histogram(catalogue.STORE_WRITE_DURATION, _WRITING)
        self.store_errors = self._counter(catalogue.STORE_ERRORS)
        self.store_dropped_results = self._counter(catalogue.STORE_DROPPED)
        self.rollup_watermark = OptionalGauge(catalogue.ROLLUP_WATERMARK)
        self.registry.register(self.rollup_watermark)
        self.store_deleted = self._counter(catalogue.STORE_DELETED)
        self.incidents = self._counter(catalogue.INCIDENTS)
        self.probes_in_flight = self._gauge(catalogue.PROBES_IN_FLIGHT)
        self.probes_waiting = self._gauge(catalogue.PROBES_WAITING)
        self.vantage_blind = self._gauge(catalogue.VANTAGE_BLIND)
        self.vantage_canary_up = self._gauge(catalogue.VANTAGE_CANARY_UP)
        self.outbox_pending = self._gauge(catalogue.OUTBOX_PENDING)
        self.outbox_oldest = self._gauge(catalogue.OUTBOX_OLDEST)
        self.notifications = self._counter(catalogue.NOTIFICATIONS)
        self._report_requests = self._counter(catalogue.REPORT_REQUESTS)
        self.heartbeat_success = OptionalGauge(catalogue.HEARTBEAT_SUCCESS)
        self.registry.register(self.heartbeat_success)
        self.register_last_reload_success = self._gauge(catalogue.REGISTER_RELOAD_SUCCESS)
        self.register_last_reload_timestamp = self._gauge(catalogue.REGISTER_RELOAD_TIMESTAMP)
        self.register_services = self._gauge(catalogue.REGISTER_SERVICES)
        self.register_checks = self._gauge(catalogue.REGISTER_CHECKS)
        for lane in LANES:
            self.probes_in_flight.labels(lane=lane)
        for kind in DELETED_KINDS:
            self.store_deleted.labels(kind=kind)
        for state in OUTBOX_STATES:
            self.outbox_pending.labels(state=state)
        self._gauge(catalogue.STANDBY)
        _describe(self.registry, version)

    def count_report_request(self, form: str, status: int) -> None:
        """Count an answer of the API."""
        self._report_requests.labels(format=form, code=str(status)).inc()

    def render(self, *, openmetrics: bool) -> bytes:
        """Return the exposition; in OpenMetrics its last line is `# EOF`, so nothing may follow."""
        return _render(self.registry, openmetrics=openmetrics)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.name, metric.help, metric.labels, unit=metric.unit, registry=self.registry)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.family, metric.help, metric.labels, unit=metric.unit, registry=self.registry)

    def _histogram(self, metric: Metric, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(metric.name, metric.help, unit=metric.unit, registry=self.registry, buckets=buckets)


def standby_metrics(version: str, *, openmetrics: bool) -> bytes:
    """Return the exposition of a daemon that stands by: that it does, and its process."""
    registry = CollectorRegistry()
    Gauge(catalogue.STANDBY.name, catalogue.STANDBY.help, registry=registry).set(1)
    _describe(registry, version)
    return _render(registry, openmetrics=openmetrics)


def _describe(registry: CollectorRegistry, version: str) -> None:
    """Tell of the program and its process."""
    build = catalogue.BUILD
    info = Info(build.family, build.help, registry=registry)
    info.info({"version": version, "python": platform.python_version()})
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)


def _render(registry: CollectorRegistry, *, openmetrics: bool) -> bytes:
    if openmetrics:
        text: bytes = openmetrics_format(registry)  # type: ignore[no-untyped-call]  # published without types
        return text
    return text_format(registry)
