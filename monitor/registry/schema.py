"""JSON Schemas of the YAML files, so that editors complete and check while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from monitor.registry.blocks import BlocksModel
from monitor.registry.models import ServicesModel
from monitor.registry.references import ReferencesModel
from monitor.registry.route_models import RoutesModel
from monitor.registry.windows import WindowsModel
from monitor.settings.models import SettingsModel

SCHEMAS: dict[str, type[BaseModel]] = {
    "blocks.schema.json": BlocksModel,
    "kulkul.schema.json": SettingsModel,
    "references.schema.json": ReferencesModel,
    "routes.schema.json": RoutesModel,
    "services.schema.json": ServicesModel,
    "windows.schema.json": WindowsModel,
}


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder, which is made if need be; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model in SCHEMAS.items():
        path = folder / name
        path.write_text(schema_text(model), encoding="utf-8")
        written.append(path)
    return written


def schema_text(model: type[BaseModel]) -> str:
    """Return a model's schema (JSON Schema 2020-12) as the text of its file."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
