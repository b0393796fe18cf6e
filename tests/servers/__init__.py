"""Real servers on loopback for the tests: well-behaved, slow, broken and hostile.

    async with serve(answers(reply()), tls=ServerTls(identity=certificates.good)) as server:
        ...  # server.url(), server.requests, server.most_at_once

`serve` runs a behaviour, a small async function of (reader, writer). What they say stands in one module per
stage of a probe: `connecting`, `handshakes`, `replies`, `contents`, `redirects`; `nameservers` answers DNS.
"""

from tests.servers.connecting import (
    FTP,
    SMTP,
    SSH,
    UNREACHABLE,
    banner,
    close_at_once,
    close_when_asked,
    deaf,
    full_backlog,
    refused_port,
    reset_at_once,
    reset_in_the_request,
    reset_when_asked,
    silence,
)
from tests.servers.nameservers import NameServer, serve_dns, zone
from tests.servers.redirects import chain, redirect
from tests.servers.replies import answers, drip, endless, keeps_open, reply, site, slow, then_reset
from tests.servers.serving import Behaviour, Heard, Server, ServerTls, hold, read_request, reset, serve

__all__ = [
    "FTP",
    "SMTP",
    "SSH",
    "UNREACHABLE",
    "Behaviour",
    "Heard",
    "NameServer",
    "Server",
    "ServerTls",
    "answers",
    "banner",
    "chain",
    "close_at_once",
    "close_when_asked",
    "deaf",
    "drip",
    "endless",
    "full_backlog",
    "hold",
    "keeps_open",
    "read_request",
    "redirect",
    "refused_port",
    "reply",
    "reset",
    "reset_at_once",
    "reset_in_the_request",
    "reset_when_asked",
    "serve",
    "serve_dns",
    "silence",
    "site",
    "slow",
    "then_reset",
    "zone",
]
