"""Runs pieces of work on an SQLite file in one thread, all that wait in one transaction.

A transaction that changes a file waits several times for the disk. With one for each of two hundred messages that come
at once, the last would wait four hundred times as long as with one for all.
"""

import asyncio
import fcntl
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.files.database import WAIT, rebuild

LOOK = 0.001  # seconds after which a process looks again whether it is its turn
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class _Asked(Generic[T]):
    """A piece of work, and what its caller waits for."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._outcome: Callable[[], None]
        self.done: Future[T] = Future()
        self.done.set_running_or_notify_cancel()  # the work is done although its caller does not wait any more

    def run(self, connection: sqlite3.Connection) -> None:
        """Do the work; an error undoes what it has done, and nothing else."""
        connection.execute("SAVEPOINT piece")
        try:
            result = self._work(connection)
            self._outcome = lambda: self.done.set_result(result)
        except Exception as error:
            failed = error  # Python deletes `error` at the end of this block
            self._outcome = lambda: self.done.set_exception(failed)
            connection.execute("ROLLBACK TO piece")  # fails, and so does the batch, when SQLite has undone all of it
        connection.execute("RELEASE piece")

    def tell(self) -> None:
        """Give the caller the result, or the error, of the work."""
        self._outcome()


class Batches:
    """One lasting connection, in a thread of its own. The thread and the connection start with the first work."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        """Create it; `connect` returns a connection as `bot.files.database.lasting` does."""
        self._connect = connect
        self._waiting: deque[_Asked[Any]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")  # Python ends it at exit, its work done
        self._connection: sqlite3.Connection | None = None
        self._files: dict[str, int] = {}
        self._folder: int

    async def __call__(self, work: Work[T]) -> T:
        """Do a piece of work, which must neither begin nor end a transaction; its changes are on the disk at return.

        Cancelling the caller does not undo the work.

        Returns:
            What the work returns.

        Raises:
            sqlite3.Error: The file cannot be used. The next work opens it anew.
            OSError: It cannot be opened.
            DataError: A later version of Stride has written it.
            Exception: An error of the work; what the work has done is undone.
        """
        asked = _Asked(work)
        self._waiting.append(asked)
        self._submit(self._run)
        return await asyncio.wrap_future(asked.done)

    async def rebuild(self) -> None:
        """Rewrite the file, so that nothing deleted is left in it; raise sqlite3.Error or OSError when that fails."""
        await asyncio.wrap_future(self._submit(lambda: rebuild(self._usable())))

    def close(self) -> None:
        """Do all work that waits, and close the connection. Later work fails; closing again does nothing."""
        with suppress(sqlite3.ProgrammingError):
            self._submit(self._drop)
        self._thread.shutdown()

    def _submit(self, function: Callable[[], None]) -> "Future[None]":
        try:
            return self._thread.submit(function)
        except RuntimeError as error:  # after `close`, or at Python's exit
            raise sqlite3.ProgrammingError("the database is closed") from error

    def _run(self) -> None:
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not batch:  # an earlier call has taken all
            return
        try:
            connection = self._usable()
            self._begin(connection)
            for asked in batch:
                asked.run(connection)
            connection.execute("COMMIT")
        except BaseException as error:  # whatever it is, somebody waits for it
            self._drop()
            for asked in batch:
                asked.done.set_exception(error)
            return
        for asked in batch:
            asked.tell()

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Begin a transaction when it is this process's turn.

        SQLite has processes try again after longer and longer pauses, so that one with much work is always before the
        others. Here only one of them at a time waits for the file, and holds the folder's lock until it has it.
        """
        end = time.monotonic() + WAIT
        _until(end, lambda: fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB))
        try:
            connection.execute("PRAGMA busy_timeout = 0")
            _until(end, lambda: connection.execute("BEGIN IMMEDIATE"))
        finally:
            fcntl.flock(self._folder, fcntl.LOCK_UN)
        connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")  # at its end, readers are waited for

    def _usable(self) -> sqlite3.Connection:
        """Return the connection; a new one when the files were moved away, because writing to those helps nobody."""
        if self._connection is not None and any(_inode(file) != number for file, number in self._files.items()):
            self._drop()
        if self._connection is None:
            connection = self._connect()
            files = [file for _, _, file in connection.execute("PRAGMA database_list")]
            self._files = {file: _inode(file) for file in files}
            self._folder = os.open(Path(files[0]).parent, os.O_RDONLY)
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        """Close the connection, which undoes an open transaction."""
        connection, self._connection = self._connection, None
        if connection is not None:
            os.close(self._folder)
            with suppress(sqlite3.Error):
                connection.close()


def _inode(file: str) -> int:
    try:
        return os.stat(file).st_ino
    except OSError:
        return 0


def _until(end: float, take: Callable[[], Any]) -> None:
    """Take a lock as soon as nobody else has it; raise an error when that is not before a time."""
    while True:
        try:
            take()
            return
        except (BlockingIOError, sqlite3.OperationalError) as error:
            is_taken = isinstance(error, BlockingIOError) or "locked" in str(error)
            if not is_taken or time.monotonic() > end:
                raise
            time.sleep(LOOK)
