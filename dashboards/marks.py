"""What is marked on every graph of a dashboard."""

from __future__ import annotations

from grafana_foundation_sdk.models.dashboard import AnnotationQuery

from dashboards.promql import CHOSEN
from dashboards.source import SOURCE


class Annotation(AnnotationQuery):
    """Series of Prometheus; as long as one is there, its time is marked."""

    def __init__(self, name: str, expr: str, title: str, text: str, colour: str, step: str = "30s") -> None:
        """Take also what the library does not know of.

        `title` and `text` are written at the mark, with `{{label}}` of the series; samples that are further
        apart than `step` are two marks.
        """
        super().__init__(name=name, datasource=SOURCE, expr=expr, icon_color=colour)
        self._written = {"titleFormat": title, "textFormat": text, "step": step}

    def to_json(self) -> dict[str, object]:
        """Return it as Grafana's Prometheus data source reads it."""
        return {**super().to_json(), **self._written}


INCIDENTS = Annotation(
    "Gangguan",
    f"max by (incident, cause) (kulkul_incident_open{{{CHOSEN}}})",
    "{{incident}}",
    "{{cause}}",
    "red",
)
MAINTENANCE = Annotation(
    "Pemeliharaan",
    f"max by (service) (kulkul_service_maintenance{{{CHOSEN}}}) == 1",
    "Pemeliharaan {{service}}",
    "",
    "blue",
)
BLINDNESS = Annotation("Pemantau buta", "max(kulkul_vantage_blind) == 1", "Pemantau buta", "", "purple")
ALERTS = Annotation(
    "Alarm pemantau",
    'max by (alertname, severity) (ALERTS{alertstate="firing",alertname=~"Kulkul.*"})',
    "{{alertname}}",
    "{{severity}}",
    "orange",
)
