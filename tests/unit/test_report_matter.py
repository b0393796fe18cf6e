"""Which report goes to whom, as the routes say; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.attaching import encoded_bytes, fitting, report_matter, with_files
from alerts.delivery import Attachment
from alerts.facts import Occasion
from alerts.glossary import WORDS
from alerts.listeners import Listener
from alerts.message import render
from alerts.policy import Talk
from alerts.report_facts import ReportOf, Scope
from alerts.report_matter import ClosedReport, copies, register_scopes, scopes_for
from alerts.telling import Surroundings
from monitor.core.alert import Alert, AlertKind
from monitor.core.route import Match, Recipient, ReportFormat, Route, Severity, Topic
from monitor.core.service import Agency, Government
from monitor.reports.formats import FORMATS
from monitor.reports.report import Trend
from monitor.reports.words import TRENDS
from tests.facts import WITA
from tests.reportfacts import AGENCY, CLOSED, REVISED, WHOLE, told
from tests.telling import AGENCIES, CONTACTS, HOOK, MAIL, OPERATORS, register, route, routing

NOW = datetime(2026, 11, 5, tzinfo=UTC)
REGISTER = register("a", "b", "c")
EVERYTHING = Scope(ReportOf.WHOLE)
BADUNG = Scope(ReportOf.GOVERNMENT, "badung")
MINE = [Scope(ReportOf.AGENCY, each) for each in sorted(AGENCIES)]
KNOWN = {EVERYTHING, BADUNG, *MINE}


def reports(id_="laporan", to=OPERATORS, **match):
    return route(id_, to, topics=frozenset({Topic.REPORTS}), match=Match(**match))


def names(*of):
    return frozenset(of)


@pytest.mark.parametrize(
    ("match", "scopes"),
    [
        ({}, [EVERYTHING]),
        ({"severity": Severity.CRITICAL}, [EVERYTHING]),
        ({"governments": names("badung")}, [BADUNG]),
        ({"governments": names("badung", "bali")}, [BADUNG]),
        ({"agencies": names("dinkes", "disdik")}, MINE[:2]),
        ({"agencies": names("dinkes"), "governments": names("badung")}, MINE[:1]),
        ({"agencies": names("dinkes"), "governments": names("bali")}, []),
        ({"agencies": names("asing")}, []),
    ],
)
def test_addresses_of_a_route_get_what_its_match_covers(match, scopes):
    found = scopes_for(Listener("laporan", reports(**match)), KNOWN, REGISTER)
    assert sorted(found) == sorted(scopes)


def test_contacts_get_the_report_of_their_own_agency_and_of_no_other():
    found = copies(KNOWN, REGISTER, routing(reports(to=CONTACTS)))
    assert {one.scope.id: [address for _, address in one.places] for one in found} == {
        each: [f"{each}@demo.go.id"] for each in AGENCIES
    }
    some = copies(KNOWN, REGISTER, routing(reports(to=CONTACTS, agencies=names("dinkes"))))
    assert [one.scope.id for one in some] == ["dinkes"]


def test_a_register_has_a_report_of_everything_of_its_governments_and_of_agencies_with_services():
    assert register_scopes(REGISTER) == KNOWN
    assert register_scopes(register("a")) == {EVERYTHING, BADUNG, Scope(ReportOf.AGENCY, "dinkes")}
    assert register_scopes(register()) == set()


def test_a_route_that_asks_for_none_gets_none():
    assert Topic.REPORTS not in Route(id="usual", to=()).topics
    assert copies(KNOWN, REGISTER, routing(route(topics=frozenset(Topic) - {Topic.REPORTS}))) == []


scopes = st.sets(st.sampled_from(sorted(KNOWN)))
matches = st.builds(
    Match,
    agencies=st.frozensets(st.sampled_from([*AGENCIES, "asing"])),
    governments=st.frozensets(st.sampled_from(["badung", "bali"])),
)


@given(scopes, matches, st.sampled_from([OPERATORS, CONTACTS, (*OPERATORS, *CONTACTS)]))
def test_nobody_gets_what_lies_outside_the_match_nor_anything_twice(known, match, to):
    chosen = replace(reports(to=to), match=match)
    found = copies(known, REGISTER, routing(chosen))
    sent = [(place, one.scope) for one in found for place in one.places]
    assert len(sent) == len(set(map(str, sent)))
    for one in found:
        assert one.scope in known
        if match.agencies:
            assert one.scope.of is ReportOf.AGENCY
            assert one.scope.id in match.agencies
        elif match.governments:
            assert one.scope.of is not ReportOf.WHOLE
            assert match.governments >= {"badung"}
        if one.listener.agency_id is not None:
            assert one.scope == Scope(ReportOf.AGENCY, one.listener.agency_id)


# The subject


def figures(scope, id_):
    return {
        "scope": scope,
        "scope_id": id_,
        "scope_name": id_,
        "government": "",
        "service_count": 1,
        "met": 1,
        "missed": 0,
        "availability": "99.000",
        "before": None,
        "trend": "new",
        "coverage": "100.000",
        "outages": 1,
        "down_seconds": 60.5,
        "longest_seconds": 60.5,
    }


def subject(*, revision=1, asked=False):
    name = f"report:local:2026-10:{revision}" + (":2026-11-05T00:00:00+00:00" if asked else "")
    detail = {
        "vantage": "local",
        "period": "2026-10",
        "first": "2026-10-01",
        "last": "2026-10-31",
        "revision": revision,
        "reason": "",
        "closed_at": CLOSED.isoformat(),
        "closed_by": "kulkul",
        "sha256": "ab",
        "policy": "baku v1",
        "asked": asked,
        "scopes": [figures("whole", ""), *(figures("agency", each) for each in AGENCIES)],
    }
    alert = Alert(key=name, raised_at=NOW, kind=AlertKind.REPORT, subject="report:2026-10", detail=detail)
    return ClosedReport(
        name=name, alert=alert, around=Surroundings(registry=REGISTER, routing=routing(), vantage="local")
    )


def talked(one, listener):
    return one.discuss(listener, Talk(listener=listener.id, subject=one.name), NOW)


def test_it_is_said_at_once_and_never_again():
    listener = Listener("laporan", reports())
    talk, says = talked(subject(), listener)
    assert [(one.occasion, one.place) for one in says] == [(Occasion.REPORT, 0)]
    assert talk.due_at is None
    kept = Talk.remembered(talk.listener, talk.subject, talk.state(), None)
    assert subject().discuss(listener, kept, NOW + timedelta(days=1)) == (kept, [])


def test_revisions_of_one_report_share_a_thread_and_what_is_asked_for_has_its_own():
    listener = Listener("laporan", reports())
    first, second, again, later = (
        talked(one, listener)[1][0]
        for one in (subject(), subject(revision=2), subject(asked=True), subject(revision=2, asked=True))
    )
    assert first.parcel.thread == second.parcel.thread == "report:local:2026-10:whole"
    assert (first.place, second.place) == (0, 1)
    assert (again.place, later.place) == (0, 0)
    assert len({first.parcel.thread, again.parcel.thread, later.parcel.thread}) == 3


def test_the_scopes_of_one_closing_are_threads_of_their_own():
    listener = Listener("laporan", reports(agencies=names("dinkes", "disdik")))
    _, says = talked(subject(), listener)
    assert [one.parcel.thread.rpartition(":")[2] for one in says] == ["agency=dinkes", "agency=disdik"]


def test_facts_are_those_of_the_scope_and_of_the_formats_of_the_route():
    one = subject()
    chosen = replace(reports(agencies=names("disdik")), formats=(ReportFormat.CSV,))
    (say,) = talked(one, Listener("laporan", chosen))[1]
    report = one.facts(say, NOW).report
    assert (report.scope, report.scope_id, report.formats) == (ReportOf.AGENCY, "disdik", ("csv",))
    assert (report.down, report.availability, report.before) == (timedelta(seconds=60.5), "99.000", None)


# The files


def test_what_files_are_wanted_follows_from_the_scope():
    agency, whole = report_matter("local", AGENCY, "id"), report_matter("local", WHOLE, "en")
    assert (agency.agency, agency.government, agency.formats) == ("demo-kominfo", None, ("pdf", "xlsx"))
    assert (whole.agency, whole.government, whole.language) == (None, None, "en")


def test_files_that_just_fit_go_along_and_one_byte_more_stays_behind():
    files = tuple(
        Attachment(name=f"{n}.pdf", content_type="application/pdf", data=b"x" * 570) for n in (1, 2)
    )
    limit = 2 * encoded_bytes(570)
    assert fitting(WHOLE, files, limit)[1] == files
    report, carried = fitting(WHOLE, files, limit - 1)
    assert (carried, report.too_large, report.attached, len(report.files)) == ((), True, False, 2)


@pytest.mark.parametrize(("channel", "carries"), [(MAIL, True), (HOOK, False)])
async def test_only_mails_carry_files_and_for_others_none_is_written(channel, carries):
    asked = []

    async def attach(matter):
        asked.append(matter)
        return (Attachment(name="a.pdf", content_type="application/pdf", data=b"x"),)

    facts, files = await with_files(told(WHOLE), channel, "id", attach)
    assert (len(asked), len(files), facts.report.attached) == (carries, carries, carries)
    assert await with_files(told(WHOLE), channel, "id", None) == (told(WHOLE), ())


@given(st.integers(0, 10_000))
def test_bytes_are_counted_as_base64_makes_them(size):
    assert encoded_bytes(size) >= 4 * size / 3
    assert encoded_bytes(size) <= 4 * size / 3 * (78 / 76) + 78


def test_every_format_of_reports_can_be_asked_for_by_a_route():
    assert set(FORMATS) <= {one.value for one in ReportFormat}


# The words


def test_how_a_period_compares_is_said_as_in_the_reports():
    for language in ("id", "en"):
        assert WORDS[language].trends == {one.value: TRENDS[one].of(language) for one in Trend}


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_reason_or_a_name_with_line_breaks_stays_on_its_line(language):
    hostile = replace(REVISED, reason="a\r\nb\x1b[31m", scope_name="Dinas\nX", closed_by="c\r\nd")
    message = render(told(hostile), language, WITA)
    assert "\n" not in message.subject
    assert "\x1b" not in message.text + message.html + message.brief


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        ((2026, 2, 1), (2026, 2, 28), "Februari 2026"),
        ((2026, 10, 5), (2026, 10, 5), "5 Oktober 2026"),
        ((2026, 10, 1), (2026, 10, 30), "1\N{EN DASH}30 Oktober 2026"),
        ((2026, 7, 1), (2026, 9, 30), "1 Juli 2026 \N{EN DASH} 30 September 2026"),
    ],
)
def test_a_month_is_called_by_its_name_and_other_days_by_theirs(first, last, title):
    period = replace(WHOLE, first=WHOLE.first.replace(*first), last=WHOLE.last.replace(*last))
    subject_line = render(told(period), "id", WITA).subject
    assert subject_line == f"[Kulkul] Laporan ketersediaan {title} — semua layanan"


def test_an_agency_whose_government_is_another_is_not_in_its_reports():
    other = replace(
        REGISTER,
        governments={**REGISTER.governments, "bali": Government(id="bali", name="Bali")},
        agencies={**REGISTER.agencies, "dinkes": Agency(id="dinkes", name="D", government_id="bali")},
    )
    chosen = reports(agencies=names("dinkes", "disdik"), governments=names("bali"))
    assert scopes_for(Listener("laporan", chosen), KNOWN, other) == [Scope(ReportOf.AGENCY, "dinkes")]


def test_a_recipient_by_contact_and_one_by_address_are_told_apart():
    to = (*CONTACTS, Recipient(channel="mail", address="kepala@demo.go.id"))
    found = copies(KNOWN, REGISTER, routing(reports(to=to)))
    assert [one.scope for one in found if one.listener.agency_id is None] == [EVERYTHING]
    assert len(found) == 4
