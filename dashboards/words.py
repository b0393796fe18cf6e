"""Values as words and colours: whoever cannot tell the colours apart reads the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grafana_foundation_sdk.models.dashboard import (
    DashboardRangeMapOptions,
    RangeMap,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

from monitor.core.card.words import DNSSEC, LAMENESS, PHASES
from monitor.core.delegation.facts import Dnssec, Lameness
from monitor.core.finding import SEVERITY_WORDS, FindingSeverity
from monitor.core.reason import SENTENCES, Stage
from monitor.core.registration.facts import Phase
from monitor.core.rulebook import RULES
from monitor.core.status import Status

GOOD, WARNING, BAD, PLAIN, BLOCKED = "green", "yellow", "red", "#8e8e8e", "purple"
"""Grey is chosen darker than Grafana's own, which hardly shows on a wall."""

STATUS_CODES: Mapping[Status, int] = {
    Status.UP: 1,
    Status.DEGRADED: 2,
    Status.UNKNOWN: 3,
    Status.BLOCKED: 4,
    Status.DOWN: 5,
}
"""As the recording rule `service:kulkul_service_status:code` has them."""
STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    Status.UP: ("Normal", GOOD),
    Status.DEGRADED: ("Lambat", WARNING),
    Status.UNKNOWN: ("Tidak diketahui", PLAIN),
    Status.BLOCKED: ("Terblokir", BLOCKED),
    Status.DOWN: ("Gangguan", BAD),
}
STAGE_WORDS: Mapping[Stage, str] = {
    Stage.RESOLVE: "DNS",
    Stage.CONNECT: "sambungan",
    Stage.HANDSHAKE: "TLS",
    Stage.REQUEST: "permintaan",
    Stage.RESPONSE: "jawaban",
    Stage.CONTENT: "isi",
}
_PHASE_COLOURS = {
    Phase.ACTIVE: GOOD,
    Phase.EXPIRING: WARNING,
    Phase.RENEW_PERIOD: WARNING,
    Phase.UNKNOWN: PLAIN,
}
_LAMENESS_COLOURS = {Lameness.NONE: GOOD, Lameness.PARTIAL: WARNING, Lameness.FULL: BAD}
_DNSSEC_COLOURS = {Dnssec.VALID: GOOD, Dnssec.BROKEN: BAD}
SEVERITY_COLOURS = {FindingSeverity.SEVERE: BAD, FindingSeverity.MODERATE: WARNING}


def says(words: Mapping[str, tuple[str, str | None]]) -> list[ValueMapping]:
    """Map values to texts with their colour; None: the colour of the text around."""
    return [
        ValueMap(
            options={
                value: ValueMappingResult(text=text, color=colour, index=index)
                for index, (value, (text, colour)) in enumerate(words.items())
            }
        )
    ]


def of_all(title: str) -> str:
    """Return the title of a rule without the particulars of one finding."""
    return re.sub(r"\{\w+\}", "…", re.sub(r" \([^)]*\{[^)]*\)", "", title))


STATUSES = says({str(code): STATUS_WORDS[status] for status, code in STATUS_CODES.items()})
STAGES = says({stage.value: (word, None) for stage, word in STAGE_WORDS.items()})
REASONS = says({reason.value: (sentence.id, None) for reason, sentence in SENTENCES.items()})
RULE_TITLES = says({rule.id: (of_all(rule.title.id), None) for rule in RULES.values()})
SEVERITIES = says(
    {one.value: (word.id, SEVERITY_COLOURS.get(one, PLAIN)) for one, word in SEVERITY_WORDS.items()}
)
DOMAIN_PHASES = says({one.value: (word.id, _PHASE_COLOURS.get(one, BAD)) for one, word in PHASES.items()})
DOMAIN_LAMENESS = says(
    {one.value: (word.id, _LAMENESS_COLOURS.get(one, PLAIN)) for one, word in LAMENESS.items()}
)
DOMAIN_DNSSEC = says({one.value: (word.id, _DNSSEC_COLOURS.get(one, PLAIN)) for one, word in DNSSEC.items()})
URGENCIES = says(
    {
        "0": ("aman", GOOD),
        "1": ("30 hari atau kurang", WARNING),
        "2": ("7 hari atau kurang", BAD),
        "3": ("sudah lewat", BAD),
    }
)
SIGHT = says({"0": ("MELIHAT", GOOD), "1": ("BUTA", BAD), "2": ("TIDAK ADA DATA", BAD)})
DUTY = says({"0": ("bertugas", GOOD), "1": ("siaga", "blue")})
ANSWERS = says({"0": ("tidak menjawab", BAD), "1": ("menjawab", GOOD)})
TARGET_MET = says({"0": ("belum tercapai", BAD), "1": ("tercapai", GOOD)})
MAINTENANCE = says({"0": ("tidak ada", PLAIN), "1": ("berlangsung", "blue")})
ACCEPTED = says({"true": ("ya", None), "false": ("belum", None)})
SUCCESS = says({"0": ("gagal", BAD), "1": ("berhasil", GOOD)})
HTTP_CODES: list[ValueMapping] = [
    RangeMap(
        options=DashboardRangeMapOptions(from_val=low, to=low + 99, result=ValueMappingResult(color=colour))
    )
    for low, colour in ((200, GOOD), (300, "blue"), (400, WARNING), (500, BAD))
]
"""The code itself stands in the span; only its colour is added."""
NONE_AT_ALL = says({"0": ("tidak ada", GOOD)})
