"""The letter to an agency can be sent as it is, and says what is still to be filled in."""

from __future__ import annotations

from dataclasses import replace

from monitor.core.letter import Request, letter
from monitor.core.reason import Reason

REQUEST = Request(
    service="Kalender Acara",
    url="https://wisata.demoprov.go.id/",
    agency="Dinas Pariwisata",
    reason=Reason.BLOCKED_CHALLENGE,
    since="22-11-2026 12.15 WITA",
    seen="https://wisata.demoprov.go.id/ shows the monitor a challenge page of Cloudflare.",
    user_agent="Kulkul/0.1.0 (+https://demoprov.go.id/kulkul)",
    addresses=("203.0.113.7", "2001:db8::7"),
    contact="Pusat Operasi, 0361-123456",
    contact_url="https://demoprov.go.id/kulkul",
)


def test_both_languages_name_service_reason_user_agent_addresses_purpose_and_contact():
    written = letter(REQUEST)
    for text in (written.id, written.en):
        for part in (
            REQUEST.service,
            REQUEST.url,
            REQUEST.agency,
            REQUEST.since,
            REQUEST.user_agent,
            "203.0.113.7, 2001:db8::7",
            "Pusat Operasi, 0361-123456, https://demoprov.go.id/kulkul",
            "GET",
        ):
            assert part in text
        assert "kulkul.yml" not in text
        assert max(map(len, text.splitlines())) <= 120
    assert REQUEST.seen in written.en
    assert "challenge page" not in written.id  # particulars are English: not for an Indonesian letter
    assert "bukan robot" in written.id
    assert "challenge page" in written.en


def test_what_the_settings_leave_open_is_said():
    written = letter(replace(REQUEST, addresses=(), contact=None, contact_url=None, seen=None))
    text = written.id
    assert "(isi `vantage.addresses` dalam kulkul.yml)" in text
    assert "(isi `vantage.contact` dalam kulkul.yml)" in text
    assert "Details" not in written.en
