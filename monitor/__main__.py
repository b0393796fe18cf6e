"""`python -m monitor` is `kulkul`."""

from __future__ import annotations

from monitor.cli import main

if __name__ == "__main__":
    main()
