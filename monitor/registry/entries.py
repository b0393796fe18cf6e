"""What every list of entries in a file must keep to: ids of their own, and names that the register knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor.registry.names import Names
from monitor.settings.yaml import Document, Location, Spot

SCOPES = ("services", "agencies", "governments", "tags")


def told_of_id(
    document: Document, place: Location, item: dict[str, Any], taken: dict[str, Spot]
) -> Iterator[tuple[Location, str]]:
    """Yield key and sentence where an entry's id is another one's; `taken` remembers where each id stands."""
    id_ = item.get("id")
    if not isinstance(id_, str):
        return
    spot = document.locate((*place, "id"))
    first = taken.setdefault(id_, spot)
    if first is not spot:
        yield ("id",), f"the id is already that of {document.path}:{first.line}:{first.column}: write another"


def told_of_names(
    item: dict[str, Any], names: Names, within: Location = ()
) -> Iterator[tuple[Location, str]]:
    """Yield key and sentence for every service, agency, government or tag that the register does not know.

    Args:
        item: with the keys of SCOPES, each a name or a list of them.
        names: of the register.
        within: where `item` stands in its entry.
    """
    for kind in SCOPES:
        found = item.get(kind)
        for number, name in enumerate(found if isinstance(found, list) else [found]):
            line = " ".join(name.split()) if isinstance(name, str) else ""
            unknown = names.unknown(kind, line) if line else None
            if unknown is not None:
                yield (*within, kind, number), unknown.en
