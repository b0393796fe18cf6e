"""`kulkul probe URL`: try one address now, and tell stage by stage what happened."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from yarl import URL

import monitor
from monitor import probes
from monitor.cli.exits import exit_for
from monitor.cli.options import JsonOption, Lang, LangOption, out
from monitor.cli.shape import result_json
from monitor.cli.story import tell
from monitor.core.result import Result
from monitor.core.service import (
    Check,
    CheckKind,
    Deadlines,
    DnsTarget,
    HttpRequest,
    HttpTarget,
    Target,
    TcpTarget,
    TlsOptions,
)
from monitor.probes.vantage import Vantage

ANYWHERE = ("0.0.0.0/0", "::/0")


def probe(
    url: Annotated[
        str,
        typer.Argument(
            help="https://…, http://…, tcp://host:port, tls://host:port, dns://server/name?type=A"
        ),
    ],
    *,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    resolve: Annotated[
        list[str] | None, typer.Option("--resolve", metavar="NAME=ADDR", help="Use this address for a name.")
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option("--ca-file", exists=True, dir_okay=False, help="Trust this PEM file instead."),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also probe private and loopback addresses.")
    ] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, max=300, help="Seconds for the whole probe.")
    ] = 20.0,
) -> None:
    """Coba satu alamat sekarang juga. Try one address now, and tell stage by stage what happened."""
    check = Check(
        id="probe",
        service_id="probe",
        kind=_kind(url),
        target=_target(url),
        deadlines=_deadlines(timeout),
    )
    result = asyncio.run(
        _probe(
            check, _addresses(resolve or ()), str(ca_file) if ca_file else None, allow_private=allow_private
        )
    )
    if as_json:
        typer.echo(json.dumps(result_json(result), ensure_ascii=False, indent=2))
    else:
        console = out()
        for line in tell(result, lang, ZoneInfo("Asia/Makassar")):
            console.print(line)
    raise typer.Exit(exit_for([result.outcome]))


async def _probe(
    check: Check, addresses: dict[str, tuple[str, ...]], ca_file: str | None, *, allow_private: bool
) -> Result:
    vantage = Vantage(
        user_agent=f"Kulkul/{monitor.__version__}",
        resolve=addresses,
        ca_file=ca_file,
        allow_networks=ANYWHERE if allow_private else (),
    )
    try:
        return await probes.run(check, vantage)
    finally:
        await vantage.close()


def _kind(url: str) -> CheckKind:
    scheme = url.partition("://")[0].lower()
    kinds = {"tcp": CheckKind.TCP, "tls": CheckKind.TCP, "dns": CheckKind.DNS}
    return kinds.get(scheme, CheckKind.HTTP)


def _target(text: str) -> Target:
    """Read the address as given; a bare host name means https."""
    whole = text if "://" in text else f"https://{text}"
    try:
        url = URL(whole)
        host, port = url.host, url.port
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is not an address ({error})") from error
    if url.scheme == "dns":
        name = url.path.strip("/")
        if not name:
            raise typer.BadParameter(
                "dns://SERVER/NAME?type=A needs a name, for example dns:///baliprov.go.id"
            )
        record_type = url.query.get("type", "A").upper()
        server = f"{host}:{port}" if host and port else host
        return DnsTarget(name=name, record_type=record_type, server=server or None)
    if not host:
        raise typer.BadParameter(f"“{text}” names no host")
    if url.user is not None or url.password is not None:
        raise typer.BadParameter(
            "credentials do not belong in an address; the register has request.basic for them"
        )
    if url.scheme in {"tcp", "tls"}:
        if port is None:
            raise typer.BadParameter(f"“{text}” names no port, for example {url.scheme}://{host}:443")
        return TcpTarget(host=host, port=port, tls=TlsOptions() if url.scheme == "tls" else None)
    if url.scheme not in {"http", "https"}:
        raise typer.BadParameter(f"{url.scheme}:// cannot be probed; http, https, tcp, tls and dns can")
    return HttpTarget(request=HttpRequest(url=str(url.with_fragment(None))))


def _addresses(pairs: list[str] | tuple[()]) -> dict[str, tuple[str, ...]]:
    import ipaddress

    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, equals, address = pair.partition("=")
        try:
            literal = str(ipaddress.ip_address(address.strip("[]")))
        except ValueError:
            literal = ""
        if not (name and equals and literal):
            raise typer.BadParameter(f"--resolve wants NAME=ADDR with an IP address, not “{pair}”")
        found[name.lower()] = (*found.get(name.lower(), ()), literal)
    return found


def _deadlines(seconds: float) -> Deadlines:
    total = timedelta(seconds=seconds)
    usual = Deadlines()
    if total >= usual.total:
        return Deadlines(total=total, response=total, content=total)
    return Deadlines(
        total=total,
        resolve=min(usual.resolve, total),
        connect=min(usual.connect, total),
        handshake=min(usual.handshake, total),
        request=min(usual.request, total),
        response=min(usual.response, total),
        content=min(usual.content, total),
    )
