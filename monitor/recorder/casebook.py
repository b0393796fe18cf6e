"""The incidents of the checks that are followed, and the evidence for them until it is stored. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from monitor.core.cause import Surroundings, traits
from monitor.core.evidence import evidence
from monitor.core.incident import Incident, Trait
from monitor.core.ledger import Ended, Event, Failed, Ledger, StillFailing, fold, settle
from monitor.core.raising import incident_alert
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.service import Check
from monitor.core.status import CheckState, Status, Transition
from monitor.recorder.record import NOTHING, Record
from monitor.store.incidents import StoredEvidence, Which

_Kind = tuple[Stage | None, Reason | None, int | None]


@dataclass(slots=True)
class _Case:
    """What is remembered of one check between its results."""

    check: Check
    domain: str | None
    address: str | None = None
    aliases: tuple[str, ...] = ()
    certificate: str | None = None
    first: Result | None = None
    """First failure of the present row."""
    last: Result | None = None
    """Latest failure of the present row."""
    kept: _Kind | None = None
    """What kind of failure was last kept as the last one of an incident."""
    told: tuple[_Kind, frozenset[Trait]] | None = None
    """What the ledger was last told of the check while it is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """What is known of names beside what probes see."""

    zone: tzinfo
    """The register's."""
    domain_of: Callable[[str], str | None]
    """The registrable domain of a host name; None where it has none."""
    name_servers: Mapping[str, tuple[str, ...]]
    """Of registrable domains, as far as they are known; looked at whenever something fails."""


NOWHERE = Neighbourhood(zone=UTC, domain_of=lambda _: None, name_servers={})


class Casebook:
    """Opens, keeps and closes incidents as checks change, and chooses what is kept as evidence.

    Args:
        ledger: with nothing in it; replaced by what is stored.
        neighbourhood: what is known of names.
    """

    def __init__(self, ledger: Ledger, neighbourhood: Neighbourhood) -> None:
        self.ledger = ledger
        self._neighbourhood = neighbourhood
        self._cases: dict[str, _Case] = {}

    def follow(self, checks: Sequence[Check], states: Mapping[str, CheckState], now: datetime) -> Record:
        """Take in the checks that are probed from now on; what is out and no longer probed ends.

        Also ends what the states of the checks say has ended: nothing stays open by mistake.
        """
        wanted = {check.id: check for check in checks}
        cases = {}
        for check in checks:
            case = cases[check.id] = self._cases.get(check.id, _Case(check, None))
            case.check, case.domain = check, self._neighbourhood.domain_of(check.name)
        self._cases = cases
        ended = []
        for incident in self.ledger.open:
            for member in incident.out:
                for spell in member.spells:
                    if spell.ended_at is not None:
                        continue
                    known, state = wanted.get(spell.check_id), states.get(spell.check_id)
                    gone = known is None or known.service_id != member.service_id
                    if gone or (state is not None and _over(state)):
                        at = now if gone or state is None else state.since_at
                        ended.append(
                            Ended(
                                service_id=member.service_id, check_id=spell.check_id, at=at, withdrawn=gone
                            )
                        )
        return self._fold(ended, now)

    def observe(
        self, result: Result, state: CheckState, transition: Transition | None, now: datetime
    ) -> Record:
        """Take in a result that was judged with open eyes, and what it led to."""
        case = self._cases[result.check_id]
        self._know(case, result)
        if result.outcome is Outcome.SELF_FAULT:
            return NOTHING
        case.first = None if result.ok else case.first or result
        if result.ok or state.status is not Status.DOWN:
            return self._close(case, state, transition, now)
        case.last = result
        return self._fail(case, result, transition, now)

    def overlook(self, check_id: str) -> None:
        """Take in that a failure could not be judged: what comes after it is a row of its own."""
        self._cases[check_id].first = None

    @property
    def names(self) -> dict[str, str]:
        """The name of the incident by which a service is out, by service id."""
        return {member.service_id: incident.name for incident in self.ledger.open for member in incident.out}

    def settle(self, now: datetime) -> Record:
        """Close what has been well for long enough."""
        before = self.ledger.incidents
        self.ledger, changed = settle(self.ledger, now)
        return _record(before, changed, now)

    def _fail(self, case: _Case, result: Result, transition: Transition | None, now: datetime) -> Record:
        kind, common = _kind(result), traits(result.stage, self._surroundings(case, result), result.reason)
        if transition is None and case.told == (kind, common):
            return NOTHING  # as nearly always while something is out
        case.told = (kind, common)
        kept = [(Which.LAST, result)] if kind != case.kept else []
        if transition is not None:
            kept = [(Which.FIRST, case.first or result), (Which.LAST, result)]
        record = self._fold([_event(case.check, result, transition, common)], now)
        incident = self.ledger.of(case.check.service_id)
        if incident is None or not kept:
            return record
        case.kept = kind
        items = tuple(_stored(incident, which, one) for which, one in kept)
        return replace(record, evidence=items)

    def _close(self, case: _Case, state: CheckState, transition: Transition | None, now: datetime) -> Record:
        if transition is None or not _over(state):
            return NOTHING
        incident = self.ledger.of(case.check.service_id)
        if incident is None:
            return NOTHING
        ended = Ended(service_id=case.check.service_id, check_id=case.check.id, at=transition.at)
        record = self._fold([ended], now)
        last, case.last, case.kept, case.told = case.last, None, None, None
        if last is None or not record.incidents:
            return record
        return replace(record, evidence=(_stored(incident, Which.LAST, last),))

    def _fold(self, events: Iterable[Event], now: datetime) -> Record:
        before, changed = self.ledger.incidents, dict[int, Incident]()
        for event in events:
            self.ledger, incidents = fold(self.ledger, event, now)
            changed.update((one.number, one) for one in incidents)
        return _record(before, changed.values(), now)

    def _know(self, case: _Case, result: Result) -> None:
        """Remember where the target stands: a failure may no longer show it."""
        if result.address is not None:
            case.address = result.address
            if result.stage is not Stage.RESOLVE:
                case.aliases = result.aliases
        if result.tls is not None and result.tls.chain:
            case.certificate = result.tls.chain[0].fingerprint_sha256

    def _surroundings(self, case: _Case, result: Result) -> Surroundings:
        return Surroundings(
            address=result.address or case.address,
            aliases=result.aliases or case.aliases,
            certificate=case.certificate,
            name_servers=self._neighbourhood.name_servers.get(case.domain or "", ()),
            domain=case.domain,
        )


def _record(before: Mapping[int, Incident], changed: Iterable[Incident], now: datetime) -> Record:
    incidents = tuple(changed)
    if not incidents:
        return NOTHING
    alerts = (incident_alert(before.get(one.number), one, now) for one in incidents)
    return Record(incidents=incidents, alerts=tuple(one for one in alerts if one is not None))


def _event(
    check: Check, result: Result, transition: Transition | None, common: frozenset[Trait]
) -> Failed | StillFailing:
    if transition is None:
        return StillFailing(
            service_id=check.service_id,
            check_id=check.id,
            at=result.started_at,
            stage=result.stage,
            reason=result.reason,
            message=result.message,
            traits=common,
        )
    return Failed(
        service_id=check.service_id,
        check_id=check.id,
        began_at=transition.at,
        stage=result.stage,
        reason=result.reason,
        message=result.message,
        traits=common,
        slack=check.interval,
    )


def _over(state: CheckState) -> bool:
    """Whether a check is no longer out: what is merely unknown goes on as it was."""
    return state.status is not Status.DOWN and not (
        state.status is Status.UNKNOWN and state.known is Status.DOWN
    )


def _kind(result: Result) -> _Kind:
    return result.stage, result.reason, result.http.status if result.http else None


def _stored(incident: Incident, which: Which, result: Result) -> StoredEvidence:
    return StoredEvidence(
        number=incident.number,
        check_id=result.check_id,
        which=which,
        at=result.started_at,
        content=evidence(result),
    )
