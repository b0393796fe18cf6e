"""One attempt at one check: its budget, its clock for each stage, and what it has seen so far."""

from __future__ import annotations

import asyncio
import errno
import ssl
from datetime import UTC, datetime, timedelta
from types import TracebackType

from monitor.core.reason import SENTENCES, Outcome, Reason, Stage
from monitor.core.result import DnsFacts, HttpFacts, Result, Timings, TlsFacts
from monitor.core.service import Check

EXCERPT_BYTES = 4096


class ProbeFailure(Exception):  # noqa: N818 - what failed is the site; for us it is a finding, not an error
    """The probe has its answer, and it is not a good one."""

    def __init__(self, stage: Stage, reason: Reason, message: str, outcome: Outcome = Outcome.FAILED) -> None:
        super().__init__(message)
        self.stage = stage
        self.reason = reason
        self.message = message
        self.outcome = outcome


def self_fault(stage: Stage, message: str) -> ProbeFailure:
    """Return the failure that says: we could not look."""
    return ProbeFailure(stage, Reason.SELF_FAULT, message, Outcome.SELF_FAULT)


_TIMEOUTS = {
    Stage.RESOLVE: Reason.DNS_TIMEOUT,
    Stage.CONNECT: Reason.TCP_TIMEOUT,
    Stage.HANDSHAKE: Reason.TLS_TIMEOUT,
    Stage.REQUEST: Reason.HTTP_TIMEOUT,
    Stage.RESPONSE: Reason.HTTP_TIMEOUT,
    Stage.CONTENT: Reason.BODY_TIMEOUT,
}
_OURS = {
    errno.EMFILE: "this process has no file descriptor left",
    errno.ENFILE: "this machine has no file descriptor left",
    errno.ENOMEM: "this machine has no memory left",
    errno.ENOBUFS: "this machine has no network buffers left",
    errno.EADDRNOTAVAIL: "this machine has no local port or address left",
    errno.EACCES: "this machine's own firewall forbids the connection",
    errno.EPERM: "this machine's own firewall forbids the connection",
    errno.EAFNOSUPPORT: "this machine does not speak that address family",
    errno.ENETDOWN: "this machine's network is down",
}
_THEIRS = {
    errno.ECONNREFUSED: Reason.TCP_REFUSED,
    errno.ECONNRESET: Reason.TCP_RESET,
    errno.EPIPE: Reason.TCP_RESET,
    errno.ECONNABORTED: Reason.TCP_RESET,
    errno.ETIMEDOUT: Reason.TCP_TIMEOUT,
    errno.EHOSTUNREACH: Reason.TCP_UNREACHABLE,
    errno.ENETUNREACH: Reason.TCP_UNREACHABLE,
    errno.EHOSTDOWN: Reason.TCP_UNREACHABLE,
    errno.ENOPROTOOPT: Reason.TCP_UNREACHABLE,
}


def os_failure(stage: Stage, error: OSError, where: str) -> ProbeFailure:
    """Tell a fault of ours from the site's, by the kernel's error number."""
    number = error.errno or 0
    if number in _OURS:
        return self_fault(stage, f"{where} was not tried: {_OURS[number]}.")
    reason = _THEIRS.get(number)
    if reason is None:
        return self_fault(stage, f"{where} was not reached: {error.strerror or error} (errno {number}).")
    return ProbeFailure(stage, reason, f"{SENTENCES[reason].en[:-1]} ({where}).")


def shown(text: str, most: int = 80) -> str:
    """Return the beginning of a text from outside, safe in one line: control characters escaped."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[:most])


class Attempt:
    """What one probe is doing and has seen; becomes a Result at the end.

    Every stage runs inside `async with attempt.stage(Stage.X, where)`, which ends it at its deadline or at
    the probe's, adds its time, and turns timeouts and kernel errors into ProbeFailure.
    """

    def __init__(
        self, check: Check, vantage: str, avoid: str | None = None, pinned: str | None = None
    ) -> None:
        self.check = check
        self.vantage = vantage
        self.avoid = avoid
        self.pinned = pinned
        self.loop = asyncio.get_running_loop()
        self.started_at = datetime.now(UTC)
        self.started = self.loop.time()
        self.ends = self.started + check.deadlines.total.total_seconds()
        self.spent: dict[Stage, float] = {}
        self.at = Stage.RESOLVE
        self.address: str | None = None
        self.family: int | None = None
        self.http: HttpFacts | None = None
        self.tls: TlsFacts | None = None
        self.dns: DnsFacts | None = None
        self.rtt: timedelta | None = None
        self.retry_after: timedelta | None = None
        self.aliases: tuple[str, ...] = ()
        self.problems: list[str] = []
        self.excerpt: str | None = None

    def stage(self, stage: Stage, where: str) -> StageClock:
        """Return the context in which a stage runs; `where` names the peer in messages."""
        return StageClock(self, stage, where)

    def postpone(self, seconds: float) -> None:
        """Move the end of the budget: we were waiting for our own turn, not for the site."""
        self.ends += seconds

    def note(self, problem: str) -> None:
        """Remember a problem that does not by itself decide the outcome; each once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def result(self, failure: ProbeFailure | None, lag: float) -> Result:
        """Write down what was seen."""
        timings = Timings(
            **{stage.value: timedelta(seconds=seconds) for stage, seconds in self.spent.items()}
        )
        return Result(
            check_id=self.check.id,
            vantage=self.vantage,
            url=self.check.url,
            started_at=self.started_at,
            duration=timedelta(seconds=sum(self.spent.values())),
            outcome=failure.outcome if failure else Outcome.OK,
            stage=failure.stage if failure else None,
            reason=failure.reason if failure else None,
            message=failure.message if failure else None,
            address=self.address,
            family=self.family,
            timings=timings,
            http=self.http,
            tls=self.tls,
            dns=self.dns,
            aliases=self.aliases,
            problems=tuple(self.problems),
            excerpt=self.excerpt if failure else None,
            lag=timedelta(seconds=lag),
            rtt=self.rtt,
            retry_after=self.retry_after,
        )


class StageClock:
    """One stage of one attempt (see `Attempt.stage`)."""

    __slots__ = ("_attempt", "_stage", "_started", "_timeout", "_where")

    def __init__(self, attempt: Attempt, stage: Stage, where: str) -> None:
        self._attempt = attempt
        self._stage = stage
        self._where = where

    async def __aenter__(self) -> None:
        """Start the clock."""
        attempt = self._attempt
        attempt.at = self._stage
        self._started = attempt.loop.time()
        limit = attempt.check.deadlines.of(self._stage).total_seconds()
        self._timeout = asyncio.timeout_at(min(self._started + limit, attempt.ends))
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the clock; name what went wrong."""
        spent = self._attempt.loop.time() - self._started
        self._attempt.spent[self._stage] = self._attempt.spent.get(self._stage, 0.0) + spent
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            raise self._too_late(spent) from None
        # An SSLError is an OSError too, but one with a story of its own (see `monitor.probes.tls`).
        if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
            raise os_failure(self._stage, error, self._where) from error

    def _too_late(self, spent: float) -> ProbeFailure:
        reason = _TIMEOUTS[self._stage]
        return ProbeFailure(
            self._stage, reason, f"{SENTENCES[reason].en[:-1]} ({self._where}, gave up after {spent:.1f} s)."
        )
