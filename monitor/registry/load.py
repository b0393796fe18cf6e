"""From the folder of services files to the `Registry`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from monitor.core.service import Registry
from monitor.registry.build import build_agency, build_government, build_service
from monitor.registry.directory import Directory, survey
from monitor.registry.models import ServicesModel
from monitor.settings import ConfigurationError, Problem, Settings
from monitor.settings.settings import ServiceDefaults
from monitor.settings.validation import check
from monitor.settings.yaml import Document, read_document


def load_registry(folder: Path | str, settings: Settings) -> Registry:
    """Read every `*.yml` and `*.yaml` of a folder (not of folders in it) as one register.

    Takes over a second for 10,000 services: a daemon loads it off its event loop.

    Args:
        folder: usually `settings.register`.
        settings: for the defaults.
    Raises:
        ConfigurationError: with every problem of every file.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    paths = _files(Path(folder))
    for path in paths:
        try:
            documents.append(read_document(path))
        except ConfigurationError as error:
            problems.extend(error.problems)
    models: list[ServicesModel] = []
    for document in documents:
        model, found = check(document, ServicesModel)
        problems.extend(found)
        if model is not None:
            models.append(model)
    directory = survey(documents, complete=len(documents) == len(paths))
    problems.extend(directory.problems)
    if problems:
        raise ConfigurationError(problems)
    return _registry(models, directory, settings.defaults, _version(documents))


def _files(folder: Path) -> list[Path]:
    """List the services files, sorted by name; hidden ones (editors' leftovers) are left out."""
    try:
        found = [one for one in folder.iterdir() if one.suffix in (".yml", ".yaml") and one.name[0] != "."]
    except OSError as error:
        message = f"the folder of services files cannot be read: {error.strerror}"
        raise ConfigurationError([Problem(folder, 1, 1, "", message)]) from None
    if not found:
        message = "the folder holds no services file: add one that ends in .yml"
        raise ConfigurationError([Problem(folder, 1, 1, "", message)])
    return sorted(found)


def _registry(
    models: Sequence[ServicesModel], directory: Directory, defaults: ServiceDefaults, version: str
) -> Registry:
    governments = [build_government(model.government) for model in models if model.government is not None]
    agencies = [
        build_agency(agency, directory.agencies[agency.id].government_id)
        for model in models
        for agency in model.agencies
    ]
    services = [
        build_service(service, directory.service_ids[place], directory.agency_ids[place], defaults)
        for file, model in enumerate(models)
        for number, service in enumerate(model.services)
        for place in [(file, number)]
    ]
    return Registry(
        governments={one.id: one for one in governments},
        agencies={one.id: one for one in agencies},
        services={one.id: one for one in services},
        version=version,
    )


def _version(documents: Sequence[Document]) -> str:
    """Hash names and contents, each with its length, so that no two registers look the same."""
    digest = hashlib.sha256()
    for document in sorted(documents, key=lambda one: one.path.name):
        for part in (document.path.name.encode(), document.content):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
