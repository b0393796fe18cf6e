"""Answers what is asked of reports while the daemon probes, from closings or from the record of now."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from monitor.core.access import Owners, Token
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.asking import Closing, Document, Question, Refusal, RefusedError
from monitor.core.period import Period, PeriodError, parse_period
from monitor.core.reason import Sentence
from monitor.core.service import Registry
from monitor.reports.formats import FORMATS
from monitor.reports.naming import file_name
from monitor.reports.scope import ReportScope
from monitor.reports.workshop import Workshop
from monitor.reports.writing import Live, Shape, tag_of, write_closed, write_live
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.frozen import FrozenPeriod, frozen_periods
from monitor.store.tokens import note_use, token_of

_NOT_BEGUN = Sentence("Periode {name} belum dimulai.", "The period {name} has not begun.")
_NOT_CLOSED = Sentence(
    "Periode {name} tidak punya revisi {revision}; lihat daftarnya di /api/v1/reports.",
    "The period {name} has no revision {revision}; the list is at /api/v1/reports.",
)
_OTHER_POLICY = Sentence(
    "Revisi {revision} periode {name} ditutup dengan kebijakan {policy}; hilangkan `policy` atau `revision`.",
    "Revision {revision} of {name} was closed by the policy {policy}; leave out `policy` or `revision`.",
)
_NO_POLICY = Sentence(
    "Kebijakan {policy} tidak ada dalam setelan; yang ada: {known}.",
    "The policy {policy} is not in the settings; there are: {known}.",
)
_NO_FORMAT = Sentence(
    "Format {form} tidak ada; yang ada: {known}.", "There is no format {form}; there are: {known}."
)


class Desk:
    """Answers questions about reports.

    Args:
        store: open; for what is quickly read.
        url: of the same database, for the process in which documents are built.
        current: returns settings and register as they are now.
        now: the clock; aware UTC.
        workshop: where documents are built.
    """

    def __init__(
        self,
        store: Store,
        url: str | Path,
        current: Callable[[], tuple[Settings, Registry]],
        now: Callable[[], datetime],
        workshop: Workshop,
    ) -> None:
        self._store = store
        self._url = url
        self._current = current
        self._now = now
        self._workshop = workshop
        self.formats = {name: one.media_type for name, one in FORMATS.items()}
        """Media types by the names of formats."""
        self.schema = (files("monitor.reports") / "schema" / "report-1.schema.json").read_bytes()
        """The JSON Schema of a report's JSON."""

    def now(self) -> datetime:
        """Return the time; aware UTC."""
        return self._now()

    async def token(self, sha256: str) -> Token | None:
        """Return the token of a fingerprint. Raises StoreUnavailable."""
        return await token_of(self._store, sha256)

    async def used(self, token: Token) -> None:
        """Remember that a token was used now. Raises StoreUnavailable."""
        await note_use(self._store, token, self._now())

    def owners(self) -> Owners:
        """Return who answers for what, as the register says now."""
        _, registry = self._current()
        return Owners(
            agencies={one.id: one.government_id for one in registry.agencies.values()},
            services={one.id: one.agency_id for one in registry.services.values()},
        )

    async def closings(self, period: str | None) -> Sequence[Closing]:
        """Return what was closed, of one period or of all: the latest period and revision first.

        Raises:
            RefusedError: that is no period.
            StoreUnavailable: locked or damaged.
        """
        settings, _ = self._current()
        name = None if period is None else _period(period, settings).name
        found = await frozen_periods(self._store, settings.vantage.name, name)
        return [
            Closing(
                period=one.period,
                revision=one.revision,
                policy=one.policy,
                sha256=one.sha256,
                frozen_at=one.frozen_at,
                frozen_by=one.frozen_by,
                reason=one.reason,
            )
            for one in reversed(found)
        ]

    async def answer(self, question: Question, known: Container[str] = ()) -> Document:
        """Return a document; without its body where who asks knows its tag.

        Raises:
            RefusedError: there is none.
            StoreUnavailable: locked or damaged.
        """
        settings, _ = self._current()
        if question.form not in FORMATS:
            words = {"form": question.form, "known": ", ".join(FORMATS)}
            raise RefusedError(Refusal.UNKNOWN_FORMAT, _filled(_NO_FORMAT, **words))
        period = _period(question.period, settings)
        if self._now() < period.starts_at:
            raise RefusedError(Refusal.NOT_BEGUN, _filled(_NOT_BEGUN, name=period.name))
        policy = _policy(question, settings)
        head = await self._closing(question, period, policy, settings)
        form = FORMATS[question.form]
        shape = Shape(ReportScope(**asdict(question.asked)), question.form, question.language)
        tag = None if head is None else tag_of(head, shape)
        return Document(
            name=file_name(
                period.name,
                question.form,
                question.language,
                scope=shape.scope,
                revision=head.revision if head else None,
            ),
            media_type=form.media_type,
            tag=tag,
            body=None if tag in known else await self._built(head, shape, period, policy),
        )

    async def _built(
        self,
        head: FrozenPeriod | None,
        shape: Shape,
        period: Period,
        policy: AccountingPolicy | None,
    ) -> bytes:
        if head is not None:
            return await self._workshop.build_once(
                tag_of(head, shape), functools.partial(write_closed, self._url, head, shape)
            )
        settings, registry = self._current()
        policy = policy or settings.accounting.policies[settings.accounting.policy]
        live = Live(settings=settings, registry=registry, period=period, policy=policy, now=self._now())
        return await self._workshop.build(
            (period.name, policy, shape), functools.partial(write_live, self._url, live, shape)
        )

    async def _closing(
        self, question: Question, period: Period, policy: AccountingPolicy | None, settings: Settings
    ) -> FrozenPeriod | None:
        """Return the closing that is asked for; None: none, the record of now is."""
        if question.live:
            return None
        found = await frozen_periods(self._store, settings.vantage.name, period.name)
        if question.revision is not None:
            found = [one for one in found if one.revision == question.revision]
            if not found:
                words = {"name": period.name, "revision": str(question.revision)}
                raise RefusedError(Refusal.NOT_CLOSED, _filled(_NOT_CLOSED, **words))
        head = found[-1] if found else None
        if head is None or policy is None or head.policy == f"{policy.name} v{policy.version}":
            return head
        if question.revision is not None:
            words = {"name": period.name, "revision": str(head.revision), "policy": head.policy}
            raise RefusedError(Refusal.OTHER_POLICY, _filled(_OTHER_POLICY, **words))
        return None


def _period(text: str, settings: Settings) -> Period:
    try:
        return parse_period(text, settings.time_zone)
    except PeriodError as error:
        raise RefusedError(Refusal.BAD_PERIOD, error.sentence) from error


def _policy(question: Question, settings: Settings) -> AccountingPolicy | None:
    if question.policy is None:
        return None
    known = settings.accounting.policies
    if question.policy not in known:
        words = {"policy": question.policy, "known": ", ".join(known)}
        raise RefusedError(Refusal.UNKNOWN_POLICY, _filled(_NO_POLICY, **words))
    return known[question.policy]


def _filled(sentence: Sentence, **words: str) -> Sentence:
    return Sentence(sentence.id.format(**words), sentence.en.format(**words))
