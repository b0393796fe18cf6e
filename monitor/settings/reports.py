"""The section `reports`: whose reports they are, and when a month is closed by itself."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from monitor.core.office import Office
from monitor.settings.fields import Duration, Line, Model, OneOrMore, at_least
from monitor.settings.settings import ReportSettings

_LARGEST_LOGO = 512 * 1024
"""Bytes. It stands in every closed period's record."""
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg", b"<?xml")


def _logo(value: str, info: ValidationInfo) -> str:
    folder: Path = (info.context or {}).get("folder", Path())
    path = folder / value
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_LOGO + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise ValueError(
            f"the file cannot be read ({reason}); paths are relative to this YAML file"
        ) from None
    if len(data) > _LARGEST_LOGO:
        raise ValueError(f"the picture is larger than {_LARGEST_LOGO // 1024} KiB: make it smaller")
    if not data.startswith(_PICTURES):
        raise ValueError("the file is no PNG, JPEG or SVG picture")
    return b64encode(data).decode()


class OfficeModel(Model):
    """Letterhead and signature block of the documents."""

    letterhead: Annotated[tuple[Line, ...], OneOrMore(), Field(max_length=6)] = ()
    """Lines: the government, the office, its address."""
    logo: Annotated[str, AfterValidator(_logo)] | None = None
    """A PNG, JPEG or SVG file of up to 512 KiB, relative to this file."""
    place: Line | None = None
    """Where reports are signed."""
    position: Line | None = None
    """Of who signs; without it there is no signature block."""
    name: Line | None = None
    nip: Line | None = None
    """The official's number; without it a line to write on."""


class ReportsModel(Model):
    """Reports of availability."""

    office: OfficeModel = OfficeModel()
    close_after: Annotated[Duration, AfterValidator(at_least(timedelta(hours=1), "1h"))] | None = None
    """How long after its end a month is closed by itself; null: only by hand."""


def report_settings(model: ReportsModel) -> ReportSettings:
    """Complete the section with its defaults."""
    office = model.office
    close_after = (
        model.close_after if "close_after" in model.model_fields_set else ReportSettings().close_after
    )
    return ReportSettings(
        office=Office(
            letterhead=office.letterhead,
            logo=office.logo,
            place=office.place or "",
            position=office.position or "",
            name=office.name or "",
            nip=office.nip or "",
        ),
        close_after=close_after,
    )
