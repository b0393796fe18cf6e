"""The names that a register knows, and what somebody may have meant by one that it does not know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from monitor.core.reason import Sentence
from monitor.core.service import Registry

SUGGESTED = 3
SUGGESTIONS = 20
"""Looking for similar names is slow, and more wrong names than this have one cause."""

_UNKNOWN = {
    "services": Sentence("tidak ada layanan dengan id {name}", "there is no service with the id {name}"),
    "agencies": Sentence("tidak ada instansi dengan id {name}", "there is no agency with the id {name}"),
    "governments": Sentence(
        "tidak ada pemerintah daerah dengan id {name}", "there is no government with the id {name}"
    ),
    "tags": Sentence("tidak ada layanan dengan tag {name}", "no service carries the tag {name}"),
}
_NEAR = Sentence("; maksud Anda {near}?", "; did you mean {near}?")
_OR = Sentence(" atau ", " or ")


class Names:
    """What can be named by the keys of a window: `services`, `agencies`, `governments` and `tags`."""

    def __init__(self, registry: Registry) -> None:
        services = registry.services.values()
        tags = {tag for one in services for tag in one.tags}
        # Ids by everything that they may be taken for, in small letters.
        self._labels: Mapping[str, Mapping[str, str]] = {
            "services": _labels((one.id, one.name) for one in services),
            "agencies": _labels((one.id, one.name, one.short_name) for one in registry.agencies.values()),
            "governments": _labels((one.id, one.name) for one in registry.governments.values()),
            "tags": _labels((tag,) for tag in tags),
        }
        self._known = {
            "services": registry.services.keys(),
            "agencies": registry.agencies.keys(),
            "governments": registry.governments.keys(),
            "tags": tags,
        }
        self._hints = 0

    def unknown(self, kind: str, name: str) -> Sentence | None:
        """Return what to say of a name that the register does not know; None: it does.

        Args:
            kind: `services`, `agencies`, `governments` or `tags`.
            name: an id; a tag as it stands.
        Returns: no full sentence: without capital letter and full stop.
        """
        if name in self._known[kind]:
            return None
        self._hints += 1
        near = self._near(kind, name.lower()) if self._hints <= SUGGESTIONS else []
        both = _UNKNOWN[kind]
        return Sentence(
            both.id.format(name=name) + (_NEAR.id.format(near=_OR.id.join(near)) if near else ""),
            both.en.format(name=name) + (_NEAR.en.format(near=_OR.en.join(near)) if near else ""),
        )

    def _near(self, kind: str, name: str) -> list[str]:
        """Return ids that may be meant: of what contains the name, or else of what is spelt most alike."""
        labels = self._labels[kind]
        containing = [id_ for label, id_ in labels.items() if name in label]
        alike = [labels[label] for label in get_close_matches(name, labels, n=1)]
        return list(dict.fromkeys(containing))[:SUGGESTED] or alike


def _labels(rows: Iterable[tuple[str | None, ...]]) -> dict[str, str]:
    """Return the first of each row (an id) by every text of the row."""
    return {text.lower(): str(row[0]) for row in rows for text in row if text}
