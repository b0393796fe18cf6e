"""What a process has used, from the kernel's own books."""

from __future__ import annotations

import os
import platform
import ssl
import statistics
import time
from collections.abc import Sequence
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Return user and system time of all threads of a process.

    The same figure as in /proc/PID/stat, which rounds it to 10 ms; the process's CPU clock gives nanoseconds.
    """
    return time.clock_gettime((~pid << 3) | 2)  # as clock_getcpuclockid(3) does: CPUCLOCK_SCHED of a process


def written_bytes(pid: int) -> int:
    """Return what a process has caused to be written to disk; needs a folder that is on a disk."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["write_bytes"]) - int(fields["cancelled_write_bytes"])


def resident_bytes(pid: int, *, most: bool = False) -> int:
    """Return the resident memory of a process, now or the most that it ever was."""
    name = "VmHWM:" if most else "VmRSS:"
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith(name))
    return int(line.split()[1]) * 1024


def machine() -> str:
    """Describe the machine without naming it."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in info if line.startswith("model name")), "unknown CPU")
    return (
        f"{os.cpu_count()} cores, {model}; Linux {platform.release().split('-')[0]}; "
        f"Python {platform.python_version()}, {ssl.OPENSSL_VERSION}; load {os.getloadavg()[0]:.1f}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table in Markdown, the first column to the left."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *rest = [(c, w) for c, w in zip(cells, widths, strict=True)]
        return "| " + " | ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in rest)]) + " |"

    rule = "|" + "|".join("-" * (w + 1) + (":" if at else "-") for at, w in enumerate(widths)) + "|"
    return "\n".join([line(head), rule, *map(line, rows)])


def median_and_range(values: Sequence[float]) -> str:
    """Write milliseconds as the median with the lowest and highest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
