"""What the SQLite store of messages does besides what every store must, as tests/store/test_messages.py has it."""

import asyncio
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.files.database import opened
from bot.reply.shown import Message
from bot.settings import ROOT
from bot.store import contact_keys, messages_sqlite, optouts
from bot.store.messages import Received, StoreError, Talk
from bot.store.messages_sqlite import SqliteMessages

ONE = Received("1", {"phone": "+447700900123"}, "sms", 0.0, "my leg hurts")


async def use(folder: Path) -> None:
    """Receive, answer and send a message."""
    store = SqliteMessages(folder)
    await store.receive(ONE)
    work = await store.claim("w", 30)
    assert work is not None
    await store.finish(work, "w", [Message("reply").to_json()], Talk())
    part = await store.next_part("s", 30, ["sms"])
    assert part is not None
    await store.sent(part, "accepted", provider_id="x")
    store.close()


RECEIVING = """
import asyncio, itertools, sys
from pathlib import Path
from bot.store.messages import Received
from bot.store.messages_sqlite import SqliteMessages

async def patient(store, name):
    for number in itertools.count():
        id = f"{name}-{number}"
        await store.receive(Received(id, {"phone": name}, "sms", 0.0, "my leg hurts"))
        print(id, flush=True)

async def all_of_them():
    store = SqliteMessages(Path(sys.argv[1]))
    await asyncio.gather(*(patient(store, str(name)) for name in range(20)))

asyncio.run(all_of_them())
"""


async def test_killed_process_has_kept_what_it_acknowledged(tmp_path: Path) -> None:
    """Of a process that is killed while it stores messages, all that it said it had stored is there."""
    command = [sys.executable, "-c", RECEIVING, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(200)]
        process.kill()
        said += [line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]

    store = SqliteMessages(tmp_path)
    known = [await store.receive(replace(ONE, id=id)) is None for id in said]
    store.close()

    assert len(said) >= 200
    assert all(known)


async def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """Nobody else may read what is kept."""
    await use(tmp_path)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    names = (messages_sqlite.FILE, optouts.FILE, contact_keys.HASHES, contact_keys.ADDRESSES)
    assert modes == dict.fromkeys(names, 0o600)


def test_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """The start stops when a later version of Stride has written the file."""
    with opened(tmp_path / messages_sqlite.FILE, (*messages_sqlite.VERSIONS, ())):
        pass

    with pytest.raises(DataError, match=r"messages\.db: was written by a later version"):
        SqliteMessages(tmp_path)


def test_start_on_a_disk_that_cannot_be_used(tmp_path: Path) -> None:
    """The start says that the store cannot be used."""
    (tmp_path / messages_sqlite.FILE).mkdir()

    with pytest.raises(StoreError):
        SqliteMessages(tmp_path)


@pytest.mark.timed
async def test_claim_does_not_take_longer_with_what_was_done(tmp_path: Path) -> None:
    """With ten thousand answered messages and their sent parts, a claim takes less than two milliseconds."""
    await use(tmp_path)
    copies = [
        "INSERT INTO known (channel, id, came, conversation) SELECT channel, ?, came, conversation FROM known LIMIT 1",
        """
        INSERT INTO outbox (conversation, message, place, urgent, after_stop, state, due, at, provider)
        SELECT conversation, ?, place, urgent, after_stop, state, due, at, provider FROM outbox LIMIT 1
        """,
    ]
    with opened(tmp_path / messages_sqlite.FILE, messages_sqlite.VERSIONS) as database:
        for copy in copies:
            database.executemany(copy, [(number,) for number in range(2, 10_001)])

    store = SqliteMessages(tmp_path)
    loop, times = asyncio.get_running_loop(), []
    for call in [lambda: store.claim("w", 30), lambda: store.next_part("s", 30, ["sms"]), store.next_due] * 20:
        began = loop.time()
        assert await call() is None
        times.append(loop.time() - began)
    store.close()

    assert sorted(times)[len(times) // 2] < 0.002


def test_every_table_of_words_is_known_to_forgetting() -> None:
    """No table or column was added without a thought for forgetting; add it here with that."""
    with sqlite3.connect(":memory:") as database:
        for steps in messages_sqlite.VERSIONS:
            for step in steps:
                database.execute(step)
        texts = {
            f"{table}.{column}"
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for _, column, kind, *_ in database.execute(f"PRAGMA table_info({table})")
            if kind == "TEXT"
        }

    words = {"conversation.talk", "inbox.words", "inbox.alarmed", "outbox.content", "alias.address"}
    hashes = {"conversation.name", "alias.hash", "known.id", "outbox.place", "outbox.provider", "key_mark.mark"}
    names = {
        "alias.kind",
        "conversation.channel",
        "conversation.last_worker",
        "conversation.worker",
        "key_mark.file",
        "known.channel",
        "outbox.state",
        "outbox.why",
    }
    assert texts == words | hashes | names
