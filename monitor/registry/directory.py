"""Who is who across all files: ids are unique, and every reference leads somewhere; pure.

This looks at the files' plain data, not at the validated models, so that references are checked and reported
together with everything else, also in files that have other mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from monitor.registry.slug import slug
from monitor.settings.problems import Problem
from monitor.settings.yaml import Document, Location

SUGGESTIONS = 50
"""Looking for similar names is slow; a register with more dangling names than this has one cause for them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something with an id, and where it stands."""

    document: Document
    location: Location
    id: str
    government_id: str = ""


@dataclass(slots=True)
class Directory:
    """What the files define, and what their references mean."""

    complete: bool
    """False where a file could not be read at all: what it defines is unknown, so nothing is dangling."""
    governments: dict[str, Entry] = field(default_factory=dict)
    agencies: dict[str, Entry] = field(default_factory=dict)
    names: dict[str, list[Entry]] = field(default_factory=dict)
    """Agencies by name and short name, in small letters."""
    services: dict[str, Entry] = field(default_factory=dict)
    service_ids: dict[tuple[int, int], str] = field(default_factory=dict)
    """(number of the file, number of the service in it) → its id."""
    agency_ids: dict[tuple[int, int], str] = field(default_factory=dict)
    """(number of the file, number of the service in it) → its agency's id."""
    problems: list[Problem] = field(default_factory=list)
    _near: dict[str, str] = field(default_factory=dict)

    def near(self, text: str) -> str:
        """Return a sentence that names the most similar agency, or what there is."""
        if text not in self._near and len(self._near) < SUGGESTIONS:
            known = [*self.agencies, *self.names]
            found = get_close_matches(text.lower(), known, n=1, cutoff=0.5)
            ids = [self.names[found[0]][0].id if found[0] in self.names else found[0]] if found else []
            self._near[text] = f"; did you mean {ids[0]}?" if ids else "; add it under `agencies`"
        return self._near.get(text, "")


def survey(documents: Sequence[Document], *, complete: bool) -> Directory:
    """Collect what the files define, and resolve their references.

    Args:
        documents: the files that could be read; sorted, since the first definition of an id counts.
        complete: whether these are all files.
    """
    directory = Directory(complete=complete)
    for document in documents:
        _add_government(directory, document)
    for document in documents:
        _add_agencies(directory, document)
    for number, document in enumerate(documents):
        _add_services(directory, number, document)
    return directory


def _add_government(directory: Directory, document: Document) -> None:
    government = document.data.get("government")
    if (id_ := _text(government, "id")) is not None:
        _claim(directory, directory.governments, Entry(document, ("government", "id"), id_), "government")


def _add_agencies(directory: Directory, document: Document) -> None:
    own = _text(document.data.get("government"), "id")
    for number, agency in _items(document, "agencies"):
        id_ = _text(agency, "id")
        if id_ is None:
            continue
        location = ("agencies", number)
        government = _text(agency, "government")
        if government is None and own is None:
            message = (
                "the agency belongs to no government: write `government:` with an id here or for the file"
            )
            directory.problems.append(document.problem(location, message))
        elif government is not None and government not in directory.governments and directory.complete:
            near = get_close_matches(government, directory.governments, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            message = f"there is no government with the id {government}{hint}"
            directory.problems.append(document.problem((*location, "government"), message))
        entry = Entry(document, (*location, "id"), id_, government or own or "")
        if _claim(directory, directory.agencies, entry, "agency"):
            for name in {_folded(agency, "name"), _folded(agency, "short_name")} - {None}:
                directory.names.setdefault(str(name), []).append(entry)


def _add_services(directory: Directory, file: int, document: Document) -> None:
    own = _text(document.data.get("government"), "id")
    for number, service in _items(document, "services"):
        location = ("services", number)
        agency = _agency(directory, document, location, service, own)
        if agency is not None:
            directory.agency_ids[file, number] = agency
        id_ = _text(service, "id")
        if id_ is None:
            name = _text(service, "name")
            if agency is None or name is None:
                continue
            id_ = slug(agency, name) if slug(name) else ""
            if not id_:
                message = "no id can be made of this name: write one (`id:`, small letters, digits, hyphens)"
                directory.problems.append(document.problem((*location, "name"), message))
                continue
            entry = Entry(document, (*location, "name"), id_)
        else:
            entry = Entry(document, (*location, "id"), id_)
        _claim(directory, directory.services, entry, "service")
        directory.service_ids[file, number] = id_


def _agency(
    directory: Directory, document: Document, location: Location, service: dict[str, Any], own: str | None
) -> str | None:
    """Return the id of the agency that a service names: by id, else by a name that only one agency has."""
    text = _text(service, "agency")
    if text is None or text in directory.agencies:
        return text
    named = directory.names.get(" ".join(text.lower().split()), [])
    at_home = [entry for entry in named if own is not None and entry.government_id == own]
    found = at_home or named
    if len(found) == 1:
        return found[0].id
    if found:
        ids = ", ".join(sorted(entry.id for entry in found))
        message = f"several agencies are called {text}: write the id of one of them ({ids})"
    elif directory.complete:
        message = f"there is no agency with the id or name {text}{directory.near(text)}"
    else:
        return None
    directory.problems.append(document.problem((*location, "agency"), message))
    return None


def _claim(directory: Directory, taken: dict[str, Entry], entry: Entry, what: str) -> bool:
    """Note an id; refuse it where it is taken, naming both places."""
    first = taken.setdefault(entry.id, entry)
    if first is entry:
        return True
    spot = first.document.locate(first.location)
    made = "" if entry.location[-1] == "id" else " (made of agency and name)"
    message = (
        f"the {what} id {entry.id}{made} is already that of {first.document.path}:{spot.line}:{spot.column}: "
        + ("write another" if not made else "write an `id:` of its own")
    )
    directory.problems.append(entry.document.problem(entry.location, message))
    return False


def _items(document: Document, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = document.data.get(key)
    if isinstance(items, list):
        yield from ((number, item) for number, item in enumerate(items) if isinstance(item, dict))


def _text(mapping: object, key: str) -> str | None:
    value = mapping.get(key) if isinstance(mapping, dict) else None
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _folded(mapping: dict[str, Any], key: str) -> str | None:
    text = _text(mapping, key)
    return text.lower() if text is not None else None
