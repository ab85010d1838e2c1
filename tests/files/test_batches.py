"""Work on an SQLite file in batches: all that waits in one transaction, and nobody's error is another's."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.files.batches import Batches, Work
from bot.files.database import lasting, opened
from bot.settings import ROOT

VERSIONS = (("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",),)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database in a folder of its own, which tests move away."""
    return tmp_path / "folder" / "notes.db"


@pytest.fixture
def connect(path: Path) -> Callable[[], sqlite3.Connection]:
    """Open the database."""
    return partial(lasting, path, VERSIONS, {})


@pytest.fixture
def batches(connect: Callable[[], sqlite3.Connection]) -> Iterator[Batches]:
    """Batches on it."""
    one = Batches(connect)
    yield one
    one.close()


def noting(text: str | None) -> Work[int]:
    """Work that adds a note, and returns its number; no text breaks a rule of the table."""
    return lambda db: int(db.execute("INSERT INTO note (text) VALUES (?) RETURNING id", [text]).fetchone()[0])


def texts(path: Path) -> list[str]:
    """What is in the file."""
    with opened(path, VERSIONS) as database:
        return [text for (text,) in database.execute("SELECT text FROM note ORDER BY id")]


async def test_result_comes_back_and_change_stays(batches: Batches, path: Path) -> None:
    """The caller gets what its work returns, and the change is in the file."""
    number = await batches(noting("a"))

    assert number == 1
    assert texts(path) == ["a"]


async def test_many_at_once_are_few_transactions(connect: Callable[[], sqlite3.Connection], path: Path) -> None:
    """Two hundred that come at once wait for a handful of transactions."""
    statements: list[str] = []

    def watched() -> sqlite3.Connection:
        connection = connect()
        connection.set_trace_callback(statements.append)
        return connection

    batches = Batches(watched)
    await asyncio.gather(*(batches(noting(str(number))) for number in range(200)))
    batches.close()

    assert sorted(texts(path)) == sorted(str(number) for number in range(200))
    assert 1 <= statements.count("COMMIT") <= 20


async def test_error_undoes_only_its_own(batches: Batches, path: Path) -> None:
    """Work that fails gets its error, and what it has done is undone; work beside it is done."""

    def half(database: sqlite3.Connection) -> None:
        noting("half")(database)
        raise RuntimeError("on the way")

    works: list[Work[object]] = [noting("a"), half, noting("b"), noting(None)]
    outcomes = await asyncio.gather(*map(batches, works), return_exceptions=True)

    assert [type(one) for one in outcomes] == [int, RuntimeError, int, sqlite3.IntegrityError]
    assert texts(path) == ["a", "b"]


class Failing(sqlite3.Connection):
    """A connection to a disk that may be full at the end of a transaction."""

    full: bool

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        """Run a statement."""
        if sql == "COMMIT" and Failing.full:
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *arguments)


async def test_all_of_a_batch_fail_with_their_transaction(
    path: Path, connect: Callable[[], sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a transaction cannot be ended, nobody is told that its work was done, and none of it was; later work is."""
    monkeypatch.setattr("sqlite3.connect", partial(sqlite3.connect, factory=Failing))
    batches = Batches(connect)

    async def together(*, full: bool) -> list[object]:
        Failing.full = full
        return await asyncio.gather(*(batches(noting(text)) for text in "abc"), return_exceptions=True)

    failed, done = await together(full=True), await together(full=False)
    batches.close()

    assert [type(one) for one in failed] == [sqlite3.OperationalError] * 3
    assert done == [1, 2, 3]
    assert texts(path) == ["a", "b", "c"]


async def test_disk_that_was_away_is_used_again(batches: Batches, path: Path) -> None:
    """While the folder cannot be used, work fails; once it is back, work goes on with what was there."""
    away = path.parent.with_name("away")
    await batches(noting("before"))
    path.parent.rename(away)
    path.parent.touch()  # a file, so that no folder can be made

    for _ in range(2):
        with pytest.raises((OSError, sqlite3.Error)):
            await batches(noting("meanwhile"))
    path.parent.unlink()
    away.rename(path.parent)
    await batches(noting("after"))

    assert texts(path) == ["before", "after"]


async def test_file_that_was_replaced_is_not_written_to(batches: Batches, path: Path) -> None:
    """Work goes into the file that is there now, not into the one that was moved away or deleted."""
    await batches(noting("before"))
    path.rename(path.with_name("old.db"))

    await batches(noting("after"))

    assert texts(path) == ["after"]


async def test_cancelled_caller_does_not_undo_the_work(batches: Batches, path: Path) -> None:
    """Work is done though its caller stopped waiting."""
    began, go_on = threading.Event(), threading.Event()

    def slow(database: sqlite3.Connection) -> None:
        began.set()
        go_on.wait(10)
        noting("running")(database)

    callers = [asyncio.create_task(batches(slow))]
    await asyncio.to_thread(began.wait, 10)
    callers.append(asyncio.create_task(batches(noting("waiting"))))
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    go_on.set()
    await batches(noting("last"))

    assert all(caller.cancelled() for caller in callers)
    assert texts(path) == ["running", "waiting", "last"]


def test_any_event_loop_may_ask(batches: Batches, path: Path) -> None:
    """Several threads with loops of their own use the same batches."""
    threads = [threading.Thread(target=lambda: asyncio.run(batches(noting("a")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert texts(path) == ["a"] * 8


async def test_closed(connect: Callable[[], sqlite3.Connection], path: Path) -> None:
    """What was asked for before the end is done; what is asked for later is refused."""
    batches = Batches(connect)
    asked = [asyncio.create_task(batches(noting("a"))) for _ in range(3)]
    await asyncio.sleep(0)

    batches.close()

    assert await asyncio.gather(*asked) == [1, 2, 3]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        await batches(noting("b"))
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        await batches.rebuild()
    batches.close()
    assert texts(path) == ["a"] * 3


AT_EXIT = """
import asyncio, sys
from functools import partial
from pathlib import Path
from bot.files.batches import Batches
from bot.files.database import lasting

async def ask(batches):
    asyncio.ensure_future(batches(lambda db: db.execute("INSERT INTO note (text) VALUES ('a')")))
    await asyncio.sleep(0)

path, versions = Path(sys.argv[1]), [["CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"]]
asyncio.run(ask(Batches(partial(lasting, path, versions, {}))))
"""


def test_process_that_ends_does_its_work(path: Path) -> None:
    """At the end of a process its work is done, without an error, though nobody closed it."""
    ended = subprocess.run([sys.executable, "-c", AT_EXIT, path], cwd=ROOT, capture_output=True, check=True)

    assert ended.stderr == b""
    assert texts(path) == ["a"]


async def test_another_process_is_waited_for(batches: Batches, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another has locked is waited for; not for ever, and then later work is done."""
    monkeypatch.setattr("bot.files.batches.WAIT", 0.3)
    await batches(noting("before"))

    def lock(seconds: float) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            time.sleep(seconds)

    for seconds in (0.1, 0.6):
        locked = threading.Event()
        thread = threading.Thread(target=lock, args=[seconds])
        thread.start()
        locked.wait()
        [outcome] = await asyncio.gather(batches(noting(str(seconds))), return_exceptions=True)
        thread.join()
        assert isinstance(outcome, int) == (seconds < 0.3)
    await batches(noting("after"))

    assert texts(path) == ["before", "0.1", "after"]


async def test_one_process_does_not_keep_another_from_the_file(
    batches: Batches, connect: Callable[[], sqlite3.Connection]
) -> None:
    """Of two that always have work, each gets its turn: neither does ten times as much as the other."""
    other = Batches(connect)
    done = {batches: 0, other: 0}

    async def work(one: Batches) -> None:
        while max(done.values()) < 300:
            await one(lambda db: [noting("a")(db) for _ in range(20)])
            done[one] += 1

    await asyncio.gather(work(batches), work(other))
    other.close()

    assert min(done.values()) > 30


async def test_nothing_deleted_is_left(sqlite_that_keeps: None, batches: Batches, path: Path) -> None:
    """After the file was rewritten, no file of the folder holds deleted words."""
    for number in range(200):
        await batches(noting(f"p{number % 3} is numb " * (1 + number % 60)))
    await batches(lambda db: db.execute("DELETE FROM note WHERE text LIKE 'p1%'").rowcount)

    await batches.rebuild()

    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"p1 is numb" not in kept
    assert b"p2 is numb" in kept
