"""Every metric that the daemon exposes: one table, to which a test holds docs/metrics.md.

Names follow blackbox_exporter where it measures the same thing, so that dashboards and habits carry over.
`process_*` and `python_info` come from prometheus-client and are not listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """Kinds of metric, by their OpenMetrics names; the text format writes INFO as a gauge of 1."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Metric:
    """One line of the catalogue. `name` is the full name of its samples, `_total` and `_info` included."""

    name: str
    type: Type
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""

    @property
    def family(self) -> str:
        """The name that OpenMetrics gives the family: without the suffix that the type implies."""
        match self.type:
            case Type.COUNTER:
                return self.name.removesuffix("_total")
            case Type.INFO:
                return self.name.removesuffix("_info")
            case _:
                return self.name


OF_CHECK = ("service", "agency", "check")
OF_SERVICE = ("service", "agency")

PROBE_SUCCESS = Metric(
    "kulkul_probe_success",
    Type.GAUGE,
    "1 if the last probe ended with outcome ok, else 0; absent where the fault was the monitor's own.",
    OF_CHECK,
)
PROBE_DURATION = Metric(
    "kulkul_probe_duration_seconds",
    Type.GAUGE,
    "How long the last probe took, all stages together.",
    OF_CHECK,
    "seconds",
)
PROBE_HTTP_DURATION = Metric(
    "kulkul_probe_http_duration_seconds",
    Type.GAUGE,
    "How long each stage of the last http probe took, summed over redirects.",
    (*OF_CHECK, "phase"),
    "seconds",
)
PROBE_HTTP_STATUS_CODE = Metric(
    "kulkul_probe_http_status_code",
    Type.GAUGE,
    "HTTP status code of the last reply.",
    OF_CHECK,
)
PROBE_HTTP_REDIRECTS = Metric(
    "kulkul_probe_http_redirects",
    Type.GAUGE,
    "Redirects that the last probe followed.",
    OF_CHECK,
)
PROBE_IP_PROTOCOL = Metric(
    "kulkul_probe_ip_protocol",
    Type.GAUGE,
    "Address family of the last probe: 4 or 6.",
    OF_CHECK,
)
PROBE_SSL_EARLIEST_CERT_EXPIRY = Metric(
    "kulkul_probe_ssl_earliest_cert_expiry",
    Type.GAUGE,
    "Unix time at which the first of the certificates that the server sent expires; also after it expired.",
    OF_CHECK,
    "seconds",
)
PROBE_SSL_LAST_CHAIN_EXPIRY = Metric(
    "kulkul_probe_ssl_last_chain_expiry_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which the verified certificate chain stops being valid; absent while it does not verify.",
    OF_CHECK,
    "seconds",
)
PROBE_TLS_VERSION = Metric(
    "kulkul_probe_tls_version_info",
    Type.INFO,
    "TLS version that the last probe agreed on.",
    (*OF_CHECK, "version"),
)
PROBE_FAILURE = Metric(
    "kulkul_probe_failure_info",
    Type.INFO,
    "Stage and reason of the last probe's failure; absent while its outcome is ok.",
    (*OF_CHECK, "stage", "reason"),
)
PROBE_LAST_TIMESTAMP = Metric(
    "kulkul_probe_last_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which the last probe started.",
    OF_CHECK,
    "seconds",
)
PROBES = Metric(
    "kulkul_probes_total",
    Type.COUNTER,
    "Probes since the daemon started, by outcome: ok, failed, blocked, self_fault.",
    (*OF_CHECK, "outcome"),
)
SERVICE = Metric(
    "kulkul_service_info",
    Type.INFO,
    "What the register says of a service: agency and government by id and by name, category, first URL.",
    (*OF_SERVICE, "name", "agency_name", "government", "government_name", "category", "url"),
)
INCIDENT_OPEN = Metric(
    "kulkul_incident_open",
    Type.GAUGE,
    "1 while the service is out, with its incident and what that has in common with others (empty: nothing).",
    (*OF_SERVICE, "incident", "cause"),
)
SERVICE_STATUS = Metric(
    "kulkul_service_status",
    Type.GAUGE,
    "1 for the status that the service has now (UP, DEGRADED, BLOCKED, DOWN or UNKNOWN), 0 for the others.",
    (*OF_SERVICE, "status"),
)
SERVICE_STATUS_SECONDS = Metric(
    "kulkul_service_status_seconds_total",
    Type.COUNTER,
    "Time that the service spent in each status, counted once it is settled; outages from their true start.",
    (*OF_SERVICE, "status"),
    "seconds",
)
SERVICE_MAINTENANCE = Metric(
    "kulkul_service_maintenance",
    Type.GAUGE,
    "1 while an announced maintenance window covers the service, planned or not, else 0.",
    OF_SERVICE,
)
SERVICE_SLO_TARGET = Metric(
    "kulkul_service_slo_target_ratio",
    Type.GAUGE,
    "Availability that the register aims at for the service, above 0 and at most 1.",
    OF_SERVICE,
    "ratio",
)

SCHEDULER_LATENESS = Metric(
    "kulkul_scheduler_lateness_seconds",
    Type.HISTOGRAM,
    "How long after its due time a probe started.",
    unit="seconds",
)
LOOP_LAG = Metric(
    "kulkul_loop_lag_seconds",
    Type.GAUGE,
    "Largest stall of the event loop in the last 15 seconds.",
    unit="seconds",
)
RECORDER_QUEUE = Metric(
    "kulkul_recorder_queue_results",
    Type.GAUGE,
    "Results that wait to be stored.",
    unit="results",
)
STORE_WRITE_DURATION = Metric(
    "kulkul_store_write_duration_seconds",
    Type.HISTOGRAM,
    "How long one transaction of the recorder took.",
    unit="seconds",
)
STORE_ERRORS = Metric(
    "kulkul_store_errors_total",
    Type.COUNTER,
    "Transactions of the recorder that failed; their results are kept and tried again.",
)
INCIDENTS = Metric(
    "kulkul_incidents_total",
    Type.COUNTER,
    "Incidents opened since the daemon started.",
)
STORE_DROPPED = Metric(
    "kulkul_store_dropped_results_total",
    Type.COUNTER,
    "Results given up because the queue was full while the store could not be written.",
)
PROBES_IN_FLIGHT = Metric(
    "kulkul_probes_in_flight",
    Type.GAUGE,
    "Probes running now, by lane: quick, or slow for sites that lately took long.",
    ("lane",),
)
PROBES_WAITING = Metric(
    "kulkul_probes_waiting",
    Type.GAUGE,
    "Probes that are due but wait for their host, their address or a free place.",
)
VANTAGE_BLIND = Metric(
    "kulkul_vantage_blind",
    Type.GAUGE,
    "1 while failures are not judged because the vantage itself cannot see, else 0.",
)
VANTAGE_CANARY_UP = Metric(
    "kulkul_vantage_canary_up",
    Type.GAUGE,
    "1 if the canary answered when it was last tried, else 0.",
    ("canary",),
)
OUTBOX_PENDING = Metric(
    "kulkul_outbox_pending",
    Type.GAUGE,
    "Messages not yet sent: waiting for their turn, held back by quiet hours, or retrying after a failure.",
    ("state",),
)
OUTBOX_OLDEST = Metric(
    "kulkul_outbox_oldest_seconds",
    Type.GAUGE,
    "Age of the oldest message that should have been sent already; 0 where there is none.",
    unit="seconds",
)
NOTIFICATIONS = Metric(
    "kulkul_notifications_total",
    Type.COUNTER,
    "Attempts to deliver a message since the daemon started, by channel and outcome: sent, retried, dead.",
    ("channel", "outcome"),
)
HEARTBEAT_SUCCESS = Metric(
    "kulkul_heartbeat_success",
    Type.GAUGE,
    "1 if the heartbeat URL took the last call, 0 if it failed or was withheld; absent where none is set.",
)
REGISTER_RELOAD_SUCCESS = Metric(
    "kulkul_register_last_reload_success",
    Type.GAUGE,
    "1 if the register was accepted when it was last loaded, else 0.",
)
REGISTER_RELOAD_TIMESTAMP = Metric(
    "kulkul_register_last_reload_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which a register was last loaded and accepted.",
    unit="seconds",
)
REGISTER_SERVICES = Metric("kulkul_register_services", Type.GAUGE, "Services in the register.")
REGISTER_CHECKS = Metric("kulkul_register_checks", Type.GAUGE, "Checks in the register.")
BUILD = Metric(
    "kulkul_build_info",
    Type.INFO,
    "Version of Kulkul and of the Python it runs on.",
    ("version", "python"),
)

PER_CHECK = (
    PROBE_SUCCESS,
    PROBE_DURATION,
    PROBE_HTTP_DURATION,
    PROBE_HTTP_STATUS_CODE,
    PROBE_HTTP_REDIRECTS,
    PROBE_IP_PROTOCOL,
    PROBE_SSL_EARLIEST_CERT_EXPIRY,
    PROBE_SSL_LAST_CHAIN_EXPIRY,
    PROBE_TLS_VERSION,
    PROBE_FAILURE,
    PROBE_LAST_TIMESTAMP,
    PROBES,
)
PER_SERVICE = (
    SERVICE,
    INCIDENT_OPEN,
    SERVICE_STATUS,
    SERVICE_STATUS_SECONDS,
    SERVICE_MAINTENANCE,
    SERVICE_SLO_TARGET,
)
ABOUT_ITSELF = (
    SCHEDULER_LATENESS,
    LOOP_LAG,
    RECORDER_QUEUE,
    STORE_WRITE_DURATION,
    STORE_ERRORS,
    STORE_DROPPED,
    INCIDENTS,
    PROBES_IN_FLIGHT,
    PROBES_WAITING,
    VANTAGE_BLIND,
    VANTAGE_CANARY_UP,
    OUTBOX_PENDING,
    OUTBOX_OLDEST,
    NOTIFICATIONS,
    HEARTBEAT_SUCCESS,
    REGISTER_RELOAD_SUCCESS,
    REGISTER_RELOAD_TIMESTAMP,
    REGISTER_SERVICES,
    REGISTER_CHECKS,
    BUILD,
)
CATALOGUE: tuple[Metric, ...] = PER_CHECK + PER_SERVICE + ABOUT_ITSELF
