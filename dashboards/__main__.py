"""Write every dashboard to `config/grafana/dashboards/`."""

from __future__ import annotations

from pathlib import Path

from dashboards.table import rendered

FOLDER = Path(__file__).parents[1] / "config" / "grafana" / "dashboards"


def main() -> None:
    """Write what changed, and remove what no dashboard is called."""
    files = rendered()
    for path in FOLDER.glob("*.json"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
