"""Text that can be sent, and text that can be shown."""

from __future__ import annotations

import base64
from urllib.parse import quote

_LONGEST_QUOTE = 200


def sendable(text: str) -> str:
    """Return the text without halves of characters (lone surrogates), which UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode()


def quoted(text: str, *secrets: str | None) -> str:
    """Return what the other side said so that it can be shown: one line, not too long, no secret.

    Args:
        text: as received; it may echo what we sent.
        secrets: what must not be read in it, neither plain nor as URLs and logins encode it.
    """
    for secret in secrets:
        for form in _forms(secret) if secret else ():
            text = text.replace(form, "***")
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _forms(secret: str) -> tuple[str, ...]:
    return secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()
