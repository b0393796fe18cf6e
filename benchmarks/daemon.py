"""The whole daemon (schedule, probe, judge, store, expose) at work, measured from outside.

beside   CPU, bytes written and bytes kept per check at 50 https checks a second, and at the same time
         blackbox_exporter + Prometheus probing the same sites at the same rate
most     the most checks a second that one process sustains on time, https and http
many     10,000 http targets at 60 s: lateness, memory, the first full round
all      these three, one after the other

The sites are served by another process on loopback; /metrics is scraped every 15 s throughout.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from accounting import machine, resident_bytes, table
from peers import BLACKBOX, PROMETHEUS, Peer, blackbox, prometheus
from spans import Reading, Span
from station import Load, Scrape, Station, lateness_ms, worst
from target import Target

BESIDE_INTERVAL_SECONDS = 10
ON_TIME_MS = 250.0
"""Lateness at the 99th percentile up to which a rate counts as sustained."""
ACHIEVED_RATIO = 0.98
STEP_RATIO, STEPS = 1.2, 10
STEP_INTERVAL_SECONDS = 5
STEP_WARM_UP_SECONDS, STEP_SECONDS = 8.0, 16.0


def main() -> None:
    """Measure what was asked for, and print tables."""
    asked = _arguments()
    print(machine(), end="\n\n")
    with Target.opened() as target:
        if asked.part in ("beside", "all"):
            count = asked.rate * BESIDE_INTERVAL_SECONDS
            load = Load("https", count, BESIDE_INTERVAL_SECONDS)
            beside(target, load, asked.seconds)
        if asked.part in ("most", "all"):
            most(target, "https", asked.from_https)
            most(target, "http", asked.from_http)
        if asked.part in ("many", "all"):
            many(target, Load("http", asked.targets, asked.interval))


def _arguments() -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("part", choices=("beside", "most", "many", "all"))
    parser.add_argument("--seconds", type=float, default=60.0, help="length of `beside` (60)")
    parser.add_argument("--rate", type=int, default=50, help="checks a second in `beside` (50)")
    parser.add_argument("--from-https", type=int, default=150, help="first https rate of `most` (150)")
    parser.add_argument("--from-http", type=int, default=500, help="first http rate of `most` (500)")
    parser.add_argument("--targets", type=int, default=10_000, help="services in `many` (10000)")
    parser.add_argument("--interval", type=int, default=60, help="seconds between checks in `many` (60)")
    return parser.parse_args()


def beside(target: Target, load: Load, seconds: float) -> None:
    """Let both monitors probe the same sites over the same span; print what each has used."""
    print(f"{load.rate:.0f} {load.scheme} checks/s for {seconds:.0f} s, both monitors at the same time:\n")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(_folder())
        station = stack.enter_context(Station.running(target, folder, load))
        peers = _peers(stack, target, folder, load)
        pids = (station.pid, *(peer.pid for peer in peers.values()))
        beginning = Reading.of(target, station.pid)
        time.sleep(load.interval_seconds + 2)
        first = Reading.of(target, *pids)
        scrapes = station.watch(seconds)
        last = Reading.of(target, *pids)
        ours, theirs = Span(first, last), Span(first, last, "blackbox exporter")
        own = ours.cpu_ms(station.pid)
        rows = [["kulkul", f"{ours.rate:.1f}", f"{own:.2f}", ""]]
        if peers:
            each = {name: theirs.cpu_ms(peer.pid) for name, peer in peers.items()}
            both = sum(each.values())
            rows += [[name, f"{theirs.rate:.1f}", f"{cpu:.2f}", ""] for name, cpu in each.items()]
            rows += [["both of these", f"{theirs.rate:.1f}", f"{both:.2f}", "1.00"]]
            rows[0][3] = f"{own / both:.2f}"
        print(table(["", "checks/s", "ms CPU per check", "ratio"], rows), end="\n\n")
        _report_judgement(scrapes)
        _report_disk(station, target, beginning)


def _peers(stack: contextlib.ExitStack, target: Target, folder: Path, load: Load) -> dict[str, Peer]:
    if BLACKBOX is None or PROMETHEUS is None:
        return {}
    exporter = stack.enter_context(blackbox(target, folder))
    server = stack.enter_context(
        prometheus(target, exporter, folder, load.scheme, load.count, load.interval_seconds)
    )
    return {f"blackbox_exporter {exporter.version}": exporter, f"Prometheus {server.version}": server}


def _report_judgement(scrapes: list[Scrape]) -> None:
    first, last = scrapes[0], scrapes[-1]
    rows = [
        ["lateness p50", f"{lateness_ms(first, last, 0.5):.1f} ms"],
        ["lateness p99", f"{lateness_ms(first, last, 0.99):.0f} ms"],
        ["longest loop stall", f"{worst(scrapes, 'kulkul_loop_lag_seconds') * 1000:.0f} ms"],
        ["slowest scrape", f"{max(one.took_seconds for one in scrapes) * 1000:.0f} ms"],
        ["results other than ok", f"{last.not_ok:.0f}"],
    ]
    print(table(["kulkul", "seen"], rows), end="\n\n")


def _report_disk(station: Station, target: Target, beginning: Reading) -> None:
    """Print the disk's share, the closing checkpoint included: it is part of what the results cost."""
    station.close_down()
    ended = Reading.of(target, station.pid)
    written = ended.written_bytes[station.pid] - beginning.written_bytes[station.pid]
    results, kept = station.stored()
    rows = [["kulkul", f"{results}", f"{written / results:.0f}", f"{kept / results:.0f}"]]
    head = ["", "results stored", "bytes written per check", "bytes kept per check"]
    print(table(head, rows), end="\n\n")


def most(target: Target, scheme: str, rate: float) -> None:
    """Raise the rate until the daemon is late; print each step."""
    print(f"most {scheme} checks/s on time (lateness p99 at most {ON_TIME_MS:.0f} ms):\n")
    rows = []
    for _ in range(STEPS):
        load = Load(scheme, round(rate * STEP_INTERVAL_SECONDS), STEP_INTERVAL_SECONDS)
        row, on_time = _step(target, load)
        rows.append(row)
        if not on_time:
            break
        rate *= STEP_RATIO
    head = ["asked", "achieved", "p50 ms", "p99 ms", "ms CPU per check", "core", "sites' core", "on time"]
    print(table(head, rows), end="\n\n")


def _step(target: Target, load: Load) -> tuple[list[str], bool]:
    with _folder() as folder, Station.running(target, folder, load) as station:
        time.sleep(STEP_WARM_UP_SECONDS)
        first = Reading.of(target, station.pid, target.pid)
        scrapes = station.watch(STEP_SECONDS)
        span = Span(first, Reading.of(target, station.pid, target.pid))
    p50, p99 = (lateness_ms(scrapes[0], scrapes[-1], quantile) for quantile in (0.5, 0.99))
    on_time = p99 <= ON_TIME_MS and span.rate >= ACHIEVED_RATIO * load.rate
    row = [
        f"{load.rate:.0f}",
        f"{span.rate:.1f}",
        f"{p50:.1f}",
        f"{p99:.0f}",
        f"{span.cpu_ms(station.pid):.2f}",
        f"{span.core_ratio(station.pid):.0%}",
        f"{span.core_ratio(target.pid):.0%}",
        "yes" if on_time else "no",
    ]
    return row, on_time


def many(target: Target, load: Load) -> None:
    """Watch a large register through its first round and one more."""
    print(f"{load.count} {load.scheme} targets, each every {load.interval_seconds} s:\n")
    with _folder() as folder:
        began = time.monotonic()
        with Station.running(target, folder, load) as station:
            started = time.monotonic() - began
            first = Reading.of(target, station.pid)
            opening = station.watch(load.interval_seconds)
            going_on = station.watch(load.interval_seconds)
            span = Span(first, Reading.of(target, station.pid))
            scrapes = [*opening, *going_on]
            settled = scrapes[2:]  # each shows the last 15 s; the start itself is not a stall
            rows = [
                ["start until probing (register read, checks written down)", f"{started:.1f} s"],
                ["checks without a result after the first interval", f"{load.count - opening[-1].seen}"],
                ["checks/s", f"{span.rate:.1f}"],
                ["lateness p99, first round", f"{lateness_ms(opening[0], opening[-1], 0.99):.0f} ms"],
                ["lateness p99, second round", f"{lateness_ms(going_on[0], going_on[-1], 0.99):.0f} ms"],
                [
                    "longest loop stall, once started",
                    f"{worst(settled, 'kulkul_loop_lag_seconds') * 1000:.0f} ms",
                ],
                ["CPU per check", f"{span.cpu_ms(station.pid):.2f} ms"],
                ["CPU of one core", f"{span.core_ratio(station.pid):.0%}"],
                ["resident memory at the end", f"{resident_bytes(station.pid) / 1e6:.0f} MB"],
                ["resident memory, most ever", f"{resident_bytes(station.pid, most=True) / 1e6:.0f} MB"],
                ["size of /metrics", f"{len(scrapes[-1].text) / 1e6:.1f} MB"],
                ["slowest scrape", f"{max(one.took_seconds for one in scrapes) * 1000:.0f} ms"],
                ["results other than ok", f"{scrapes[-1].not_ok:.0f}"],
            ]
    print(table(["kulkul", "seen"], rows), end="\n\n")


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder on a disk: what is written to memory (a tmpfs) is not counted as written."""
    with tempfile.TemporaryDirectory(prefix="kulkul-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    main()
