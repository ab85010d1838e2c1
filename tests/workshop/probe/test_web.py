"""The probe sees what does not hold."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from workshop.probe import web
from workshop.probe.attacks import attacks
from workshop.probe.run import KINDS


class TakesAll(BaseHTTPRequestHandler):
    """Answers whatever comes, for everybody."""

    def answer(self) -> None:
        """Say that all is well."""
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_OPTIONS = answer  # noqa: N815 - the names are Python's

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A server that takes everything, and never ends a slow request."""
    monkeypatch.setattr(web, "DRIP", 0.1)
    monkeypatch.setattr(web, "ENDED", 0.5)
    with ThreadingHTTPServer(("127.0.0.1", 0), TakesAll) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        one = SimpleNamespace(port=port, address=f"http://127.0.0.1:{port}", answers=lambda: True)
        yield SimpleNamespace(main=one, bare=one, household=lambda: "10.0.0.1")
        server.shutdown()


@pytest.mark.parametrize(
    "kind",
    [
        "requests_not_by_the_book",
        "slow_requests",
        "addresses_not_served",
        "other_websites",
        "rest_when_off",
        "rest_when_on",
        "settings_out_of_range",
    ],
)
def test_what_does_not_hold_is_seen(site: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes everything, and settings that are all good, fail."""
    attack = next(attack for attack in attacks(short=False) if attack.kind == kind)
    if kind == "settings_out_of_range":
        attack = attack.copy(update={"items": ("STRIDE_PORT=5005",)})

    assert not KINDS[kind](site, attack).held
