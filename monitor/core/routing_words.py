"""Why a message takes a route, or why not, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from monitor.core.reason import Sentence
from monitor.core.route import Severity, Topic

NAMED = 5
"""A route may name hundreds of services; a sentence names so many of them."""
TOPICS = {
    Topic.OUTAGE: Sentence("gangguan", "outages"),
    Topic.BLOCKED: Sentence("pemblokiran", "blocking"),
    Topic.DEGRADED: Sentence("kelambatan", "slowness"),
    Topic.FINDING: Sentence("temuan", "findings"),
    Topic.MONITOR: Sentence("pemantau sendiri", "the monitor itself"),
    Topic.REPORTS: Sentence("laporan", "reports"),
}
SEVERITIES = {
    Severity.INFO: Sentence("info", "info"),
    Severity.WARNING: Sentence("peringatan", "warning"),
    Severity.CRITICAL: Sentence("kritis", "critical"),
}
CONDITIONS = {
    "services": Sentence("layanan", "service"),
    "agencies": Sentence("instansi", "agency"),
    "governments": Sentence("pemerintah daerah", "government"),
    "categories": Sentence("kategori", "category"),
    "tags": Sentence("tag", "tag"),
}
"""By the keys of `match`."""

_EVERY = Sentence("Untuk semua layanan.", "For every service.")
_ABOUT_NONE = Sentence("Tentang pemantau, bukan layanan.", "About the monitor, and no service.")
_FITS = Sentence("Untuk {conditions}.", "For {conditions}.")
_FITS_NOT = Sentence(
    "Hanya untuk {what} {wanted}; layanan ini: {own}.", "Only for the {what} {wanted}; this service: {own}."
)
_OTHER_TOPIC = Sentence("Hanya untuk {topics}, bukan {topic}.", "Only for {topics}, not for {topic}.")
_TOO_MILD = Sentence(
    "Hanya untuk tingkat {least} ke atas; ini {severity}.", "Only from {least} on; this is {severity}."
)
_NONE = Sentence("tidak ada", "none")
_MORE = Sentence("dan {more} lagi", "and {more} more")


def fits(met: Iterable[tuple[str, AbstractSet[str]]]) -> Sentence:
    """Say which conditions are met: the key of `match`, and what meets it."""
    parts = [(CONDITIONS[key], listed(names)) for key, names in met]
    if not parts:
        return _EVERY
    return Sentence(
        _FITS.id.format(conditions=", ".join(f"{what.id} {names.id}" for what, names in parts)),
        _FITS.en.format(conditions=", ".join(f"{what.en} {names.en}" for what, names in parts)),
    )


def about_none() -> Sentence:
    """Say that a message is about no service."""
    return _ABOUT_NONE


def fits_not(key: str, wanted: AbstractSet[str], own: AbstractSet[str]) -> Sentence:
    """Say that a condition about services is not met."""
    return _filled(_FITS_NOT, what=CONDITIONS[key], wanted=listed(wanted), own=listed(own))


def other_topic(topic: Topic, topics: AbstractSet[Topic]) -> Sentence:
    """Say that a route is about something else."""
    words = [TOPICS[one] for one in Topic if one in topics]
    told = Sentence(", ".join(one.id for one in words), ", ".join(one.en for one in words))
    return _filled(_OTHER_TOPIC, topic=TOPICS[topic], topics=told)


def too_mild(severity: Severity, least: Severity) -> Sentence:
    """Say that it does not matter enough."""
    return _filled(_TOO_MILD, least=SEVERITIES[least], severity=SEVERITIES[severity])


def listed(names: AbstractSet[str]) -> Sentence:
    """Return the first NAMED of some names, and how many more there are."""
    if not names:
        return _NONE
    shown = ", ".join(sorted(names)[:NAMED])
    more = len(names) - NAMED
    if more <= 0:
        return Sentence(shown, shown)
    return Sentence(f"{shown} {_MORE.id.format(more=more)}", f"{shown} {_MORE.en.format(more=more)}")


def _filled(pattern: Sentence, **parts: Sentence) -> Sentence:
    return Sentence(
        pattern.id.format(**{name: part.id for name, part in parts.items()}),
        pattern.en.format(**{name: part.en for name, part in parts.items()}),
    )
