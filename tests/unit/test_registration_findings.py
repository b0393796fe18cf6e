"""Which problems a registry's reply shows, which it would have shown, and how they read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.finding import FindingSeverity
from monitor.core.registration.facts import RegistrationSource
from monitor.core.registration.judge import findings
from monitor.core.rulebook import EXPIRY_STEPS, RULES
from monitor.core.rulebook import registration as rulebook
from monitor.core.rulebook.telling import tell
from monitor.registry.references import shipped_references
from tests.registries import DAY, DOMAIN, NOW, registration

WITA = ZoneInfo("Asia/Makassar")
IDS = {rule.id for rule in rulebook.RULES}
SOON, GONE, AHEAD = NOW + 12 * DAY, NOW - 3 * DAY, NOW + 200 * DAY
BY_STATUS = {"domain_renew_period", "domain_redemption", "domain_pending_delete", "domain_hold"}
BY_DATE = {"domain_expiring", "domain_expired"}

EXAMPLES = {
    "domain_expiring": {"expires_at": SOON},
    "domain_expired": {"expires_at": GONE},
    "domain_renew_period": {"statuses": ("autoRenewPeriod",), "expires_at": None},
    "domain_redemption": {"statuses": ("pendingDelete", "redemptionPeriod", "serverHold")},
    "domain_pending_delete": {"statuses": ("pendingDelete", "serverHold"), "expires_at": GONE},
    "domain_hold": {"statuses": ("serverHold",)},
    "domain_unregistered": {"registered": False, "statuses": (), "expires_at": None},
}
"""One registration for each rule."""


def seen(**more):
    return {one.identity.rule: one for one in findings(registration(**more), NOW)[0]}


def covered(**more):
    return findings(registration(**more), NOW)[1]


def test_a_registration_in_good_order_shows_nothing_and_would_have_shown_all():
    assert seen() == {}
    assert covered() == dict.fromkeys(IDS, frozenset({DOMAIN}))


@pytest.mark.parametrize("rule", sorted(IDS))
def test_each_problem_is_seen_alone(rule):
    assert list(seen(**EXAMPLES[rule])) == [rule]


@pytest.mark.parametrize(
    ("days", "severity"),
    [(30, "moderate"), (8, "moderate"), (7, "severe"), (0.5, "severe")],
)
def test_an_expiry_matters_more_the_nearer_it_is(days, severity):
    assert seen(expires_at=NOW + days * DAY)["domain_expiring"].severity == severity


@pytest.mark.parametrize(
    "more",
    [
        {"expires_at": NOW + 31 * DAY},
        {"expires_at": None},
        {"statuses": ("renewPeriod",), "expires_at": AHEAD},
        {"statuses": ("clientTransferProhibited", "serverDeleteProhibited", "inactive", "pendingUpdate")},
    ],
)
def test_what_is_no_problem_or_not_known_opens_nothing(more):
    assert seen(**more) == {}


@pytest.mark.parametrize("status", ["autoRenewPeriod", "renewPeriod", "ok"])
def test_after_its_date_it_is_expired_also_while_it_can_be_renewed(status):
    assert list(seen(statuses=(status,), expires_at=GONE)) == ["domain_expired"]


def test_a_hold_for_want_of_renewal_is_told_with_the_date():
    assert set(seen(statuses=("clientHold",), expires_at=GONE)) == {"domain_hold", "domain_expired"}


def test_without_a_date_nothing_is_said_about_expiry():
    assert covered(expires_at=None).keys() == IDS - BY_DATE


def test_without_statuses_nothing_is_said_about_them():
    assert covered(statuses=()).keys() == IDS - BY_STATUS


@pytest.mark.parametrize("rule", ["domain_redemption", "domain_pending_delete", "domain_unregistered"])
def test_a_greater_loss_takes_the_place_of_the_smaller_ones(rule):
    assert covered(**{**EXAMPLES[rule], "expires_at": None}).keys() == IDS


@given(
    statuses=st.sets(
        st.sampled_from(
            ["ok", "serverHold", "pendingDelete", "redemptionPeriod", "renewPeriod", "autoRenewPeriod"]
        )
    ),
    days=st.none() | st.integers(-500, 500),
    registered=st.booleans(),
)
def test_what_is_seen_is_always_covered_and_reads_without_a_gap(statuses, days, registered):
    one = registration(
        statuses=tuple(sorted(statuses)),
        expires_at=None if days is None else NOW + days * DAY,
        registered=registered,
        registrar=None,
        domain="desa-demo.desa.id",
    )
    found, looked = findings(one, NOW)
    assert len({each.identity for each in found}) == len(found)
    for each in found:
        assert each.places <= looked[each.identity.rule]
        for text in texts(each):
            assert "tidak diketahui" not in text
            assert "not known" not in text


def texts(one):
    told = tell(RULES[one.identity.rule], one.identity, one.places, one.evidence, WITA, NOW)
    return [
        getattr(part, language)
        for part in (told.title, told.problem, told.remedy)
        for language in ("id", "en")
    ]


@pytest.mark.parametrize("rule", sorted(IDS))
def test_every_rule_names_the_domain_and_who_renews_it(rule):
    (one,) = seen(**EXAMPLES[rule]).values()
    _, _, *rest = texts(one)
    assert all(DOMAIN in text for text in rest[:2])
    assert all("domain.go.id" in text and "Pejabat Nama Domain" in text for text in rest[2:])
    assert not any("{" in text for text in rest)


def test_an_expiry_is_told_with_its_date_and_how_long_that_is():
    problem, english = texts(seen(expires_at=SOON)["domain_expiring"])[2:4]
    assert "4 Desember 2026 (12 hari lagi)" in problem
    assert "4 December 2026 (in 12 days)" in english


def test_a_hold_names_its_status_and_the_ministry_as_one_possible_cause():
    problem, english = texts(seen(statuses=("ok", "serverHold"))["domain_hold"])[2:4]
    assert "berstatus serverHold:" in problem
    assert "kementerian" in problem
    assert "online gambling" in english


def test_other_names_are_renewed_through_the_registrar_that_is_named():
    one = seen(domain="demo.or.id", expires_at=SOON, registrar="PT Registrar Demo")["domain_expiring"]
    assert "lewat PT Registrar Demo" in texts(one)[4]
    nameless = seen(domain="demo.or.id", expires_at=SOON, registrar=None)["domain_expiring"]
    assert "through registrar before" in texts(nameless)[5]


def test_an_unregistered_name_says_who_said_so():
    one = seen(registered=False, source=RegistrationSource.WHOIS)["domain_unregistered"]
    assert "WHOIS" in texts(one)[2]
    assert one.severity is FindingSeverity.SEVERE


def test_what_ends_by_a_date_is_told_again_before_it():
    assert {rule.id for rule in rulebook.RULES if rule.steps == EXPIRY_STEPS} >= BY_DATE


def test_every_reference_exists():
    assert {key for rule in rulebook.RULES for key in rule.references} <= shipped_references().keys()
