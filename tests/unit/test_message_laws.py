"""Whatever names, addresses and particulars contain, a message stays legible and does no harm."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.facts import FINDINGS, Facts, FindingFacts, Occasion
from alerts.message import render
from alerts.message.legible import legible
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.reason import Sentence
from monitor.core.route import Severity
from tests.anyfacts import any_facts
from tests.facts import FORTY, T0, WITA, facts, service

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=y>&amp;{{ 7*7 }}\r\nBcc: x@y\x00\x1b[31m\u202e\ud800"
)
BALINESE = "ᬧᬾᬫ᭄ᬭᬶᬦ᭄ᬢᬄ\u200dᬧ᭄ᬭᭀᬯᬶᬦ᭄ᬲᬶ ᬩᬮᬶ"
TAGS = {"html", "head", "meta", "title", "style", "body", "div", "p", "span", "h1", "h2"} | {
    *("dl", "dt", "dd", "ul", "li", "b", "br", "a", "code")
}
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "style", "href", "aria-hidden"}
EMPTY = frozenset({"meta", "br"})


class Reader(HTMLParser):
    """Reads a document as strictly as the mail programs that take it least kindly."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.links, self.headings, self.styles, self.text = [], [], [], [], ""

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS
        assert ATTRIBUTES.issuperset(name for name, _ in attrs)
        self.styles += [value for name, value in attrs if name == "style"]
        self.links += [value for name, value in attrs if name == "href"]
        if tag in ("h1", "h2"):
            self.headings.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.styles.append(data)
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


texts = st.text(st.characters(), max_size=300) | st.sampled_from(["", HOSTILE, BALINESE * 20, "🔥" * 300])
times = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
subjects = texts | st.sampled_from(["INC-2026-000123", "notification:17", "findings:baliprov.go.id"])
anything = any_facts(texts, times, subjects=subjects, most_services=6)


def assert_fit_to_send(told, language):
    message = render(told, language, WITA)
    assert message.subject.startswith("[")
    assert len(message.subject) <= 120
    assert "\n" not in message.subject
    for text in (message.subject, message.text, message.brief, message.html):
        text.encode()  # no lone surrogate
        assert all(one.isprintable() or one in "\n\u200c\u200d" for one in text)
    assert len(message.brief.encode("utf-16-le")) // 2 <= 4000
    reader = read(message.html)
    assert reader.headings[0] == "h1"
    assert reader.headings.count("h1") == 1
    assert all(one.lower().startswith(("http://", "https://")) for one in reader.links)
    assert not re.search(r"url\(|@import", " ".join(reader.styles))
    return message, reader


@settings(max_examples=150, deadline=None)
@given(told=anything, language=st.sampled_from(["id", "en"]))
def test_any_facts_make_a_message_that_is_fit_to_send(told, language):
    message, reader = assert_fit_to_send(told, language)
    for one in told.services:
        name = legible(one.name, 120)
        assert name in " ".join(message.text.split())
        assert name in reader.text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_every_occasion_bears_hostile_names(occasion, language, count):
    hostile = [
        service(
            n,
            name=f"{HOSTILE}{n}",
            agency=HOSTILE,
            url=f'https://x.test/"{HOSTILE}',
            particulars=HOSTILE,
            out=not occasion.ends,
        )
        for n in range(count)
    ]
    told = facts(
        occasion=occasion,
        cause=Tie.NAME_SERVERS,
        cause_value=HOSTILE,
        acknowledged_by=(HOSTILE,),
        detail=HOSTILE,
        link=f"javascript:{HOSTILE}",
        contact=HOSTILE,
        **({"subject": f"findings:{HOSTILE}"} if occasion in FINDINGS else {}),
        findings=tuple(
            FindingFacts(
                number=number,
                rule=HOSTILE,
                severity=FindingSeverity.SEVERE,
                title=Sentence(HOSTILE, HOSTILE),
                problem=Sentence(HOSTILE * 30, HOSTILE * 30),
                remedy=Sentence(HOSTILE, HOSTILE),
                first_seen_at=T0,
                news=bool(number % 2),
                places=(HOSTILE,),
                services=(HOSTILE,),
            )
            for number in range(count)
        ),
    )
    message, _ = assert_fit_to_send(replace(told, services=tuple(hostile)), language)
    assert "{{ 7*7 }}" in message.text
    assert "49" not in message.subject


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("occasion", Occasion)
def test_every_occasion_does_without_what_may_be_missing(occasion, language):
    bare = Facts(
        occasion=occasion, subject="", severity=Severity.INFO, written_at=T0, began_at=T0, services=()
    )
    for told in (bare, replace(bare, services=(service(agency="", government="", url="", reason=None),))):
        message, _ = assert_fit_to_send(told, language)
        assert "None" not in message.text + message.brief + message.html


def test_balinese_script_comes_through_whole():
    message = render(facts(service(name=BALINESE)), "id", WITA)
    for text in (message.subject, message.text, message.html, message.brief):
        assert BALINESE in text


def test_what_cannot_be_opened_is_no_link():
    told = facts(service(url="tcp://192.0.2.7:25"), link=None)
    assert read(render(told, "id", WITA).html).links == []
    assert "tcp://192.0.2.7:25" in render(told, "id", WITA).html


def test_a_thousand_services_are_all_told_and_the_brief_still_fits():
    many = replace(FORTY, services=tuple(map(service, range(1000))))
    message, _ = assert_fit_to_send(many, "id")
    assert message.subject == "[GANGGUAN] 1.000 layanan — alamat 192.0.2.7"
    assert message.text.count("https://layanan") == 1000


@given(text=st.text(st.characters()), at_most=st.integers(1, 40))
def test_a_legible_text_is_one_printable_line_of_that_length_at_most(text, at_most):
    line = legible(text, at_most)
    assert len(line) <= at_most
    assert all(one.isprintable() or one in "\u200c\u200d" for one in line)
