"""What probes measure, by check and by service."""

from __future__ import annotations

from monitor.metrics.catalogue.metric import Metric, Type

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
INCIDENT_OUT_SINCE = Metric(
    "kulkul_incident_out_since_timestamp_seconds",
    Type.GAUGE,
    "Unix time since which the service is out without a pause; absent while it has no open incident.",
    OF_SERVICE,
    "seconds",
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
    INCIDENT_OUT_SINCE,
    SERVICE_STATUS,
    SERVICE_STATUS_SECONDS,
    SERVICE_MAINTENANCE,
    SERVICE_SLO_TARGET,
)
