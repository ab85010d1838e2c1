"""Stands in for the clinic's own system: it notes the alarms that it receives, and can be told to refuse them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from workshop.processes import HERE


class Receiver(ThreadingHTTPServer):
    """Listens only on this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HERE, 0), _Handler)
        self.url = f"http://{HERE}:{self.server_port}/alarms"
        self.refusals: list[int] = []  # the statuses of the next responses; 200 if empty
        self.taken: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, name="receiver", daemon=True).start()

    def numbers(self) -> set[int]:
        """Return the numbers of the received alarms; an alarm not yet on disk has none."""
        return {alarm["number"] for alarm in [*self.taken]} - {None}


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.refusals.pop(0) if self.server.refusals else 200
        if status == 200:
            self.server.taken.append(json.loads(body))
        self._answer(status)

    def do_GET(self) -> None:
        self._answer(200)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()
