"""Stores the entries of walking diaries in SQLite."""

import datetime
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.files.database import opened, rebuild, update

FILE = "diary.db"
VERSIONS = (
    (
        "CREATE TABLE IF NOT EXISTS consent (conversation TEXT PRIMARY KEY, day TEXT NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS entry (
            conversation TEXT NOT NULL REFERENCES consent (conversation) ON DELETE CASCADE,
            day TEXT NOT NULL,
            minutes REAL,
            distance REAL,
            unit TEXT,
            eased_by TEXT,
            ease_minutes REAL
        )
        """,
        "CREATE INDEX IF NOT EXISTS by_conversation ON entry (conversation, day)",
    ),
    (
        # The day on which a diary was last used; and later conversations of the same patient, which use the same one.
        "ALTER TABLE consent ADD COLUMN used TEXT",
        """
        CREATE TABLE sharing (
            conversation TEXT PRIMARY KEY,
            diary TEXT NOT NULL REFERENCES consent (conversation) ON DELETE CASCADE
        )
        """,
    ),
)
COLUMNS = "day, minutes, distance, unit, eased_by, ease_minutes"
# A diary is named by the conversation in which it was agreed to; `?1` is one that may use it.
OWN = "(SELECT coalesce((SELECT diary FROM sharing WHERE conversation = ?1), ?1))"
LAST = f"rowid = (SELECT max(rowid) FROM entry WHERE conversation = {OWN})"
USED = f"UPDATE consent SET used = date('now') WHERE conversation = {OWN} AND used IS NOT NULL"


@dataclass(frozen=True)
class Entry:
    """A walk: its day, its duration or distance, what eased the pain, and after how many minutes."""

    day: datetime.date
    minutes: float | None
    distance: float | None
    unit: str | None
    eased_by: str | None
    ease_minutes: float | None


class Diary:
    """The diaries of all conversations. Without the patient's consent, nothing is kept.

    A diary outlives the conversation in which it was agreed to: a later one of the same patient can share it.
    """

    def __init__(self, folder: Path) -> None:
        """Use the file in a folder, creating both when they are missing."""
        self._path = folder / FILE

    def check(self) -> None:
        """Migrate an existing file to this version, or raise DataError when a later one has written it."""
        update(self._path, VERSIONS)

    def agreed(self, conversation: str) -> bool:
        """Return whether the patient has agreed to a diary."""
        if not self._path.exists():
            return False
        with opened(self._path, VERSIONS) as database:
            found = database.execute(f"SELECT 1 FROM consent WHERE conversation = {OWN}", [conversation]).fetchone()
        return found is not None

    def agree(self, conversation: str, day: datetime.date) -> None:
        """Note that the patient has agreed."""
        with opened(self._path, VERSIONS) as database:
            database.execute(
                f"INSERT OR IGNORE INTO consent (conversation, day, used) VALUES ({OWN}, ?2, date('now'))",
                [conversation, day.isoformat()],
            )

    def share(self, earlier: str, later: str) -> bool:
        """Let a later conversation use the diary of an earlier one; return whether there is one."""
        if not self._path.exists():
            return False
        with opened(self._path, VERSIONS) as database:
            shared = database.execute(
                f"INSERT OR REPLACE INTO sharing (conversation, diary) SELECT ?2, conversation FROM consent "
                f"WHERE conversation = {OWN}",
                [earlier, later],
            )
            database.execute(USED, [earlier])
        return shared.rowcount > 0

    def add(self, conversation: str, *entries: Entry) -> None:
        """Store all entries or none; raise PermissionError without consent."""
        rows = [[conversation, *_row(entry)] for entry in entries]
        values = f"{OWN}, ?2, ?3, ?4, ?5, ?6, ?7"
        try:
            with opened(self._path, VERSIONS) as database:
                database.executemany(f"INSERT INTO entry (conversation, {COLUMNS}) VALUES ({values})", rows)
                database.execute(USED, [conversation])
        except sqlite3.IntegrityError as error:  # there is no consent for it
            raise PermissionError("nobody has agreed to a diary in this conversation") from error

    def entries(self, conversation: str) -> list[Entry]:
        """Return a diary's entries in the order of their days."""
        with opened(self._path, VERSIONS) as database:
            database.execute(USED, [conversation])
            rows = database.execute(
                f"SELECT {COLUMNS} FROM entry WHERE conversation = {OWN} ORDER BY day, rowid", [conversation]
            ).fetchall()
        return [_entry(row) for row in rows]

    def last(self, conversation: str) -> Entry | None:
        """Return the entry added last; None without entries."""
        with opened(self._path, VERSIONS) as database:
            row = database.execute(f"SELECT {COLUMNS} FROM entry WHERE {LAST}", [conversation]).fetchone()
        return _entry(row) if row else None

    def change_last(self, conversation: str, entry: Entry) -> None:
        """Replace the entry added last."""
        with opened(self._path, VERSIONS) as database:
            database.execute(
                "UPDATE entry SET day = ?2, minutes = ?3, distance = ?4, unit = ?5, eased_by = ?6, ease_minutes = ?7 "
                f"WHERE {LAST}",
                [conversation, *_row(entry)],
            )

    def remove_last(self, conversation: str) -> None:
        """Remove the entry added last; the consent stays."""
        with opened(self._path, VERSIONS) as database:
            database.execute(f"DELETE FROM entry WHERE {LAST}", [conversation])

    def remove_day(self, conversation: str, day: datetime.date) -> None:
        """Remove all entries of a day; the consent stays."""
        with opened(self._path, VERSIONS) as database:
            database.execute(
                f"DELETE FROM entry WHERE conversation = {OWN} AND day = ?2", [conversation, day.isoformat()]
            )

    def delete(self, conversation: str, *, unknowing: bool = False) -> None:
        """Delete a diary and its consent, so that no trace stays in the file.

        Args:
            conversation: One that uses it.
            unknowing: Whether to delete it only if its patient agreed to a diary that goes with its conversation, as
                they did before diaries outlived theirs.
        """
        old = " AND used IS NULL" if unknowing else ""
        with opened(self._path, VERSIONS, deleting=True) as database:
            database.execute(f"DELETE FROM consent WHERE conversation = {OWN}{old}", [conversation])

    def delete_unused(self, since: datetime.date) -> None:
        """Delete the diaries that were not used since a day."""
        with opened(self._path, VERSIONS, deleting=True) as database:
            database.execute("DELETE FROM consent WHERE coalesce(used, day) < ?", [since.isoformat()])

    def overwrite(self) -> None:
        """Rewrite the file, so that an interrupted deletion leaves no trace in it."""
        with opened(self._path, VERSIONS) as database:
            rebuild(database)


def _row(entry: Entry) -> list[Any]:
    return [entry.day.isoformat(), entry.minutes, entry.distance, entry.unit, entry.eased_by, entry.ease_minutes]


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(datetime.date.fromisoformat(row[0]), *row[1:])
