"""A server without a model, in a process of its own: what hangs it hangs no test."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bot.settings import ROOT

ARRIVAL, UNREAD = 2.0, 2.0  # seconds, shorter than patients have
PER_ADDRESS = 80  # messages a minute
FILES = 256  # that the server of this machine alone may have open
OLD_PAPER = "o" * 32 + ".json"
SERVE = f"""
from bot.web import http
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


@contextmanager
def serving(port: int, folder: Path, begin: str = "", **environment: str) -> Iterator[Bare]:
    """A server in a process of its own, with an old paper in its folder; what `begin` says is done before."""
    server = Bare(port, folder / "var", folder / "log")
    (server.var / "pages").mkdir(parents=True)
    (server.var / "pages" / OLD_PAPER).write_text("{}")
    os.utime(server.var / "pages" / OLD_PAPER, (0, 0))
    own = {f"STRIDE_{name}": value for name, value in environment.items()}
    named = {**os.environ, "STRIDE_VAR": str(server.var), "STRIDE_PORT": str(port), "PYTHONUNBUFFERED": "1", **own}
    with server.log.open("wb") as log:
        command = [sys.executable, "-c", begin + SERVE]
        process = subprocess.Popen(command, cwd=ROOT, env=named, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 120
        while not answers(server):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(server.log.read_text()[-3000:])
            time.sleep(0.2)
        yield server
    finally:
        process.kill()
        process.wait()
