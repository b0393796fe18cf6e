"""Many files as one archive with the checksum of each; the same files, the same bytes. Pure."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

SUMS = "SHA256SUMS"
"""As `sha256sum --check` reads it."""
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""An archive knows no time before."""
_REGULAR_FILE = 0o100644 << 16


def pack(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return an archive of files and their checksums.

    Args:
        files: by path, with forward slashes.
        at: when all of them were changed last, as the archive says; aware UTC.
    """
    memory = io.BytesIO()
    moment = max(at, _EARLIEST).timetuple()[:6]
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, data in [*sorted(files.items()), (SUMS, sums(files))]:
            info = zipfile.ZipInfo(path, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _REGULAR_FILE
            info.create_system = 3  # Unix, wherever it is made
            archive.writestr(info, data)
    return memory.getvalue()


def sums(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums, a file to a line."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items()))
    return "".join(lines).encode()
