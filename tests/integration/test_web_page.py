"""What the status page says of which rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.reason import SENTENCES, Reason
from monitor.core.status import Status, worst
from monitor.web import page as page_module
from monitor.web.negotiate import allows_gzip, language, wants_html, wants_openmetrics
from monitor.web.page import WORST_FIRST, Page, Row, page, zone_name
from monitor.web.texts import SYMBOLS, TEXTS, Language

NOW = datetime(2026, 10, 3, 16, 30, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def row(name: str = "Pengaduan", status: Status = Status.UP, **facts) -> Row:
    given_facts = {
        "service_id": name.lower(),
        "url": "https://lapor.badungkab.go.id/",
        "agency": "Dinas Komunikasi",
        "government": "Pemkab Badung",
        "since_at": NOW - DAY,
    }
    return Row(name=name, status=status, **given_facts | facts)


def html(*rows: Row, lang: Language = Language.ID, zone: str = "Asia/Makassar") -> str:
    shared = Page(generated_at=NOW, zone=ZoneInfo(zone), vantage="denpasar", version="0.1.0", language=lang)
    return "".join(page(rows, shared))


def cells(text: str) -> list[list[str]]:
    """The text of each cell of the table's body, row by row."""
    body = text.partition("<tbody")[2]
    return [
        [
            re.sub(r"<[^>]+>", " ", cell).strip()
            for cell in re.findall(r"<t[dh].*?>(.*?)</t[dh]>", each, re.DOTALL)
        ]
        for each in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_a_row_says_status_in_word_and_symbol_since_when_and_how_fast():
    (shown,) = cells(
        html(
            row(
                status=Status.DEGRADED,
                last_at=NOW - timedelta(seconds=5),
                duration=timedelta(seconds=4.23),
                availability=Fraction(9_986_559, 10_000_000),
                certificate_not_after=NOW + 61.5 * DAY,
            )
        )
    )
    assert shown[0].split() == ["▲", "Lambat"]
    assert shown[1].split() == ["Pengaduan", "Dinas", "Komunikasi", "Pemkab", "Badung"]
    assert shown[2:] == ["3 Okt 2026 00:30", "00:30:00", "4,2 dtk", "99,865%", "61 hari", ""]


def test_the_same_row_in_english_and_in_the_zone_of_the_register():
    text = html(row(duration=timedelta(milliseconds=182)), lang=Language.EN, zone="Asia/Jakarta")
    (shown,) = cells(text)
    assert shown[0].split() == ["✔", "Up"]
    assert shown[2:5] == ["2 Oct 2026 23:30", "never", "182 ms"]
    assert "Since (WIB)" in text
    assert '<html lang="en">' in text


def test_a_last_check_of_another_day_says_which():
    (shown,) = cells(html(row(last_at=NOW - DAY)))
    assert shown[3] == "3 Okt 2026 00:30:05"


def test_a_zone_without_letters_is_written_as_an_offset():
    shared = Page(
        generated_at=NOW, zone=ZoneInfo("America/Sao_Paulo"), vantage="", version="", language=Language.EN
    )
    assert zone_name(shared) == "UTC-03"


def test_the_worst_come_first_and_equals_by_owner_and_name():
    rows = [row(name, status) for name, status in zip("edcba", Status, strict=True)]
    rows += [row("f", Status.DOWN), row("g", Status.DOWN, government="Pemkab Aceh")]
    assert [shown[1].split()[0] for shown in cells(html(*rows))] == ["g", "b", "f", "c", "a", "d", "e"]


def test_the_order_is_the_order_of_the_judgement():
    assert set(WORST_FIRST) == set(Status)
    for first, second in combinations(WORST_FIRST, 2):
        assert worst([first, second]) is first


def test_reasons_are_told_in_the_language_of_the_page_with_their_particulars():
    down = row(status=Status.DOWN, reason=Reason.TLS_EXPIRED, message="It expired on 2026-10-01.")
    assert SENTENCES[Reason.TLS_EXPIRED].id in html(down)
    assert SENTENCES[Reason.TLS_EXPIRED].en in html(down, lang=Language.EN)
    assert '<small lang="en">It expired on 2026-10-01.</small>' in html(down)


def test_a_doubt_about_a_working_service_is_told_as_a_doubt():
    (shown,) = cells(html(row(reason=Reason.TCP_TIMEOUT), lang=Language.EN))
    assert shown[-1].startswith("Suspected outage, being checked again: The server did not")


@pytest.mark.parametrize(
    ("left", "said", "near"),
    [
        (-DAY, "expired", True),
        (timedelta(0), "less than 1 day", True),
        (DAY, "1 day", True),
        (14 * DAY - timedelta(seconds=1), "13 days", True),
        (14 * DAY, "14 days", False),
    ],
)
def test_a_certificate_near_its_end_stands_out(left, said, near):
    text = html(row(certificate_not_after=NOW + left), lang=Language.EN)
    assert cells(text)[0][6] == said
    assert ('class="number near"' in text) is near


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "No services are registered yet; add them in config/services/."),
        ([Status.UP, Status.DEGRADED], "All services work."),
        ([Status.UP, Status.UNKNOWN], "Known to work: 1 of 2 services."),
        ([Status.UP, Status.DOWN], "1 of 2 services is down."),
        ([Status.DOWN, Status.DOWN, Status.BLOCKED], "2 of 3 services are down."),
    ],
)
def test_the_headline_sums_up(statuses, said):
    text = html(*(row(str(at), status) for at, status in enumerate(statuses)), lang=Language.EN)
    assert f"<h1>{said}</h1>" in text
    assert ("<table" in text) is bool(statuses)


def test_counts_name_every_status():
    text = html(row(status=Status.DOWN), row(status=Status.DOWN), row())
    counts = re.findall(r'class="word">([^<]+)</span> <b>(\d+)</b>', text)
    assert counts == [
        ("Normal", "1"),
        ("Lambat", "0"),
        ("Terblokir", "0"),
        ("Gangguan", "2"),
        ("Tidak diketahui", "0"),
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tcp://h:1", "data:text/html,x", " javascript:x", ""])
def test_only_web_addresses_become_links(url):
    assert "<a href" not in html(row(url=url)).partition("<tbody")[2]


def test_web_addresses_do_become_links():
    assert '<a href="HTTPS://x.go.id/?a=1&amp;b=2"' in html(row(url="HTTPS://x.go.id/?a=1&b=2"))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_a_site_says_stays_text(said):
    hostile = row(
        name=said,
        url="https://x/" + said,
        agency=said,
        government=said,
        service_id=said,
        status=Status.DOWN,
        reason=Reason.HTTP_STATUS,
        message=said + "x",
    )
    tags = re.compile(r"<[^>]*>")
    quiet = row(name="x", status=Status.DOWN, reason=Reason.HTTP_STATUS, message="x")
    body = html(hostile).partition("<tbody")[2]

    def names(text):
        return [tag.split()[0].rstrip(">") for tag in tags.findall(text)]

    assert names(body) == names(html(quiet).partition("<tbody")[2])
    # Only what the template wrote: no attribute was opened by a quote in the text.
    assert re.findall(r'\s(on\w+|style|src)="', body) == []


def test_every_status_has_a_word_and_a_symbol_in_both_languages():
    assert set(SYMBOLS) == set(Status)
    assert len(set(SYMBOLS.values())) == len(Status)
    for texts in TEXTS.values():
        assert set(texts.statuses) == set(Status)
        assert len(texts.months) == 12


def luminance(colour: str) -> float:
    colour = colour if len(colour) == 6 else "".join(2 * each for each in colour)
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_text_is_readable_on_both_grounds_in_light_and_dark():
    style = (Path(page_module.__file__).parent / "templates" / "style.css").read_text()
    schemes = [
        dict(re.findall(r"--(\w+): #(\w+)", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(schemes) == 2
    for scheme in schemes:
        for name in set(scheme) - {"ground", "panel", "line"}:
            for ground in ("ground", "panel"):
                pair = sorted((luminance(scheme[name]), luminance(scheme[ground])))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (name, ground)


PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)


@pytest.mark.parametrize(
    ("accept", "openmetrics"),
    [
        (PROMETHEUS, True),
        ("application/openmetrics-text", True),
        ("application/openmetrics-text; version=1.0.0; q=0.3, text/plain;q=0.3", True),
        ('APPLICATION/OpenMetrics-Text;Version="1.0.0"', True),
        ("application/openmetrics-text;version=0.0.1", False),
        ("application/openmetrics-text;version=2.0.0", False),
        ("application/openmetrics-text;q=0.4,text/plain;q=0.5", False),
        ("application/openmetrics-text;q=0", False),
        ("application/openmetrics-text;q=much", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", False),
        ("", False),
        (";;=,,q=1", False),
    ],
)
def test_openmetrics_is_sent_to_those_who_prefer_it(accept, openmetrics):
    assert wants_openmetrics(accept) is openmetrics


@pytest.mark.parametrize(
    ("accept_encoding", "allowed"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_used_only_where_it_is_taken(accept_encoding, allowed):
    assert allows_gzip(accept_encoding) is allowed


def test_browsers_are_known_by_asking_for_html():
    assert wants_html("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
    assert not wants_html("*/*")


def test_an_unknown_language_falls_back_to_the_default():
    assert language("en", Language.ID) is Language.EN
    assert language("ban", Language.ID) is Language.ID
    assert language(None, Language.EN) is Language.EN
    assert Language.ID.other is Language.EN
    assert Language.EN.other is Language.ID


def test_maintenance_is_marked_beside_the_status_in_the_readers_language():
    shown = [row("Pajak", Status.DOWN, maintenance=True), row("Lapor")]
    assert [each[0].split() for each in cells(html(*shown))] == [
        ["✖", "Gangguan", "pemeliharaan"],
        ["✔", "Normal"],
    ]
    assert cells(html(*shown, lang=Language.EN))[0][0].split() == ["✖", "Down", "maintenance"]
