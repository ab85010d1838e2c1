"""The servers that are attacked: processes of `stride run` on this machine that keep all in a temporary folder."""

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

START, END = 240.0, 10.0  # seconds that a server has to start, and to end
PATIENCE = 15.0  # seconds for an answer
CLINIC = "https://clinic.example"  # the one website that may show the chat


class Server:
    """`stride run` in a process of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """Start it; `environment` holds its settings, without `STRIDE_`."""
        self.var = folder / "var"
        self.log = folder / "log"
        self.port = free_port()
        self.address = f"http://{HERE}:{self.port}"
        folder.mkdir()
        self.environment = own_environment(VAR=str(self.var), PORT=str(self.port), HOST=HERE, **environment)
        self.start()

    def start(self) -> None:
        """Start it, also once more."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot.cli", "run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it answers; raises RuntimeError, with the end of its log, when it does not."""
        latest = time.monotonic() + START
        while time.monotonic() < latest and self._process.poll() is None:
            if self.answers():
                return
            time.sleep(0.2)
        raise RuntimeError(f"the server did not start; its log ends with: {self.log.read_text()[-1000:]}")

    def answers(self) -> bool:
        """Whether it answers at all."""
        with suppress(requests.RequestException):
            requests.get(f"{self.address}/", timeout=PATIENCE)
            return True
        return False

    def limit_files(self, size: int | None) -> None:
        """Let none of its files grow beyond a size, in bytes, as if the disk were full; None lifts that."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def stop(self) -> None:
        """End it, whatever state it is in."""
        end(self._process, END)


class Site:
    """What the attacks have to do with.

    Attributes:
        main: A server with the model, behind one proxy as far as it knows, so that each sender can have an own address.
        bare: A server without a model, which gives the alarm alone; with the REST channel and a webhook.
        receiver: What that webhook tells of alarms.
        secret: A word that nobody else says: it must be in no log.
    """

    def __init__(self, main: Server, bare: Server, receiver: Receiver) -> None:
        self.main = main
        self.bare = bare
        self.receiver = receiver
        self.secret = f"zq{secrets.token_hex(8)}"
        self._numbers = count(1)

    def go_on(self) -> None:
        """Start a server anew that an attack has stopped or frozen, so that the next attack says something too."""
        for server in (self.main, self.bare):
            if not server.answers():
                server.stop()
                server.start()
                server.wait()

    def household(self) -> str:
        """Return an address from which nothing has come yet."""
        number = next(self._numbers)
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@contextmanager
def site() -> Iterator[Site]:
    """Start what the attacks need, on this machine only; all of it has ended afterwards, and nothing is left."""
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
