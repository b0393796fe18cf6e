"""The rules, the page that lists them, and the references that they name."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from monitor.core.finding import SEVERITY_WORDS
from monitor.core.rulebook import RULES
from monitor.registry.references import load_references, shipped_references
from monitor.settings import ConfigurationError

DOCUMENT = Path(__file__).parents[2] / "docs" / "temuan.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (\w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PARTS = ("title", "problem", "remedy")


def test_the_page_lists_the_rules_one_by_one():
    assert ROW.findall(DOCUMENT.read_text(encoding="utf-8")) == [
        (
            rule.id,
            rule.subject.value,
            SEVERITY_WORDS[rule.severity].id,
            rule.title.id,
            rule.title.en,
            f"{', '.join(map(str, rule.steps))} hari" if rule.steps else "-",
        )
        for rule in RULES.values()
    ]


def test_ids_are_words_joined_by_underscores():
    for rule in RULES:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", rule)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
class TestEveryRule:
    def test_says_the_same_things_in_both_languages(self, rule):
        for part in PARTS:
            named = [
                {re.sub(r"_(id|en)$", "", name) for _, name, _, _ in string.Formatter().parse(text) if name}
                for text in (getattr(rule, part).id, getattr(rule, part).en)
            ]
            assert named[0] == named[1], part

    def test_has_a_title_without_a_full_stop_and_sentences_with_one(self, rule):
        for language in ("id", "en"):
            assert not getattr(rule.title, language).endswith(".")
            for part in ("problem", "remedy"):
                assert getattr(getattr(rule, part), language).rstrip().endswith((".", "?", "{detail}")), part

    def test_counts_down_only_to_a_day_that_its_texts_name(self, rule):
        if rule.steps:
            assert list(rule.steps) == sorted(rule.steps, reverse=True)

    def test_names_references_that_ship(self, rule):
        assert set(rule.references) <= shipped_references().keys()


class TestReferences:
    def test_an_operators_file_replaces_and_adds(self, tmp_path):
        path = tmp_path / "references.yml"
        path.write_text(
            "references:\n"
            "  - {id: rfc5280, title: {id: Baru, en: New}, issued: '2030'}\n"
            "  - {id: pergub-1-2027, title: {id: Pergub, en: Rule}, issued: 2027-01-31, url: 'https://x.id/1'}\n"
        )
        found = load_references(path)
        assert (found["rfc5280"].title.en, found["rfc5280"].issued) == ("New", "2030")
        assert (found["pergub-1-2027"].issued, found["pergub-1-2027"].url) == ("2027-01-31", "https://x.id/1")
        assert found.keys() > shipped_references().keys() - {"rfc5280"}

    def test_a_file_that_is_missing_says_nothing(self, tmp_path):
        assert load_references(tmp_path / "references.yml") == shipped_references()

    @pytest.mark.parametrize("issued", ["soon", "2027-13", "2027-01-32", "27"])
    def test_a_day_that_is_none_is_told_with_its_place(self, tmp_path, issued):
        path = tmp_path / "references.yml"
        path.write_text(f"references:\n  - {{id: a, title: {{id: A, en: A}}, issued: '{issued}'}}\n")
        with pytest.raises(
            ConfigurationError, match=r"references\.yml:2:\d+: references\.0\.issued: .*2025-03"
        ):
            load_references(path)
