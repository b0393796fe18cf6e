"""Who may read which reports: bearer tokens, their roles, and what a role makes of a question. Pure."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

PREFIX = "kulkul_"
"""By which scanners of sources and mails know one that slipped out."""
SECRET_BYTES = 32
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_DIGITS, _CHECK_DIGITS = 43, 6
"""That 256 bits and a CRC-32 take at 62 digits: no sign at which a double click would stop."""
_TOKEN = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{_SECRET_DIGITS}}})([0-9A-Za-z]{{{_CHECK_DIGITS}}})")


class RoleKind(StrEnum):
    """What a token opens."""

    ALL = "all"
    GOVERNMENT = "government"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Role:
    """Whose reports a token opens."""

    kind: RoleKind
    id: str | None = None
    """Of the government or agency; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is remembered: without what it reads. Times are aware UTC."""

    number: int
    name: str
    role: Role
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    """From when on it opens nothing; None: never."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    last_used_at: datetime | None = None
    """To the hour."""

    def state(self, now: datetime) -> TokenState:
        """Return whether it opens anything."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return TokenState.EXPIRED
        return TokenState.LIVE


class TokenState(StrEnum):
    """Whether a token opens anything."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose figures are asked for, by ids: those that fit everything that is named. None: any."""

    government: str | None = None
    agency: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Who answers for what, as the register says."""

    agencies: Mapping[str, str] = field(default_factory=dict)
    """The government of each agency."""
    services: Mapping[str, str] = field(default_factory=dict)
    """The agency of each service."""


class NotPermittedError(Exception):
    """What was asked for is another's."""


def token_text(secret: bytes) -> str:
    """Return what a token reads: prefix, secret and check digits.

    Args:
        secret: SECRET_BYTES random bytes.
    Raises:
        ValueError: there are more or fewer.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a token is made from {SECRET_BYTES} bytes")
    digits = _digits(int.from_bytes(secret), _SECRET_DIGITS)
    return f"{PREFIX}{digits}{_check(digits)}"


def well_formed(text: str) -> bool:
    """Whether a text can be a token; one with a slip of the finger cannot."""
    found = _TOKEN.fullmatch(text)
    return found is not None and _check(found[1]) == found[2]


def fingerprint(token: str) -> str:
    """Return the SHA-256 by which a token is known again, hexadecimal.

    A slow hash would protect what people think up; 256 random bits cannot be guessed however fast one tries.
    """
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def permitted(role: Role, asked: Asked, owners: Owners) -> Asked:
    """Return whose figures a role gets: always within its own, whatever was asked for.

    Args:
        role: of the token.
        asked: as it was named.
        owners: by whom what belongs to others is known, to say so; nothing rests on them.
    Raises:
        NotPermittedError: the register says that it is another's.
    """
    if role.kind is RoleKind.ALL:
        return asked
    agency = asked.agency or owners.services.get(asked.service or "")
    government = asked.government or owners.agencies.get(agency or "")
    if role.kind is RoleKind.GOVERNMENT:
        if government not in (None, role.id):
            raise NotPermittedError
        return replace(asked, government=role.id)
    if agency not in (None, role.id) or (asked.government and not agency):
        raise NotPermittedError
    return replace(asked, agency=role.id)


def _digits(number: int, width: int) -> str:
    found = []
    for _ in range(width):
        number, digit = divmod(number, len(_ALPHABET))
        found.append(_ALPHABET[digit])
    return "".join(reversed(found))


def _check(digits: str) -> str:
    return _digits(zlib.crc32(digits.encode()), _CHECK_DIGITS)
