"""Networks of their own for one test: a router, and machines on its links, in network namespaces of Linux.

The namespaces have no names in the file system: each is gone, its links with it, once the last descriptor,
socket and process in it is gone, also where the tests themselves were killed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000
OWN = "/proc/thread-self/ns/net"
_libc = ctypes.CDLL(None, use_errno=True)  # os.unshare and os.setns came with Python 3.12


class Namespace:
    """A network of its own, with nothing in it but loopback. Must be closed."""

    def __init__(self) -> None:
        with _coming_back():
            _checked(_libc.unshare(CLONE_NEWNET))
            self._descriptor = os.open(OWN, os.O_RDONLY)
        self.ip("link set lo up")

    @property
    def path(self) -> str:
        """The namespace as `ip` may be told of it, while it is open."""
        return f"/proc/{os.getpid()}/fd/{self._descriptor}"

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Put this thread, with the sockets and processes that it opens, into the namespace."""
        with _coming_back():
            _checked(_libc.setns(self._descriptor, CLONE_NEWNET))
            yield

    def ip(self, *commands: str) -> None:
        """Run commands of iproute2 in the namespace, each without its `ip`."""
        with self.inside():
            ran = subprocess.run(
                ["ip", "-batch", "-"], input="\n".join(commands), capture_output=True, text=True, check=False
            )
        assert ran.returncode == 0, f"{commands}: {ran.stderr}"

    def close(self) -> None:
        os.close(self._descriptor)


class Machine(Namespace):
    """A namespace on a link of the router.

    Args:
        router: where the other end of the link is.
        name: of that other end.
        number: of the link, which names its addresses; each of a router's once.
        networks: every address of these is one of the machine's own (CIDR).
    """

    def __init__(self, router: Namespace, name: str, number: int, networks: tuple[str, ...]) -> None:
        super().__init__()
        self._router, self._name, self._networks = router, name, networks
        self._gateway, self._address = (f"198.19.255.{4 * number + end}" for end in (1, 2))
        router.ip(
            f"link add {name} type veth peer name uplink netns {self.path}",
            f"address add {self._gateway}/30 dev {name}",
        )
        self.ip(
            f"address add {self._address}/30 dev uplink",
            *(f"route add local {network} dev lo" for network in networks),
        )
        self.mend()

    def cut_here(self) -> None:
        """Take the machine's own end of its link down: it has no route any more, and nothing reaches it."""
        self.ip("link set uplink down")

    def cut_at_router(self) -> None:
        """Take the router's end of the link down: what the machine sends vanishes."""
        self._router.ip(f"link set {self._name} down")

    def mend(self) -> None:
        """Make the link whole, whichever end was down."""
        self._router.ip(f"link set {self._name} up")
        self.ip("link set uplink up", f"route replace default via {self._gateway}")
        self._router.ip(*(f"route replace {network} via {self._address}" for network in self._networks))


class Internet:
    """A router with links to some machines; see `open_internet`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._links = 0
        self._router = Namespace()
        stack.callback(self._router.close)
        with self._router.inside():
            Path("/proc/sys/net/ipv4/ip_forward").write_text("1")

    def connect(self, name: str, *networks: str) -> Machine:
        """Add a machine that has all addresses of some networks."""
        self._links += 1
        machine = Machine(self._router, name, self._links, networks)
        self._stack.callback(machine.close)
        return machine


@contextmanager
def open_internet() -> Iterator[Internet]:
    """Open a router; skips the test where this machine has no `ip`, or does not let us."""
    if shutil.which("ip") is None:
        _cannot("ip (Debian package iproute2) is not installed")
    with ExitStack() as stack:
        try:
            internet = Internet(stack)
        except OSError as error:
            _cannot(f"network namespaces cannot be made here, at least not by this user ({error.strerror})")
        yield internet


def _cannot(why: str) -> None:
    if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
        pytest.fail(f"{why}, and KULKUL_REQUIRE_REAL=1 asks for it")
    pytest.skip(why)


@contextmanager
def _coming_back() -> Iterator[None]:
    """Put this thread back into its present namespace in the end."""
    home = os.open(OWN, os.O_RDONLY)
    try:
        yield
    finally:
        try:
            _checked(_libc.setns(home, CLONE_NEWNET))
        finally:
            os.close(home)


def _checked(returned: int) -> None:
    if returned != 0:
        number = ctypes.get_errno() or errno.EPERM
        raise OSError(number, os.strerror(number))
