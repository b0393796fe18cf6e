"""Tokens and roles: what opens what."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.access import (
    SECRET_BYTES,
    Asked,
    NotPermittedError,
    Owners,
    Role,
    RoleKind,
    Token,
    TokenState,
    fingerprint,
    permitted,
    token_text,
    well_formed,
)
from monitor.store.tokens import use_is_news

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AGENCIES = {"kominfo": "badung", "dukcapil": "badung", "dinkes": "gianyar"}
SERVICES = {"lapor": "kominfo", "ktp": "dukcapil", "puskesmas": "dinkes"}
OWNERS = Owners(agencies=AGENCIES, services=SERVICES)
roles = st.one_of(
    st.just(Role(RoleKind.ALL)),
    st.sampled_from(["badung", "gianyar"]).map(lambda one: Role(RoleKind.GOVERNMENT, one)),
    st.sampled_from(sorted(AGENCIES)).map(lambda one: Role(RoleKind.AGENCY, one)),
)
questions = st.builds(
    Asked,
    government=st.sampled_from([None, "badung", "gianyar", "nowhere"]),
    agency=st.sampled_from([None, *AGENCIES, "nowhere"]),
    service=st.sampled_from([None, *SERVICES, "nowhere"]),
)


def token(**facts):
    made = {"number": 1, "name": "x", "role": Role(RoleKind.ALL), "created_at": NOW, "created_by": "sari"}
    return Token(**made | facts)


class TestTokens:
    @given(st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))
    def test_every_secret_makes_a_token_of_one_length_that_is_well_formed(self, secret):
        text = token_text(secret)
        assert (len(text), text.startswith("kulkul_"), well_formed(text)) == (56, True, True)
        assert text.isascii()
        assert text.replace("_", "").isalnum()

    @given(st.lists(st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES), min_size=2, unique=True))
    def test_different_secrets_make_different_tokens(self, made):
        assert len({token_text(one) for one in made}) == len(made)

    @given(st.data())
    def test_one_wrong_letter_is_noticed(self, data):
        text = token_text(secrets.token_bytes(SECRET_BYTES))
        at = data.draw(st.integers(0, len(text) - 1))
        letter = data.draw(st.characters(codec="ascii").filter(lambda one: one != text[at]))
        assert not well_formed(text[:at] + letter + text[at + 1 :])

    def test_what_is_cut_off_or_doubled_is_noticed(self):
        text = token_text(bytes(SECRET_BYTES))
        for wrong in (text[:-1], text + "0", text + "\n", text * 2, "", text.upper(), text[7:]):
            assert not well_formed(wrong)

    @pytest.mark.parametrize("size", [0, SECRET_BYTES - 1, SECRET_BYTES + 1])
    def test_a_secret_of_another_size_is_refused(self, size):
        with pytest.raises(ValueError, match="32 bytes"):
            token_text(bytes(size))

    def test_a_fingerprint_says_nothing_of_the_token(self):
        text = token_text(bytes(SECRET_BYTES))
        assert len(fingerprint(text)) == 64
        assert text[7:] not in fingerprint(text)
        assert fingerprint(text) != fingerprint(text[:-1])


class TestStates:
    def test_a_token_expires_at_its_moment_and_a_revoked_one_stays_revoked(self):
        assert token().state(NOW) is TokenState.LIVE
        assert token(expires_at=NOW + SECOND).state(NOW) is TokenState.LIVE
        assert token(expires_at=NOW).state(NOW) is TokenState.EXPIRED
        assert token(expires_at=NOW, revoked_at=NOW).state(NOW) is TokenState.REVOKED

    def test_a_use_is_noted_once_an_hour(self):
        hour = timedelta(hours=1)
        assert use_is_news(token(), NOW)
        assert not use_is_news(token(last_used_at=NOW - hour + SECOND), NOW)
        assert use_is_news(token(last_used_at=NOW - hour), NOW)


class TestRoles:
    @given(roles, questions)
    def test_whatever_is_asked_what_is_given_lies_within_the_role(self, role, asked):
        try:
            got = permitted(role, asked, OWNERS)
        except NotPermittedError:
            assert role.kind is not RoleKind.ALL
            return
        if role.kind is not RoleKind.ALL:
            assert getattr(got, role.kind.value) == role.id

    @given(roles, questions)
    def test_nothing_rests_on_what_is_known_of_others(self, role, asked):
        """With an empty register nothing of another's is given either."""
        try:
            got = permitted(role, asked, Owners())
        except NotPermittedError:
            return
        if role.kind is not RoleKind.ALL:
            assert getattr(got, role.kind.value) == role.id

    @given(roles, questions)
    def test_what_is_given_is_never_more_than_what_was_asked_for(self, role, asked):
        try:
            got = permitted(role, asked, OWNERS)
        except NotPermittedError:
            return
        for name in ("government", "agency", "service"):
            assert getattr(asked, name) in (None, getattr(got, name))

    @pytest.mark.parametrize(
        ("role", "asked"),
        [
            (Role(RoleKind.AGENCY, "kominfo"), Asked(agency="dukcapil")),
            (Role(RoleKind.AGENCY, "kominfo"), Asked(service="ktp")),
            (Role(RoleKind.AGENCY, "kominfo"), Asked(government="badung")),
            (Role(RoleKind.GOVERNMENT, "badung"), Asked(agency="dinkes")),
            (Role(RoleKind.GOVERNMENT, "badung"), Asked(service="puskesmas")),
            (Role(RoleKind.GOVERNMENT, "badung"), Asked(government="gianyar")),
        ],
    )
    def test_what_is_known_to_be_anothers_is_refused(self, role, asked):
        with pytest.raises(NotPermittedError):
            permitted(role, asked, OWNERS)

    def test_without_a_wish_a_role_gets_its_own(self):
        assert permitted(Role(RoleKind.ALL), Asked(), OWNERS) == Asked()
        government = Role(RoleKind.GOVERNMENT, "badung")
        assert permitted(government, Asked(), OWNERS) == Asked(government="badung")
        assert permitted(Role(RoleKind.AGENCY, "dinkes"), Asked(), OWNERS) == Asked(agency="dinkes")
