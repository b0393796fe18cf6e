"""Secrets stand outside the configuration: `${env:NAME}` and `${file:path}`, resolved while reading."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

LARGEST_BYTES = 64 * 1024
"""A secret is a line or a key file; more than this is a mistaken path."""

_REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")
# The one place where a reference is part of a value: the password of a database's URL.
_PASSWORD = re.compile(r"(postgresql://[^\s:@/?#]*:)(\$\{(?:env|file):[^}]+\})(@[^\s@]*)")
_ATTEMPT = re.compile(r"\$\{(?:env|file)\b|^\$\{\w+:.*\}$", re.IGNORECASE | re.DOTALL)


class ReferredText(str):
    """A text that came from the environment or a file, and may be a secret: never shown by repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Hide the text."""
        return "ReferredText(***)"


def resolve(text: str, folder: Path) -> str:
    """Return the text that a reference stands for, or the text itself if it is none.

    Args:
        text: a string scalar as written.
        folder: what the path of `${file:…}` is relative to.
    Raises:
        ValueError: the reference is malformed, or what it names is missing; the sentence to show.
    """
    if "${" not in text:
        return text
    url = _PASSWORD.fullmatch(text)
    if url is not None:
        before, password, after = url.groups()
        return ReferredText(before + quote(resolve(password, folder), safe="") + after)
    match = _REFERENCE.fullmatch(text)
    if match is None:
        if _ATTEMPT.search(text):
            raise ValueError(
                "a reference must be the whole value, exactly ${env:NAME} or ${file:path}; "
                "put any text around it into the variable or file as well"
            )
        return text
    kind, name = match.groups()
    return ReferredText(_from_environment(name) if kind == "env" else _from_file(folder / name, name))


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        state = "is not set" if value is None else "is set but empty"
        raise ValueError(f"the environment variable {name} {state}: set it before starting kulkul")
    return value


def _from_file(path: Path, name: str) -> str:
    """Read a secret's file, less the line end that editors leave behind."""
    if not path.is_file():
        state = "is not a file" if path.exists() else "does not exist"
        raise ValueError(f"the file {name} {state} (paths are relative to this YAML file's folder)")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"the file {name} cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"the file {name} is larger than {LARGEST_BYTES // 1024} KiB: is it the right one?")
    try:
        value = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(f"the file {name} is not UTF-8 text") from None
    if not value:
        raise ValueError(f"the file {name} is empty")
    return value
