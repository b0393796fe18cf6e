"""Where a domain is in its life, by the statuses and the date that its registry gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.registration.facts import Phase
from monitor.core.registration.phase import phase_of
from tests.registries import DAY, NOW, registration

SECOND = DAY / 86400
AHEAD = NOW + 200 * DAY
GONE = NOW - DAY
STATUSES = (
    "ok",
    "clientHold",
    "serverHold",
    "redemptionPeriod",
    "pendingRestore",
    "pendingDelete",
    "autoRenewPeriod",
    "renewPeriod",
)


def phase(*statuses, expires_at=AHEAD, **more):
    return phase_of(registration(statuses=statuses, expires_at=expires_at), NOW, **more)


def test_nothing_learned_is_unknown():
    assert phase_of(None, NOW) is Phase.UNKNOWN


def test_a_name_that_nobody_has_is_unregistered_whatever_else_is_said():
    gone = registration(registered=False, statuses=("serverHold",), expires_at=GONE)
    assert phase_of(gone, NOW) is Phase.UNREGISTERED


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (200 * DAY, Phase.ACTIVE),
        (30 * DAY + SECOND, Phase.ACTIVE),
        (30 * DAY, Phase.EXPIRING),
        (SECOND, Phase.EXPIRING),
        (0 * DAY, Phase.EXPIRED),
        (-90 * DAY, Phase.EXPIRED),
    ],
)
def test_by_its_date(left, expected):
    assert phase("ok", expires_at=NOW + left) is expected


def test_how_long_before_the_end_it_is_expiring_can_be_said():
    assert phase("ok", expires_at=NOW + 40 * DAY, expiring=60 * DAY) is Phase.EXPIRING


@pytest.mark.parametrize("statuses", [(), ("ok",), ("renewPeriod",)])
def test_without_a_date_nothing_is_known(statuses):
    assert phase(*statuses, expires_at=None) is Phase.UNKNOWN


@pytest.mark.parametrize("expires_at", [AHEAD, GONE, None])
@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("redemptionPeriod",), Phase.REDEMPTION),
        (("pendingDelete", "redemptionPeriod", "serverHold"), Phase.REDEMPTION),
        (("pendingDelete", "pendingRestore"), Phase.REDEMPTION),
        (("pendingDelete", "serverHold"), Phase.PENDING_DELETE),
        (("clientHold",), Phase.HOLD),
        (("autoRenewPeriod", "serverHold"), Phase.HOLD),
        (("autoRenewPeriod",), Phase.RENEW_PERIOD),
    ],
)
def test_a_status_goes_before_the_date(statuses, expected, expires_at):
    assert phase(*statuses, expires_at=expires_at) is expected


def test_a_renew_period_after_the_date_waits_for_a_renewal_and_before_it_has_had_one():
    assert phase("renewPeriod", expires_at=GONE) is Phase.RENEW_PERIOD
    assert phase("renewPeriod", expires_at=AHEAD) is Phase.ACTIVE


@given(st.sets(st.sampled_from(STATUSES)), st.none() | st.integers(-400, 400), st.integers(0, 400))
def test_time_alone_never_makes_it_better(statuses, days, later):
    order = [Phase.ACTIVE, Phase.EXPIRING, Phase.EXPIRED]
    one = registration(statuses=tuple(statuses), expires_at=None if days is None else NOW + days * DAY)
    first, second = phase_of(one, NOW), phase_of(one, NOW + later * DAY)
    if first in order and second in order:
        assert order.index(first) <= order.index(second)
    elif first not in order:
        assert second is first
