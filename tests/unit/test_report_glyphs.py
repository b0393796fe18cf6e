"""What the printed report can show of any text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reports.formats.errors import FormatError
from monitor.reports.formats.pdf import compiled
from monitor.reports.glyphs import SHOWN, legible, settable

WHEN = datetime(2026, 11, 1, tzinfo=UTC)
BREAK = "\N{ZERO WIDTH SPACE}"
PAGE = (
    b'#set document(title: "x")\n#set text(lang: "id", font: ("Libertinus Serif", "New Computer Modern", '
    b'"DejaVu Sans Mono"))\n#json(bytes(sys.inputs.report))\n'
)


def test_the_fonts_that_come_along_have_every_character_that_is_let_through():
    shown = [chr(code) for code in range(0x110000) if SHOWN.match(chr(code))]
    assert len(shown) > 1500
    # After a letter each, since marks are set over one.
    text = " ".join(f"a{one}" for one in shown)
    assert compiled(PAGE, text, WHEN).startswith(b"%PDF-")


def test_what_is_not_let_through_would_be_refused():
    with pytest.raises(FormatError, match="could not be displayed") as refused:
        compiled(PAGE, "\N{BALINESE LETTER BA}", WHEN)
    assert refused.value.sentence.id.startswith("PDF tidak dapat disusun (")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dinas Café 50% \N{EN DASH} “A”", "Dinas Café 50% \N{EN DASH} “A”"),
        ("\N{BALINESE LETTER BA}ali", "[U+1B29]ali"),
        ("\u4e2d", "[U+4E2D]"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\nb\x00", "a b[U+0000]"),
    ],
)
def test_what_no_font_has_is_named_by_its_code_point(text, shown):
    assert legible(text) == shown


@given(st.text())
def test_nothing_vanishes_and_everything_can_be_shown(text):
    shown = legible(text)
    assert len(shown) >= len(text)
    assert all(SHOWN.match(one) for one in shown)


def test_a_text_that_would_fill_a_page_is_shortened():
    assert settable("ab " * 300).replace(BREAK, "") == ("ab " * 300)[:599] + "…"


@given(st.text(alphabet="ab/.-_ \N{CJK UNIFIED IDEOGRAPH-4E2D}", max_size=900))
def test_long_words_can_be_broken_and_say_what_they_said(text):
    shown = settable(text)
    assert all(len(word) <= 18 for part in shown.split() for word in part.split(BREAK))
    bare = shown.replace(BREAK, "")
    assert len(bare) <= 600
    assert bare == legible(text) or (bare.endswith("…") and legible(text).startswith(bare[:-1]))
