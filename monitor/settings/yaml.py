"""YAML files read with the place of every node, so that every mistake can be pointed at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.settings import references, scalars
from monitor.settings.problems import ConfigurationError, Problem
from monitor.settings.syntax import sentence_for

Location = Sequence[str | int]

DEEPEST = 40
"""Nesting beyond this is not a register but an attack or an accident; the deepest real key lies at 8."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml composes a register of 10,000 services some ten times faster than PyYAML's own parser."""

_UNPRINTABLE = re.compile(r"[^\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a document."""

    node: Node
    line: int
    column: int
    path: str


@dataclass(slots=True)
class Document:
    """One YAML file: its data, and the place of everything in it."""

    path: Path
    content: bytes = field(repr=False)
    root: MappingNode = field(repr=False)
    data: dict[str, Any] = field(default_factory=dict, repr=False)
    problems: list[Problem] = field(default_factory=list)
    """Found while reading. Values that could not be read stand as None in `data`."""
    unsound: set[int] = field(default_factory=set, repr=False)
    """Identities of the nodes that `problems` already speak of."""
    references: dict[int, str] = field(default_factory=dict, repr=False)
    """Identity of each node that was a reference, and the reference as written."""

    def locate(self, location: Location, *, at_key: bool = False) -> Spot:
        """Return the place of a value, or of its key; parts that the file does not have are passed over."""
        node: Node = self.root
        mark = node.start_mark
        keys: list[str] = []
        for part in location:
            if isinstance(node, MappingNode) and isinstance(part, str):
                pair = next(((key, value) for key, value in node.value if key.value == part), None)
                if pair is None:
                    continue
                node = pair[1]
                mark = (pair[0] if at_key else node).start_mark
            elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                mark = node.start_mark
            else:
                continue
            keys.append(str(part))
        return Spot(node, mark.line + 1, mark.column + 1, ".".join(keys))

    def problem(self, location: Location, message: str, *, at_key: bool = False) -> Problem:
        """Say what is wrong at a place; a value that came from a reference is kept out of the message."""
        spot = self.locate(location, at_key=at_key)
        reference = self.references.get(id(spot.node))
        if reference is not None and not at_key:
            message = f"the text that {reference} stands for is not valid here (it may be secret: not shown)"
        return Problem(self.path, spot.line, spot.column, spot.path, message)


def read_document(path: Path) -> Document:
    """Read one YAML file whose top is a mapping with text keys.

    Returns: the document; mistakes that leave the rest readable are in its `problems`.
    Raises:
        ConfigurationError: the file cannot be read as YAML at all.
    """
    content = _content(path)
    text = _text(path, content)
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line, column, message = sentence_for(error, text)
        raise ConfigurationError([Problem(path, line, column, "", message)]) from None
    except RecursionError:
        raise ConfigurationError([Problem(path, 1, 1, "", "the file is nested too deeply")]) from None
    if root is None:
        raise ConfigurationError([Problem(path, 1, 1, "", "the file is empty: it holds no keys yet")])
    if not isinstance(root, MappingNode):
        mark = root.start_mark
        message = "the file must consist of keys and values, one `key: value` per line"
        raise ConfigurationError([Problem(path, mark.line + 1, mark.column + 1, "", message)])
    document = Document(path=path, content=content, root=root)
    document.data = _Reader(document).read(root, ()) or {}
    return document


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ConfigurationError([Problem(path, 1, 1, "", "this is a folder: name a YAML file")])
        if path.exists() and not path.is_file():
            raise ConfigurationError(
                [Problem(path, 1, 1, "", "this is not a regular file: name a YAML file")]
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is not a path"
        raise ConfigurationError([Problem(path, 1, 1, "", f"the file cannot be read: {reason}")]) from None


def _text(path: Path, content: bytes) -> str:
    """Decode, and refuse what no text file should hold."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(content[: error.start].decode("utf-8", "replace"))
        message = "the file is not UTF-8 text from here on: save it as UTF-8"
        raise ConfigurationError([Problem(path, line, column, "", message)]) from None
    odd = _UNPRINTABLE.search(text)
    if odd is None:
        return text
    line, column = _place(text[: odd.start()])
    message = (
        'a tab: indent and separate with spaces (inside a text in double quotes write "\\t")'
        if odd.group() == "\t"
        else f"an unprintable character (U+{ord(odd.group()):04X}): remove it"
    )
    raise ConfigurationError([Problem(path, line, column, "", message)])


def _place(before: str) -> tuple[int, int]:
    lines = before.split("\n")
    return len(lines), len(lines[-1]) + 1


class _Reader:
    """Turns nodes into values, and collects what is wrong on the way."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()

    def read(self, node: Node, path: tuple[str | int, ...]) -> Any:
        """Return the value of a node, None where it is unsound."""
        if id(node) in self._seen:
            self._refuse(node, path, "anchors and aliases (&, *) are not supported: write the value out")
            return None
        self._seen.add(id(node))
        if len(path) > DEEPEST:
            self._refuse(node, path, "this is nested too deeply")
            return None
        try:
            if isinstance(node, ScalarNode):
                return self._scalar(node)
            if isinstance(node, SequenceNode):
                scalars.refuse_tag(node.tag, "seq")
                return [self.read(item, (*path, number)) for number, item in enumerate(node.value)]
            scalars.refuse_tag(node.tag, "map")
            return self._mapping(node, path)
        except ValueError as error:
            self._refuse(node, path, str(error))
            return None

    def _scalar(self, node: ScalarNode) -> scalars.Scalar:
        value = scalars.read(node.tag, node.value)
        if not isinstance(value, str):
            return value
        text = references.resolve(value, self._document.path.parent)
        if isinstance(text, references.ReferredText):
            self._document.references[id(node)] = value
        return text

    def _mapping(self, node: Node, path: tuple[str | int, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            name = self._key(key, path)
            if name is None:
                continue
            if name in values:
                message = f"the key is already on line {lines[name]}: keep one of them"
                self._refuse(key, (*path, name), message, also=value)
                continue
            lines[name] = key.start_mark.line + 1
            values[name] = self.read(value, (*path, name))
        return values

    def _key(self, key: Node, path: tuple[str | int, ...]) -> str | None:
        if key.tag == "tag:yaml.org,2002:merge":
            self._refuse(key, path, "merging with << is not supported: write the keys out")
            return None
        if not isinstance(key, ScalarNode) or not scalars.is_name(key.tag, key.value):
            self._refuse(key, path, 'a key must be text: put it in quotes, for example "404":')
            return None
        return str(key.value)

    def _refuse(
        self, node: Node, path: tuple[str | int, ...], message: str, *, also: Node | None = None
    ) -> None:
        mark = node.start_mark
        self._document.unsound.update({id(node), id(also or node)})
        place = ".".join(map(str, path))
        self._document.problems.append(
            Problem(self._document.path, mark.line + 1, mark.column + 1, place, message)
        )
