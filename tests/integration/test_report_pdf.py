"""The printed report, read back by other programs than the one that set it."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import re
import shutil
import struct
import sys
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader

from monitor.reports.figures import build_report
from monitor.reports.formats import FORMATS
from monitor.reports.printed import MOST_OUTAGES
from monitor.reports.scope import EVERYTHING, ReportScope
from monitor.reports.seal import find_seals
from monitor.reports.shown import span
from tests.command import PLAIN, ROOT
from tests.records import OFFICE, office_record, revision

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
BALI = "\N{BALINESE LETTER BA}"
SET = """
import sys
from monitor.reports.figures import build_report
from monitor.reports.formats.pdf import pdf_bytes
from tests.records import office_record, revision
record = office_record(20)
sys.stdout.buffer.write(pdf_bytes(build_report(record, revision=revision(record)), "id"))
"""


def pdf(report, language="id"):
    return FORMATS["pdf"].write(report, language)


def read(report, language="id"):
    return PdfReader(io.BytesIO(pdf(report, language)), strict=True)


def pages(document):
    return [" ".join(one.extract_text().split()) for one in document.pages]


def elements(document):
    """Yield the elements of the document's structure, in the order in which it is read."""
    waiting = [document.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            if "/S" in one:
                yield one
            if "/K" in one:
                waiting.append(one["/K"])


def rightmost(page):
    """Return where the text begins that begins furthest to the right, in points."""
    places = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: places.append(tm[4] * cm[0] + cm[4] if text.strip() else 0)
    )
    return max(places)


def renamed(record, *names):
    services = [replace(one, name=name) for one, name in zip(record.services, names, strict=True)]
    return replace(record, services=tuple(services))


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0\xff\0\0\0\xff\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_logo(record, data):
    return replace(record, office=replace(record.office, logo=base64.b64encode(data).decode()))


@pytest.fixture(scope="module")
def record():
    return office_record(40, outages=2)


@pytest.fixture(scope="module")
def closed(record):
    return build_report(record, revision=revision(record))


@pytest.fixture(scope="module")
def document(closed):
    return read(closed)


class TestWhatItSays:
    def test_all_parts_are_there_in_their_order(self, document):
        heads = [one["/Title"] for one in document.outline]
        assert heads == [
            *("Ringkasan", "Layanan", "Peringkat instansi", "Perbandingan dengan periode sebelumnya"),
            *("Gangguan", "Temuan yang masih terbuka", "Pengecualian", "Metode perhitungan"),
        ]
        first = pages(document)[0]
        assert first.startswith("PEMERINTAH PROVINSI BALI UPTD PUSAT LAYANAN DIGITAL")
        assert "LAPORAN KETERSEDIAAN LAYANAN PERIODE : 1\N{EN DASH}31 Oktober 2026 Ringkasan" in first

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_its_figures_are_those_of_the_json(self, closed, language):
        text = " ".join(pages(read(closed, language)))
        shape = json.loads(FORMATS["json"].write(closed, language))
        comma = "," if language == "id" else "."

        def share(value):
            return "-" if value is None else f"{value.replace('.', comma)}%"

        for number, one in enumerate(shape["services"], start=1):
            told = " ".join(
                [
                    share(one["availability_percent"]),
                    share(f"{one['target_ratio'] * 100:.3f}"),
                    str(one["outage_count"]),
                    span(timedelta(seconds=one["longest_outage_seconds"])),
                    share(one["coverage_percent"]),
                ]
            )
            row = re.search(
                rf"(?<!\d){number} {re.escape(one['name'])} https\S+(?: \S+)*? {re.escape(told)}", text
            )
            assert row, (number, one["name"], told)
        for one in shape["agencies"]:
            told = f"{one['rank']} {one['name']} {len(one['services'])} {share(one['availability_percent'])}"
            assert f"{told} {share(one['coverage_percent'])} {one['outage_count']} " in text
        assert text.count("INC-2026-") == shape["whole"]["outage_count"]

    def test_every_page_is_numbered_and_tables_have_their_head_on_each(self):
        texts = pages(read(build_report(office_record(300, outages=0))))
        for number, text in enumerate(texts, start=1):
            assert f"Halaman {number} dari {len(texts)}" in text
        listed = [text for text in texts if "example.go.id/beranda" in text]
        assert len(listed) > 8
        assert all(
            "NO LAYANAN ALAMAT KETERSEDIAAN TARGET GANGGUAN TERLAMA CAKUPAN" in text for text in listed
        )

    def test_an_agency_without_a_rank_says_why(self, record):
        unseen = {one.id for one in record.services if one.agency_id == "a1"}
        changes = {id_: told for id_, told in record.history.changes.items() if id_ not in unseen}
        report = build_report(
            replace(
                record,
                history=replace(
                    record.history,
                    changes=changes,
                    first_seen={
                        id_: at for id_, at in record.history.first_seen.items() if id_ not in unseen
                    },
                ),
            )
        )
        text = " ".join(pages(read(report)))
        assert "- Badan Pendapatan Daerah (tanpa peringkat: tidak terukur)" in text

    def test_of_very_many_outages_the_longest_are_told_and_the_others_counted(self):
        report = build_report(office_record(150, outages=12))
        every = sorted((each.outage.down for one in report.services for each in one.outages), reverse=True)
        text = " ".join(pages(read(report)))
        left = len(every) - MOST_OUTAGES
        assert left > 0
        assert text.count("INC-2026-") == MOST_OUTAGES
        least = span(every[MOST_OUTAGES - 1])
        assert f"{left} lagi, masing-masing paling lama {least}, ada dalam bentuk XLSX" in text

    def test_figures_that_may_change_are_marked_on_every_page(self, record):
        closed = pages(read(build_report(record, revision=revision(record))))
        assert not any("SEMENTARA" in text for text in closed)
        texts = pages(read(build_report(record)))
        assert all("SEMENTARA" in text for text in texts)
        assert "SEMENTARA: periode belum ditutup; angka dapat berubah." in texts[0]
        now = record.period.starts_at + timedelta(days=9, hours=2)
        texts = pages(read(build_report(office_record(9, now=now)), "en"))
        assert all("PROVISIONAL" in text for text in texts)
        assert "the period is not over; figures are up to 10 Oct 2026 02:00:00 WITA." in texts[0]

    def test_a_report_of_a_part_names_it(self, record):
        texts = pages(read(build_report(record, ReportScope(service="s8"))))
        assert "E-Samsat 8 Dinas Kependudukan dan Pencatatan Sipil Pemerintah Provinsi Bali" in texts[0]

    def test_a_report_of_nothing_is_a_document_too(self, record):
        report = build_report(replace(record, services=(), findings=()))
        text = " ".join(pages(read(report)))
        assert "tidak ada yang terukur" in text
        assert text.count("Tidak ada.") >= 3


class TestLetterheadAndSignature:
    @pytest.mark.parametrize("count", range(36, 44))
    def test_who_signs_stands_on_one_page_with_lines_for_what_is_not_known(self, count):
        texts = pages(read(build_report(office_record(count, outages=0))))
        signed = re.compile(r"Denpasar, \.{40} Kepala UPTD Pusat Layanan Digital \.{40} NIP \.{40}")
        assert [bool(signed.search(text)) for text in texts] == [False] * (len(texts) - 1) + [True]

    def test_who_is_known_is_named(self, record):
        office = replace(OFFICE, name="I Made Contoh, S.Kom.", nip="19800101 200501 1 001")
        last = pages(read(build_report(replace(record, office=office))))[-1]
        assert "I Made Contoh, S.Kom. NIP 19800101 200501 1 001" in last

    def test_an_office_that_wants_none_has_no_letterhead_and_nobody_signs(self, record):
        texts = pages(read(build_report(replace(record, office=replace(OFFICE, letterhead=(), position="")))))
        assert texts[0].startswith("LAPORAN KETERSEDIAAN LAYANAN")
        assert "NIP" not in texts[-1]

    @pytest.mark.parametrize("data", [SVG, png()], ids=["svg", "png"])
    def test_a_logo_stands_in_the_letterhead_with_words_for_those_who_do_not_see_it(self, record, data):
        found = read(build_report(with_logo(record, data)))
        figures = [one["/Alt"] for one in elements(found) if one["/S"] == "/Figure"]
        assert figures[0] == "Logo PEMERINTAH PROVINSI BALI"

    @pytest.mark.parametrize(
        "data",
        [
            b"<svg broken",
            b"\x89PNG\r\n\x1a\n torn",
            b"\xff\xd8\xff",
            SVG.replace(b"<c", b"<text>\xe4\xb8\xad</text><c"),
        ],
        ids=["svg", "png", "jpg", "glyph"],
    )
    def test_a_logo_that_cannot_be_shown_is_said_to_be_missing(self, record, data):
        assert "[Logo tidak dapat ditampilkan]" in pages(read(build_report(with_logo(record, data))))[0]


class TestNames:
    def test_no_name_is_read_as_markup(self):
        hostile = ["#panic(1)", "*a* _b_ `c`", "@ref <label>", "\\ $x$ // y", '"] #let', "= a"]
        text = " ".join(pages(read(build_report(renamed(office_record(6), *hostile)))))
        for one in hostile:
            assert one in text

    def test_scripts_that_the_fonts_lack_are_named_and_not_dropped(self):
        names = [f"{BALI}ali", "\u4e2d\u6587", "\U0001f600", "a\u202eb", "\x00x", "e\u0301"]
        text = " ".join(pages(read(build_report(renamed(office_record(6), *names)))))
        for shown in ("[U+1B29]ali", "[U+4E2D]", "[U+1F600]", "a[U+202E]b", "[U+0000]x"):
            assert shown in text.replace("] [", "][")

    def test_long_names_are_broken_and_shortened_and_stay_on_the_page(self):
        names = ["x" * 40_000, "kata " * 2000, "https://" + "a/" * 200, *"abc"]
        found = read(build_report(renamed(office_record(6), *names)))
        for page in found.pages:
            assert rightmost(page) < float(page.mediabox.width) - 42
        text = "".join(pages(found)).replace(" ", "")
        assert "x" * 500 in text
        assert "…" in text

    def test_a_name_that_looks_like_a_seal_is_none(self, record):
        false = str(build_report(record, revision=revision(record, 9)).seal("id"))
        named = renamed(office_record(6), false, *"abcde")
        seals = find_seals(pdf(build_report(named)).decode("utf-8", "replace"))
        assert seals == []


class TestSeal:
    @pytest.mark.parametrize("language", ["id", "en"])
    @pytest.mark.parametrize(
        ("period", "scope"),
        [
            ("2026-10", EVERYTHING),
            ("2026-10-05..2026-10-09", ReportScope(government="bali", agency="a2", service="s8")),
        ],
    )
    def test_the_bytes_hold_exactly_the_seal_of_the_report(self, period, scope, language):
        record = office_record(12, period=period)
        report = build_report(record, scope, revision(record))
        (seal,) = find_seals(pdf(report, language).decode("utf-8", "replace"))
        assert str(seal) == report.seal(language)
        assert report.seal(language) in " ".join(pages(read(report, language)))

    def test_what_is_not_closed_has_none(self, record):
        assert find_seals(pdf(build_report(record)).decode("utf-8", "replace")) == []


class TestForReadersOfAllKinds:
    def test_it_says_by_which_standards_it_was_made(self, document):
        described = document.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
        for told in ("<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<"):
            assert told in described

    def test_it_names_its_language_and_shows_its_title(self, closed, document):
        root = document.trailer["/Root"]
        assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == ("id-ID", True)
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
        assert document.metadata.title == "Laporan Ketersediaan Layanan, 1\N{EN DASH}31 Oktober 2026"
        assert read(closed, "en").trailer["/Root"]["/Lang"] == "en-GB"

    def test_headings_tables_and_pictures_are_tagged(self, closed, document):
        found = list(elements(document))
        kinds = [one["/S"] for one in found]
        assert kinds.count("/H1") == 8
        assert kinds.count("/Table") >= 6
        assert kinds.count("/TH") > 40
        pictures = [one["/Alt"] for one in found if one["/S"] == "/Figure"]
        assert len(pictures) == 1 + 5 + len(closed.services)
        assert all(pictures)

    def test_what_repeats_on_every_page_is_not_read_aloud_again(self, document):
        assert b"/Artifact" in document.pages[1].get_contents().get_data()

    @pytest.mark.skipif(
        shutil.which("pdftotext") is None and os.environ.get("KULKUL_REQUIRE_REAL") != "1",
        reason="pdftotext is not installed",
    )
    async def test_an_address_can_be_copied_as_it_is(self, tmp_path, closed):
        (tmp_path / "report.pdf").write_bytes(pdf(closed))
        process = await asyncio.create_subprocess_exec(
            *("pdftotext", "-raw", "report.pdf", "-"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        assert process.returncode == 0
        assert "\N{ZERO WIDTH SPACE}" not in out.decode()
        assert closed.services[0].service.url in out.decode().replace("\n", "").replace(" ", "")


class TestTheSameAgain:
    async def test_another_process_elsewhere_makes_the_same_bytes(self, tmp_path):
        places = (
            {"TZ": "Asia/Makassar", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
            {
                "TZ": "America/New_York",
                "PYTHONHASHSEED": "2",
                "LC_ALL": "C.UTF-8",
                "TYPST_FONT_PATHS": str(tmp_path),
            },
        )
        made = []
        for place in places:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", SET),
                cwd=ROOT,
                env={**PLAIN, "SOURCE_DATE_EPOCH": str(len(made)), **place},
                stdout=asyncio.subprocess.PIPE,
            )
            out, _ = await asyncio.wait_for(process.communicate(), 60)
            made.append(out)
        assert made[0].startswith(b"%PDF-")
        assert made[0] == made[1]

    def test_another_report_is_another_document(self, closed, record):
        other = build_report(record, revision=revision(record, 2))
        assert len({pdf(closed), pdf(other), pdf(closed, "en")}) == 3
