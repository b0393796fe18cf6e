"""The register as a whole: what is covered, told and remembered."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.finding import FindingSeverity, SubjectKind, diff
from monitor.core.hostname import HostClass
from monitor.core.naming.census import Census, census_of, facts_json
from monitor.core.rulebook import register as rules
from monitor.inspections.register import RegisterInspection, judge_register
from monitor.registry.references import shipped_references
from tests.registered import (
    AWKWARD,
    GOOD,
    HOLDER,
    HTTP,
    NOW,
    SHARED,
    on_record,
    only,
    registry,
    said,
    service,
    starter,
    tcp,
)


class TestTheWholeRegister:
    def test_every_rule_covers_every_place_it_looked_at(self):
        judged = judge_register(
            registry(service("a", GOOD), service("surel", checks=[tcp("mail.badungkab.go.id")])), NOW
        )
        assert set(judged.covered) == {rule.id for rule in rules.RULES}
        assert judged.covered[SHARED] == {"jdih.badungkab.go.id", "mail.badungkab.go.id"}
        for rule in rules.RULES:
            if rule.subject is SubjectKind.SERVICE:
                assert judged.covered[rule.id] == {"a", "surel"}

    def test_what_left_the_register_closes_with_the_next_look(self):
        before = judge_register(registry(service("a", "http://a.badungkab.go.id/", holder=None)), NOW)
        after = judge_register(registry(), NOW + timedelta(hours=1), before.facts)
        assert {one.identity.rule for one in diff(on_record(before), after).closed} == {HTTP, HOLDER}

    def test_each_thing_is_seen_once(self):
        judged = judge_register(starter(), NOW)
        identities = [one.identity for one in judged.seen]
        assert len(identities) == len(set(identities))

    def test_the_starter_register_contradicts_itself_nowhere(self):
        judged = judge_register(starter(), NOW)
        assert {one.identity.rule for one in judged.seen} == {HOLDER, HTTP, SHARED}
        shared = {
            one.identity.subject.name: one.severity for one in judged.seen if one.identity.rule == SHARED
        }
        assert shared == {
            "dpmptsp.gianyarkab.go.id": FindingSeverity.INFO,
            "e-pajak.denpasarkota.go.id": FindingSeverity.INFO,
            "gplan.gianyarkab.go.id": FindingSeverity.INFO,
            "pelayanan.denpasarkota.go.id": FindingSeverity.INFO,
            "perijinan.denpasarkota.go.id": FindingSeverity.INFO,
            "sipoint.denpasarkota.go.id": FindingSeverity.INFO,
            "smartcity.denpasarkota.go.id": FindingSeverity.MINOR,
        }
        assert judged.facts["classes"] == {"provinsi": 21, "kabupaten": 75, "kota": 52}

    def test_its_facts_and_evidence_are_json(self):
        judged = judge_register(registry(*AWKWARD), NOW)
        assert json.loads(json.dumps(judged.facts)) == judged.facts
        for one in judged.seen:
            assert json.loads(json.dumps(one.evidence)) == one.evidence


class TestWords:
    def test_every_rule_is_told_without_gaps_in_both_languages(self):
        seen = judge_register(registry(*AWKWARD), NOW).seen
        assert {one.identity.rule for one in seen} == {rule.id for rule in rules.RULES}
        for one in seen:
            told = said(one)
            for text in (told.title, told.problem, told.remedy):
                for language, gap in ((text.id, "tidak diketahui"), (text.en, "not known")):
                    assert language
                    assert gap not in language
                    assert "{" not in language
            assert told.problem.id.endswith(".")
            assert told.remedy.en.endswith(".")

    def test_a_finding_names_service_agency_and_place(self):
        told = said(only(service("antrean", "https://antrean.rsudcontoh.com/", agency="dinkes")))
        for text in (told.problem.id, told.problem.en):
            for word in ("Layanan antrean", "Dinas Kesehatan", "antrean.rsudcontoh.com"):
                assert word in text

    def test_every_reference_ships_with_the_program(self):
        assert {key for rule in rules.RULES for key in rule.references} <= shipped_references().keys()


class TestTheInspection:
    async def test_it_has_one_target_once_it_follows_a_register(self):
        inspection = RegisterInspection()
        assert not list(inspection.targets())
        nothing = await inspection.inspect("register", None, NOW)
        assert nothing.failure is not None
        assert (nothing.facts, nothing.covered) == (None, {})
        inspection.follow(registry(*AWKWARD))
        assert list(inspection.targets()) == [inspection.name] == ["register"]
        assert [inspection.urgent(), inspection.urgent()] == [{"register"}, set()]
        assert await inspection.inspect("register", None, NOW) == judge_register(registry(*AWKWARD), NOW)
        await inspection.close()

    async def test_it_judges_the_register_that_it_was_given_last(self):
        inspection = RegisterInspection()
        inspection.follow(registry(service("a", "http://a.badungkab.go.id/")))
        before = await inspection.inspect("register", None, NOW)
        inspection.follow(registry(service("a", "https://a.badungkab.go.id/")))
        after = await inspection.inspect("register", before.facts, NOW)
        assert [one.identity.rule for one in diff(on_record(before), after).closed] == [HTTP]


@given(
    st.frozensets(st.text(min_size=1, max_size=5), max_size=5),
    st.dictionaries(st.text(min_size=1, max_size=5), st.sampled_from(HostClass), max_size=5),
)
def test_a_census_reads_back_as_it_was_written(services, hosts):
    census = Census(services=services, hosts=hosts)
    assert census_of(json.loads(json.dumps(facts_json(census)))) == census


def test_of_no_facts_or_a_class_of_another_day_nothing_is_made():
    assert census_of(None) == Census()
    assert census_of({"hosts": {"a": "ip", "b": "stasiun-luar-angkasa"}}) == Census(hosts={"a": HostClass.IP})
