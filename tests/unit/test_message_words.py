"""One glossary, both languages complete and unmixed, advice for every reason."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from string import Formatter

import jinja2
import jinja2.meta
import pytest

import alerts
from alerts.advice import ADVICE, NO_REASON, SLOW, UNDELIVERED
from alerts.facts import Occasion
from alerts.glossary import WORDS, Words
from alerts.message import render
from alerts.message.palette import DAY, NIGHT, Palette
from alerts.message.view import SYMBOLS, View
from monitor.core.incident import TIE_WORDS, Tie
from monitor.core.reason import Reason
from monitor.core.status import Status
from monitor.web import texts
from tests.facts import T0, WITA, facts, service

ENGLISH = (
    "the and of is are was were not with from this that for to or by has have been it its check make sure"
)
INDONESIAN = (
    "yang dan tidak dari sejak untuk atau layanan oleh dengan sudah pada ini itu gangguan pulih instansi"
)
FOREIGN = {"id": frozenset(ENGLISH.split()), "en": frozenset(INDONESIAN.split())}
TEMPLATES = Path(alerts.__file__).parent / "templates"


def words_of(html):
    """The words a reader meets in a document, but for code, addresses, and what is marked as English."""
    body = re.sub(r"(?s)<head>.*?</head>|<code.*?</code>|<a .*?</a>|<dd [^>]*lang=\"en\".*?</dd>", " ", html)
    return re.findall(r"[a-z]+", re.sub(r"<[^>]*>", " ", body).lower())


@pytest.mark.parametrize("reason", [*Reason, None])
def test_there_is_advice_for_every_reason_in_both_languages(reason):
    advice = ADVICE[reason] if reason else NO_REASON
    for text in (advice.seen.id, advice.seen.en, advice.step.id, advice.step.en):
        assert text == text.strip()
        assert text[0].isupper()
        assert text.endswith(".")
        assert len(text) <= 200
    assert advice.seen.id != advice.seen.en
    assert advice.step.id != advice.step.en


def test_one_that_refuses_us_is_asked_by_the_letter():
    for reason in (Reason.BLOCKED_CHALLENGE, Reason.BLOCKED_FORBIDDEN):
        assert "`kulkul letter`" in ADVICE[reason].step.id
        assert "`kulkul letter`" in ADVICE[reason].step.en


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("several", [False, True])
def test_no_occasion_mixes_the_languages(occasion, language, several):
    services = [service(n, name=f"X{n}", agency="Y", out=not occasion.ends) for n in range(1 + several)]
    for cause in (None, *Tie):
        told = facts(
            *services,
            occasion=occasion,
            cause=cause,
            cause_value="z",
            reminder=1,
            others=2,
            confirmed_at=T0,
            ended_at=T0,
            vantage="v",
            detail="r" if occasion is Occasion.TEST else "It is not the case.",
            contact="c",
        )
        told = replace(told, services=tuple(replace(one, government="G") for one in told.services))
        html = render(told, language, WITA).html
        assert not FOREIGN[language].intersection(words_of(html))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("reason", [*Reason, None])
def test_no_reason_mixes_the_languages(reason, language):
    told = facts(service(name="X", agency="Y", government="G", reason=reason), contact="c")
    assert not FOREIGN[language].intersection(words_of(render(told, language, WITA).html))


def test_the_search_for_foreign_words_finds_some():
    for language, other in (("id", "en"), ("en", "id")):
        assert FOREIGN[other].intersection(words_of(render(facts(), language, WITA).html))


def test_every_word_is_there_in_both_languages_with_the_same_places_to_fill():
    def places(form):
        return {name for _, name, _, _ in Formatter().parse(form) if name is not None}

    for field in fields(Words):
        indonesian, english = (getattr(WORDS[language], field.name) for language in ("id", "en"))
        if isinstance(indonesian, str):
            assert indonesian
            assert english
            assert places(indonesian) == places(english)
        else:
            assert indonesian.keys() == english.keys()
    assert set(WORDS["id"].tags) == set(Occasion)
    assert len(set(WORDS["id"].tags.values())) == len(Occasion)
    assert set(WORDS["id"].ended) == {one for one in Occasion if one.ends}


def test_the_words_are_those_of_the_status_page_and_of_the_commands():
    for language in ("id", "en"):
        words = WORDS[language]
        assert words.ties == {tie: getattr(told, language) for tie, told in TIE_WORDS.items()}
        assert words.since == texts.TEXTS[language].since
        tags = {Status.DEGRADED: Occasion.DEGRADED, Status.BLOCKED: Occasion.BLOCKED}
        for status, occasion in tags.items():
            assert words.tags[occasion] == texts.TEXTS[language].statuses[status].upper()
    assert WORDS["id"].tags[Occasion.OUTAGE] == texts.TEXTS["id"].statuses[Status.DOWN].upper()
    for status, symbol in texts.SYMBOLS.items():
        assert SYMBOLS[status.value.lower()] == symbol


def test_templates_ask_only_for_what_they_are_given():
    given = {field.name for field in fields(View)} | {"lead", "onward", "day", "night", "most", "told"}
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    environment.filters["wrapped"] = str
    environment.tests["openable"] = bool
    names = environment.list_templates()
    assert len(names) == 2 * (len(Occasion) + 1) + 3
    for name in names:
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        assert jinja2.meta.find_undeclared_variables(environment.parse(source)) <= given, name


def test_what_is_to_be_done_about_slowness_and_lost_messages_is_said_in_both_languages():
    for one in (SLOW.seen, SLOW.step, UNDELIVERED):
        assert one.id.endswith(".")
        assert one.en.endswith(".")
        assert one.id != one.en


@pytest.mark.parametrize("palette", [DAY, NIGHT])
def test_every_ink_stands_out_from_both_grounds(palette):
    inks = [field.name for field in fields(Palette) if field.name not in ("ground", "panel", "line")]
    for ink in inks:
        for ground in (palette.ground, palette.panel):
            assert contrast(getattr(palette, ink), ground) >= 4.5, ink


def contrast(one, other):
    """Contrast of two colours by WCAG 2.2: from 1 to 21."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
