"""The web chat's conversations on disk, to restore a page, answer a message once, and delete in time."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.files.database import opened, rebuild, update

FILE = "web.db"
VERSIONS = (
    (
        """
        CREATE TABLE IF NOT EXISTS conversation (
            name TEXT PRIMARY KEY, began TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0)
        """,
        """
        CREATE TABLE IF NOT EXISTS exchange (
            conversation TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, said TEXT NOT NULL, replies TEXT NOT NULL,
            PRIMARY KEY (conversation, id))
        """,
    ),
)


@dataclass(frozen=True)
class KeptExchange:
    """One message and its replies.

    Attributes:
        id: The page's id for the message.
        at: When it arrived, as ISO 8601 in UTC.
        said: The message as the page showed it.
        replies: The replies to the page; see `bot.reply.as_json.WebReply`.
    """

    id: str
    at: str
    said: str
    replies: list[Any]


class Transcripts:
    """Stores conversations in an SQLite file in a folder, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def check(self) -> None:
        """Migrate an existing file to this version, or raise DataError when a later one has written it."""
        update(self._path, VERSIONS)

    def begin(self, conversation: str, time: datetime.datetime) -> None:
        """Note the start of a conversation, so that it is deleted in time whatever happens."""
        with opened(self._path, VERSIONS) as database:
            database.execute("INSERT INTO conversation (name, began) VALUES (?, ?)", [conversation, stamp(time)])

    def ended(self, conversation: str) -> bool:
        """Return whether a conversation was deleted."""
        query = "SELECT ended FROM conversation WHERE name = ?"
        with opened(self._path, VERSIONS) as database:
            return (database.execute(query, [conversation]).fetchone() or (0,))[0] == 1

    def add(self, conversation: str, one: KeptExchange) -> bool:
        """Store an exchange unless its id exists; return whether it is new.

        Nothing is stored for an ended conversation: on a slow disk, this may run after the deletion.
        """
        row = [conversation, one.id, one.at, one.said, json.dumps(one.replies)]
        query = """
            INSERT OR IGNORE INTO exchange (conversation, id, at, said, replies) SELECT ?, ?, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE name = ? AND ended)"""
        with opened(self._path, VERSIONS) as database:
            return database.execute(query, [*row, conversation]).rowcount == 1

    def get(self, conversation: str, message_id: str) -> KeptExchange | None:
        """Return an exchange, or None."""
        return next(iter(self._read("conversation = ? AND id = ?", conversation, message_id)), None)

    def before(self, conversation: str, message_id: str) -> tuple[KeptExchange | None, int]:
        """Return a message's exchange (None for a new one) and the conversation's number of exchanges."""
        return self.get(conversation, message_id), self.number(conversation)

    def number(self, conversation: str) -> int:
        """Return a conversation's number of exchanges."""
        query = "SELECT count(*) FROM exchange WHERE conversation = ?"
        with opened(self._path, VERSIONS) as database:
            return int(database.execute(query, [conversation]).fetchone()[0])

    def of(self, conversation: str) -> list[KeptExchange]:
        """Return a conversation's exchanges, the oldest first."""
        return self._read("conversation = ?", conversation)

    def to_delete(self, before: datetime.datetime) -> list[str]:
        """Return the names of conversations that began before a time, and of those deleted since.

        The latter are included because a slow Rasa may have stored the last message after the deletion.
        """
        query = """
            SELECT name FROM conversation WHERE began < :before OR ended
            UNION SELECT conversation FROM exchange GROUP BY conversation HAVING min(at) < :before"""
        with opened(self._path, VERSIONS) as database:
            return [name for (name,) in database.execute(query, {"before": stamp(before)}).fetchall()]

    def delete(self, conversation: str) -> bool:
        """Delete a conversation's exchanges; its name stays, marked as ended.

        Returns:
            Whether there was anything; `overwrite` then removes its traces from the file.
        """
        ended = "INSERT INTO conversation (name, began, ended) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET ended = 1"
        with opened(self._path, VERSIONS) as database:
            deleted = database.execute("DELETE FROM exchange WHERE conversation = ?", [conversation]).rowcount
            database.execute(ended, [conversation, stamp(now())])
        return deleted > 0

    def overwrite(self) -> None:
        """Rewrite the file, so that nothing deleted is left in it."""
        with opened(self._path, VERSIONS) as database:
            rebuild(database)

    def drop(self, before: datetime.datetime) -> None:
        """Delete the names of ended conversations that began before a time: their sessions have expired."""
        with opened(self._path, VERSIONS) as database:
            database.execute("DELETE FROM conversation WHERE began < ? AND ended", [stamp(before)])

    def _read(self, condition: str, *values: str) -> list[KeptExchange]:
        query = f"SELECT id, at, said, replies FROM exchange WHERE {condition} ORDER BY rowid"
        with opened(self._path, VERSIONS) as database:
            rows = database.execute(query, values).fetchall()
        return [KeptExchange(one, at, said, json.loads(replies)) for one, at, said, replies in rows]


def now() -> datetime.datetime:
    """Return the current time in UTC, to compare with stored times."""
    return datetime.datetime.now(datetime.timezone.utc)


def stamp(time: datetime.datetime) -> str:
    """Return a time in the file's format."""
    return time.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")
