"""Where the figures come from."""

from __future__ import annotations

from grafana_foundation_sdk.models.dashboard import DataSourceRef

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
"""Whichever Prometheus is chosen at the top: no id of an installation is written into the files."""
