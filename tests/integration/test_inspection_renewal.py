"""Between two daily looks: what probes see is judged at once, and nobody is connected to for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor import probes
from monitor.core.finding import Finding, diff, via
from monitor.core.https.look_json import look_of
from monitor.inspections.certificate import CertificateInspection
from monitor.inspections.sightings import SETTLED_AFTER, Sightings
from monitor.settings.settings import InspectionSettings
from tests.certificates import A_DAY
from tests.probing import http_check
from tests.servers import ServerTls, answers, redirect, reply, serve, site

SECOND = "127.0.9.2"
GOOD = reply(headers=[("Strict-Transport-Security", "max-age=31536000")])


class Daemon:
    """What feeds probes' results to the inspection, and asks it what is urgent."""

    def __init__(self, vantage, *checks):
        self.vantage = vantage
        self.checks = checks
        self.sightings = Sightings()
        self.inspection = CertificateInspection(vantage, self.sightings, InspectionSettings())
        self.inspection.follow_checks(checks)
        self.facts: dict[str, object] = {}

    async def probe(self, times=SETTLED_AFTER):
        for _ in range(times):
            for check in self.checks:
                self.sightings.see(await probes.run(check, self.vantage))

    async def inspect(self, target, now=None):
        inspected = await self.inspection.inspect(target, self.facts.get(target), now or datetime.now(UTC))
        self.facts[target] = inspected.facts or self.facts.get(target)
        return inspected


def rules(inspected):
    return sorted(one.identity.rule for one in inspected.seen)


def ending(certificates):
    return certificates.ordinary("good.test", since=-95 * A_DAY, until=5 * A_DAY)


def shown(server, identity):
    """Let a running server show another certificate from now on."""
    server._tls = ServerTls(identity=identity).context(server.names_asked)


async def test_a_renewal_is_known_after_three_probes_without_a_connection(make_vantage, certificates):
    async with serve(answers(GOOD), ServerTls(identity=ending(certificates))) as server:
        daemon = Daemon(make_vantage(), http_check(server.url()))
        target = f"good.test:{server.port}"
        first = await daemon.inspect(target)
        assert rules(first) == ["certificate_expiring"]
        await daemon.probe()
        assert daemon.inspection.urgent() == frozenset()
        shown(server, certificates.good)
        await daemon.probe(SETTLED_AFTER - 1)
        assert daemon.inspection.urgent() == frozenset()
        await daemon.probe(1)
        assert daemon.inspection.urgent() == {target}
        connections = server.connections
        again = await daemon.inspect(target)
        assert (rules(again), again.failure) == ([], None)
        assert server.connections == connections
    assert daemon.inspection.urgent() == frozenset()
    assert again.covered["certificate_expiring"] == {target}
    assert look_of(again.facts).looked_at == look_of(first.facts).looked_at


async def test_after_a_restart_what_is_known_is_confirmed_without_a_connection(make_vantage, certificates):
    async with serve(answers(GOOD), ServerTls(identity=ending(certificates))) as server:
        target = f"good.test:{server.port}"
        before = Daemon(make_vantage(), http_check(server.url()))
        first = await before.inspect(target)
        after = Daemon(make_vantage(), http_check(server.url()))
        after.facts = before.facts
        await after.probe()
        assert after.inspection.urgent() == {target}
        connections = server.connections
        again = await after.inspect(target)
        assert server.connections == connections
    assert rules(again) == rules(first)
    assert after.inspection.urgent() == frozenset()


async def test_the_daily_look_is_not_replaced_by_what_probes_see(make_vantage, certificates):
    async with serve(answers(GOOD), ServerTls(identity=certificates.good)) as server:
        daemon = Daemon(make_vantage(), http_check(server.url()))
        target = f"good.test:{server.port}"
        await daemon.inspect(target)
        connections = server.connections
        await daemon.inspect(target, datetime.now(UTC) + timedelta(days=1, minutes=1))
        assert server.connections == connections + 1


async def test_a_change_at_one_of_two_addresses_asks_the_other(make_vantage, certificates):
    old = ending(certificates)
    async with (
        serve(answers(GOOD), ServerTls(identity=old)) as one,
        serve(answers(GOOD), ServerTls(identity=old), host=SECOND, port=one.port) as two,
    ):
        vantage = make_vantage(resolve={"good.test": ("127.0.0.1", SECOND)})
        daemon = Daemon(vantage, http_check(one.url()))
        target = f"good.test:{one.port}"
        await daemon.inspect(target)
        shown(one, certificates.good)
        shown(two, certificates.good)
        await daemon.probe()
        assert two.connections == 1
        again = await daemon.inspect(target)
        assert two.connections == 2
    assert rules(again) == []


async def test_a_host_that_vanished_is_not_asked_again_and_again(make_vantage, certificates):
    async with serve(answers(GOOD), ServerTls(identity=certificates.good)) as server:
        vantage = make_vantage()
        daemon = Daemon(vantage, http_check(server.url()))
        target = f"good.test:{server.port}"
        await daemon.probe()
        assert daemon.inspection.urgent() == {target}
        vantage.resolver._static["good.test"] = ("::1",)
        failed = await daemon.inspect(target)
    assert failed.failure
    assert failed.facts is None
    assert daemon.inspection.urgent() == frozenset()


class TestTheWay:
    @pytest.fixture
    async def way(self, make_vantage, certificates):
        """A service in the register that leads over a host outside it, down to http and up again."""
        pages = {}
        async with (
            serve(site(pages), ServerTls(identity=certificates.ordinary("good.test"))) as service,
            serve(site(pages), ServerTls(identity=self.sso_identity(certificates))) as sso,
            serve(site(pages)) as plain,
        ):
            pages |= {
                "/": redirect(f"http://other.test:{plain.port}/turun"),
                "/turun": redirect(f"https://other.test:{sso.port}/masuk?sesi=rahasia"),
                "/masuk?sesi=rahasia": GOOD,
            }
            yield Daemon(make_vantage(), http_check(service.url())), service, sso, plain

    def sso_identity(self, certificates):
        return certificates.ordinary("other.test", since=-95 * A_DAY, until=5 * A_DAY)

    async def test_hosts_and_steps_on_it_are_judged_from_probes_alone(self, way):
        daemon, service, sso, plain = way
        await daemon.probe()
        inspected = await daemon.inspect(f"good.test:{service.port}")
        by_rule = {one.identity.rule: one for one in inspected.seen}
        place = via(f"good.test:{service.port}", f"other.test:{sso.port}")
        assert by_rule["certificate_expiring"].places == {place}
        assert by_rule["redirect_downgrade"].evidence["to_url"] == f"http://other.test:{plain.port}/turun"
        assert sso.connections == plain.connections == SETTLED_AFTER
        assert "rahasia" not in str(inspected.facts)
        assert inspected.covered["certificate_expired"] >= {place}
        assert by_rule.keys() == {"certificate_expiring", "redirect_downgrade", "hsts_missing"}
        assert by_rule["hsts_missing"].places == {f"good.test:{service.port}"}

    async def test_they_stay_known_where_probes_tell_nothing_new(self, way):
        daemon, service, sso, _ = way
        await daemon.probe()
        first = await daemon.inspect(f"good.test:{service.port}")
        daemon.sightings._journeys.clear()
        again = await daemon.inspect(f"good.test:{service.port}")
        assert look_of(again.facts).journeys == look_of(first.facts).journeys
        place = via(f"good.test:{service.port}", f"other.test:{sso.port}")
        assert place in {place for one in again.seen for place in one.places}

    async def test_a_host_that_nobody_is_led_over_any_more_is_let_go(self, way):
        daemon, service, sso, _ = way
        target, passed = f"good.test:{service.port}", f"other.test:{sso.port}"
        await daemon.probe()
        await daemon.inspect(target)
        service.behaviour = answers(GOOD)
        await daemon.probe(1)
        again = await daemon.inspect(target)
        assert again.seen == ()
        assert again.covered["certificate_expiring"] == {target, via(target, passed)}
        assert look_of(again.facts).passed == ()

    async def test_one_that_the_register_names_is_judged_by_its_own_look(self, way, make_vantage):
        _, service, sso, _ = way
        daemon = Daemon(make_vantage(), http_check(service.url()), http_check(sso.url("/x", "other.test")))
        await daemon.probe()
        inspected = await daemon.inspect(f"good.test:{service.port}")
        assert "certificate_expiring" not in rules(inspected)
        assert rules(await daemon.inspect(f"other.test:{sso.port}"))[0] == "certificate_expiring"


async def test_two_hosts_with_one_certificate_keep_one_finding(make_vantage, certificates):
    identity = certificates.ordinary("*.demoprov.go.id", since=-95 * A_DAY, until=5 * A_DAY)
    names = {f"{name}.demoprov.go.id": ("127.0.0.1",) for name in ("a", "b")}
    async with serve(answers(GOOD), ServerTls(identity=identity)) as server:
        daemon = Daemon(make_vantage(resolve=names), *[http_check(server.url(host=host)) for host in names])
        first, second = [await daemon.inspect(target) for target in daemon.inspection.targets()]
    assert first.seen[0].identity == second.seen[0].identity
    assert first.seen[0].identity.subject.name == "demoprov.go.id"
    (opened,) = diff([], first).opened
    on_record = Finding(
        number=1,
        identity=opened.identity,
        domain="demoprov.go.id",
        severity=opened.severity,
        places=opened.places,
        evidence=opened.evidence,
        first_seen_at=first.at,
        last_seen_at=first.at,
    )
    difference = diff([on_record], second)
    assert difference.opened == ()
    assert difference.kept[0].places == {f"{name}:{server.port}" for name in names}
