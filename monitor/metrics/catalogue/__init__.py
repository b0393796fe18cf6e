"""Every metric that the daemon exposes: one table, to which a test holds docs/metrics.md.

Names follow blackbox_exporter where it measures the same thing, so that dashboards and habits carry over.
`process_*` and `python_info` come from prometheus-client and are not listed.
"""

from monitor.metrics.catalogue.accounting import ACCOUNTED
from monitor.metrics.catalogue.inspecting import PER_CERTIFICATE, PER_DOMAIN, PER_FINDING
from monitor.metrics.catalogue.itself import ABOUT_ITSELF
from monitor.metrics.catalogue.metric import Metric, Type
from monitor.metrics.catalogue.probing import PER_CHECK, PER_SERVICE

CATALOGUE: tuple[Metric, ...] = (
    PER_CHECK + PER_SERVICE + ACCOUNTED + PER_DOMAIN + PER_CERTIFICATE + PER_FINDING + ABOUT_ITSELF
)

__all__ = [
    "ABOUT_ITSELF",
    "ACCOUNTED",
    "CATALOGUE",
    "PER_CERTIFICATE",
    "PER_CHECK",
    "PER_DOMAIN",
    "PER_FINDING",
    "PER_SERVICE",
    "Metric",
    "Type",
]
