"""The measured servers: processes of this machine that answer over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from bot.settings import ROOT, settings
from workshop.processes import HERE, end, free_port
from workshop.processes import environment as own_environment
from workshop.speed.projects import Project, environment

START, END = 300.0, 20.0  # maximum seconds for a server to start, and to end
REST = "/webhooks/rest/webhook"
CREDENTIALS = "rest:\n"
FLOOR = """
import sys
from sanic import Sanic, response
app = Sanic("floor", configure_logging=False)
@app.post("/webhooks/rest/webhook")
async def answer(request):
    return response.json([{"recipient_id": request.json["sender"], "text": "I can tell you that."}])
app.run(host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
"""


class Server:
    """A process that answers Rasa's REST address.

    Attributes:
        address: Its address.
        var: The folder of its data.
        seconds: Time from the process's start to its first reply.
    """

    def __init__(self, order: list[str], port: int, folder: Path, environment: dict[str, str]) -> None:
        """Start the server and wait for its first reply; raise RuntimeError, with the end of its log, if none comes."""
        self.address, self.var = f"http://{HERE}:{port}", folder
        self._log = folder / "log"
        begun = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(order, cwd=folder, env=environment, stdout=log, stderr=log)
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - begun > START:
                self.stop()
                raise RuntimeError(f"{order[:4]} did not start; its log ends with: {self._log.read_text()[-1500:]}")
            time.sleep(0.1)
        self.seconds = time.monotonic() - begun

    def _answers(self) -> bool:
        with suppress(requests.RequestException, ValueError):
            answer = requests.post(f"{self.address}{REST}", json={"sender": "first", "message": "hello"}, timeout=START)
            return isinstance(answer.json(), list)  # an empty one if a peer has nothing to say
        return False

    @property
    def peak(self) -> float:
        """The server's peak memory so far, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def stop(self) -> None:
        """End the server."""
        end(self._process, END)


@contextmanager
def ours(**changed: str) -> Iterator[Server]:
    """Run `stride run` with the REST channel; `changed` are other settings, named without `STRIDE_`."""
    own = {
        "REST": "true",
        "MESSAGES_PER_MINUTE": "1000",
        "MESSAGES_PER_ADDRESS": "1000000",
        "MODELS": str(settings().models.resolve()),
        **changed,
    }
    with folder_of_its_own() as folder:
        port = free_port()
        own |= {"VAR": str(folder), "PORT": str(port), "HOST": HERE}
        order = [sys.executable, "-m", "bot.cli", "run"]
        yield from _running(order, port, folder, {**own_environment(**own), "PYTHONPATH": str(ROOT)})


@contextmanager
def rasas(project: Project) -> Iterator[Server]:
    """Run `rasa run` on a project, with conversations in memory."""
    with folder_of_its_own() as folder:
        port = free_port()
        (folder / "credentials.yml").write_text(CREDENTIALS)
        order = [sys.executable, "-m", "rasa", "run", "--model", str(project.model), "--port", str(port)]
        order += ["--credentials", "credentials.yml", "--interface", HERE]
        yield from _running(order, port, folder, environment())


@contextmanager
def floor() -> Iterator[Server]:
    """Run a bare Sanic handler that answers a constant."""
    with folder_of_its_own() as folder:
        port = free_port()
        yield from _running([sys.executable, "-c", FLOOR, str(port)], port, folder, environment())


def _running(order: list[str], port: int, folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    server = Server(order, port, folder, environment)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """Make a temporary folder."""
    with TemporaryDirectory(prefix="stride-bench-") as folder:
        yield Path(folder)


@contextmanager
def var_of_its_own() -> Iterator[None]:
    """Keep this process's data, such as diaries, in a temporary folder instead of the clinic's."""
    before = os.environ.get("STRIDE_VAR")
    with folder_of_its_own() as folder:
        os.environ["STRIDE_VAR"] = str(folder)
        settings.cache_clear()
        try:
            yield
        finally:
            os.environ.pop("STRIDE_VAR")
            os.environ.update({"STRIDE_VAR": before} if before else {})
            settings.cache_clear()
