"""Dates, statuses and names as registries write them, in RDAP and in WHOIS. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_YEARS = range(1985, 2150)
"""From the first domain on, and beyond the longest registration sold; 9999 means “never”, 1970 “nothing”."""
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[Tt ]+(\d{2}):(\d{2}):(\d{2})(?:[.,]\d{1,9})?)? ?"
    r"(?:[Zz]|UTC|GMT|([+-])(\d{2}):?(\d{2}))?",
    re.ASCII,
)
_SPOKEN = re.compile(
    r"(\d{1,2})-([A-Za-z]{3})-(\d{4})(?: +(\d{2}):(\d{2}):(\d{2})(?: ?(?:Z|UTC|GMT))?)?", re.ASCII
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# RFC 5731, 2.3; RFC 3915, 3.1; and RFC 8056, 2, where RDAP calls `ok` active and `linked` associated.
_DEEDS = ("Delete", "Renew", "Transfer", "Update")
_CODES = (
    *("ok", "linked", "inactive", "clientHold", "serverHold", "pendingCreate", "pendingRestore"),
    *("addPeriod", "autoRenewPeriod", "renewPeriod", "transferPeriod", "redemptionPeriod"),
    *(f"pending{deed}" for deed in _DEEDS),
    *(f"{side}{deed}Prohibited" for side in ("client", "server") for deed in _DEEDS),
)
_SPELLING = {code.lower(): code for code in _CODES} | {"active": "ok", "associated": "linked"}
_SERVER = re.compile(r"(?=.{1,253}\.?$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\.?")
LONGEST = 200
"""Characters kept of a name."""
_LONGEST_STATUS = 60


def instant(value: object) -> datetime | None:
    """Read a time; None: it is none, or of a year in which no registration can begin or end.

    That is RFC 3339, also with its zone missing (read as UTC) or its time of day (read as the first second of
    the day), and `01-Mar-2027 10:20:30 UTC` of older WHOIS servers. Fractions of a second are dropped.

    Returns: aware UTC.
    """
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = value.strip()
    offset = timedelta()
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.group(1, 2, 3))
        if found[7]:
            offset = timedelta(hours=int(found[8]), minutes=int(found[9])) * (-1 if found[7] == "-" else 1)
    elif (found := _SPOKEN.fullmatch(text)) and found[2].lower() in _MONTHS:
        year, month, day = int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1])
    else:
        return None
    if year not in _YEARS:
        return None
    hour, minute, second = (int(part or 0) for part in found.group(4, 5, 6))
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        return None
    return local.astimezone(UTC)


def status_code(value: object) -> str | None:
    """Return a status in EPP's spelling (`clientTransferProhibited`); None: it is none.

    RDAP separates the words by spaces (RFC 8056), WHOIS adds a link to each. A status that EPP does not know
    is kept, its words joined the same way.
    """
    if not isinstance(value, str):
        return None
    words = re.findall(r"[A-Za-z0-9]+", re.split(r"https?:|[(<]", value, maxsplit=1)[0])
    joined = "".join(words)
    if not joined or len(joined) > _LONGEST_STATUS:
        return None
    first, *rest = words
    return _SPELLING.get(joined.lower()) or "".join([first[0].lower() + first[1:], *map(_capital, rest)])


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


def server_name(value: object) -> str | None:
    """Return a name server's name in lower case without final dot; addresses behind it are passed over."""
    if not isinstance(value, str):
        return None
    name = (value.split() or [""])[0].lower()
    return name.rstrip(".") if _SERVER.fullmatch(name) else None


def plain(value: object) -> str | None:
    """Return a text on one line that can be shown and stored, cut at 200 characters; None: it is none."""
    if not isinstance(value, str):
        return None
    # Twice that much is read: more would be white space and characters that cannot be printed.
    shown = "".join(each if each.isprintable() else " " for each in value[: 2 * LONGEST])
    return " ".join(shown.split())[:LONGEST].strip() or None
