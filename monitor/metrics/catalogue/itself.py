"""What the daemon tells about itself."""

from __future__ import annotations

from monitor.metrics.catalogue.metric import Metric, Type

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
ROLLUP_WATERMARK = Metric(
    "kulkul_rollup_watermark_timestamp_seconds",
    Type.GAUGE,
    "Unix time up to which recorded results are in the rollups; absent until the first are.",
    unit="seconds",
)
STORE_DELETED = Metric(
    "kulkul_store_deleted_rows_total",
    Type.COUNTER,
    "Rows deleted by the daemon since it started, once they were old and rolled up: results, details, hours.",
    ("kind",),
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
REPORT_REQUESTS = Metric(
    "kulkul_report_requests_total",
    Type.COUNTER,
    "Requests to the API of reports since the daemon started, by format and HTTP status.",
    ("format", "code"),
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
STANDBY = Metric(
    "kulkul_standby",
    Type.GAUGE,
    "1 if this daemon stands by while another one of its vantage is at work, else 0.",
)
BUILD = Metric(
    "kulkul_build_info",
    Type.INFO,
    "Version of Kulkul and of the Python it runs on.",
    ("version", "python"),
)

ABOUT_ITSELF = (
    STANDBY,
    SCHEDULER_LATENESS,
    LOOP_LAG,
    RECORDER_QUEUE,
    STORE_WRITE_DURATION,
    STORE_ERRORS,
    STORE_DROPPED,
    ROLLUP_WATERMARK,
    STORE_DELETED,
    INCIDENTS,
    PROBES_IN_FLIGHT,
    PROBES_WAITING,
    VANTAGE_BLIND,
    VANTAGE_CANARY_UP,
    OUTBOX_PENDING,
    OUTBOX_OLDEST,
    NOTIFICATIONS,
    REPORT_REQUESTS,
    HEARTBEAT_SUCCESS,
    REGISTER_RELOAD_SUCCESS,
    REGISTER_RELOAD_TIMESTAMP,
    REGISTER_SERVICES,
    REGISTER_CHECKS,
    BUILD,
)
