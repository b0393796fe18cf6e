"""Sites that a test lets fail and recover, and a name server, served from threads beside it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dns.message

from monitor.demo.port import held_port
from tests.servers import zone


class _Quiet(socketserver.BaseServer):
    """What clients do, and networks that are cut, is no news."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class Sites(_Quiet, ThreadingHTTPServer):
    """Answers for each path (without its slash) with the status that the test says; 200 unless it does."""

    request_queue_size = 128
    daemon_threads = False

    def __init__(self, host: str, port: int, status: dict[str, int]) -> None:
        self.status = status
        super().__init__((host, port), _Page)


class _Page(BaseHTTPRequestHandler):
    server: Sites
    timeout = 2  # of a client whose network was cut nothing more is heard

    def do_GET(self) -> None:
        status = self.server.status.get(self.path.removeprefix("/"), 200)
        body = f"<h1>{self.path} menjawab {status}</h1>".encode()
        self.send_response(status)
        self.send_header("X-Backend", f"web-{status}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Names(_Quiet, socketserver.UDPServer):
    """Answers questions for the addresses of names over DNS."""

    def __init__(self, host: str, port: int, addresses: dict[str, str]) -> None:
        self.answer = zone({(name, "A"): [address] for name, address in addresses.items()})
        super().__init__((host, port), _Question)


class _Question(socketserver.BaseRequestHandler):
    server: Names

    def handle(self) -> None:
        wire, sock = self.request
        reply = self.server.answer(dns.message.from_wire(wire), False)
        sock.sendto(reply.to_wire(), self.client_address)


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[None]:
    """Serve from a thread; what has been accepted is answered to the end."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class Place:
    """An address with sites at one port, which can die and come back; see `open_place`."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.at = f"{host}:{port}"
        self.status: dict[str, int] = {}
        """HTTP status by path, as `Sites` takes it."""
        self._port = port
        self._stack = ExitStack()

    def url(self, path: str = "") -> str:
        return f"http://{self.at}/{path}"

    def rise(self) -> None:
        """Listen."""
        self._stack.enter_context(served(Sites(self.host, self._port, self.status)))

    def die(self) -> None:
        """Refuse every connection from now on."""
        self._stack.close()


@contextmanager
def open_place(host: str) -> Iterator[Place]:
    """Serve sites at a loopback address until the context ends, at a port that nobody else is given."""
    with held_port(host, 0) as port:
        place = Place(host, port)
        place.rise()
        try:
            yield place
        finally:
            place.die()
