"""What the tests of the channels share."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from bare_server import OLD_PAPER, PER_ADDRESS, SERVE, Bare, answers

from bot.settings import ROOT


@pytest.fixture(scope="session")
def bare(free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The server, behind a proxy that it believes, with the REST channel on and an old paper in its folder."""
    var = tmp_path_factory.mktemp("bare")
    server = Bare(free_port(), var, tmp_path_factory.mktemp("log") / "log")
    (var / "pages").mkdir()
    (var / "pages" / OLD_PAPER).write_text("{}")
    os.utime(var / "pages" / OLD_PAPER, (0, 0))
    environment = {
        **os.environ,
        "STRIDE_VAR": str(var),
        "STRIDE_PORT": str(server.port),
        "STRIDE_PROXIES": "1",
        "STRIDE_MESSAGES_PER_ADDRESS": str(PER_ADDRESS),
        "PYTHONUNBUFFERED": "1",
    }
    with server.log.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=environment, stdout=log, stderr=log)
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
