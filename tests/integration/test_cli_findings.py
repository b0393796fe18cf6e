"""`kulkul findings` and `kulkul finding`: what is open, and who answers for what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.finding import FindingSeverity, Identity, Inspected, Seen, Subject, SubjectKind
from monitor.store import Store
from monitor.store.audit import entries
from monitor.store.findings import open_findings, record_inspection
from tests.command import kulkul, write_config
from tests.databases import in_a_file

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
HOST = "lapor.baliprov.go.id"


@pytest.fixture
def config(tmp_path, home):
    services = {"lapor": f"https://{HOST}/", "jdih": "https://jdih.badungkab.go.id/"}
    return write_config(tmp_path, services)


@pytest.fixture
async def store(home):
    async with await Store.open(home.url) as opened:
        yield opened


def seen(rule, kind, name, severity, key="", **evidence):
    return Seen(
        identity=Identity(rule, Subject(kind, name), key),
        severity=severity,
        places=frozenset({name}),
        evidence=evidence,
    )


EXPIRING = seen(
    "domain_expiring",
    SubjectKind.DOMAIN,
    "baliprov.go.id",
    FindingSeverity.MODERATE,
    expires_at=(NOW + 9 * DAY).isoformat(),
    renewal="domain.go.id",
    source="RDAP",
)
HSTS = seen("hsts_missing", SubjectKind.HOST, HOST, FindingSeverity.INFO)
LAME = seen(
    "delegation_lame", SubjectKind.DOMAIN, "badungkab.go.id", FindingSeverity.SEVERE, hostile="\x1b[31m"
)


async def record(store, *found, at=NOW):
    domains = {HOST: "baliprov.go.id"}
    rules = ("domain_expiring", "hsts_missing", "delegation_lame")
    everywhere = frozenset({HOST, "baliprov.go.id", "badungkab.go.id"})
    inspected = Inspected(
        inspection="uji", target="uji", at=at, seen=found, covered=dict.fromkeys(rules, everywhere)
    )
    await record_inspection(
        store, inspected, lambda one: domains.get(one.identity.subject.name, one.identity.subject.name)
    )


@pytest.fixture
async def filled(store):
    await record(store, EXPIRING, HSTS, LAME)
    return store


@pytest.mark.usefixtures("filled")
class TestListing:
    async def listed(self, config, tmp_path, *options):
        ran = await kulkul("findings", "-c", config, *options, folder=tmp_path)
        assert ran.code == 0
        return ran

    async def test_the_worst_stands_first(self, config, tmp_path):
        ran = await self.listed(config, tmp_path)
        numbers = [line.split()[0] for line in ran.out.splitlines()[1:]]
        assert numbers == ["FND-000003", "FND-000001", "FND-000002"]
        assert "berat" in ran.out.splitlines()[1]
        assert "\x1b" not in ran.out

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            (("--domain", "BALIPROV.go.id"), ["FND-000001", "FND-000002"]),
            (("--service", "jdih"), ["FND-000003"]),
            (("--rule", "hsts_missing"), ["FND-000002"]),
            (("--severity", "moderate"), ["FND-000003", "FND-000001"]),
        ],
        ids=lambda value: value[0] if isinstance(value, tuple) else "",
    )
    async def test_only_what_is_asked_for_is_listed(self, config, tmp_path, options, found):
        ran = await self.listed(config, tmp_path, "--json", *options)
        assert [one["finding"] for one in ran.json] == found

    async def test_nothing_that_fits_is_told(self, config, tmp_path):
        ran = await self.listed(config, tmp_path, "--rule", "dnssec_broken", "--lang", "en")
        assert (ran.out, ran.err) == ("", "No finding matches.\n")

    async def test_a_domain_may_be_named_by_a_host_in_any_spelling(self, config, tmp_path):
        ran = await self.listed(config, tmp_path, "--json", "--domain", " WWW.Baliprov.GO.ID. ")
        assert {one["domain"] for one in ran.json} == {"baliprov.go.id"}

    @in_a_file
    @pytest.mark.parametrize(
        ("option", "value", "meant"),
        [
            ("--rule", "hsts_mising", "hsts_missing"),
            ("--service", "jdhi", "jdih"),
            ("--domain", "baliprof.go.id", "baliprov.go.id"),
        ],
    )
    async def test_what_nobody_knows_is_refused_with_what_was_meant(
        self, config, tmp_path, option, value, meant
    ):
        ran = await kulkul("findings", "-c", config, option, value, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert value in ran.err
        assert meant in ran.err
        assert len(ran.err.splitlines()) == 1

    async def test_what_is_mended_is_listed_when_asked_for(self, config, tmp_path, store):
        await record(store, EXPIRING, at=NOW)
        ran = await self.listed(config, tmp_path, "--closed", "3", "--json")
        assert {one["finding"] for one in ran.json} == {"FND-000002", "FND-000003"}
        assert all(one["closed_at"] for one in ran.json)

    async def test_json_names_services_texts_and_references(self, config, tmp_path):
        ran = await self.listed(config, tmp_path, "--json", "--rule", "domain_expiring")
        (one,) = ran.json
        assert (one["services"], one["severity"], one["accepted"]) == (["lapor"], "moderate", None)
        assert one["subject"] == {"kind": "domain", "name": "baliprov.go.id"}
        assert one["problem"]["id"].startswith("Pendaftaran nama domain baliprov.go.id")
        assert one["references"][0]["url"].startswith("https://www.rfc-editor.org/")


@pytest.mark.usefixtures("filled")
class TestShowing:
    async def test_one_finding_tells_what_to_do(self, config, tmp_path):
        ran = await kulkul("finding", "show", "fnd-1", "-c", config, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.err) == (0, "")
        for words in ("FND-000001", "in 9 days", "Remedy", "domain.go.id", "RFC 5731", "domain_expiring"):
            assert words in ran.out

    @in_a_file
    @pytest.mark.parametrize(
        ("number", "told"),
        [("INC-2026-1", "is not the number of a finding"), ("FND-99", "There is no finding FND-99")],
    )
    async def test_one_that_is_none_is_told(self, config, tmp_path, number, told):
        ran = await kulkul("finding", "show", number, "-c", config, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err


def day(days):
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


class TestAccepting:
    async def accepted(self, config, tmp_path, *options):
        return await kulkul(
            "finding", "accept", "FND-1", "-c", config, "--lang", "en", *options, folder=tmp_path
        )

    async def test_it_is_on_record_until_the_end_of_its_day(self, filled, config, tmp_path):
        last = day(20)
        ran = await self.accepted(
            config, tmp_path, "--until", last, "--reason", "Sedang diurus.", "--by", "made"
        )
        assert ran.code == 0
        assert f"FND-000001 is accepted until the end of {last}" in ran.err
        found = (await open_findings(filled))[0].acceptance
        assert (f"{found.until:%Y-%m-%d %H:%M}", found.by) == (f"{last} 16:00", "made")
        (entry,) = await entries(filled, "FND-000001")
        assert (entry.action, entry.reason) == ("finding.accept", "Sedang diurus.")

    @pytest.mark.usefixtures("filled")
    async def test_it_is_left_out_of_the_list_unless_asked_for(self, config, tmp_path):
        await self.accepted(config, tmp_path, "--until", day(9), "--reason", "x")
        listed = await kulkul("findings", "-c", config, folder=tmp_path)
        assert "FND-000001" not in listed.out
        listed = await kulkul("findings", "--accepted", "-c", config, folder=tmp_path)
        assert "diterima s.d." in listed.out

    @in_a_file
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("--until", "besok", "--reason", "x"), "write a date like 2027-01-31"),
            (("--until", day(-2), "--reason", "x"), "has passed"),
            (("--until", day(400), "--reason", "x"), "a year at most"),
            (("--until", day(9), "--reason", " "), "write why"),
            (("--until", day(9)), "--reason"),
        ],
        ids=["no date", "past", "too long", "no reason", "no option"],
    )
    async def test_what_cannot_be_accepted_changes_nothing(self, filled, config, tmp_path, options, told):
        ran = await self.accepted(config, tmp_path, *options)
        assert ran.code == 2
        assert told in ran.err
        assert (await open_findings(filled))[0].acceptance is None
        assert await entries(filled) == []

    async def test_what_is_not_open_cannot_be(self, filled, config, tmp_path):
        await record(filled, HSTS, LAME)
        ran = await self.accepted(config, tmp_path, "--until", day(9), "--reason", "x")
        assert (ran.code, "No finding FND-1 is open" in ran.err) == (2, True)

    async def test_it_can_be_taken_back(self, filled, config, tmp_path):
        await self.accepted(config, tmp_path, "--until", day(9), "--reason", "x")
        ran = await kulkul("finding", "revoke", "FND-1", "-c", config, "--reason", "Keliru", folder=tmp_path)
        assert (ran.code, ran.err) == (0, "Penerimaan FND-000001 dicabut.\n")
        assert (await open_findings(filled))[0].acceptance is None


@in_a_file
async def test_without_a_database_the_sentence_says_so(config, tmp_path):
    ran = await kulkul("findings", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "kulkul.sqlite" in ran.err
