"""The known forms of refusal: those that ship, and those that operators add."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from monitor.core.block import BlockPattern
from monitor.core.reason import Reason
from monitor.core.service import HeaderMatch
from monitor.registry.fields import HeaderName, Pattern, Status
from monitor.settings import ConfigurationError
from monitor.settings.fields import Day, HostName, Id, Line, Model, Network, OneOrMore
from monitor.settings.validation import check
from monitor.settings.yaml import read_document

_REASONS = {
    "challenge": Reason.BLOCKED_CHALLENGE,
    "forbidden": Reason.BLOCKED_FORBIDDEN,
    "national": Reason.BLOCKED_NATIONAL,
}
_CONDITIONS = ("status", "headers", "body", "title", "hosts", "addresses")


class BlockModel(Model):
    """One known form of refusal. Every condition that is given must hold; of a list, any one entry."""

    id: Id
    reason: Literal["challenge", "forbidden", "national"]
    """challenge: proves that one is no robot; forbidden: refuses robots; national: the ministry's block."""
    by: Line
    """Who refuses, as people know it."""
    status: Annotated[tuple[Status, ...], OneOrMore()] = ()
    headers: dict[HeaderName, Pattern] = Field(default={})
    """Headers that must all be there, each with a regular expression searched in its value."""
    body: Annotated[tuple[str, ...], OneOrMore()] = ()
    title: Pattern | None = None
    """Regular expression searched in the page's title."""
    hosts: Annotated[tuple[HostName, ...], OneOrMore()] = ()
    """Host names, with all below them, to which redirects or the DNS lead."""
    addresses: Annotated[tuple[Network, ...], OneOrMore()] = ()
    """Addresses to which the DNS leads."""
    source: Line
    """Where this is known from."""
    read_on: Day

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(getattr(self, name) for name in _CONDITIONS):
            raise ValueError(f"the pattern has no condition: write one of {', '.join(_CONDITIONS)}")
        if self.addresses and any(getattr(self, name) for name in _CONDITIONS[:-1]):
            raise ValueError("`addresses` stands alone: it is judged before there is a reply")
        return self


class BlocksModel(Model):
    """A file of known refusals."""

    patterns: tuple[BlockModel, ...] = ()


def load_blocks(paths: Sequence[Path | str] = ()) -> tuple[BlockPattern, ...]:
    """Return the operators' patterns, then those that ship.

    Raises:
        ConfigurationError: with every problem of every file.
    """
    problems = []
    patterns: list[BlockPattern] = []
    for path in paths:
        try:
            patterns.extend(_read(Path(path)))
        except ConfigurationError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigurationError(problems)
    return (*patterns, *shipped_blocks())


@cache
def shipped_blocks() -> tuple[BlockPattern, ...]:
    """Return the patterns that come with the program."""
    with as_file(files("monitor.registry") / "blocks.yml") as path:
        return _read(path)


def _read(path: Path) -> tuple[BlockPattern, ...]:
    model, problems = check(read_document(path), BlocksModel)
    if model is None:
        raise ConfigurationError(problems)
    return tuple(map(_pattern, model.patterns))


def _pattern(model: BlockModel) -> BlockPattern:
    return BlockPattern(
        id=model.id,
        reason=_REASONS[model.reason],
        by=model.by,
        status=model.status,
        headers=tuple(
            HeaderMatch(name=name.lower(), pattern=pattern) for name, pattern in model.headers.items()
        ),
        body=model.body,
        title=model.title,
        hosts=model.hosts,
        addresses=tuple(map(ip_network, model.addresses)),
        source=model.source,
        read_on=model.read_on,
    )
