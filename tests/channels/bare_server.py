"""A server without a model, in a process of its own: what hangs it hangs no test."""

import random
from dataclasses import dataclass
from pathlib import Path

import requests

ARRIVAL, UNREAD = 2.0, 2.0  # seconds, shorter than patients have
PER_ADDRESS = 80  # messages a minute
OLD_PAPER = "o" * 32 + ".json"
SERVE = f"""
from bot.channels import http
from bot.channels.server import serve
http.ARRIVAL, http.UNREAD = {ARRIVAL}, {UNREAD}
serve(None)
"""


@dataclass(frozen=True)
class Bare:
    """The server: its port, its folder, and what it has logged."""

    port: int
    var: Path
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


def answers(server: Bare, seconds: float = 2.0) -> bool:
    """Whether the server answers a request in some seconds."""
    try:
        # Another patient, whom no other address's limits concern.
        headers = {"X-Forwarded-For": f"198.51.100.{random.randrange(256)}"}
        return requests.get(f"{server.url}/icon.svg", headers=headers, timeout=seconds).ok
    except requests.RequestException:
        return False
