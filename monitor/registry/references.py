"""Standards and regulations that findings refer to: those that ship, and those of the operators' file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from monitor.core.reason import Sentence
from monitor.core.reference import Reference
from monitor.settings import ConfigurationError
from monitor.settings.fields import Id, Line, Model, Url
from monitor.settings.validation import check
from monitor.settings.yaml import read_document


def _written(value: object) -> str:
    text = str(value)
    if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", text, re.ASCII):
        raise ValueError("write a year, a month or a day: 2025, 2025-03 or 2025-03-14")
    return text


class TitleModel(Model):
    """What it is called."""

    id: Line
    en: Line


class ReferenceModel(Model):
    """One standard or regulation."""

    id: Id
    title: TitleModel
    issued: Annotated[str, BeforeValidator(_written)]
    """When it was issued, as far as that is known: 2025, 2025-03 or 2025-03-14."""
    url: Url | None = None
    replaced_by: Id | None = None
    """Id of the one that came after it."""


class ReferencesModel(Model):
    """A file of standards and regulations."""

    references: Annotated[tuple[ReferenceModel, ...], Field()] = ()


def load_references(path: Path | None = None) -> Mapping[str, Reference]:
    """Return what ships, with what the operators' file says instead or besides, by id.

    A file that is missing says nothing.

    Raises:
        ConfigurationError: with every problem of the file.
    """
    shipped = shipped_references()
    return shipped if path is None or not path.exists() else {**shipped, **_read(path)}


@cache
def shipped_references() -> Mapping[str, Reference]:
    """Return those that come with the program, by id."""
    with as_file(files("monitor.registry") / "references.yml") as path:
        return _read(path)


def _read(path: Path) -> dict[str, Reference]:
    model, problems = check(read_document(path), ReferencesModel)
    if model is None:
        raise ConfigurationError(problems)
    return {
        one.id: Reference(
            id=one.id,
            title=Sentence(one.title.id, one.title.en),
            issued=one.issued,
            url=one.url,
            replaced_by=one.replaced_by,
        )
        for one in model.references
    }
