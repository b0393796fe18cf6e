"""What is wrong with the configuration: all of it at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in one file. Sorts by file, line and column."""

    file: Path
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in characters."""
    path: str
    """Keys and list positions from the top, for example `services.1.url`; empty for the file itself."""
    message: str
    """What is wrong and what would be right. Never carries a secret."""

    def __str__(self) -> str:
        """Write it as compilers do, so that editors and terminals can jump to it."""
        place = f"{self.file}:{self.line}:{self.column}: "
        return f"{place}{self.path}: {self.message}" if self.path else place + self.message


class ConfigurationError(Exception):
    """The configuration cannot be used. `str()` gives one line per problem, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
