"""A report as PDF on A4 landscape: PDF/A-2a and PDF/UA-1, with fonts that come with the typesetter."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import cache
from importlib.resources import files

import typst

from monitor.reports.formats.errors import FormatError
from monitor.reports.printed import printed
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
        try:
            return _compiled(report, language, logo)
        except typst.TypstError:
            pass  # If it was not the logo, the next attempt tells.
    try:
        return _compiled(report, language, None)
    except typst.TypstError as error:
        raise FormatError(
            f"PDF tidak dapat disusun ({error.message}); pakai --format html atau xlsx, dan laporkan galat "
            "ini.",
            f"The PDF cannot be set ({error.message}); use --format html or xlsx, and report this fault.",
        ) from error


def _compiled(report: Report, language: str, logo: tuple[str, bytes] | None) -> bytes:
    shape = printed(report, language, None if logo is None else logo[0])
    sources = {
        "main.typ": _template(),
        "report.json": json.dumps(shape, ensure_ascii=False).encode("utf-8", "backslashreplace"),
    }
    if logo is not None:
        sources[logo[0]] = logo[1]
    made_at = report.generated_at if report.revision is None else report.revision.frozen_at
    return typst.compile(  # type: ignore[no-any-return,call-overload]  # its stubs leave out files in memory
        sources,
        format="pdf",
        pdf_standards=_STANDARDS,
        timestamp=int(made_at.timestamp()),
        # Or a machine with other fonts would set it otherwise.
        ignore_system_fonts=True,
    )


def _logo(report: Report) -> tuple[str, bytes] | None:
    """Return the name of a file by which the compiler knows what picture it is, and the picture."""
    if report.office.logo is None:
        return None
    data = b64decode(report.office.logo)
    kind = next((kind for begins, kind in _KINDS.items() if data.startswith(begins)), "svg")
    return f"logo.{kind}", data


@cache
def _template() -> bytes:
    return files("monitor.reports").joinpath("templates", "report.typ").read_bytes()
