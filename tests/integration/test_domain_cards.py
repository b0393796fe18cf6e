"""Cards read from a real store, on the terminal and as pages."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient, TestServer

from monitor.core.card import DomainLine
from monitor.core.delegation.facts import Lameness, delegation_json
from monitor.core.finding import Change, FindingSeverity, Identity, Inspected, Seen, Subject, SubjectKind
from monitor.core.https.look_json import facts_json
from monitor.core.registration.facts import Phase, registration_json
from monitor.inspections.cards import domains_of, read_card, read_lines
from monitor.metrics import Exposition
from monitor.registry import load_registry
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.findings import record_inspection
from monitor.web import Cards, CardsUnavailableError, Health, Language, Table, build_app
from tests.command import kulkul, write_config
from tests.databases import in_a_file
from tests.domains import CARD, DELEGATION, DOMAIN, EMPTY, HOST, NOW, REGISTRATION, host_look

WITA = ZoneInfo("Asia/Makassar")
SEEN = Seen(
    identity=Identity("domain_expiring", Subject(SubjectKind.DOMAIN, DOMAIN)),
    severity=FindingSeverity.SEVERE,
    places=frozenset({DOMAIN}),
    evidence={"expires_at": REGISTRATION.expires_at.isoformat(), "renewal": "domain.go.id", "source": "RDAP"},
)


@pytest.fixture
def config(tmp_path, home):
    return write_config(
        tmp_path,
        {
            "lapor": f"https://{HOST}/",
            "jdih": "https://jdih.badungkab.go.id/",
            "kasir": "http://127.0.0.1:1/",
        },
    )


@pytest.fixture
def registry(config):
    settings = load_settings(config)
    return load_registry(settings.register, settings)


@pytest.fixture
async def store(home):
    async with await Store.open(home.url) as opened:
        yield opened


async def fill(store):
    """Write what the daily looks at the domain and its host would have brought."""
    for name, target, facts, failure in (
        ("registration", DOMAIN, registration_json(REGISTRATION), None),
        ("delegation", DOMAIN, delegation_json(DELEGATION), "ns3 is silent."),
        ("certificate", HOST, facts_json(host_look()), None),
        ("certificate", f"{HOST}:8443", None, "It did not answer."),
    ):
        seen, changes = (), ()
        if name == "registration":
            seen = (SEEN,)
            changes = (Change(domain=DOMAIN, at=NOW, what="registrar", before=None, after="PANDI"),)
        inspected = Inspected(
            inspection=name,
            target=target,
            at=NOW,
            facts=facts,
            failure=failure,
            seen=seen,
            covered={"domain_expiring": frozenset({DOMAIN})} if seen else {},
            changes=changes,
        )
        await record_inspection(store, inspected, lambda _: DOMAIN)


@in_a_file
def test_the_domains_of_a_register_are_named_with_their_services(registry):
    found = {domain: [one.id for one in services] for domain, services in domains_of(registry).items()}
    assert found == {"badungkab.go.id": ["jdih"], DOMAIN: ["lapor"]}


class TestReading:
    async def test_a_card_holds_what_all_inspections_saw(self, store, registry):
        await fill(store)
        card = await read_card(store, registry, DOMAIN, NOW)
        assert (card.registration, card.delegation, card.phase) == (REGISTRATION, DELEGATION, Phase.EXPIRING)
        assert card.delegation_known.failure == "ns3 is silent."
        assert [(one.name, one.look) for one in card.hosts] == [(HOST, host_look())]
        assert [one.id for one in card.services] == ["lapor"]
        assert [one.identity for one in card.findings] == [SEEN.identity]
        assert [one.what for one in card.history] == ["registrar"]

    async def test_a_domain_not_looked_at_yet_has_a_card_with_its_services_and_hosts(self, store, registry):
        card = await read_card(store, registry, "badungkab.go.id", NOW)
        assert (card.registration, card.registration_known, card.phase) == (None, None, Phase.UNKNOWN)
        assert [(one.name, one.known) for one in card.hosts] == [("jdih.badungkab.go.id", None)]

    async def test_a_domain_nobody_knows_has_none(self, store, registry):
        assert await read_card(store, registry, "lain.go.id", NOW) is None

    async def test_a_lookup_that_never_succeeded_is_a_phase_not_known(self, store, registry):
        failed = Inspected(inspection="registration", target=DOMAIN, at=NOW, failure="It did not answer.")
        await record_inspection(store, failed, lambda _: DOMAIN)
        card = await read_card(store, registry, DOMAIN, NOW)
        assert (card.phase, card.registration) == (Phase.UNKNOWN, None)
        assert card.registration_known.failure == "It did not answer."

    async def test_the_list_has_the_worst_first(self, store, registry):
        await fill(store)
        first, second = await read_lines(store, registry, NOW)
        assert first == DomainLine(
            domain=DOMAIN,
            phase=Phase.EXPIRING,
            expires_at=REGISTRATION.expires_at,
            lameness=Lameness.PARTIAL,
            services=1,
            findings=1,
            worst=FindingSeverity.SEVERE,
            failed=False,
        )
        assert (second.domain, second.phase, second.worst) == ("badungkab.go.id", Phase.UNKNOWN, None)


class TestOnTheTerminal:
    async def test_a_card_is_shown_for_the_domain_and_for_a_host_below_it(self, store, config, tmp_path):
        await fill(store)
        shown = await kulkul("domain", f"{HOST.upper()}.", "-c", config, folder=tmp_path)
        assert (shown.code, shown.err) == (0, "")
        assert shown.out.startswith(f"{DOMAIN}\n")
        for words in ("Pendaftaran", "FND-000001 (berat)", "ns3 is silent.", "CN=Otoritas Uji"):
            assert words in shown.out
        same = await kulkul("domain", DOMAIN, "-c", config, "--lang", "en", folder=tmp_path)
        assert "Registration" in same.out

    async def test_as_json_it_holds_the_facts(self, store, config, tmp_path):
        await fill(store)
        shape = (await kulkul("domain", DOMAIN, "--json", "-c", config, folder=tmp_path)).json
        assert (shape["domain"], shape["name"]["class"]) == (DOMAIN, "provinsi")
        assert shape["registration"]["facts"]["handle"] == REGISTRATION.handle
        assert shape["findings"][0]["services"] == ["lapor"]

    @pytest.mark.usefixtures("store")
    async def test_a_domain_the_register_does_not_have_is_told_with_what_is_near(self, config, tmp_path):
        ran = await kulkul("domain", "badungkap.go.id", "-c", config, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "No service of the register uses the domain badungkap.go.id; did you mean badungkab.go.id?\n"
        )

    @in_a_file
    @pytest.mark.parametrize("name", ["go.id", "127.0.0.1", "", "a b", "\x1b[31mx"])
    async def test_what_is_no_domain_is_told_in_one_sentence(self, config, tmp_path, name):
        ran = await kulkul("domain", name, "-c", config, "--lang", "en", folder=tmp_path)
        assert ran.code == 2
        assert "not a name below a public suffix" in ran.err
        assert "\x1b" not in ran.err

    @in_a_file
    async def test_without_a_database_the_sentence_says_so(self, config, tmp_path):
        ran = await kulkul("domain", DOMAIN, "-c", config, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert "kulkul.sqlite" in ran.err


async def known(name):
    return {DOMAIN: CARD, "kosong.go.id": EMPTY}.get(name)


async def lines():
    return [
        DomainLine(
            domain=DOMAIN,
            phase=Phase.EXPIRING,
            expires_at=NOW + timedelta(days=9),
            lameness=Lameness.PARTIAL,
            services=2,
            findings=3,
            worst=FindingSeverity.SEVERE,
            failed=True,
        ),
        DomainLine(
            domain="kosong.go.id",
            phase=Phase.UNKNOWN,
            expires_at=None,
            lameness=Lameness.UNKNOWN,
            services=1,
            findings=0,
            worst=None,
            failed=False,
        ),
    ]


async def unavailable(*_):
    raise CardsUnavailableError("kulkul.sqlite is locked by another program")


@pytest.fixture
async def site():
    clients = []

    async def open_site(cards):
        table = Table(
            rows=list,
            now=lambda: NOW,
            zone=WITA,
            vantage="uji",
            version="0.1.0",
            language=Language.ID,
        )
        client = TestClient(TestServer(build_app(Exposition("0"), Health(), table, cards)))
        await client.start_server()
        clients.append(client)
        return client

    yield open_site
    for client in clients:
        await client.close()


class TestAsPages:
    CARDS = Cards(card=known, lines=lines)

    async def test_a_card_is_a_page_in_both_languages(self, site):
        client = await site(self.CARDS)
        shown = await (await client.get(f"/domains/{DOMAIN}")).text()
        assert "<h1>baliprov.go.id</h1>" in shown
        assert "1 Desember 2026 (9 hari lagi)" in shown
        english = await (await client.get(f"/domains/{DOMAIN.upper()}.?lang=en")).text()
        assert "1 December 2026 (in 9 days)" in english

    async def test_from_a_host_one_is_led_to_the_card_of_its_domain(self, site):
        client = await site(self.CARDS)
        reply = await client.get(f"/domains/{HOST}?lang=en", allow_redirects=False)
        assert (reply.status, reply.headers["Location"]) == (302, f"/domains/{DOMAIN}?lang=en")

    async def test_nothing_from_outside_is_taken_for_markup(self, site):
        client = await site(self.CARDS)
        shown = await (await client.get(f"/domains/{DOMAIN}")).text()
        assert "PANDI &lt;&amp; kawan&gt;" in shown
        assert "Lapor &lt;b&gt;" in shown

    async def test_a_domain_nobody_knows_is_not_found(self, site):
        client = await site(self.CARDS)
        reply = await client.get("/domains/lain.go.id", headers={"Accept": "text/html"})
        assert (reply.status, reply.content_type) == (404, "text/html")

    async def test_the_list_links_to_each_card(self, site):
        client = await site(self.CARDS)
        shown = await (await client.get("/domains")).text()
        assert f'href="/domains/{DOMAIN}?lang=id"' in shown
        for words in ("3 terbuka, terberat: berat", "akan berakhir; registri tidak menjawab", "9 hari lagi"):
            assert words in shown

    async def test_a_register_without_domains_says_so(self, site):
        client = await site(Cards())
        assert "Belum ada layanan dengan nama domain" in await (await client.get("/domains")).text()
        assert (await client.get(f"/domains/{DOMAIN}")).status == 404

    async def test_a_store_that_cannot_be_read_is_told_as_such(self, site, caplog):
        client = await site(Cards(card=unavailable, lines=unavailable))
        for path in ("/domains", f"/domains/{DOMAIN}"):
            reply = await client.get(path)
            assert (reply.status, await reply.text()) == (
                503,
                "Basis data pemantau sedang tidak dapat dibaca; cobalah lagi sebentar lagi.\n",
            )
        assert "is locked by another program" in caplog.text

    async def test_no_script_and_no_foreign_source_may_run_on_it(self, site):
        client = await site(self.CARDS)
        reply = await client.get(f"/domains/{DOMAIN}")
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert "<script" not in await reply.text()
