"""The attacked servers: `stride run` processes on this machine that keep all data in a temporary folder."""

import resource
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from bot.nlu.training import current_model
from bot.settings import ROOT, settings
from workshop.probe.receiver import Receiver
from workshop.processes import HERE, end, free_port
from workshop.processes import environment as own_environment

START, END = 240.0, 10.0  # maximum seconds for a server to start, and to end
PATIENCE = 15.0  # maximum seconds for a response
CLINIC = "https://clinic.example"  # the one website that may show the chat


class Server:
    """`stride run` in a process of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """Start the server; `environment` has its settings without `STRIDE_`."""
        self.var = folder / "var"
        self.log = folder / "log"
        self.port = free_port()
        self.address = f"http://{HERE}:{self.port}"
        folder.mkdir()
        self.environment = own_environment(VAR=str(self.var), PORT=str(self.port), HOST=HERE, **environment)
        self.start()

    def start(self) -> None:
        """Start the server, or start it again."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot.cli", "run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until the server answers; raise RuntimeError, with the end of its log, if it does not."""
        latest = time.monotonic() + START
        while time.monotonic() < latest and self._process.poll() is None:
            if self.answers():
                return
            time.sleep(0.2)
        raise RuntimeError(f"the server did not start; its log ends with: {self.log.read_text()[-1000:]}")

    def answers(self) -> bool:
        """Return whether the server answers at all."""
        with suppress(requests.RequestException):
            requests.get(f"{self.address}/", timeout=PATIENCE)
            return True
        return False

    def limit_files(self, size: int | None) -> None:
        """Limit the size of the server's files, in bytes, as if the disk were full; None lifts the limit."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def stop(self) -> None:
        """End the server in any state."""
        end(self._process, END)


class Site:
    """What the attacks use.

    Attributes:
        main: A server with the model that expects one proxy, so that each sender can have its own address.
        bare: A server without a model, which gives only the alarm; with the REST channel and a webhook.
        receiver: The receiver of that webhook's alarms.
        secret: A unique word, which must be in no log.
    """

    def __init__(self, main: Server, bare: Server, receiver: Receiver) -> None:
        self.main = main
        self.bare = bare
        self.receiver = receiver
        self.secret = f"zq{secrets.token_hex(8)}"
        self._numbers = count(1)

    def go_on(self) -> None:
        """Restart servers that an attack has stopped or frozen, so that the next attack is meaningful too."""
        for server in (self.main, self.bare):
            if not server.answers():
                server.stop()
                server.start()
                server.wait()

    def household(self) -> str:
        """Return an address that nobody has used yet."""
        number = next(self._numbers)
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@contextmanager
def site() -> Iterator[Site]:
    """Start what the attacks need, only on this machine; afterwards end it and leave nothing."""
    with TemporaryDirectory(prefix="stride-probe-") as temporary, Receiver() as receiver:
        folder = Path(temporary)
        no_model = folder / "no-model"
        no_model.mkdir()
        (no_model / current_model().name).touch()
        servers: dict[str, Server] = {}
        try:
            for name, environment in {
                "main": {"MODELS": str(settings().models.resolve()), "PROXIES": "1", "ORIGINS": CLINIC},
                "bare": {
                    "MODELS": str(no_model),
                    "REST": "true",
                    "MESSAGES_PER_ADDRESS": "1000",
                    "MESSAGES_PER_MINUTE": "100",
                    "ALARM_WEBHOOK": receiver.url,
                    "ALARM_WEBHOOK_SECRET": secrets.token_hex(32),
                },
            }.items():
                servers[name] = Server(folder / name, **environment)
            for server in servers.values():
                server.wait()
            yield Site(**servers, receiver=receiver)
        finally:
            for server in servers.values():
                server.stop()
            receiver.shutdown()
