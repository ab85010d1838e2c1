"""What tests share: one start of Rasa for the whole run, and hand-built knowledge."""

import asyncio
import datetime
import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bare_server import FILES, PER_ADDRESS, Bare, serving

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.settings import ROOT, settings
from bot.startup import prepare
from workshop.processes import free_port as free_port_here

NEEDS_RASA = {"agent", "say", "server"}


def pytest_configure(config: pytest.Config) -> None:
    """Settings for the whole run, also for commands that tests start.

    The tests' alarms stay out of the clinic's record, one website may show the chat, and this machine may send as
    much as it likes.
    """
    prepare(tensorflow=False)
    var = tempfile.TemporaryDirectory(prefix="stride-var-")
    config.add_cleanup(var.cleanup)
    config.add_cleanup(close_desk)  # before that
    os.environ["STRIDE_VAR"] = var.name
    os.environ["STRIDE_ORIGINS"] = f"http://127.0.0.1:{free_port_here()}"
    os.environ["STRIDE_MESSAGES_PER_ADDRESS"] = "100000"


def close_desk() -> None:
    """Have the desk write its last counts while its folder is still there."""
    from bot.alarm.desk import desk

    if desk.cache_info().currsize:
        desk().close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make screenshots` say where the pictures go."""
    parser.addoption("--screenshots", type=Path, help="folder to write the page's screenshots into")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a file of Rasa's tests when they are left out: the import alone takes long."""
    if config.option.markexpr != "not rasa" or collection_path.suffix != ".py":
        return None
    return "\npytestmark = pytest.mark.rasa" in collection_path.read_text(encoding="utf-8") or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs Rasa, so that `-m "not rasa"` is fast."""
    for item in items:
        if NEEDS_RASA.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("rasa")


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the test's own for all that is kept."""
    monkeypatch.setenv("STRIDE_VAR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def sqlite_that_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SQLite that leaves what is deleted where it stood, unless a connection says otherwise: not all builds do."""
    connect = sqlite3.connect

    def keeping(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    for module in (sqlite3, sqlite3.dbapi2):  # SQLAlchemy calls the latter
        monkeypatch.setattr(module, "connect", keeping)


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """The files of the checkout that are, or will be, part of the repository."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in names.stdout.decode().splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def copy_checkout(tracked: list[str]) -> Callable[[Path], Path]:
    """Copy the checkout into a folder; returns that."""

    def copy(folder: Path) -> Path:
        for name in tracked:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        return folder

    return copy


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The project's own knowledge base."""
    return knowledge()


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    """A clinic of the tests' own."""
    return Clinic(
        name="Test Clinic", phone="555 0100", opening_hours=None, emergency_number="999", crisis_line="116 123"
    )


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread of its own, in which Rasa runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture(scope="session")
def agent() -> Any:
    """Rasa with the trained model, the actions in the same process and conversations in SQLite."""
    from bot.channels.local import load_agent
    from bot.nlu.training import ensure_model

    return load_agent(ensure_model(), ROOT / "endpoints.yml")


@pytest.fixture(scope="session")
def say(agent: Any, loop: asyncio.AbstractEventLoop) -> Callable[..., dict[str, Any]]:
    """Send a message to the real bot, in a new conversation unless one is named; returns what `stride ask` prints."""
    from bot.channels.local import LocalBot
    from bot.commands.ask import summary

    bot = LocalBot(agent)
    numbers = itertools.count()

    def send(text: Any, conversation: str | None = None) -> dict[str, Any]:
        name = conversation or f"conversation-{next(numbers)}"
        return summary(asyncio.run_coroutine_threadsafe(bot.send(name, text), loop).result(timeout=120))

    return send


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Find a port of this machine that nobody uses."""
    return free_port_here


@pytest.fixture(scope="session")
def server(agent: Any, loop: asyncio.AbstractEventLoop, free_port: Callable[[], int]) -> Iterator[str]:
    """The real server on a free port of this machine, with the REST channel; its address."""
    from bot.channels.server import create_app
    from bot.web.http import StrictProtocol

    port = free_port()

    async def start() -> Any:
        app = create_app(agent)
        server = await app.create_server("127.0.0.1", port, protocol=StrictProtocol, return_asyncio_server=True)
        await server.startup()
        await server.before_start()
        await server.after_start()
        return server

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIDE_REST", "true")
        settings.cache_clear()
        running = asyncio.run_coroutine_threadsafe(start(), loop).result(timeout=60)
    settings.cache_clear()
    yield f"http://127.0.0.1:{port}"
    asyncio.run_coroutine_threadsafe(running.before_stop(), loop).result(timeout=60)
    loop.call_soon_threadsafe(running.close)


@pytest.fixture(scope="session")
def bare(free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The server, behind a proxy that it believes."""
    folder = tmp_path_factory.mktemp("bare")
    with serving(free_port(), folder, PROXIES="1", MESSAGES_PER_ADDRESS=str(PER_ADDRESS)) as server:
        yield server


@pytest.fixture(scope="session")
def own(free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """The server, of this machine alone: with the REST channel, and with few files."""
    few = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))\n".replace("FILES", str(FILES))
    with serving(free_port(), tmp_path_factory.mktemp("own"), few, REST="true") as server:
        yield server


@pytest.fixture(scope="session")
def points() -> list[tuple[datetime.date, float]]:
    """A patient's numbers, not in order."""
    days = [(12, 15.0), (3, 8.0), (21, 12.0), (7, 11.0), (15, 9.5)]
    return [(datetime.date(2026, 11, day), number) for day, number in days]


@pytest.fixture(scope="session")
def document(points: list[tuple[datetime.date, float]]) -> Any:
    """A paper with all its parts, and with words that look like markup."""
    from bot.paper.chart import chart  # draws with matplotlib, which takes long to import
    from bot.paper.document import Document, Section

    return Document(
        title="For my doctor's visit",
        intro="Take this with you.",
        sections=[
            Section(
                "What I told", ["My legs hurt <script>alert(1)</script>", "naïve & **bold** {nb}\n- (like a line)"]
            ),
            Section("What I want to ask", ["Can I walk on?"]),
        ],
        note="This is no diagnosis.",
        chart=chart(points, "Minutes", "How long you walked"),
        chart_text='5 entries, "longest" 15 minutes.',
        date="21 November 2026",
    )
