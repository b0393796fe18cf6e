"""Refusals as failures of a probe: the site works, but not for us, or not on this network."""

from __future__ import annotations

from yarl import URL

from monitor.core.block import BlockPattern, refused_lookup, refused_reply
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import HttpFacts
from monitor.probes.resolver import Answer
from monitor.probes.stages import ProbeFailure

Blocks = tuple[BlockPattern, ...]


def check_lookup(blocks: Blocks, host: str, address: str, answer: Answer) -> None:
    """Refuse to take a block page for the site.

    Raises:
        ProbeFailure: with outcome BLOCKED: the name's answer leads to a known block page.
    """
    found = refused_lookup(blocks, host, (address,), answer.aliases)
    if found is not None:
        leads = ", ".join((*answer.aliases, address))
        raise ProbeFailure(
            Stage.RESOLVE,
            found.reason,
            f"Our resolver leads {host} to a block page of {found.by} ({leads}).",
            Outcome.BLOCKED,
        )


def check_reply(blocks: Blocks, url: str, facts: HttpFacts, text: str) -> None:
    """Tell a refusal from the site's own reply.

    Args:
        blocks: known refusals, in the order in which they are tried.
        url: of the check.
        facts: of the last reply.
        text: the page.
    Raises:
        ProbeFailure: with outcome BLOCKED.
    """
    host, final_host = URL(url).raw_host or "", URL(facts.final_url).raw_host or ""
    found = refused_reply(blocks, host, final_host, facts, text)
    if found is not None:
        what = f"{_DOES[found.reason]} {found.by} (status {facts.status}, pattern {found.id})"
        raise ProbeFailure(Stage.RESPONSE, found.reason, f"{facts.final_url} {what}.", Outcome.BLOCKED)


_DOES = {
    Reason.BLOCKED_CHALLENGE: "shows the monitor a challenge page of",
    Reason.BLOCKED_FORBIDDEN: "refuses the monitor by",
    Reason.BLOCKED_NATIONAL: "is the block page of",
}
