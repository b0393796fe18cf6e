"""What an incident says of its services."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.outages import MINUTE, T0, member

ONE = member("satu")


def spells(*spans):
    """Return a member with a spell for each pair of minutes; None: it goes on."""
    [spell] = ONE.spells
    return replace(
        ONE,
        spells=tuple(
            replace(
                spell,
                check_id=f"satu/{number}",
                began_at=T0 + began * MINUTE,
                ended_at=None if ended is None else T0 + ended * MINUTE,
            )
            for number, (began, ended) in enumerate(spans)
        ),
    )


@pytest.mark.parametrize(
    ("spans", "minute"),
    [
        ([(0, None)], 0),
        ([(0, 5)], None),
        ([(0, 5), (7, None)], 7),
        ([(0, 5), (5, None)], 0),
        ([(0, 9), (3, 4), (8, None)], 0),
        ([(0, None), (3, 4)], 0),
        ([(0, None), (3, 4), (8, None)], 0),
        ([(0, 2), (5, 9), (6, None)], 5),
        ([(0, 5), (3, 8)], None),
    ],
)
def test_a_service_is_out_since_all_of_its_checks_last_worked(spans, minute):
    since = None if minute is None else T0 + minute * MINUTE
    assert spells(*spans).out_since == since
    assert spells(*spans).open == (since is not None)
