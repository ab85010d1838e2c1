"""The store of the messaging channels' messages in an SQLite file; see `bot.store.messages`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.datafile import DataError
from bot.files.batches import Batches
from bot.files.database import lasting
from bot.store import contacts, messages_forget, messages_inbox, messages_outbox, optouts
from bot.store.contact_keys import ContactKeys
from bot.store.messages import KEPT_DAYS, DeadLetter, Outcome, Part, Received, StoreError, Taken, Talk, Work

T = TypeVar("T")
FILE = "messages.db"
DAY = 86_400.0  # seconds
VERSIONS = (
    (
        "CREATE TABLE key_mark (file TEXT PRIMARY KEY, mark TEXT NOT NULL)",
        """
        CREATE TABLE conversation (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
            talk TEXT, heard REAL NOT NULL DEFAULT 0, used REAL NOT NULL,
            worker TEXT, message INTEGER, until REAL NOT NULL DEFAULT 0, last_worker TEXT,
            quiet REAL NOT NULL DEFAULT 0, forgotten INTEGER NOT NULL DEFAULT 0,
            merged INTEGER REFERENCES conversation (id))
        """,
        "CREATE INDEX conversation_merged ON conversation (merged) WHERE merged IS NOT NULL",
        "CREATE INDEX conversation_claim ON conversation (message) WHERE message IS NOT NULL",
        """
        CREATE TABLE alias (
            hash TEXT PRIMARY KEY, conversation INTEGER NOT NULL REFERENCES conversation (id), kind TEXT NOT NULL,
            address TEXT NOT NULL, seen INTEGER NOT NULL, place INTEGER NOT NULL)
        """,
        "CREATE INDEX alias_conversation ON alias (conversation)",
        """
        CREATE TABLE known (
            number INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, id TEXT NOT NULL, came REAL NOT NULL,
            conversation INTEGER REFERENCES conversation (id) ON DELETE SET NULL, UNIQUE (channel, id))
        """,
        "CREATE INDEX known_conversation ON known (conversation)",
        """
        CREATE TABLE inbox (
            number INTEGER PRIMARY KEY REFERENCES known (number),
            conversation INTEGER NOT NULL REFERENCES conversation (id), words TEXT NOT NULL,
            alarmed TEXT NOT NULL DEFAULT '[]', tries INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX inbox_conversation ON inbox (conversation)",
        """
        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT NULL REFERENCES conversation (id),
            message INTEGER NOT NULL, place TEXT NOT NULL, urgent INTEGER NOT NULL, after_stop INTEGER NOT NULL,
            content TEXT, state TEXT NOT NULL, due REAL NOT NULL, until REAL, tries INTEGER NOT NULL DEFAULT 0,
            at REAL NOT NULL, why TEXT, told INTEGER NOT NULL DEFAULT 0, provider TEXT, UNIQUE (message, place))
        """,
        "CREATE INDEX outbox_waiting ON outbox (urgent DESC, number) WHERE state = 'waiting'",
        "CREATE INDEX outbox_next ON outbox (conversation, urgent DESC, number) WHERE state = 'waiting'",
        "CREATE INDEX outbox_sending ON outbox (conversation) WHERE state = 'sending'",
        "CREATE INDEX outbox_dead ON outbox (conversation) WHERE state = 'dead'",
        "CREATE INDEX outbox_conversation ON outbox (conversation)",
        "CREATE INDEX outbox_provider ON outbox (provider) WHERE provider IS NOT NULL",
    ),
)


class SqliteMessages:
    """Messages in a folder's file `messages.db`, and opt-outs in its `optouts.db`, readable by their owner only."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Open the store.

        Args:
            folder: The folder, which must exist.
            clock: Returns the time, in seconds since 1970.

        Raises:
            DataError: A key cannot be used or is not that of the files, or a later version of Stride has written them.
            StoreError: The disk cannot be used.
        """
        self._clock = clock
        self._keys = ContactKeys(folder)
        connect = partial(lasting, folder / FILE, VERSIONS, optouts.beside(folder))
        try:
            with closing(connect()) as db:
                self._keys.check(db)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(type(error).__name__) from error
        self._batches = Batches(connect)

    async def receive(self, one: Received) -> Taken | None:
        """See `bot.store.messages.Messages`; so do all methods here."""
        return await self._do(lambda db, now: messages_inbox.receive(db, self._keys, one, now))

    async def alarmed(
        self, number: int, raised: Sequence[Mapping[str, str]], parts: Sequence[Mapping[str, Any]]
    ) -> None:
        """Note alarms, and add their urgent messages."""
        await self._do(lambda db, now: messages_inbox.alarmed(db, self._keys, number, raised, parts, now))

    async def claim(self, worker: str, seconds: float, looked: Collection[int] | None = None) -> Work | None:
        """Claim a message."""
        return await self._do(lambda db, now: messages_inbox.claim(db, self._keys, worker, seconds, looked, now))

    async def add(self, work: Work, worker: str, parts: Sequence[Mapping[str, Any]], *, urgent: bool) -> None:
        """Add parts of a reply."""
        await self._do(lambda db, now: messages_inbox.add(db, self._keys, work, worker, parts, now, urgent=urgent))

    async def finish(self, work: Work, worker: str, parts: Sequence[Mapping[str, Any]], talk: Talk) -> bool:
        """End an answer."""
        return await self._do(lambda db, now: messages_inbox.finish(db, self._keys, work, worker, parts, talk, now))

    async def give_back(self, work: Work, worker: str) -> None:
        """End a claim without an answer."""
        await self._do(lambda db, now: messages_inbox.give_back(db, work, worker, now))

    async def next_part(self, sender: str, seconds: float, rows: Collection[str]) -> Part | None:
        """Claim a part to send."""
        del sender  # a claim is known by the number of tries
        return await self._do(lambda db, now: messages_outbox.next_part(db, self._keys, seconds, rows, now))

    async def sent(
        self,
        part: Part,
        outcome: Outcome,
        *,
        provider_id: str | None = None,
        wait: float = 0.0,
        why: str = "",
        addresses: Mapping[str, str] = {},
    ) -> None:
        """Note what came of sending."""
        await self._do(
            lambda db, now: messages_outbox.sent(db, self._keys, part, outcome, provider_id, wait, why, addresses, now)
        )

    async def receipt(self, row: str, provider_id: str) -> tuple[str, bool] | None:
        """Return a sent part's conversation, and whether it is urgent."""
        return await self._do(lambda db, _: messages_outbox.receipt(db, self._keys, row, provider_id))

    async def dead_letters(self) -> list[DeadLetter]:
        """Return what was given up."""
        return await self._do(lambda db, _: messages_outbox.dead_letters(db))

    async def resend(self, number: int) -> bool:
        """Have a dead letter sent again."""
        return await self._do(lambda db, now: messages_outbox.resend(db, number, now))

    async def untold(self) -> list[DeadLetter]:
        """Return urgent dead letters of which the clinic was not told."""
        return await self._do(lambda db, _: messages_outbox.dead_letters(db, "urgent AND NOT told"))

    async def told(self, numbers: Collection[int]) -> None:
        """Note that the clinic was told."""
        await self._do(lambda db, _: messages_outbox.told(db, numbers))

    async def opt_out(self, conversation: str, *, out: bool) -> None:
        """Note an opt-out, or its end."""
        await self._of(conversation, partial(messages_outbox.opt_out, out=out))

    async def next_due(self, rows: Collection[str] | None = None) -> float | None:
        """Return when the next part is due."""
        return await self._do(lambda db, _: messages_outbox.next_due(db, rows))

    async def waiting(self) -> tuple[int, int]:
        """Return how much waits."""
        query = """
            SELECT (SELECT count(*) FROM inbox),
                (SELECT count(*) FROM outbox WHERE state = 'waiting')
                + (SELECT count(*) FROM outbox WHERE state = 'sending')"""
        messages, parts = await self._do(lambda db, _: db.execute(query).fetchone())
        return messages, parts

    async def addresses(self, conversation: str) -> dict[str, str]:
        """Return a conversation's addresses."""
        return await self._do(lambda db, _: contacts.addresses_of(db, self._keys, contacts.named(db, conversation)))

    async def names(self, conversation: str) -> list[str]:
        """Return the names of the conversations that are one."""
        return await self._do(lambda db, _: contacts.names(db, conversation))

    async def forget(self, conversation: str, *, keep_address: bool = False) -> None:
        """Delete all of a conversation."""
        await self._do(lambda db, now: messages_forget.forget(db, conversation, now, keep_address=keep_address))

    async def sweep(self, before: float) -> list[str]:
        """Delete what has had its time."""
        return await self._do(lambda db, now: messages_forget.sweep(db, before, now - KEPT_DAYS * DAY))

    async def overwrite(self) -> None:
        """Rewrite the file."""
        try:
            await self._batches.rebuild()
        except (sqlite3.Error, OSError, DataError) as error:
            raise StoreError(type(error).__name__) from error

    def close(self) -> None:
        """Close the store."""
        self._batches.close()

    async def _do(self, work: Callable[[sqlite3.Connection, float], T]) -> T:
        try:
            return await self._batches(lambda db: work(db, self._clock()))
        except (sqlite3.Error, OSError, DataError) as error:
            raise StoreError(type(error).__name__) from error

    async def _of(self, name: str, work: Callable[[sqlite3.Connection, int, float], None]) -> None:
        """Do something to the conversation of a name, if there is one."""

        def named(db: sqlite3.Connection, now: float) -> None:
            if (conversation := contacts.named(db, name)) is not None:
                work(db, conversation, now)

        await self._do(named)
