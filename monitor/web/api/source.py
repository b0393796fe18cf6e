"""Where the API gets what it answers with."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.core.access import Owners, Token
from monitor.core.asking import Closing, Document, Question


class ReportSource(Protocol):
    """Who knows reports and tokens. What cannot be read just now is a `StoreError`."""

    @property
    def formats(self) -> Mapping[str, str]:
        """Media types by the names of formats."""

    @property
    def schema(self) -> bytes:
        """The JSON Schema of a report's JSON."""

    def now(self) -> datetime:
        """Return the time; aware UTC."""

    def owners(self) -> Owners:
        """Return who answers for what."""

    async def token(self, sha256: str) -> Token | None:
        """Return the token of a fingerprint, whatever its state."""

    async def used(self, token: Token) -> None:
        """Remember that a token was used now."""

    async def closings(self, period: str | None) -> Sequence[Closing]:
        """Return what was closed; raises RefusedError."""

    async def answer(self, question: Question, known: Container[str]) -> Document:
        """Return a document, without its body where its tag is known; raises RefusedError."""
