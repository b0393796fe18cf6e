"""What somebody may have meant by a host name that cannot be right: the nearest plausible one. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

SUFFIXES = ("go.id", "desa.id", "ac.id", "sch.id", "mil.id", "ponpes.id", "co.id", "or.id", "web.id", "my.id")
"""Those endings of .id under which public services are found; from the Public Suffix List, 2026-08."""
_FARTHEST = 2
"""Slips of the finger between a name and one of the register: more, and it is another name."""
_LETTERS_PER_SLIP = 6
"""A short name is soon another one."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_STOPS = re.compile(r"[.,;\s]+")
_GLUED = re.compile(rf"(.+\.(?:{'|'.join(map(re.escape, SUFFIXES))}))[a-z0-9-]+")


def suggest(name: str, known: Collection[str]) -> str | None:
    """Return the host name that was probably meant; None: nothing near is plausible.

    A path that ran into the name is cut off. Otherwise it is the name with its ending mended or added, where
    the register knows that domain; else the register's nearest name; else the name with its ending mended.

    Args:
        name: of class INVALID or UNKNOWN_TLD; lower case.
        known: host names of the register that are right.
    """
    plain = _STOPS.sub(".", name).strip(".")
    glued = _GLUED.fullmatch(plain)
    if glued is not None and _plausible(glued[1]):
        return glued[1]
    mended = [one for one in _mended(plain) if _plausible(one) and one != name]
    domains = {_domain(one) for one in known}
    at_home = [one for one in mended if _domain(one) in domains]
    at_home += [whole for suffix in SUFFIXES if (whole := f"{plain}.{suffix}") in known]
    if at_home:
        return at_home[0]
    farthest = min(_FARTHEST, len(plain) // _LETTERS_PER_SLIP)
    near = [(far, one) for one in known if 0 < (far := distance(plain, one, farthest)) <= farthest]
    return min(near)[1] if near else next(iter(mended), None)


def _mended(name: str) -> Iterator[str]:
    """Yield the name with its ending replaced by one of .id that differs from it by one slip."""
    labels = name.split(".")
    if ".".join(labels[-2:]) in SUFFIXES:
        yield name
    for count in (1, 2, 3):
        ending, rest = ".".join(labels[-count:]), ".".join(labels[:-count])
        for suffix in SUFFIXES:
            if rest and (distance(ending, suffix, 1) == 1 or f"{ending}.id" == suffix):
                yield f"{rest}.{suffix}"


def _plausible(name: str) -> bool:
    """Whether it is a host name with something registered that has letters."""
    labels = name.split(".")
    return (
        all(map(_LABEL.fullmatch, labels))
        and ".".join(labels[-2:]) in SUFFIXES
        and len(labels) > len(("go", "id"))
        and any(map(str.isalpha, labels[-3]))
    )


def _domain(name: str) -> str:
    return ".".join(name.split(".")[-3:])


def distance(one: str, other: str, farthest: int) -> int:
    """Return how many slips lie between two texts: a letter too many, too few, wrong, or two swapped.

    Returns: `farthest` + 1 for anything farther.
    """
    if abs(len(one) - len(other)) > farthest:
        return farthest + 1
    width = len(other) + 1
    before: list[int] = []
    row = list(range(width))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [farthest + 1] * width
        row[0] = i
        # Farther from the diagonal than `farthest`, no way leads back in time.
        for j in range(max(1, i - farthest), min(width, i + farthest + 1)):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other[j - 1]))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, last[j - 2] + 1)
            row[j] = cost
        if min(row) > farthest:
            return farthest + 1
    return min(row[-1], farthest + 1)
