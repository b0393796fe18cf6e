"""The demo's station: settings, register and trusted root, written as an operator would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from monitor.core.canary import Canary
from monitor.core.service import CheckKind
from monitor.daemon.seat import StartError
from monitor.demo.domains import domain_of_host
from monitor.demo.naming import Naming
from monitor.demo.offices import OWNERS, Owner
from monitor.demo.serving import Place

INTERVAL, RECHECK = "5s", "2s"
DEADLINES = {"total": "4s", "response": "3s", "content": "3s"}
"""Below the interval, so that also the sites that never answer are judged within some fifteen seconds."""
CANARY_INTERVAL, CANARY_TIMEOUT = "2s", "1s"
CALLS = "5s"
"""Of the monitor to who would miss it."""
LOOKS = {"every": "60s", "again": "15s", "timeout": "2s", "registry_pause": "50ms"}
"""Of inspections: so often that what is tried out shows within a minute."""
NOTICE = timedelta(seconds=15)
"""How long before its beginning maintenance is announced: it counts as planned, and is soon seen."""
MAINTENANCE = "1h"

_MARK = "# Ditulis oleh `kulkul demo`"
_SETTINGS_HEAD = f"""{_MARK}; ditulis ulang setiap kali peragaan dimulai.
# Boleh diubah selama peragaan berjalan. Daftar layanan ada di folder services/.
# Semua yang ditanyai ada di komputer ini; nama di luar kota peragaan ditolak, bukan dinyatakan tidak ada.
# [Written anew at each start of the demo. Edit freely while it runs; the register is in services/.
# All that is asked runs on this machine; names outside the demo's town are refused, not said to be missing.]

"""
_SERVICES_HEAD = f"""{_MARK}; ditulis ulang setiap kali peragaan dimulai.
# Coba: ubah atau hapus satu layanan, simpan, dan lihat perubahannya dalam beberapa detik.
# [Try it: change or delete a service, save, and see the change within seconds.]

"""


_WINDOWS_HEAD = f"""{_MARK}; ditulis ulang setiap kali peragaan dimulai.
# Pemeliharaan yang diumumkan; pemeriksaan jalan terus. [announced maintenance; probing goes on]

"""


def write_station(
    folder: Path,
    places: Sequence[Place],
    canaries: Sequence[Canary],
    naming: Naming,
    heartbeat: str,
    root_pem: bytes,
    port: int,
    now: datetime,
) -> Path:
    """Write `kulkul.yml`, `windows.yml`, `ca.pem` and `services/*.yml`; returns the path of the first.

    Files of an earlier demo are replaced, its database and other services files stay.

    Args:
        folder: created where it does not exist.
        places: the sites and their ports.
        canaries: by which the demo's monitor knows that it can see.
        naming: the servers that it asks about names.
        heartbeat: the URL that it calls while all is well.
        root_pem: the certificate authority that the demo's monitor trusts.
        port: of the daemon's own pages.
        now: aware; maintenance begins soon after.
    Raises:
        StartError: the folder cannot be written, or holds settings that no demo wrote.
    """
    folder = folder.resolve()
    settings = folder / "kulkul.yml"
    files = {
        settings: _SETTINGS_HEAD + _yaml(_settings(folder, places, canaries, naming, heartbeat, port)),
        folder / "windows.yml": _WINDOWS_HEAD + _yaml({"windows": _windows(places, now)}),
    }
    for owner in OWNERS:
        files[folder / "services" / f"{owner.id}.yml"] = _SERVICES_HEAD + _yaml(_services(owner, places))
    try:
        for path in files:
            if path.exists() and not path.read_bytes().startswith(_MARK.encode()):
                raise StartError(
                    f"{path} was not written by a demo and is left alone; name another folder with --folder."
                )
        (folder / "services").mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_bytes(root_pem)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StartError(
            f"{folder}: the demo's files cannot be written there ({error.strerror}); "
            "name another folder with --folder."
        ) from error
    return settings


def _settings(
    folder: Path,
    places: Sequence[Place],
    canaries: Sequence[Canary],
    naming: Naming,
    heartbeat: str,
    port: int,
) -> dict[str, object]:
    return {
        "vantage": {"name": "demo", "contact_url": "https://www.demoprov.go.id/kulkul"},
        "database": {"url": f"sqlite:///{folder / 'kulkul.sqlite'}"},
        "web": {"port": port},
        "probing": {
            "ca_file": "ca.pem",
            "allow_networks": ["127.0.0.0/8"],
            "nameservers": [naming.resolver],
            "resolve": {
                place.site.host: place.site.address
                for place in places
                if domain_of_host(place.site.host).delegated
            },
        },
        "inspections": {
            **LOOKS,
            "rdap": {"id": naming.rdap},
            "rdap_bootstrap": None,
            "whois": {"id": naming.whois},
            "whois_port": naming.whois_port,
            "dns_servers": [naming.resolver],
            "dns_port": naming.dns_port,
        },
        "uplink": {
            "canaries": [_canary(one) for one in canaries],
            "interval": CANARY_INTERVAL,
            "timeout": CANARY_TIMEOUT,
        },
        "heartbeat": {"url": heartbeat, "interval": CALLS, "timeout": CANARY_TIMEOUT},
        "defaults": {"interval": INTERVAL, "recheck": RECHECK, "deadlines": DEADLINES},
    }


def _canary(canary: Canary) -> dict[str, str]:
    server = {} if canary.server is None else {"server": canary.server}
    return {canary.kind.value: canary.target, **server}


def _windows(places: Sequence[Place], now: datetime) -> list[dict[str, object]]:
    starts = (now + NOTICE).isoformat(" ", "seconds")
    return [
        {
            "id": f"pemeliharaan-{site.id}",
            "title": site.maintenance,
            "services": site.id,
            "starts": starts,
            "duration": MAINTENANCE,
        }
        for site in (place.site for place in places)
        if site.maintenance is not None
    ]


def _services(owner: Owner, places: Sequence[Place]) -> dict[str, object]:
    return {
        "government": {"id": owner.id, "name": owner.name, "level": owner.level},
        "agencies": [
            {"id": id_, "name": name, "short_name": short} for id_, (name, short) in owner.agencies.items()
        ],
        "services": [_service(place) for place in places if place.site.agency in owner.agencies],
    }


def _service(place: Place) -> Mapping[str, object]:
    site = place.site
    entry: dict[str, object] = {"id": site.id, "name": site.name, "agency": site.agency}
    match site.kind:
        case CheckKind.HTTP:
            entry["url"] = place.url
        case CheckKind.TCP:
            entry["checks"] = [{"kind": "tcp", "host": site.host, "port": place.port, **site.check}]
        case CheckKind.DNS:
            entry["checks"] = [{"kind": "dns", "server": f"{site.host}:{place.port}", **site.check}]
    holder = domain_of_host(site.host).holder
    if holder is not None:
        entry["domain_holder"] = holder
    return {**entry, **site.service, "notes": site.note}


def _yaml(content: Mapping[str, object]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
