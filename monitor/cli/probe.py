"""`kulkul probe URL`: try one address now, and tell stage by stage what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

import monitor
from monitor.cli.exits import exit_for
from monitor.cli.options import AllowPrivateOption, CaFileOption, JsonOption, Lang, LangOption, ResolveOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.story import tell
from monitor.core.reason import Reason, Sentence, Stage
from monitor.core.result import Result
from monitor.core.service import Check, Deadlines
from monitor.core.shape import result_json

ANYWHERE = ("0.0.0.0/0", "::/0")
_REFUSED = Sentence(
    "Untuk memeriksa alamat privat atau loopback dari perintah ini, tambahkan --allow-private.",
    "To probe private and loopback addresses with this command, add --allow-private.",
)


def probe(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="https://…, http://…, tcp://HOST:PORT, tls://HOST:PORT, dns://SERVER/NAME?type=A "
            "(dns:///NAME: server nama sistem / the system's name server)",
        ),
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
            help="Batas waktu seluruh pemeriksaan. Time limit of the whole probe.",
        ),
    ] = 20.0,
) -> None:
    """Coba satu alamat sekarang juga. Try one address now, and tell stage by stage what happened."""
    check = _check(url, timeout)
    addresses = addresses_of(resolve or ())
    result = asyncio.run(
        _probe(check, addresses, str(ca_file) if ca_file else None, allow_private=allow_private)
    )
    if as_json:
        show_json(result_json(result))
    else:
        show(*tell(result, lang, ZoneInfo("Asia/Makassar")))
    if result.reason is Reason.GUARD_REFUSED and not allow_private:
        talk().print(lang.of(_REFUSED))
    raise typer.Exit(exit_for([result.outcome]))


async def _probe(
    check: Check, addresses: dict[str, tuple[str, ...]], ca_file: str | None, *, allow_private: bool
) -> Result:
    from monitor import probes
    from monitor.probes.vantage import Vantage
    from monitor.registry.blocks import shipped_blocks

    vantage = Vantage(
        blocks=shipped_blocks(),
        user_agent=f"Kulkul/{monitor.__version__}",
        resolve=addresses,
        ca_file=ca_file,
        allow_networks=ANYWHERE if allow_private else (),
    )
    try:
        return await probes.run(check, vantage)
    finally:
        await vantage.close()


def _check(url: str, timeout: float) -> Check:
    from monitor.cli.target import read_target

    try:
        kind, target = read_target(url)
    except ValueError as error:
        # Not with the address itself: it may carry a password, which has no place in a log.
        raise typer.BadParameter(str(error), param_hint="URL") from error
    return Check(id="probe", service_id="probe", kind=kind, target=target, deadlines=deadlines_of(timeout))


def addresses_of(pairs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read what `--resolve` was given: host name → addresses.

    Raises:
        typer.BadParameter: it is no such pair.
    """
    from monitor.settings.address import host_name

    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        text, _, literal = pair.partition("=")
        try:
            name, address = host_name(text), str(ip_address(literal.strip("[]")))
        except ValueError:
            raise typer.BadParameter(
                f"“{pair}”: write NAME=ADDR, a host name and an IP address", param_hint="--resolve"
            ) from None
        found[name] = (*found.get(name, ()), address)
    return found


def deadlines_of(seconds: float) -> Deadlines:
    """Give every stage its usual time, or less; what is added to the whole is for the server's answer."""
    total, usual = timedelta(seconds=seconds), Deadlines()
    stages = {stage.value: min(usual.of(stage), total) for stage in Stage}
    if total > usual.total:
        stages |= {"response": total, "content": total}
    return replace(usual, total=total, **stages)
