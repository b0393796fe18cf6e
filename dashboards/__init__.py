"""The Grafana dashboards as code; `python -m dashboards` writes them to `config/grafana/dashboards/`.

One module for each dashboard, and one line in `dashboards.table`. They stand outside the wheel:
Grafana reads what they write.
"""
