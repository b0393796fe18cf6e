"""Print the part of requirements.lock that the installed `kulkul` needs at run time, hashes and all.

The lock also pins what tests and checks need. What follows from what is read from the packages themselves, as
they were installed from that lock: run this with the Python of that environment.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Requirement("kulkul[apprise]")
"""With every channel of messages."""


def needed(root: Requirement) -> set[str]:
    """Return the names of all packages that one needs here, itself included."""
    seen: set[tuple[str, str]] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        for extra in ("", *one.extras):
            key = (canonicalize_name(one.name), extra)
            if key in seen:
                continue
            seen.add(key)
            found = map(Requirement, _required(one.name))
            waiting += [each for each in found if not each.marker or each.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def _required(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # the lock lacks it, which is told for all such packages at once
        return []


def entries(lock: str) -> dict[str, str]:
    """Return the entries of a lock by the package's name, each with the lines of its hashes."""
    found: dict[str, str] = {}
    for one in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        name = canonicalize_name(re.split(r"[=\s;\[]", one, maxsplit=1)[0])
        found[name] = found.get(name, "") + one + "\n"
    return found


def main(path: str) -> None:
    """Print the entries; end with one sentence where the lock lacks one."""
    locked = entries(Path(path).read_text(encoding="utf-8"))
    names = sorted(needed(ROOT) - {canonicalize_name(ROOT.name)})
    missing = [name for name in names if name not in locked]
    if missing:
        sys.exit(f"{path} does not pin {', '.join(missing)}: run make lock")
    sys.stdout.writelines(locked[name] for name in names)


if __name__ == "__main__":
    main(sys.argv[1])
