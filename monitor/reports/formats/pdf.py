"""A report as PDF on A4 landscape: PDF/A-2a and PDF/UA-1, with fonts that come with the typesetter."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.resources import files

import typst

from monitor.reports.formats.errors import FormatError
from monitor.reports.printed import Logo, Shape, printed
from monitor.reports.report import Report

_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""To be kept for long, and to be read aloud. The compiler refuses what either forbids."""
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


def pdf_bytes(report: Report, language: str) -> bytes:
    """Return the file; its times are on the clock of the register's zone.

    A logo that cannot be set is left out, and its place says so.

    Raises:
        FormatError: the compiler refuses it.
    """
    logo = _logo(report)
    if logo is not None:
        # If the reason was another one, the second attempt tells.
        with suppress(FormatError):
            return _set(report, language, logo)
    return _set(report, language, None)


def compiled(template: bytes, shape: Shape, made_at: datetime) -> bytes:
    """Return the document that a template makes of some values, the same in every place and at any time.

    Args:
        template: it finds the values as JSON in `sys.inputs.report`: names come from outside, and handed over
            as data none of them is ever read as markup.
        shape: the values.
        made_at: what the document says of when it was made. Aware UTC.
    Raises:
        FormatError: the compiler refuses it.
    """
    try:
        return typst.compile(
            template,
            format="pdf",
            sys_inputs={"report": json.dumps(shape, ensure_ascii=False)},
            pdf_standards=_STANDARDS,
            timestamp=int(made_at.timestamp()),
            # Or a machine with other fonts would set it otherwise.
            ignore_system_fonts=True,
        )
    except RuntimeError as error:  # what the compiler finds wrong, and what its binding does
        said = str(getattr(error, "message", error))
        raise FormatError(
            f"PDF tidak dapat disusun ({said}); pakai --format html atau xlsx, dan laporkan galat ini.",
            f"The PDF cannot be set ({said}); use --format html or xlsx, and report this fault.",
        ) from error


def _set(report: Report, language: str, logo: Logo | None) -> bytes:
    made_at = report.generated_at if report.revision is None else report.revision.frozen_at
    return compiled(_template(), printed(report, language, logo), made_at)


def _logo(report: Report) -> Logo | None:
    if report.office.logo is None:
        return None
    data = b64decode(report.office.logo)
    kind = next((kind for begins, kind in _KINDS.items() if data.startswith(begins)), "svg")
    return Logo(kind, data)


@cache
def _template() -> bytes:
    return files("monitor.reports").joinpath("templates", "report.typ").read_bytes()
