"""The web chat's conversations on disk: to restore a page, to answer a message once, and to delete in time."""

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
    """One message and what came back.

    Attributes:
        id: The message's id, which the page gave it.
        at: When it came, as ISO 8601 in UTC.
        said: What the page showed of it.
        replies: What the page was sent; see `bot.reply.as_json.WebReply`.
    """

    id: str
    at: str
    said: str
    replies: list[Any]


class Transcripts:
    """Keeps conversations in an SQLite file of a folder, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def check(self) -> None:
        """Bring the file, if there is one, to this version; raises DataError when a later one has written it."""
        update(self._path, VERSIONS)

    def begin(self, conversation: str, time: datetime.datetime) -> None:
        """Note that a conversation begins, so that it is deleted in time whatever becomes of it."""
        with opened(self._path, VERSIONS) as database:
            database.execute("INSERT INTO conversation (name, began) VALUES (?, ?)", [conversation, stamp(time)])

    def ended(self, conversation: str) -> bool:
        """Return whether a conversation was deleted."""
        query = "SELECT ended FROM conversation WHERE name = ?"
        with opened(self._path, VERSIONS) as database:
            return (database.execute(query, [conversation]).fetchone() or (0,))[0] == 1

    def add(self, conversation: str, one: KeptExchange) -> bool:
        """Keep an exchange; returns whether it is new: one of the same id is left as it was.

        A conversation that has ended keeps nothing: a slow disk may come to this after the deletion.
        """
        row = [conversation, one.id, one.at, one.said, json.dumps(one.replies)]
        query = """
            INSERT OR IGNORE INTO exchange (conversation, id, at, said, replies) SELECT ?, ?, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM conversation WHERE name = ? AND ended)"""
        with opened(self._path, VERSIONS) as database:
            return database.execute(query, [*row, conversation]).rowcount == 1

    def get(self, conversation: str, message_id: str) -> KeptExchange | None:
        """Return an exchange, or None when there is none."""
        return next(iter(self._read("conversation = ? AND id = ?", conversation, message_id)), None)

    def before(self, conversation: str, message_id: str) -> tuple[KeptExchange | None, int]:
        """Return a message's exchange, None when it is new, and how many exchanges its conversation has."""
        return self.get(conversation, message_id), self.number(conversation)

    def number(self, conversation: str) -> int:
        """Return how many exchanges a conversation has."""
        query = "SELECT count(*) FROM exchange WHERE conversation = ?"
        with opened(self._path, VERSIONS) as database:
            return int(database.execute(query, [conversation]).fetchone()[0])

    def of(self, conversation: str) -> list[KeptExchange]:
        """Return a conversation's exchanges, the oldest first."""
        return self._read("conversation = ?", conversation)

    def to_delete(self, before: datetime.datetime) -> list[str]:
        """Return the names of the conversations that began before a time, and of those that were deleted since.

        The latter because Rasa may have stored a conversation once more, when it was slow with its last message.
        """
        query = """
            SELECT name FROM conversation WHERE began < :before OR ended
            UNION SELECT conversation FROM exchange GROUP BY conversation HAVING min(at) < :before"""
        with opened(self._path, VERSIONS) as database:
            return [name for (name,) in database.execute(query, {"before": stamp(before)}).fetchall()]

    def delete(self, conversation: str) -> bool:
        """Delete what was said in a conversation; its name stays, as ended.

        Returns:
            Whether there was something; `overwrite` then leaves nothing of it in the file.
        """
        ended = "INSERT INTO conversation (name, began, ended) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET ended = 1"
        with opened(self._path, VERSIONS) as database:
            deleted = database.execute("DELETE FROM exchange WHERE conversation = ?", [conversation]).rowcount
            database.execute(ended, [conversation, stamp(now())])
        return deleted > 0

    def overwrite(self) -> None:
        """Write the file anew, so that nothing deleted is left in it."""
        with opened(self._path, VERSIONS) as database:
            rebuild(database)

    def drop(self, before: datetime.datetime) -> None:
        """Delete the names of the ended conversations that began before a time: their sessions have expired."""
        with opened(self._path, VERSIONS) as database:
            database.execute("DELETE FROM conversation WHERE began < ? AND ended", [stamp(before)])

    def _read(self, condition: str, *values: str) -> list[KeptExchange]:
        query = f"SELECT id, at, said, replies FROM exchange WHERE {condition} ORDER BY rowid"
        with opened(self._path, VERSIONS) as database:
            rows = database.execute(query, values).fetchall()
        return [KeptExchange(one, at, said, json.loads(replies)) for one, at, said, replies in rows]


def now() -> datetime.datetime:
    """Return the time, as what is kept is compared with."""
    return datetime.datetime.now(datetime.timezone.utc)


def stamp(time: datetime.datetime) -> str:
    """Return a time as the file has it."""
    return time.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")
