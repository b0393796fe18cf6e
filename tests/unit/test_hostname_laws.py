"""Laws of reading host names, whatever people write."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.hostname import REGIONAL, UNUSABLE, HostClass, NameParts, classify
from monitor.core.naming.suggestion import distance, suggest
from monitor.registry.domains import name_parts, read_host

LABELS = st.sampled_from(
    [
        "www",
        "jdih",
        "desa",
        "dprd",
        "dprd-",
        "dprdbaliprov",
        "pn-",
        "pn-denpasar",
        "kota",
        "kotabogor",
        "kab",
        "prov",
        "badungkab",
        "baliprov",
        "denpasarkota",
        "setkab",
        "kemendesa",
        "surabaya",
        "x_y",
        "-",
        "a-b",
        "123",
        "xn--a",
    ]
)
SUFFIXES = st.sampled_from(
    ["go.id", "desa.id", "mil.id", "ac.id", "sch.id", "id", "co.id", "com", "go", "od", "local"]
)
NAMES = st.builds(lambda labels, suffix: ".".join([*labels, suffix]), st.lists(LABELS, max_size=4), SUFFIXES)
PARTS = st.builds(
    NameParts, st.text(max_size=20), st.text(max_size=20), st.sampled_from(("", "go.id", "desa.id"))
)
NOT_REGISTERED = {HostClass.IP, HostClass.INTERNAL, *UNUSABLE}


@given(st.text())
@example("xn--")
@example("[")
@example("%")
@example("İ.go.id")
def test_any_text_can_be_read(text):
    found = read_host(text)
    assert found.kind in HostClass
    assert found.kind in NOT_REGISTERED or found.name.isascii()


@given(st.text(max_size=30) | NAMES, PARTS)
def test_any_text_can_be_classified_whatever_its_parts(text, parts):
    assert classify(text, parts).kind in HostClass


@given(NAMES)
def test_capitals_and_a_final_dot_do_not_matter(name):
    assert read_host(f"{name.upper()}.") == read_host(name)


@given(NAMES | st.text(max_size=30))
def test_the_same_name_always_reads_the_same(name):
    assert classify(name, name_parts(name)) == classify(name, name_parts(name)) == read_host(name)


@given(st.ip_addresses(), st.booleans())
def test_an_address_is_an_address_however_it_is_written(address, bracketed):
    found = read_host(f"[{address}]" if bracketed else str(address).upper())
    assert (found.kind, found.name) == (HostClass.IP, str(address))


@given(NAMES)
def test_what_is_said_fits_together(name):
    found = read_host(name)
    assert (found.registrable is None) == (found.kind in NOT_REGISTERED)
    assert bool(found.region) or found.kind not in REGIONAL
    assert bool(found.problems) or found.kind not in UNUSABLE
    if found.registrable is not None:
        assert found.name == found.registrable or found.name.endswith(f".{found.registrable}")
    if found.region is not None and found.region.code is not None:
        assert found.region.code.split(".")[0] == "51"


@given(NAMES | st.text(max_size=30), st.frozensets(NAMES, max_size=5))
def test_what_is_suggested_is_another_name_that_can_be_right(name, known):
    usable = frozenset(one for one in known if read_host(one).kind not in NOT_REGISTERED)
    found = read_host(name)
    if found.kind in UNUSABLE:
        meant = suggest(found.name, usable)
        assert meant != found.name
        assert meant is None or read_host(meant).kind not in NOT_REGISTERED


@given(st.text("abc.", max_size=8), st.text("abc.", max_size=8), st.integers(0, 4))
def test_a_distance_is_the_same_from_both_ends_and_cut_off_where_told(one, other, farthest):
    whole = distance(one, other, 100)
    assert whole == distance(other, one, 100)
    assert (whole == 0) == (one == other)
    assert distance(one, other, farthest) == min(whole, farthest + 1)


@given(st.text("abc", min_size=1, max_size=8), st.integers(0, 7))
def test_two_letters_swapped_are_one_slip(word, place):
    place %= max(1, len(word) - 1)
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    assert distance(word, swapped, 5) == (word != swapped)
