"""Whom a command tells something: the language, the clock and the names that its texts are written for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli.options import Lang
from monitor.cli.output import talk
from monitor.core.affected import Places, places_of
from monitor.core.reason import Sentence
from monitor.core.service import Registry

if TYPE_CHECKING:
    from monitor.settings import Settings

NOTHING = "—"
_NO_REGISTER = Sentence(
    "Register tidak dapat dibaca (lihat: kulkul config check); layanan ditampilkan dengan id-nya.",
    "The register cannot be read (see: kulkul config check); services are shown by their ids.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who is told: the language, the clock on the wall, and what services are called there."""

    lang: Lang
    zone: tzinfo
    now: datetime
    registry: Registry | None
    """None: it cannot be read just now, and ids stand for names."""

    def of(self, sentence: Sentence) -> str:
        """Return a sentence in the reader's language."""
        return self.lang.of(sentence)

    def time(self, at: datetime | None, form: str = "%Y-%m-%d %H:%M:%S %Z") -> str:
        """Write a time as the reader's clock shows it."""
        return NOTHING if at is None else f"{at.astimezone(self.zone):{form}}"

    def service(self, service_id: str) -> str:
        """Return a service's name; its id where the register does not know it (any more)."""
        known = self.registry.services.get(service_id) if self.registry else None
        return known.name if known else service_id

    def places(self) -> Places:
        """Return where the services of the register are; nowhere, where it cannot be read."""
        return places_of(self.registry) if self.registry else {}

    def agency(self, service_id: str) -> str | None:
        """Return the name of the agency that answers for a service."""
        known = self.registry.services.get(service_id) if self.registry else None
        return self.registry.agencies[known.agency_id].name if self.registry and known else None


def meet(config: Path, lang: Lang) -> tuple[Settings, Reader]:
    """Load the settings, and the register if that is possible: an outage is no time to insist on it.

    Raises:
        ConfigurationError: the settings are not whole.
    """
    from monitor.registry import load_registry
    from monitor.settings import ConfigurationError, load_settings

    settings = load_settings(config)
    try:
        registry = load_registry(settings.register, settings)
    except ConfigurationError:
        talk().print(lang.of(_NO_REGISTER))
        registry = None
    return settings, Reader(lang=lang, zone=settings.time_zone, now=datetime.now(UTC), registry=registry)


def plain(text: str) -> str:
    r"""Return text from outside so that no terminal obeys it: what does not print is written as `\x1b`."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
