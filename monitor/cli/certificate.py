"""`kulkul certificate HOST`: look at a host's certificates and https now, at every address."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.exits import Exit, exit_for
from monitor.cli.options import AllowPrivateOption, CaFileOption, JsonOption, Lang, LangOption, ResolveOption
from monitor.cli.output import show, show_json
from monitor.cli.probe import ANYWHERE, addresses_of, deadlines_of
from monitor.core.finding import FindingSeverity, Inspected
from monitor.core.reason import Outcome
from monitor.core.service import Check, HttpExpectation, HttpTarget, StatusRange

_EXAMPLE = "write HOST or HOST:PORT, for example contoh.go.id or contoh.go.id:8443"
_ZONE = ZoneInfo("Asia/Makassar")
_ANY = HttpExpectation(status=(StatusRange(low=100, high=599),))


def certificate(
    host: Annotated[
        str,
        typer.Argument(metavar="HOST[:PORT]", help="Nama host atau alamat IP. A host name or IP address."),
    ],
    *,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    resolve: ResolveOption = None,
    ca_file: CaFileOption = None,
    allow_private: AllowPrivateOption = False,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=0.1,
            max=300,
            help="Batas waktu tiap alamat. Time limit of each address.",
        ),
    ] = 20.0,
) -> None:
    """Periksa sertifikat sebuah host sekarang juga. Look at a host's certificates now."""
    from monitor.cli.certificate_story import shape, tell

    check = _check(host, timeout)
    known = addresses_of(resolve or ())
    now = datetime.now(UTC)
    inspected, outcome = asyncio.run(
        _inspect(check, known, str(ca_file) if ca_file else None, now, allow_private=allow_private)
    )
    if as_json:
        show_json(shape(inspected, _ZONE))
    else:
        show(*tell(inspected, lang, _ZONE))
    raise typer.Exit(_exit_for(inspected, outcome))


def _check(text: str, timeout: float) -> Check:
    from monitor.cli.target import read_target

    try:
        kind, target = read_target(text)
    except ValueError as error:
        # Not with the address itself: it may carry a password, which has no place in a log.
        raise typer.BadParameter(str(error), param_hint="HOST") from error
    if not isinstance(target, HttpTarget) or not target.request.url.startswith("https://"):
        raise typer.BadParameter(f"only https has certificates: {_EXAMPLE}", param_hint="HOST")
    return Check(
        id="certificate",
        service_id="certificate",
        kind=kind,
        target=replace(target, expect=_ANY),
        deadlines=deadlines_of(timeout),
    )


async def _inspect(
    check: Check,
    known: dict[str, tuple[str, ...]],
    ca_file: str | None,
    now: datetime,
    *,
    allow_private: bool,
) -> tuple[Inspected, Outcome]:
    import monitor
    from monitor import probes
    from monitor.inspections.certificate import CertificateInspection
    from monitor.inspections.sightings import Sightings
    from monitor.probes.vantage import Vantage
    from monitor.registry.blocks import shipped_blocks
    from monitor.settings.settings import InspectionSettings

    vantage = Vantage(
        blocks=shipped_blocks(),
        user_agent=f"Kulkul/{monitor.__version__}",
        resolve=known,
        ca_file=ca_file,
        allow_networks=ANYWHERE if allow_private else (),
    )
    sightings = Sightings(settled_after=1)
    inspection = CertificateInspection(vantage, sightings, InspectionSettings())
    inspection.follow_checks([check])
    (target,) = inspection.targets()
    try:
        result = await probes.run(check, vantage)  # over which redirects visitors are led
        sightings.see(result)
        return await inspection.inspect(target, None, now), result.outcome
    finally:
        await vantage.close()


def _exit_for(inspected: Inspected, outcome: Outcome) -> Exit:
    """Return the exit code: what somebody must mend is a bad answer, as is a site that does not work."""
    bad = any(one.severity.rank >= FindingSeverity.MODERATE.rank for one in inspected.seen)
    return exit_for([outcome, *([Outcome.FAILED] if bad else [])])
