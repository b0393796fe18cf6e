"""How things stand, in one line."""

from __future__ import annotations

import pytest

from monitor.core.status import Status
from monitor.daemon.summary import summary
from monitor.web import Language

MIXED = [Status.UP, Status.DOWN, Status.UP, Status.UNKNOWN]


@pytest.mark.parametrize(
    ("statuses", "unstored", "language", "line"),
    [
        (MIXED, 0, Language.ID, "Layanan dipantau: 4 (2 Normal, 1 Gangguan, 1 Tidak diketahui)"),
        (MIXED, 0, Language.EN, "Services watched: 4 (2 Up, 1 Down, 1 Unknown)"),
        ([], 0, Language.ID, "Layanan dipantau: 0"),
        ([Status.UP], 12, Language.ID, "Layanan dipantau: 1 (1 Normal); hasil yang menunggu disimpan: 12"),
        ([Status.UP], 12, Language.EN, "Services watched: 1 (1 Up); results that wait to be stored: 12"),
    ],
)
def test_the_line_counts_services_by_status_and_says_what_is_not_stored(statuses, unstored, language, line):
    assert summary(statuses, unstored, language) == line
